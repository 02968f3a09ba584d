"""A notification daemon that answers late, in any order, or after all: every toast can be clicked and withdrawn."""

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
from tray.mail.model.toast import Action, ToastKey

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

    def show_unanswered(self, key: str = "k", replaces: str | None = None) -> Asked:
        """The daemon answers a later question, and so nothing waits for this answer any more."""
        self.show(key, replaces)
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
    made.bus.answer("GetCapabilities", ["actions"])
    return made


@pytest.mark.expects_log(LATE)
def test_a_toast_whose_id_comes_late_can_be_clicked(port: Port) -> None:
    late = port.show_unanswered()
    assert port.handed == ["k"]
    late.answered("", [42])
    port.bus.signal("ActivationToken", 42, "token")
    port.bus.signal("ActionInvoked", 42, "default")
    assert port.actions == [("k", Action.OPEN, "token")]
    assert port.closed == ["k"]
    assert port.handed == ["k"]


@pytest.mark.expects_log(LATE)
def test_a_toast_whose_id_comes_late_can_be_withdrawn(port: Port) -> None:
    late = port.show_unanswered()
    late.answered("", [42])
    port.toasts.withdraw(ToastKey("k"))
    assert port.bus.closed == [42]


@pytest.mark.expects_log(LATE)
@pytest.mark.parametrize("end", ["withdraw", "close"])
def test_a_toast_that_is_no_longer_wanted_is_closed_when_its_id_comes(port: Port, end: str) -> None:
    late = port.show_unanswered()
    if end == "withdraw":
        port.toasts.withdraw(ToastKey("k"))
    else:
        port.toasts.close()
    late.answered("", [42])
    assert port.bus.closed == [42]
    port.bus.signal("NotificationClosed", 42, 3)
    assert port.closed == []


@pytest.mark.expects_log(LATE)
def test_signals_about_an_id_that_come_before_the_id_count(port: Port) -> None:
    clicked = port.show_unanswered("clicked")
    gone = port.show_unanswered("gone")
    port.bus.signal("ActivationToken", 1, "token")
    port.bus.signal("ActionInvoked", 1, "default")
    port.bus.signal("NotificationClosed", 1, 2)
    port.bus.signal("NotificationClosed", 2, 1)
    assert port.actions == []
    gone.answered("", [2])
    clicked.answered("", [1])
    assert port.actions == [("clicked", Action.OPEN, "token")]
    assert port.closed == ["gone", "clicked"]


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
    assert port.actions == [("k", Action.OPEN, "")]
    assert port.closed == ["k"]


def test_only_what_may_be_of_our_toast_is_kept(port: Port) -> None:
    port.bus.signal("NotificationClosed", 5, 2)  # of another program, and no id is waited for
    port.show()
    for identity in range(100, 1000):
        port.bus.signal("ActionInvoked", identity, "default")
    assert len(port.toasts._on_screen._early) <= 50
    port.bus.answer("notify", 5)
    assert port.closed == []
    assert not port.toasts._on_screen._early


@pytest.mark.expects_log(LATE)
@pytest.mark.parametrize("replaces", [None, "k"], ids=["same key", "named"])
def test_a_late_id_of_a_toast_that_was_replaced_is_closed(port: Port, replaces: str | None) -> None:
    late = port.show_unanswered("k")
    new = "k" if replaces is None else "digest"
    port.show(new, replaces)
    port.bus.answer("notify", 2)
    late.answered("", [1])
    assert port.bus.closed == [1]
    assert port.closed == []
    port.bus.signal("ActionInvoked", 2, "default")
    assert port.actions == [(new, Action.OPEN, "")]


@pytest.mark.expects_log(LATE)
def test_a_late_id_that_comes_while_its_replacement_is_under_way_is_closed(port: Port) -> None:
    late = port.show_unanswered("k")
    port.show("digest", "k")
    late.answered("", [1])
    port.bus.answer("notify", 2)
    assert port.bus.closed == [1]


@pytest.mark.expects_log(LATE)
def test_a_late_id_that_a_newer_toast_has_taken_over_is_not_closed(port: Port) -> None:
    port.show("k")
    port.bus.answer("notify", 1)
    late = port.show_unanswered("k")
    port.show("k")
    port.bus.answer("notify", 1)
    late.answered("", [1])
    assert port.bus.closed == []
    port.bus.signal("NotificationClosed", 1, 2)
    assert port.closed == ["k"]


@pytest.mark.expects_log(LATE)
def test_a_late_id_of_a_daemon_that_has_gone_is_no_id_of_the_next(port: Port) -> None:
    late = port.show_unanswered("k")
    port.bus.owner_changed(":1.1", ":1.2")
    assert port.closed == ["k"]
    port.show("new")
    port.bus.answer("GetCapabilities", ["actions"])
    port.bus.answer("notify", 1)
    late.answered("", [1])
    port.toasts.withdraw(ToastKey("k"))
    assert port.bus.closed == []
    port.bus.signal("ActionInvoked", 1, "default")
    assert port.actions == [("new", Action.OPEN, "")]


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


