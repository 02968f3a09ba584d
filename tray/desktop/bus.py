"""Calls, signals and name owners of a message bus, by QtDBus."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot
from PyQt5.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCallWatcher,
    QDBusPendingReply,
    QDBusServiceWatcher,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    OnReply = Callable[[str, list[Any]], None]
    """Called with the D-Bus name of the error, empty where there is none, and the values of the reply, of any type."""
    OnSignal = Callable[[list[Any]], None]
    """Called with the arguments of a signal, however many and of whatever types its sender chose."""
    OnOwnerChanged = Callable[[str, str], None]
    """Called with the old and the new owner's unique name, empty for none."""

log = logging.getLogger(__name__)

DEFAULT_TIMEOUT = -1
"""libdbus's default: 25 seconds; later replies are dropped."""
NO_TIMEOUT = 2**31 - 1
"""Milliseconds that mean no timeout to libdbus. The end of the peer is reported by the bus."""
PROPERTIES = "org.freedesktop.DBus.Properties"
_LOCAL_PATH = "/org/freedesktop/DBus/Local"
_LOCAL = "org.freedesktop.DBus.Local"


class _SignalReceiver(QObject):
    """Receives a signal with arguments of any types.

    With a typed slot, Qt 5 ends the program where a signal has, for example, a structure in place of a bool, which any
    program on the bus can send ("demarshalling function for type 'bool' failed"; QDBusConnectionPrivate::deliverCall).
    """

    def __init__(self, match: tuple[str, str, str, str], on_signal: OnSignal, parent: QObject) -> None:
        super().__init__(parent)
        self.on_signal = on_signal
        self._match = match

    def connect_to(self, connection: QDBusConnection) -> None:
        connection.connect(*self._match, self._received)

    def disconnect_from(self, connection: QDBusConnection) -> None:
        connection.disconnect(*self._match, self._received)

    @pyqtSlot(QDBusMessage)
    def _received(self, message: QDBusMessage) -> None:
        self.on_signal(message.arguments())


class Bus(QObject):
    """A message bus. One that is absent, or that ends, is not connected to again (decision 0015).

    `lost` is emitted when it ends. From then on calls fail, and there are no signals.
    """

    lost = pyqtSignal()

    def __init__(self, connection: QDBusConnection, name: str, parent: QObject | None = None) -> None:
        """Use `connection`; the log calls the bus by `name`."""
        super().__init__(parent)
        self._connection = connection
        self._name = name
        self._calls: dict[QDBusPendingCallWatcher, OnReply] = {}
        self._receivers: list[_SignalReceiver] = []
        self._owners: list[tuple[str, OnOwnerChanged]] = []
        self._services: QDBusServiceWatcher | None = None
        if self.connected:
            connection.connect("", _LOCAL_PATH, _LOCAL, "Disconnected", self._disconnected)

    @property
    def connected(self) -> bool:
        """Whether there is a connection to the bus."""
        return self._connection.isConnected()

    @property
    def own_name(self) -> str:
        """The unique name of this connection."""
        return self._connection.baseService()

    def listen(self, service: str, path: str, interface: str, member: str, on_signal: OnSignal) -> None:
        """Call `on_signal` for each signal; empty texts stand for any sender and path."""
        # Else libdbus ends the program: Qt asks a closed connection for the service's owner.
        if self.connected:
            receiver = _SignalReceiver((service, path, interface, member), on_signal, self)
            self._receivers.append(receiver)
            receiver.connect_to(self._connection)

    def unlisten(self, on_signal: OnSignal) -> None:
        """Call `on_signal` no more."""
        for receiver in [present for present in self._receivers if present.on_signal == on_signal]:
            self._receivers.remove(receiver)
            receiver.disconnect_from(self._connection)
            receiver.deleteLater()

    def watch(self, name: str, on_owner_changed: OnOwnerChanged) -> None:
        """Call `on_owner_changed` when the owner of the name changes, but not at the end of the bus: see `lost`."""
        if not self.connected:  # as in `listen`
            return
        self._owners.append((name, on_owner_changed))
        if self._services is None:
            self._services = QDBusServiceWatcher(self)
            self._services.setConnection(self._connection)
            self._services.setWatchMode(QDBusServiceWatcher.WatchForOwnerChange)
            self._services.serviceOwnerChanged.connect(self._owner_changed)
        self._services.addWatchedService(name)

    def ask(self, call: QDBusMessage, on_reply: OnReply, timeout: int = DEFAULT_TIMEOUT) -> None:
        """Call a method; `on_reply` is called once, later, whatever happens, unless `close` comes first.

        After `timeout` milliseconds without a reply it is called with an error.
        """
        watcher = QDBusPendingCallWatcher(self._connection.asyncCall(call, timeout), self)
        self._calls[watcher] = on_reply
        if watcher.isFinished():  # there is no bus, or already a reply: `finished` would not be emitted
            QTimer.singleShot(0, lambda: self._replied(watcher))
        else:
            watcher.finished.connect(self._replied)

    def send(self, call: QDBusMessage) -> None:
        """Call a method without waiting for a reply."""
        self._connection.send(call)

    def close(self) -> None:
        """Call nothing back any more. The connection stays until the process ends: closing it in use may block."""
        self._connection.disconnect("", _LOCAL_PATH, _LOCAL, "Disconnected", self._disconnected)
        for receiver in list(self._receivers):
            self.unlisten(receiver.on_signal)
        self._owners.clear()
        self._calls.clear()
        if self._services is not None:
            self._services.setWatchedServices([])

    def _replied(self, watcher: QDBusPendingCallWatcher) -> None:
        on_reply = self._calls.pop(watcher, None)
        if on_reply is None:
            return
        reply = QDBusPendingReply(watcher)
        if reply.isError():
            on_reply(reply.error().name() or "unknown", [])
        else:
            on_reply("", reply.reply().arguments())
        watcher.deleteLater()

    def _owner_changed(self, service: str, old: str, new: str) -> None:
        for name, on_owner_changed in list(self._owners):
            if name == service:
                on_owner_changed(old, new)

    @pyqtSlot()
    def _disconnected(self) -> None:
        log.warning("The %s bus has ended; Mailbell goes on without it until it is started again", self._name)
        self.lost.emit()


def method_call(service: str, path: str, interface: str, method: str, *arguments: object) -> QDBusMessage:
    """A call that does not make the bus start the service."""
    call = QDBusMessage.createMethodCall(service, path, interface, method)
    call.setArguments(list(arguments))
    call.setAutoStartService(False)
    return call


def property_call(service: str, path: str, interface: str, name: str) -> QDBusMessage:
    """A call for the value of a property, which does not make the bus start the service."""
    return method_call(service, path, PROPERTIES, "Get", interface, name)


def single_shot(parent: QObject, on_timeout: Callable[[], None], milliseconds: int = 0) -> QTimer:
    """A timer that calls `on_timeout` once after each start, in a part that calls over the bus."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(on_timeout)
    return timer


def session_bus() -> Bus:
    """The bus of the user's session; one without a connection on Windows and macOS, where no desktop serves one."""
    if sys.platform in {"win32", "darwin"}:
        return Bus(QDBusConnection("none"), "session")
    return Bus(QDBusConnection.sessionBus(), "session")


def system_bus() -> Bus:
    """The bus of the machine."""
    return Bus(QDBusConnection.systemBus(), "system")
