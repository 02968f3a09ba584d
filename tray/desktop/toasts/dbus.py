"""Toasts through the desktop's notification daemon, over D-Bus, without ever waiting for it."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QTimer, pyqtSlot
from PyQt5.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher, QDBusServiceWatcher

from tray.desktop.bus_reply import outcome
from tray.desktop.toasts.message import PATH, SERVICE, call, close, notify
from tray.mail.toast import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.toasts.port import OnAction, OnClosed
    from tray.mail.toast import Show, Toast, ToastKey

log = logging.getLogger(__name__)

MOST_WAITING = 200
"""How many toasts are kept for a daemon that is not there; beyond, the oldest is dropped without `handed_over`, so
that its mails are told of at the next start."""

_RETRY = 60_000
"""Milliseconds after which a daemon that did not answer is tried again without a sign from it."""
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
        bus: QDBusConnection | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_action = on_action
        self._on_closed = on_closed
        self._bus = QDBusConnection.sessionBus() if bus is None else bus
        self._waiting: deque[_Pending] = deque()
        self._under_way: _Pending | None = None
        self._call: QDBusPendingCallWatcher | None = None  # Qt drops the answer with its watcher
        self._capabilities: frozenset[str] | None = None
        self._owner_changed_meanwhile = False
        self._closed = False
        self._shown: dict[int, Toast] = {}
        self._ids: dict[ToastKey, int] = {}
        self._gone: OrderedDict[int, Toast] = OrderedDict()
        self._tokens: dict[int, str] = {}
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(_RETRY)
        self._retry.timeout.connect(self._go_on)
        self._services = QDBusServiceWatcher(
            SERVICE, self._bus, QDBusServiceWatcher.WatchForOwnerChange, self
        )
        self._services.serviceOwnerChanged.connect(self._owner_changed)
        for signal, slot in (
            ("ActionInvoked", self._action_invoked),
            ("NotificationClosed", self._notification_closed),
            ("ActivationToken", self._activation_token),
        ):
            self._bus.connect(SERVICE, PATH, SERVICE, signal, slot)

    def prepare(self) -> None:
        """Ask what the daemon can do before the first toast has to wait for it."""
        if self._call is None and self._capabilities is None:
            self._send(call("GetCapabilities"))

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

    def close(self) -> None:
        """Withdraw what is on screen; what still waits is not handed over."""
        self._closed = True
        self._waiting.clear()
        self._retry.stop()
        if self._under_way is not None:
            self._under_way.withdrawn = True
        for identity in list(self._shown):
            self._forget(identity)
            self._bus.send(close(identity))

    # -- calls -----------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        if self._call is not None or not self._waiting:
            return
        if self._capabilities is None:
            self._send(call("GetCapabilities"))
            return
        self._under_way = pending = self._waiting.popleft()
        replaces = next((self._ids[key] for key in pending.places if key in self._ids), 0)
        self._send(notify(pending.toast, replaces, self._capabilities))

    def _send(self, message: QDBusMessage) -> None:
        self._call = watcher = QDBusPendingCallWatcher(self._bus.asyncCall(message), self)
        if watcher.isFinished():  # on a dead bus `finished` never comes
            self._answered(watcher)
        else:
            watcher.finished.connect(self._answered)

    def _answered(self, watcher: QDBusPendingCallWatcher) -> None:
        self._call = None
        watcher.deleteLater()
        owner_changed, self._owner_changed_meanwhile = self._owner_changed_meanwhile, False
        pending, self._under_way = self._under_way, None
        error, answer = outcome(watcher)
        if pending is None:
            if error.startswith(_ABSENT):
                self._no_daemon(error, owner_changed)
            else:
                self._capabilities = frozenset(answer[0] if answer else ())
                self._go_on()
        elif not error:
            self._took(pending, int(answer[0]))
            self._go_on()
        elif not error.startswith(_ABSENT):
            log.warning("The notification daemon refused a toast: %s", error)
            _tell(pending)
            self._go_on()
        elif pending.withdrawn:
            self._go_on()
        else:
            self._waiting.appendleft(pending)
            self._no_daemon(error, owner_changed)

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

    def _no_daemon(self, error: str, owner_changed: bool) -> None:
        """Keep what waits; a daemon that comes, the next toast or the retry timer goes on."""
        log.info("No notification daemon answered: %s", error)
        self._capabilities = None
        if owner_changed:  # the old one died over the call, and the new one may be here already
            self._go_on()
        elif self._waiting:
            self._retry.start()

    # -- what the daemon tells -------------------------------------------------------------------------

    def _owner_changed(self, _service: str, _old: str, new: str) -> None:
        self._capabilities = None
        self._owner_changed_meanwhile = self._call is not None
        lost = [toast.key for toast in self._shown.values()]
        self._shown.clear()
        self._ids.clear()
        self._gone.clear()  # the next daemon begins its ids anew
        self._tokens.clear()
        for key in lost:
            self._on_closed(key)
        if new:
            self._go_on()

    @pyqtSlot("uint", str)
    def _activation_token(self, identity: int, token: str) -> None:
        if identity in self._shown or identity in self._gone:
            self._tokens[identity] = token

    @pyqtSlot("uint", str)
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

    @pyqtSlot("uint", "uint")
    def _notification_closed(self, identity: int, _reason: int) -> None:
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