@pytest.mark.expects_log(LATE)
@pytest.mark.parametrize("error", ["org.freedesktop.DBus.Error.NoReply", "org.example.Refused", ""])
def test_a_call_that_fails_late_is_handed_over_once_and_sent_once(port: Port, error: str) -> None:
    late = port.show_unanswered("k")
    late.answered(error, [])
    assert port.handed == ["k"]
    assert [each.name for each in port.bus.asked] == []
    port.bus.signal("NotificationClosed", 1, 2)
    assert not port.toasts._on_screen._early


@pytest.mark.expects_log(LATE)
def test_no_more_than_so_many_are_waited_for(port: Port) -> None:
    late = [port.show_unanswered(str(number)) for number in range(60)]
    assert len(port.toasts._on_screen._unanswered) == 50
    for number, each in enumerate(late, 1):
        each.answered("", [number])
    port.toasts.withdraw(ToastKey("59"))
    assert port.bus.closed == [60]


# -- any order --------------------------------------------------------------------------------------------


class Daemon:
    """Shows toasts at once, and answers for them whenever the schedule says so; its signals keep their order."""

    def __init__(self, port: Port, schedule: random.Random) -> None:
        self.port = port
        self.schedule = schedule
        self.screen: OrderedDict[int, str] = OrderedDict()
        self.begin = 0
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
        for asked in list(bus.asked):
            if asked.name != "notify":
                continue
            bus.asked.remove(asked)
            key, replaces = asked.values
            if replaces in self.screen:
                identity = replaces
            else:
                self.number += 1
                identity = self.number
            self.screen[identity] = key
            self.unanswered.append((asked, identity))

    def act(self) -> None:
        """One thing that happens next, of all that may."""
        port, bus = self.port, self.port.bus
        may: list[Callable[[], None]] = []
        if self.unanswered:
            may += [self.answer] * 2
        if self.signals:
            may += [self.signal] * 3
        if self.screen:
            may += [self.person]
        if any(each.name == "GetCapabilities" for each in bus.asked):
            may += [lambda: bus.answer("GetCapabilities", ["actions"])] * 3
        if port.toasts._under_way is not None and port.toasts._probe_due.isActive():
            may += [self.doubt]
        if port.toasts._grace.isActive():
            may += [port.toasts._give_up]
        if may:
            self.schedule.choice(may)()

    def doubt(self) -> None:
        self.port.toasts._probe_due.stop()
        self.port.toasts._probe()

    def answer(self) -> None:
        asked, identity = self.unanswered.pop(self.schedule.randrange(len(self.unanswered)))
        asked.answered("", [identity])

    def signal(self) -> None:
        self.port.bus.signal(*self.signals.pop(0))

    def person(self) -> None:
        identity = self.schedule.choice(list(self.screen))
        if self.schedule.random() < 0.5:
            self.signals.append(("ActionInvoked", identity, "default"))
        del self.screen[identity]
        self.signals.append(("NotificationClosed", identity, 2))


@pytest.mark.expects_log(LATE)
@pytest.mark.parametrize("seed", range(60))
def test_however_late_the_daemon_is_what_is_withdrawn_goes_and_nothing_else_does(
    port: Port, seed: int
) -> None:
    """Toasts with keys of their own, shown and withdrawn in any order; a person closes some."""
    schedule = random.Random(seed)
    daemon = Daemon(port, schedule)
    wanted: set[str] = set()
    ordered = 0
    for _ in range(120):
        what = schedule.random()
        if what < 0.15:
            ordered += 1
            port.show(f"toast {ordered}")
            wanted.add(f"toast {ordered}")
        elif what < 0.2 and wanted:
            key = schedule.choice(sorted(wanted))
            if key in port.handed:  # it counts as shown
                port.toasts.withdraw(ToastKey(key))
                wanted.discard(key)
        elif what < 0.25 and wanted:
            key = schedule.choice(sorted(wanted))
            port.show(key)  # an update
        daemon.receive()
        daemon.act()
    daemon_idle = 0
    while daemon_idle < 2:
        daemon.receive()
        bus = port.bus
        if daemon.unanswered:
            daemon.answer()
        elif any(each.name == "GetCapabilities" for each in bus.asked):
            bus.answer("GetCapabilities", ["actions"])
        elif daemon.signals:
            daemon.signal()
        else:
            daemon_idle += 1
    assert set(port.handed) == {f"toast {number}" for number in range(1, ordered + 1)}
    shown = sorted(daemon.screen.values())
    assert len(shown) == len(set(shown)), "no toast is there twice"
    assert set(shown) <= wanted, "what was withdrawn is gone"
    for key in shown:
        port.toasts.withdraw(ToastKey(key))
    daemon.receive()
    assert daemon.screen == {}, "what is there can be withdrawn"
    assert {key for key, _, _ in port.actions} <= {f"toast {number}" for number in range(1, ordered + 1)}
    assert not port.toasts._on_screen._early
