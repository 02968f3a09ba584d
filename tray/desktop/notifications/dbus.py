"""Toasts through the desktop's notification daemon, over D-Bus, without blocking."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject

from tray.desktop.bus import NO_TIMEOUT, single_shot
from tray.desktop.notifications.backend import PLAYS_SOUNDS
from tray.desktop.notifications.notify_call import (
    PATH,
    SERVICE,
    Daemon,
    close_call,
    daemon_call,
    notify_call,
)
from tray.desktop.notifications.on_screen import OnScreen
from tray.mail.model.toast import SILENT, is_custom_sound
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus
    from tray.desktop.notifications.backend import BackendListener, NotificationBackend
    from tray.mail.model.toast import Show, Toast, ToastKey

log = logging.getLogger(__name__)

WAITING_LIMIT = 200
"""Toasts that are kept while there is no daemon; beyond, the oldest is dropped without `handed_over`, so that its
messages are announced at the next start."""

_RETRY = 60_000
"""Milliseconds after which a toast is tried again without a daemon."""
_PROBE_AFTER = 30_000
"""Milliseconds after which a daemon that has not replied to Notify is probed by another call."""
_GRACE = 10_000
"""Milliseconds by which the reply to Notify may be later than that to the probe."""
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
"""Prefixes of errors that mean that there was no daemon, as opposed to one that refused the toast."""


@dataclass(eq=False)
class _Order:
    """A toast that waits for the daemon, or for its reply."""

    toast: Toast
    places: list[ToastKey]
    """Keys of toasts that it replaces, its own first."""
    handed_over: list[Callable[[], None]]
    """Called when the desktop has accepted it."""
    withdrawn: bool = False
    """Whether it is to be closed as soon as its id is known."""

    def confirm(self) -> None:
        """The desktop has accepted it."""
        for handed_over in self.handed_over:
            handed_over()


class DBusBackend(QObject):
    """A `NotificationBackend` with one pending Notify at a time, so that a replacement knows the id it replaces."""

    def __init__(
        self,
        listener: BackendListener,
        bus: Bus,
        fallback: NotificationBackend,
        play: Callable[[str], None] = lambda _sound: None,
    ) -> None:
        """`fallback` shows toasts after the end of the `bus`.

        `play` is called with sounds that the user chose and that the daemon does not play.
        """
        super().__init__()
        self._listener = listener
        self._bus = bus
        self._fallback = fallback
        self._play = play
        self._on_screen = OnScreen(listener, lambda identity: bus.send(close_call(identity)))
        self._waiting: deque[_Order] = deque()
        self._under_way: _Order | None = None
        self._asking = False
        self._daemon_name = ""
        self._capabilities: frozenset[str] | None = None
        self._owner_changed_meanwhile = False
        self._closed = False
        self._retry = single_shot(self, self._go_on, _RETRY)
        self._probe_due = single_shot(self, self._probe, _PROBE_AFTER)
        self._grace = single_shot(self, self._give_up, _GRACE)
        bus.watch(SERVICE, self._owner_changed)
        bus.lost.connect(self._bus_lost)
        for signal, on_signal in (
            ("ActionInvoked", self._action_invoked),
            ("NotificationClosed", self._notification_closed),
            ("ActivationToken", self._activation_token),
            ("NotificationReplied", self._notification_replied),
        ):
            bus.listen(SERVICE, PATH, SERVICE, signal, on_signal)

    def prepare(self) -> None:
        """Ask for the daemon's name and capabilities, which the first toast needs."""
        if not self._asking and self._capabilities is None:
            self._ask_capabilities()

    # The backend

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show a toast now, or as soon as there is a daemon; see `NotificationBackend.show` for `handed_over`.

        A toast that the daemon refuses counts as handed over: it would be refused again.
        """
        if self._closed:
            return
        if not self._bus.connected:
            self._fallback.show(order, handed_over)
            return
        places = [order.toast.key] if order.replaces is None else [order.toast.key, order.replaces]
        new = _Order(order.toast, list(places), [handed_over])
        for waiting in [waiting for waiting in self._waiting if waiting.toast.key in places]:
            # It was never shown, and is replaced.
            new.handed_over = [*waiting.handed_over, *new.handed_over]
            new.places += waiting.places
            if new.toast.sound == SILENT:  # updates are silent, but the sound of this one was never played
                new.toast = replace(new.toast, sound=waiting.toast.sound)
            self._waiting.remove(waiting)
        self._waiting.append(new)
        if len(self._waiting) > WAITING_LIMIT:
            self._waiting.popleft()
        self._go_on()

    def withdraw(self, key: ToastKey) -> None:
        """Close the toast of that key, or never show it; `on_closed` is not called for it."""
        for waiting in list(self._waiting):
            if waiting.toast.key == key:
                self._waiting.remove(waiting)
        if self._under_way is not None and self._under_way.toast.key == key:
            self._under_way.withdrawn = True
        self._on_screen.withdraw(key)
        self._fallback.withdraw(key)

    def close(self) -> None:
        """Withdraw the toasts on screen, and drop those that wait."""
        self._closed = True
        self._waiting.clear()
        for timer in (self._retry, self._probe_due, self._grace):
            timer.stop()
        if self._under_way is not None:
            self._under_way.withdrawn = True
        self._on_screen.withdraw_all()
        self._fallback.close()

    # Calls

    def _go_on(self) -> None:
        if self._asking or not self._waiting:
            return
        if self._capabilities is None:
            self._ask_capabilities()
            return
        self._asking = True
        self._under_way = order = self._waiting.popleft()
        replaces = self._on_screen.sent(order.places)
        # A daemon that hangs shows the toast when it continues: sent again, it would be shown twice.
        self._bus.ask(
            notify_call(order.toast, replaces, Daemon(self._capabilities, self._daemon_name)),
            lambda error, answer: self._answered(order, error, answer),
            NO_TIMEOUT,
        )
        self._probe_due.start()

    def _probe(self) -> None:
        order = self._under_way

        def answered(error: str, _answer: list[Any]) -> None:
            if order is self._under_way and not error.startswith(_ABSENT):
                self._grace.start()

        self._bus.ask(daemon_call("GetCapabilities"), answered, NO_TIMEOUT)

    def _give_up(self) -> None:
        """The daemon has replied to the probe, and must have received the toast before it, so it counts as shown.

        A later reply is ignored: a toast that is shown then has no effect when it is clicked.
        """
        order = self._under_way
        assert order is not None
        log.warning("The notification daemon does not answer for a toast")
        if self._no_longer_asking():  # the reply to the probe came from another daemon
            self._send_again(order)
        else:
            self._on_screen.answered()
            order.confirm()
            if not order.withdrawn:
                self._listener.on_closed(order.toast.key)
        self._go_on()

    def _send_again(self, order: _Order) -> None:
        self._on_screen.answered()
        if not order.withdrawn and self._bus.connected:
            self._waiting.appendleft(replace(order))  # another one: the old call may yet be replied to

    def _ask_capabilities(self) -> None:
        self._asking = True
        # Answered first by every daemon that answers in turn; without an answer a toast only looks less well.
        self._bus.ask(daemon_call("GetServerInformation"), self._name_known)
        self._bus.ask(daemon_call("GetCapabilities"), self._capabilities_known)

    def _name_known(self, _error: str, answer: list[Any]) -> None:
        self._daemon_name = answer[0] if answer and isinstance(answer[0], str) else ""

    def _capabilities_known(self, error: str, answer: list[Any]) -> None:
        owner_changed = self._no_longer_asking()
        if error.startswith(_ABSENT):
            self._no_daemon(error, owner_changed)
            return
        match answer:
            case _ if owner_changed:
                pass  # the reply may be of the daemon before: ask again
            case [[*names]]:
                self._capabilities = frozenset(name for name in names if isinstance(name, str))
            case _:
                self._capabilities = frozenset()
        self._go_on()

    def _answered(self, order: _Order, error: str, answer: list[Any]) -> None:
        if order is not self._under_way:  # it was given up
            return
        owner_changed = self._no_longer_asking()
        absent = error.startswith(_ABSENT)
        match answer:
            case _ if absent or owner_changed:
                self._send_again(order)
            case [int(identity)] if identity > 0:
                self._shown(order, identity)
            case _:
                log.warning("The notification daemon refused a toast: %s", error or "it gave it no id")
                self._on_screen.answered()
                order.confirm()
        if absent and self._waiting:
            self._no_daemon(error, owner_changed)
        else:
            self._go_on()

    def _shown(self, order: _Order, identity: int) -> None:
        self._on_screen.shown(order.toast, order.places, identity)
        order.confirm()
        if order.withdrawn:
            self._on_screen.withdraw(order.toast.key)
        sound, capabilities = order.toast.sound, self._capabilities or ()
        if self._on_screen.answered(identity) and is_custom_sound(sound) and PLAYS_SOUNDS not in capabilities:
            self._play(sound)

    def _no_longer_asking(self) -> bool:
        """End the pending call; whether the daemon was replaced meanwhile."""
        self._probe_due.stop()
        self._grace.stop()
        self._asking = False
        self._under_way = None
        changed, self._owner_changed_meanwhile = self._owner_changed_meanwhile, False
        return changed

    def _no_daemon(self, error: str, owner_changed: bool) -> None:
        """Keep the waiting toasts until a daemon starts, for the next toast or the retry timer."""
        log.info("No notification daemon answered: %s", error)
        self._capabilities = None
        if owner_changed:  # the old one ended during the call, and a new one may be running already
            self._go_on()
        elif self._waiting:
            self._retry.start()

    # Signals of the daemon

    def _bus_lost(self) -> None:
        """Drop all toasts: those that wait are announced at the next start."""
        self._retry.stop()
        self._waiting.clear()
        self._daemon_has_ended()

    def _owner_changed(self, old: str, new: str) -> None:
        if old:  # else a daemon was started, perhaps by the pending call
            self._daemon_has_ended()
        if new:
            self._go_on()

    def _daemon_has_ended(self) -> None:
        self._capabilities = None
        self._owner_changed_meanwhile = self._asking
        self._on_screen.daemon_ended()

    def _activation_token(self, arguments: list[Any]) -> None:
        match arguments:
            case [int(identity), str(token)]:
                self._on_screen.token(identity, token)

    def _action_invoked(self, arguments: list[Any]) -> None:
        match arguments:
            case [int(identity), str(name)]:
                self._on_screen.action_invoked(identity, name)

    def _notification_replied(self, arguments: list[Any]) -> None:
        match arguments:
            case [int(identity), str(text)]:
                self._on_screen.replied(identity, text)

    def _notification_closed(self, arguments: list[Any]) -> None:
        match arguments:
            case [int(identity), int(_reason)]:
                self._on_screen.closed(identity)
