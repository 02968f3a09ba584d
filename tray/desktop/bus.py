"""A place on a message bus that is taken again whenever the bus comes back: Qt's own connections die with it."""

from __future__ import annotations

import itertools
import logging
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QFileSystemWatcher, QObject, QTimer, pyqtSignal, pyqtSlot
from PyQt5.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCallWatcher,
    QDBusPendingReply,
    QDBusServiceWatcher,
)

from tray.desktop.bus_probe import Knock

if TYPE_CHECKING:
    from collections.abc import Callable

    Answered = Callable[[str, list[Any]], None]
    """Gets the D-Bus name of the error, empty where there was none, and the values of the answer, of any type."""
    Heard = Callable[[list[Any]], None]
    """Gets the arguments of a signal, however many and of whatever types its sender chose."""
    OwnerChanged = Callable[[str, str], None]
    """Gets the old and the new owner's unique name, empty for nobody."""

HAS_BUSES = sys.platform not in {"win32", "darwin"}
SYSTEM = "unix:path=/run/dbus/system_bus_socket"
"""Where the system bus is unless the environment says otherwise ("Well-known Message Bus Instances")."""


def session() -> str:
    """Where the session's bus is; empty where only libdbus may know."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if not address and HAS_BUSES:
        usual = usual_session()
        path = socket_of(usual)
        if path is not None and path.exists():
            return usual
    return address


def usual_session() -> str:
    """Where systemd puts the bus of a user."""
    from urllib.parse import quote

    folder = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return "unix:path=" + quote(f"{folder}/bus", safe="/-_.*\\")


def socket_of(address: str) -> Path | None:
    """The file of the first ``unix:path=`` in a list of addresses."""
    from urllib.parse import unquote

    for each in address.split(";"):
        transport, _, options = each.partition(":")
        for option in options.split(","):
            key, _, value = option.partition("=")
            if transport == "unix" and key == "path" and value:
                return Path(unquote(value))
    return None


DISCONNECTED = "org.freedesktop.DBus.Error.Disconnected"
"""The error of a call that the bus did not survive."""


def reply_value(watcher: QDBusPendingCallWatcher) -> tuple[str, list[Any]]:
    """The D-Bus name of the error, empty where there was none, and the values of the answer."""
    reply = QDBusPendingReply(watcher)
    if reply.isError():
        return reply.error().name() or "unknown", []
    return "", reply.reply().arguments()


log = logging.getLogger(__name__)

_FIRST_RETRY = 50
_LAST_RETRY = 60_000
"""Milliseconds between two looks for a bus that is not there; each wait is twice the one before."""
_SETTLED = 10.0
"""Seconds after which a connection counts as one that lasts: the next search begins with short waits again."""
USUAL = -1
"""The patience of Qt with who is asked: 25 seconds, after which an answer that still comes is thrown away."""
FOREVER = 2**31 - 1
"""Milliseconds that libdbus takes for no end. The bus itself tells when who was asked has died."""
_LOCAL_PATH = "/org/freedesktop/DBus/Local"
_LOCAL = "org.freedesktop.DBus.Local"


_numbers = itertools.count(1)
_kept: list[QDBusConnection] = []
"""Every connection that was ever made, dead ones too (there are few). Where the last reference to one went while
objects listened to it, their end and that of the connection, in Qt's own thread, waited for each other for ever."""


class _SignalReceiver(QObject):
    """Hears a signal, whatever its types.

    A slot with types of its own would be Qt's to call, and Qt 5 ends the whole program where a signal brings a
    structure in place of, say, a bool: anybody on the session bus could do that to us ("demarshalling function for
    type 'bool' failed", seen; QDBusConnectionPrivate::deliverCall).
    """

    def __init__(self, what: tuple[str, str, str, str], heard: Heard, parent: QObject) -> None:
        super().__init__(parent)
        self.heard = heard
        self._what = what

    def open(self, connection: QDBusConnection) -> None:
        connection.connect(*self._what, self._hear)

    def close(self, connection: QDBusConnection) -> None:
        connection.disconnect(*self._what, self._hear)

    @pyqtSlot(QDBusMessage)
    def _hear(self, message: QDBusMessage) -> None:
        self.heard(message.arguments())


