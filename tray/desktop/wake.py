"""What the machine tells of itself: about to sleep, awake again, another network, another time, session unlocked."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSlot
from PyQt5.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCallWatcher,
    QDBusServiceWatcher,
    QDBusUnixFileDescriptor,
)

from tray.desktop.bus_reply import outcome
from tray.desktop.clock_watch import ClockWatch

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

_LOGIND = "org.freedesktop.login1"
_MANAGER_PATH = "/org/freedesktop/login1"
_MANAGER = "org.freedesktop.login1.Manager"
_SESSION = "org.freedesktop.login1.Session"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_NETWORK = "org.freedesktop.NetworkManager"
_NETWORK_PATH = "/org/freedesktop/NetworkManager"
_SCREEN_SAVER = "org.freedesktop.ScreenSaver"
_ONLINE = 70
"""NM_STATE_CONNECTED_GLOBAL."""
_OFFLINE = range(10, 50)
"""NM_STATE_ASLEEP up to NM_STATE_CONNECTING: there was a network, and now there is none."""


@dataclass(frozen=True)
class Tidings:
    """Whom to tell."""

    about_to_sleep: Callable[[Callable[[], None]], None]
    """The machine waits, for some seconds at most (logind: 5), until the argument is called."""
    resumed: Callable[[], None]
    network_changed: Callable[[bool], None]
    """Whether there is a network now; others may be told several times in a row."""
    clock_changed: Callable[[], None]
    """The wall clock was set, or the machine slept: also where no logind tells of sleep."""
    unlocked: Callable[[], None]


class Wake(QObject):
    """Listens to logind and NetworkManager on the system bus, and to the screen saver on the session's.

    What is not there is not missed: no error, no timer, no wake-up while nothing happens.
    """

    def __init__(
        self,
        tidings: Tidings,
        system: QDBusConnection | None = None,
        session: QDBusConnection | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tidings = tidings
        self._system = QDBusConnection.systemBus() if system is None else system
        self._session = QDBusConnection.sessionBus() if session is None else session
        self._calls: dict[QDBusPendingCallWatcher, Callable[[QDBusPendingCallWatcher], None]] = {}
        self._inhibitor: int | None = None
        self._sleeping = False
        self._nap = (
            0  # number of the sleep: a goodbye that comes too late must not release the next inhibitor
        )
        self._network: int | None = None
        self._session_path = ""
        self._clock = ClockWatch(tidings.clock_changed, self)
        self._services = QDBusServiceWatcher(self)
        self._services.setConnection(self._system)
        self._services.setWatchMode(QDBusServiceWatcher.WatchForRegistration)
        self._services.serviceRegistered.connect(self._greet_logind)

    def start(self) -> None:
        """Listen from now on."""
        self._clock.start()
        if self._session.isConnected():
            # Desktops put it at different paths, some at two.
            self._session.connect("", "", _SCREEN_SAVER, "ActiveChanged", self._screen_saver)
        if not self._system.isConnected():
            log.info("There is no system bus: sleep and networks are seen by their effects only")
            return
        self._services.addWatchedService(_LOGIND)
        self._system.connect(_LOGIND, _MANAGER_PATH, _MANAGER, "PrepareForSleep", self._prepare_for_sleep)
        self._system.connect(_NETWORK, _NETWORK_PATH, _NETWORK, "StateChanged", self._state_changed)
        self._greet_logind()
        self._ask(_call(_NETWORK, _NETWORK_PATH, _PROPERTIES, "Get", _NETWORK, "State"), self._state_is_known)

    def stop(self) -> None:
        """Tell nobody any more; the machine may sleep without us."""
        self._clock.stop()
        self._calls.clear()
        self._services.setWatchedServices([])
        if self._session.isConnected():
            self._session.disconnect("", "", _SCREEN_SAVER, "ActiveChanged", self._screen_saver)
        if self._system.isConnected():
            self._system.disconnect(
                _LOGIND, _MANAGER_PATH, _MANAGER, "PrepareForSleep", self._prepare_for_sleep
            )
            self._system.disconnect(_NETWORK, _NETWORK_PATH, _NETWORK, "StateChanged", self._state_changed)
            if self._session_path:
                self._system.disconnect(
                    _LOGIND, self._session_path, _PROPERTIES, "PropertiesChanged", self._session_changed
                )
        self._release()

    # logind

    def _greet_logind(self, _name: str = "") -> None:
        self._inhibit()
        wanted = os.environ.get("XDG_SESSION_ID", "auto")
        self._ask(_call(_LOGIND, _MANAGER_PATH, _MANAGER, "GetSession", wanted), self._session_is_known)

    def _inhibit(self) -> None:
        self._release()
        call = _call(
            _LOGIND,
            _MANAGER_PATH,
            _MANAGER,
            "Inhibit",
            *("sleep", "Mailbell", "say goodbye to mail servers", "delay"),
        )
        self._ask(call, self._inhibited)

    def _inhibited(self, watcher: QDBusPendingCallWatcher) -> None:
        _, answer = outcome(watcher)
        match answer:
            case [QDBusUnixFileDescriptor() as descriptor] if descriptor.isValid():
                self._release()
                if not self._sleeping:  # else it came too late to be of use, and is not to hold up anybody
                    self._inhibitor = os.dup(descriptor.fileDescriptor())

    def _release(self) -> None:
        """The lock is held as long as its file is open (systemd's Inhibitor Lock API)."""
        inhibitor, self._inhibitor = self._inhibitor, None
        if inhibitor is not None:
            with suppress(OSError):
                os.close(inhibitor)

    @pyqtSlot(bool)
    def _prepare_for_sleep(self, start: bool) -> None:
        if start and not self._sleeping:
            self._sleeping = True
            self._nap += 1
            nap = self._nap
            self._tidings.about_to_sleep(lambda: self._may_sleep(nap))
        elif not start:
            self._sleeping = False
            self._inhibit()
            self._tidings.resumed()

    def _may_sleep(self, nap: int) -> None:
        if self._sleeping and nap == self._nap:
            self._release()

    def _session_is_known(self, watcher: QDBusPendingCallWatcher) -> None:
        _, answer = outcome(watcher)
        match answer:
            case [str(path)]:
                self._session_path = path
                # A second connection for the same path, after logind came again, is refused by Qt: no harm.
                self._system.connect(_LOGIND, path, _PROPERTIES, "PropertiesChanged", self._session_changed)

    @pyqtSlot(QDBusMessage)
    def _session_changed(self, message: QDBusMessage) -> None:
        match message.arguments():
            case [str(interface), dict(changed), *_]:
                if interface == _SESSION and changed.get("LockedHint") is False:
                    self._tidings.unlocked()

    @pyqtSlot(bool)
    def _screen_saver(self, active: bool) -> None:
        if not active:
            self._tidings.unlocked()

    # NetworkManager

    def _state_is_known(self, watcher: QDBusPendingCallWatcher) -> None:
        _, answer = outcome(watcher)
        match answer:
            case [int(state)] if self._network is None:
                self._network = state

    @pyqtSlot("uint")
    def _state_changed(self, state: int) -> None:
        before, self._network = self._network, state
        if state == _ONLINE and before != _ONLINE:
            self._tidings.network_changed(True)
        elif state in _OFFLINE and before not in _OFFLINE:
            self._tidings.network_changed(False)

    # Asking

    def _ask(self, call: QDBusMessage, answered: Callable[[QDBusPendingCallWatcher], None]) -> None:
        call.setAutoStartService(False)
        watcher = QDBusPendingCallWatcher(self._system.asyncCall(call), self)
        self._calls[watcher] = answered
        if watcher.isFinished():  # answered already; or there is no bus, and `finished` would never come
            self._answered(watcher)
        else:
            watcher.finished.connect(self._answered)

    def _answered(self, watcher: QDBusPendingCallWatcher) -> None:
        answered = self._calls.pop(watcher, None)
        if answered is not None:
            answered(watcher)
        watcher.deleteLater()


def _call(service: str, path: str, interface: str, method: str, *arguments: str) -> QDBusMessage:
    call = QDBusMessage.createMethodCall(service, path, interface, method)
    call.setArguments(list(arguments))
    return call
