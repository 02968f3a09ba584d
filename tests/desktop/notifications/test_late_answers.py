"""A notification daemon whose replies and signals come in any order: every toast can be clicked and withdrawn."""

from __future__ import annotations

import random
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from PyQt5.QtCore import QObject, pyqtSignal

from tests.desktop.notifications.client import Client, NoFallback
from tray.desktop.notifications import dbus
from tray.desktop.notifications.dbus import DBusBackend
from tray.mail.model.toast import ToastAction, ToastKey

if TYPE_CHECKING:
    from collections.abc import Callable

LATE = "does not answer for a toast"


@dataclass
class Asked:
    """A call that the daemon has not answered."""

    name: str
    values: tuple[Any, ...]
    answered: Callable[[str, list[Any]], None]


class FakeBus(QObject):
    """A bus on which the test is the daemon."""

    lost = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self.closed: list[int] = []
        self.listeners: dict[str, Callable[[list[Any]], None]] = {}
        self.connected = True
        self.owner_changed: Callable[[str, str], None] = lambda _old, _new: None

    def watch(self, _name: str, changed: Callable[[str, str], None]) -> None:
        self.owner_changed = changed

    def listen(self, _service: str, _path: str, _interface: str, signal: str, on_signal: Any) -> None:
        self.listeners[signal] = on_signal

    def ask(self, call: tuple[Any, ...], answered: Any, _patience: int | None = None) -> None:
        self.asked.append(Asked(call[0], call[1:], answered))

    def send(self, call: tuple[Any, ...]) -> None:
        assert call[0] == "close"
        self.closed.append(call[1])

    def answer(self, name: str, *values: Any, error: str = "") -> None:
        """Answer the oldest open call of that name."""
        asked = next(each for each in self.asked if each.name == name)
        self.asked.remove(asked)
        asked.answered(error, list(values))

    def signal(self, signal: str, *values: Any) -> None:
        self.listeners[signal](list(values))


class Port(Client):
    """A backend on such a bus, and what it was used for."""

    toasts: DBusBackend

    def __init__(self, bus: FakeBus) -> None:
        super().__init__()
        self.bus = bus

    def give_up(self) -> Asked:
        """The daemon answers a later question, so nothing waits for its answer to the last toast any more."""
        (asked,) = [each for each in self.bus.asked if each.name == "notify"]
        self.bus.asked.remove(asked)
        self.toasts._probe()
        self.bus.answer("GetCapabilities", ["actions"])
        self.toasts._give_up()
        return asked