class Bus(QObject):
    """Calls, signals and name owners of one bus; who listens goes on listening after the bus was restarted.

    `lost` is emitted when the bus goes, `joined` when it is there again, or for the first time after it was absent
    at the start. What is asked meanwhile is answered by an error. Qt's `QDBusConnection.sessionBus()` is one for
    the whole process and dead for good once its bus is: nobody else here uses it, least of all before there is a bus.
    """

    joined = pyqtSignal()
    lost = pyqtSignal()

    def __init__(
        self, kind: QDBusConnection.BusType, address: str = "", parent: QObject | None = None
    ) -> None:
        """Join the bus at `address`, or where libdbus looks for one of that `kind`; waits until it has answered."""
        super().__init__(parent)
        self._kind = kind
        self._address = address
        self._connection = QDBusConnection("none yet")
        self._joined_at = 0.0
        self._left = False
        self._calls: dict[QDBusPendingCallWatcher, Answered] = {}
        self._ears: list[_SignalReceiver] = []
        self._owners: list[tuple[str, OwnerChanged]] = []
        self._services: QDBusServiceWatcher | None = None
        self._folder: QFileSystemWatcher | None = None
        self._knock: Knock | None = None
        self._wait = _FIRST_RETRY
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.timeout.connect(self._search)
        if not self._join():
            self._look_out()

    @property
    def connected(self) -> bool:
        """Whether the bus is there."""
        return self._connection.isConnected()

    @property
    def own_name(self) -> str:
        """Our unique name on it, empty while it is not there."""
        return self._connection.baseService()

    # -- what it is used for -----------------------------------------------------------------------------

    def listen(self, service: str, path: str, interface: str, member: str, heard: Heard) -> None:
        """Tell of a signal; empty texts stand for any sender and path."""
        ear = _SignalReceiver((service, path, interface, member), heard, self)
        self._ears.append(ear)
        if (
            self.connected
        ):  # else libdbus ends the program: Qt asks for the service's owner on a dead connection
            ear.open(self._connection)

    def unlisten(self, heard: Heard) -> None:
        """Tell `heard` of nothing more."""
        for ear in [ear for ear in self._ears if ear.heard == heard]:
            self._ears.remove(ear)
            ear.close(self._connection)
            ear.deleteLater()

    def watch(self, name: str, changed: OwnerChanged) -> None:
        """Tell of each change of the name's owner, though not of those that happen with the bus: see `lost`."""
        self._owners.append((name, changed))
        if self._services is None:
            self._services = QDBusServiceWatcher(self)
            self._services.setConnection(self._connection)
            self._services.setWatchMode(QDBusServiceWatcher.WatchForOwnerChange)
            self._services.serviceOwnerChanged.connect(self._owner_changed)
        self._services.addWatchedService(name)

    def ask(self, call: QDBusMessage, answered: Answered, patience: int | None = None) -> None:
        """Call a method; `answered` is called once, later, whatever happens, until this end is closed.

        After `patience` (milliseconds; `USUAL` where None) without an answer it gets an error.
        """
        patience = USUAL if patience is None else patience
        watcher = QDBusPendingCallWatcher(self._connection.asyncCall(call, patience), self)
        self._calls[watcher] = answered
        if watcher.isFinished():  # answered already; or there is no bus, and `finished` would never come
            QTimer.singleShot(0, lambda: self._answered(watcher))
        else:
            watcher.finished.connect(self._answered)

    def send(self, call: QDBusMessage) -> None:
        """Call a method whose answer is of no interest."""
        self._connection.send(call)

    def close(self) -> None:
        """Tell nobody anything any more, and search no more."""
        self._left = True
        self._retry.stop()
        self._stop_looking()
        for ear in list(self._ears):
            self.unlisten(ear.heard)
        self._owners.clear()
        self._calls.clear()
        if self._services is not None:
            self._services.setWatchedServices([])
        self._leave()

    # -- calls and names ---------------------------------------------------------------------------------

    def _answered(self, watcher: QDBusPendingCallWatcher) -> None:
        answered = self._calls.pop(watcher, None)
        if answered is not None:
            answered(*reply_value(watcher))
            watcher.deleteLater()

    def _owner_changed(self, service: str, old: str, new: str) -> None:
        for name, changed in list(self._owners):
            if name == service:
                changed(old, new)

    # -- coming and going --------------------------------------------------------------------------------

    def _join(self) -> bool:
        name = f"mailbell-{next(_numbers)}"
        if self._address:
            connection = QDBusConnection.connectToBus(self._address, name)
        else:
            connection = QDBusConnection.connectToBus(self._kind, name)
        if not connection.isConnected():
            QDBusConnection.disconnectFromBus(name)
            return False
        _kept.append(connection)
        self._connection = connection
        self._joined_at = time.monotonic()
        connection.connect("", _LOCAL_PATH, _LOCAL, "Disconnected", self._disconnected)
        for ear in self._ears:
            ear.open(connection)
        if self._services is not None:
            self._services.setConnection(connection)
        return True

    def _leave(self) -> None:
        self._connection.disconnect("", _LOCAL_PATH, _LOCAL, "Disconnected", self._disconnected)
        QDBusConnection.disconnectFromBus(self._connection.name())

    @pyqtSlot()
    def _disconnected(self) -> None:
        if self._left or self._connection.isConnected():
            return
        log.info("The %s bus is gone", self._name)
        if time.monotonic() - self._joined_at > _SETTLED:
            self._wait = _FIRST_RETRY
        self._leave()
        calls, self._calls = self._calls, {}
        for watcher, answered in calls.items():
            watcher.deleteLater()
            answered(DISCONNECTED, [])
        self._look_out()
        self.lost.emit()

    def _look_out(self) -> None:
        """Search now and then, and as soon as something happens where the bus has its socket."""
        if not HAS_BUSES:
            return
        if not self._address and self._kind == QDBusConnection.SessionBus:
            # Where nobody named an address, libdbus may start a bus (dbus-launch): not more than once.
            self._address = usual_session()
        path = self._socket
        if path is not None and path.parent.is_dir():
            self._folder = QFileSystemWatcher([str(path.parent)], self)
            self._folder.directoryChanged.connect(self._something_came)
        self._retry.start(self._wait)

    def _stop_looking(self) -> None:
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.deleteLater()
        knock, self._knock = self._knock, None
        if knock is not None:
            knock.leave()

    def _something_came(self) -> None:
        if self._folder is not None:
            self._wait = _FIRST_RETRY
            self._retry.start(self._wait)

    def _search(self) -> None:
        self._wait = min(2 * self._wait, _LAST_RETRY)
        self._retry.start(self._wait)
        path = self._socket
        if path is None:
            self._join_again()
            return
        if self._knock is not None:
            self._knock.leave()
        self._knock = Knock(path, self._answers, self)

    def _answers(self) -> None:
        self._knock = None
        self._join_again()

    def _join_again(self) -> None:
        if self._join():
            log.info("The %s bus is there", self._name)
            self._retry.stop()
            self._stop_looking()
            self.joined.emit()

    @property
    def _socket(self) -> Path | None:
        return socket_of(self._address or SYSTEM)

    @property
    def _name(self) -> str:
        return "session" if self._kind == QDBusConnection.SessionBus else "system"


def session_bus(parent: QObject | None = None) -> Bus:
    """The bus of the user's session; a restarted one is found at the same address only."""
    return Bus(QDBusConnection.SessionBus, session(), parent)


def system_bus(parent: QObject | None = None) -> Bus:
    """The bus of the machine."""
    return Bus(QDBusConnection.SystemBus, os.environ.get("DBUS_SYSTEM_BUS_ADDRESS", ""), parent)
