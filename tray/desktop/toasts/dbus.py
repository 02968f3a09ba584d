"""Toasts through the desktop's notification daemon, over D-Bus, without ever waiting for it."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QTimer

from tray.desktop.bus import FOREVER
from tray.desktop.toasts.message import PATH, SERVICE, call, close, notify
from tray.mail.sound import NONE
from tray.mail.toast import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus
    from tray.desktop.toasts.port import OnAction, OnClosed
    from tray.mail.toast import Show, Toast, ToastKey

log = logging.getLogger(__name__)

MOST_WAITING = 200
"""How many toasts are kept for a daemon that is not there; beyond, the oldest is dropped without `handed_over`, so
that its mails are told of at the next start."""

_RETRY = 60_000
"""Milliseconds after which a daemon that did not answer is tried again without a sign from it."""
_DOUBT = 30_000
"""Milliseconds after which a daemon that has not answered for a toast is asked something else."""
_GRACE = 10_000
"""Milliseconds for which its answer may come behind that to a later question."""
_REMEMBERED = 50
"""How many closed toasts still understand a click: some daemons tell of the closing first, or keep a history."""
_ERRORS = "org.freedesktop.DBus.Error."
_ABSENT = tuple(
    _ERRORS + name
    for name in (
        "ServiceUnknown",
        "NameHasNoOwner",
        "NoReply",
        "Timeout",
        "TimedOut",
        "Disconnected",
        "NoServer",
        "NoNetwork",
        "Spawn.",
    )
)
"""Errors, or how they begin, that say that there was nobody to refuse the toast."""


@dataclass
class _Pending:
    """A toast that the daemon has not answered for."""

    toast: Toast
    places: list[ToastKey]
    """Keys of toasts whose place it takes, its own first."""
    handed_over: list[Callable[[], None]] = field(default_factory=list)
    withdrawn: bool = False


class DBusToasts(QObject):
    """Implements `Toasts`; one Notify is under way at a time, so that a replacement finds the id it replaces."""

    def __init__(
        self,
        on_action: OnAction,
        on_closed: OnClosed,
        bus: Bus,
        aloud: Callable[[Toast, frozenset[str]], None] = lambda _toast, _capabilities: None,
        parent: QObject | None = None,
    ) -> None:
        """`aloud` hears of each toast that is shown, and what the daemon that shows it can do."""
        super().__init__(parent)
        self._aloud = aloud
        self._on_action = on_action
        self._on_closed = on_closed
        self._bus = bus
        self._waiting: deque[_Pending] = deque()
        self._under_way: _Pending | None = None
        self._asking = False
        self._capabilities: frozenset[str] | None = None
        self._owner_changed_meanwhile = False
        self._closed = False
        self._shown: dict[int, Toast] = {}
        self._ids: dict[ToastKey, int] = {}
        self._gone: OrderedDict[int, Toast] = OrderedDict()
        self._tokens: dict[int, str] = {}
        self._retry = self._timer(_RETRY, self._go_on)
        self._doubt = self._timer(_DOUBT, self._ask_whether_it_lives)
        self._grace = self._timer(_GRACE, self._wait_no_longer)
        bus.watch(SERVICE, self._owner_changed)
        bus.joined.connect(self._go_on)
        bus.lost.connect(self._bus_is_gone)
        for signal, heard in (
            ("ActionInvoked", self._heard_of_action),
            ("NotificationClosed", self._heard_of_closing),
            ("ActivationToken", self._heard_of_token),
        ):
            bus.listen(SERVICE, PATH, SERVICE, signal, heard)

    def _timer(self, interval: int, due: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(due)
        return timer

    def prepare(self) -> None:
        """Ask what the daemon can do before the first toast has to wait for it."""
        if not self._asking and self._capabilities is None:
            self._ask_what_it_can()

    # -- the port --------------------------------------------------------------------------------------

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show a toast now, or as soon as there is a daemon; see `Toasts.show` for `handed_over`.

        A daemon's refusal counts as an answer: the same toast would be refused again.
        """
        if self._closed:
            return
        places = [order.toast.key] if order.replaces is None else [order.toast.key, order.replaces]
        pending = _Pending(order.toast, places, [handed_over])
        for waiting in list(self._waiting):
            if waiting.toast.key in (
                order.toast.key,
                order.replaces,
            ):  # never seen: the new one stands for both
                pending.handed_over = [*waiting.handed_over, *pending.handed_over]
                pending.places += waiting.places
                if pending.toast.sound == NONE:  # an update is silent, but nobody has heard what it updates
                    pending.toast = replace(pending.toast, sound=waiting.toast.sound)
                self._waiting.remove(waiting)
        self._waiting.append(pending)
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
        self._go_on()

    def withdraw(self, key: ToastKey) -> None:
        """Close the toast of that key, or never show it; `on_closed` is not called for it."""
        for waiting in list(self._waiting):
            if waiting.toast.key == key:
                self._waiting.remove(waiting)
        if self._under_way is not None and self._under_way.toast.key == key:
            self._under_way.withdrawn = True
        identity = self._ids.get(key)
        if identity is not None:
            self._forget(identity)
            self._bus.send(close(identity))

    def clicked(self) -> None:
        """None of ours: the daemon tells of clicks."""

    def close(self) -> None:
        """Withdraw what is on screen; what still waits is not handed over."""
        self._closed = True
        self._waiting.clear()
        for timer in (self._retry, self._doubt, self._grace):
            timer.stop()
        if self._under_way is not None:
            self._under_way.withdrawn = True
        for identity in list(self._shown):
            self._forget(identity)
            self._bus.send(close(identity))

    # -- calls -----------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        if self._asking or not self._waiting:
            return
        if self._capabilities is None:
            self._ask_what_it_can()
            return
        self._asking = True
        self._under_way = pending = self._waiting.popleft()
        replaces = next((self._ids[key] for key in pending.places if key in self._ids), 0)
        # A daemon that hangs has the toast already, and shows it when it wakes: sent anew, it would be shown twice.
        self._bus.ask(
            notify(pending.toast, replaces, self._capabilities),
            lambda error, answer: self._answered(pending, error, answer),
            FOREVER,
        )
        self._doubt.start()

    def _ask_whether_it_lives(self) -> None:
        pending = self._under_way

        def answered(error: str, _answer: list[Any]) -> None:
            if pending is self._under_way and not error.startswith(_ABSENT):
                self._grace.start()

        self._bus.ask(call("GetCapabilities"), answered, FOREVER)

    def _wait_no_longer(self) -> None:
        """The daemon has answered a later question, and must have had the toast before it."""
        pending, self._under_way = self._under_way, None
        assert pending is not None
        log.warning("The notification daemon does not answer for a toast")
        if self._no_longer_asking():  # it is another daemon that has answered
            self._waiting.appendleft(pending)
        else:
            _tell(pending)
        self._go_on()

    def _ask_what_it_can(self) -> None:
        self._asking = True
        self._bus.ask(call("GetCapabilities"), self._told_what_it_can)

    def _told_what_it_can(self, error: str, answer: list[Any]) -> None:
        owner_changed = self._no_longer_asking()
        if error.startswith(_ABSENT):
            self._no_daemon(error, owner_changed)
            return
        match answer:
            case [[*names]]:
                self._capabilities = frozenset(name for name in names if isinstance(name, str))
            case _:
                self._capabilities = frozenset()
        self._go_on()

    def _answered(self, pending: _Pending, error: str, answer: list[Any]) -> None:
        if pending is not self._under_way:
            return  # after all
        owner_changed = self._no_longer_asking()
        self._under_way = None
        if error.startswith(_ABSENT):
            if pending.withdrawn:
                self._go_on()
            else:
                self._waiting.appendleft(pending)
                self._no_daemon(error, owner_changed)
            return
        match answer:
            case [int(identity)] if identity > 0:
                self._took(pending, identity)
            case _:
                log.warning("The notification daemon refused a toast: %s", error or "it gave it no id")
                _tell(pending)
        self._go_on()

    def _no_longer_asking(self) -> bool:
        """Whether the daemon was replaced meanwhile."""
        self._doubt.stop()
        self._grace.stop()
        self._asking = False
        changed, self._owner_changed_meanwhile = self._owner_changed_meanwhile, False
        return changed

    def _took(self, pending: _Pending, identity: int) -> None:
        for key in pending.places:
            old = self._ids.get(key)
            if old is not None:
                self._forget(old)
                if old != identity:
                    self._bus.send(close(old))
        self._shown[identity] = pending.toast
        self._ids[pending.toast.key] = identity
        self._gone.pop(identity, None)
        _tell(pending)
        if pending.withdrawn:
            self.withdraw(pending.toast.key)
        else:
            self._aloud(pending.toast, self._capabilities or frozenset())

    def _no_daemon(self, error: str, owner_changed: bool) -> None:
        """Keep what waits; a daemon that comes, the next toast or the retry timer goes on."""
        log.info("No notification daemon answered: %s", error)
        self._capabilities = None
        if owner_changed:  # the old one died over the call, and the new one may be here already
            self._go_on()
        elif self._waiting:
            self._retry.start()

    # -- what the daemon tells -------------------------------------------------------------------------

    def _bus_is_gone(self) -> None:
        """Its daemon went with it, whatever still runs of it; what waits goes to the one on the next bus."""
        self._retry.stop()
        self._owner_changed("", "")

    def _owner_changed(self, _old: str, new: str) -> None:
        self._capabilities = None
        self._owner_changed_meanwhile = self._asking
        lost = [toast.key for toast in self._shown.values()]
        self._shown.clear()
        self._ids.clear()
        self._gone.clear()  # the next daemon begins its ids anew
        self._tokens.clear()
        for key in lost:
            self._on_closed(key)
        if new:
            self._go_on()

    def _heard_of_token(self, arguments: list[Any]) -> None:
        match arguments:
            case [int(identity), str(token)] if identity in self._shown or identity in self._gone:
                self._tokens[identity] = token

    def _heard_of_action(self, arguments: list[Any]) -> None:
        match arguments:
            case [int(identity), str(name)]:
                self._action_invoked(identity, name)

    def _heard_of_closing(self, arguments: list[Any]) -> None:
        match arguments:
            case [int(identity), int(_reason)]:
                self._notification_closed(identity)

    def _action_invoked(self, identity: int, name: str) -> None:
        toast = self._shown.get(identity) or self._gone.pop(identity, None)
        token = self._tokens.pop(identity, "")
        if toast is None or name not in {action.value for action, _ in toast.actions}:
            return
        open_still = identity in self._shown
        if open_still:  # some daemons never tell that an answered toast is closed
            self._forget(identity)
            self._bus.send(close(identity))
        self._on_action(toast, Action(name), token)
        if open_still:
            self._on_closed(toast.key)

    def _notification_closed(self, identity: int) -> None:
        toast = self._shown.get(identity)
        if toast is None:
            return
        self._forget(identity)
        self._gone[identity] = toast
        while len(self._gone) > _REMEMBERED:
            self._tokens.pop(self._gone.popitem(last=False)[0], None)
        self._on_closed(toast.key)

    def _forget(self, identity: int) -> None:
        toast = self._shown.pop(identity)
        self._ids.pop(toast.key, None)
        self._tokens.pop(identity, None)


def _tell(pending: _Pending) -> None:
    for handed_over in pending.handed_over:
        handed_over()