@pytest.fixture
def port(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Port:
    monkeypatch.setattr(
        dbus, "notify_call", lambda toast, replaces, _capabilities: ("notify", toast.key, replaces)
    )
    monkeypatch.setattr(dbus, "close_call", lambda identity: ("close", identity))
    monkeypatch.setattr(dbus, "daemon_call", lambda name: (name,))
    made = Port(FakeBus())
    made.toasts = DBusBackend(made, made.bus, NoFallback())  # type: ignore[arg-type]  # fakes
    made.toasts.prepare()
    made.bus.answer("GetServerInformation", "recorder", "mailbell", "1", "1.2")
    made.bus.answer("GetCapabilities", ["actions"])
    return made


@pytest.mark.expects_log(LATE)
@pytest.mark.parametrize(("error", "values"), [("", [42]), ("org.example.Refused", []), ("", [])])
def test_a_reply_that_comes_after_all_changes_nothing(port: Port, error: str, values: list[int]) -> None:
    """The toast counts as shown, and as gone; it is not sent again."""
    port.show()
    late = port.give_up()
    assert (port.handed, port.closed) == (["k"], ["k"])
    port.show("next")
    late.answered(error, values)
    port.bus.answer("notify", 43)
    port.bus.signal("NotificationClosed", 42, 2)
    port.bus.signal("ActionInvoked", 43, "default")
    assert port.handed == ["k", "next"]
    assert port.actions == [("next", ToastAction.OPEN, "")]
    assert port.closed == ["k", "next"]
    assert port.bus.asked == []


@pytest.mark.expects_log(LATE)
def test_a_toast_that_is_withdrawn_and_given_up_is_not_reported_as_closed(port: Port) -> None:
    port.show()
    port.toasts.withdraw(ToastKey("k"))
    port.give_up()
    assert (port.handed, port.closed) == (["k"], [])


@pytest.mark.expects_log(LATE)
def test_a_late_reply_of_the_daemon_before_is_none_of_the_next(port: Port) -> None:
    """The toast was sent to both."""
    port.show()
    (late,) = [each for each in port.bus.asked if each.name == "notify"]
    port.bus.owner_changed(":1.1", ":1.2")
    port.give_up()
    port.bus.answer("GetCapabilities", ["actions"])
    late.answered("", [42])
    assert port.handed == []
    port.bus.answer("notify", 1)
    assert port.handed == ["k"]
    port.toasts.withdraw(ToastKey("k"))
    assert port.bus.closed == [1]


def test_an_id_that_is_given_again_means_the_later_toast_only(port: Port) -> None:
    """A daemon may count anew; a late click on what was withdrawn opens nothing else."""
    port.show("a")
    port.bus.answer("notify", 42)
    port.bus.signal("NotificationClosed", 42, 2)
    port.show("b")
    port.bus.answer("notify", 42)
    port.toasts.withdraw(ToastKey("b"))
    port.bus.signal("ActionInvoked", 42, "default")
    assert port.actions == []


def test_a_click_before_the_usual_answer_counts(port: Port) -> None:
    """Some daemons answer for a toast only after they have drawn it."""
    port.show()
    port.bus.signal("NotificationClosed", 5, 2)
    port.bus.signal("ActionInvoked", 5, "default")
    port.bus.answer("notify", 5)
    assert port.actions == [("k", ToastAction.OPEN, "")]
    assert port.closed == ["k"]


def test_only_what_may_be_of_our_toast_is_kept(port: Port) -> None:
    port.bus.signal("NotificationClosed", 5, 2)  # of another program, and no id is waited for
    port.show()
    for identity in range(100, 1000):
        port.bus.signal("ActionInvoked", identity, "default")
        port.bus.signal("NotificationClosed", identity, 2)
    for _ in range(100):
        port.bus.signal("ActivationToken", 999, "t")
    early = port.toasts._on_screen._early
    assert (len(early), len(early[999])) == (50, 8)
    port.bus.answer("notify", 5)
    assert port.closed == []
    assert not port.toasts._on_screen._early


def test_a_toast_that_the_daemon_answers_for_when_it_has_gone_is_shown_by_the_next(port: Port) -> None:
    """The one before answers after it has lost its name; the same id is another toast's with the next."""
    port.show("k")
    port.bus.owner_changed(":1.1", ":1.2")
    port.bus.answer("notify", 1)
    assert port.handed == []
    port.bus.answer("GetCapabilities", ["actions"])
    port.bus.answer("notify", 1)
    assert port.handed == ["k"]


def test_a_daemon_that_the_call_itself_started_is_the_one_that_answers(port: Port) -> None:
    port.show("k")
    port.bus.owner_changed("", ":1.2")
    port.bus.answer("notify", 1)
    assert port.handed == ["k"]
    port.toasts.withdraw(ToastKey("k"))
    assert port.bus.closed == [1]


def test_what_the_daemon_before_can_do_is_not_asked_of_the_next(port: Port) -> None:
    port.bus.owner_changed(":1.1", ":1.2")
    port.show("k")
    port.bus.owner_changed(":1.2", ":1.3")
    port.bus.answer("GetCapabilities", ["body-markup"])  # of 1.2
    port.bus.answer("GetCapabilities", ["actions"])
    assert port.toasts._capabilities == {"actions"}


# Any order


class Daemon:
    """Shows toasts at once, and replies whenever the schedule says so; its signals keep their order."""

    def __init__(self, port: Port, schedule: random.Random) -> None:
        self.port = port
        self.schedule = schedule
        self.screen: OrderedDict[int, str] = OrderedDict()
        self.number = 0
        self.unanswered: list[tuple[Asked, int]] = []
        self.signals: list[tuple[Any, ...]] = []

    def receive(self) -> None:
        """Read all calls that came."""
        bus = self.port.bus
        for identity in bus.closed:
            if self.screen.pop(identity, None) is not None:
                self.signals.append(("NotificationClosed", identity, 3))
        bus.closed.clear()
        for asked in [each for each in bus.asked if each.name == "notify"]:
            bus.asked.remove(asked)
            key, identity = asked.values
            if identity not in self.screen:
                self.number += 1
                identity = self.number
            self.screen[identity] = key
            self.unanswered.append((asked, identity))

    def act(self) -> None:
        """One thing that happens next, of all that may."""
        may = [self.answer] * 2 * bool(self.unanswered) + [self.signal] * 3 * bool(self.signals)
        may += [self.person] * bool(self.screen)
        if may:
            self.schedule.choice(may)()

    def answer(self) -> None:
        ((asked, identity),) = self.unanswered
        self.unanswered.clear()
        asked.answered("", [identity])

    def signal(self) -> None:
        self.port.bus.signal(*self.signals.pop(0))

    def person(self) -> None:
        identity = self.schedule.choice(list(self.screen))
        if self.schedule.random() < 0.5:
            self.signals.append(("ActionInvoked", identity, "default"))
        del self.screen[identity]
        self.signals.append(("NotificationClosed", identity, 2))


@pytest.mark.parametrize("seed", range(40))
def test_however_late_the_daemon_is_what_is_withdrawn_goes_and_nothing_else_does(
    port: Port, seed: int
) -> None:
    schedule = random.Random(seed)
    daemon = Daemon(port, schedule)
    ordered: list[str] = []
    wanted: set[str] = set()
    for _ in range(120):
        what = schedule.random()
        if what < 0.15:
            ordered.append(f"toast {len(ordered)}")
            port.show(ordered[-1])
            wanted.add(ordered[-1])
        elif what < 0.25 and wanted:
            key = schedule.choice(sorted(wanted))
            if what < 0.2:
                port.show(key)  # an update
            elif key in port.handed:  # it counts as shown
                port.toasts.withdraw(ToastKey(key))
                wanted.discard(key)
        daemon.receive()
        daemon.act()
    while daemon.unanswered or daemon.signals:
        (daemon.answer if daemon.unanswered else daemon.signal)()
        daemon.receive()
    assert set(port.handed) == set(ordered)
    shown = sorted(daemon.screen.values())
    assert len(shown) == len(set(shown)), "no toast is there twice"
    assert set(shown) <= wanted, "what was withdrawn is gone"
    for key in shown:
        port.toasts.withdraw(ToastKey(key))
    daemon.receive()
    assert daemon.screen == {}, "what is there can be withdrawn"
    assert {key for key, _, _ in port.actions} <= set(ordered)
    assert not port.toasts._on_screen._early
