"""Signals of logind, NetworkManager and screen savers: sleep, resume, network changes, session unlocked."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from PyQt5.QtCore import QObject
from PyQt5.QtDBus import QDBusUnixFileDescriptor

from tray.desktop.bus import PROPERTIES, method_call, property_call
from tray.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

log = logging.getLogger(__name__)

_LOGIND = "org.freedesktop.login1"
_MANAGER_PATH = "/org/freedesktop/login1"
_MANAGER = "org.freedesktop.login1.Manager"
_SESSION = "org.freedesktop.login1.Session"
_NETWORK = "org.freedesktop.NetworkManager"
_NETWORK_PATH = "/org/freedesktop/NetworkManager"
_NO_OBJECT = "/"
_SCREEN_SAVERS = tuple(
    f"org.{desktop}.ScreenSaver" for desktop in ("freedesktop", "gnome", "cinnamon", "mate", "xfce")
)
_ONLINE = 70
"""NM_STATE_CONNECTED_GLOBAL."""
_OFFLINE = range(10, 50)
"""NM_STATE_ASLEEP up to NM_STATE_CONNECTING: the network is lost."""


class PowerListener(Protocol):
    """Is called with changes of power, network and screen lock."""

    def on_about_to_sleep(self, done: Callable[[], None]) -> None:
        """The machine sleeps when `done` is called, or after some seconds (logind: 5)."""

    def on_resumed(self) -> None:
        """The machine has resumed."""

    def on_network_changed(self, up: bool) -> None:
        """Whether there is a network now; may be called with True several times in a row."""

    def on_unlocked(self) -> None:
        """The screen was unlocked."""


class PowerEvents(QObject):
    """Listens to logind and NetworkManager on the system bus, and to screen savers on the session bus.

    Services may be absent, or start later. There is no timer.
    """

    def __init__(
        self, listener: PowerListener, system: Bus, session: Bus, parent: QObject | None = None
    ) -> None:
        """The `system` bus is closed by `stop`."""
        super().__init__(parent)
        self._listener = listener
        self._system = system
        self._session = session
        self._inhibitor: int | None = None
        self._sleeping = False
        self._sleeps = 0
        """Number of the newest sleep: a late call of `done` must not release the inhibitor of a later one."""
        self._network: int | None = None
        self._session_path = ""

    def start(self) -> None:
        """Listen from now on."""
        for interface in _SCREEN_SAVERS:
            # At different paths, by desktop.
            self._session.listen("", "", interface, "ActiveChanged", self._screen_saver)
        system = self._system
        system.listen(_LOGIND, _MANAGER_PATH, _MANAGER, "PrepareForSleep", self._prepare_for_sleep)
        system.listen(_NETWORK, _NETWORK_PATH, _NETWORK, "StateChanged", self._state_changed)
        system.listen(_NETWORK, _NETWORK_PATH, PROPERTIES, "PropertiesChanged", self._network_properties)
        system.watch(_LOGIND, lambda _old, new: self._ask_logind() if new else None)
        if not system.connected:
            log.info("There is no system bus: sleep and network changes are detected by their effects only")
            return
        self._ask_logind()
        self._ask_network()

    def stop(self) -> None:
        """Call the listener no more, and do not delay sleep."""
        self._session.unlisten(self._screen_saver)
        self._system.close()
        self._release()

    # logind

    def _ask_logind(self) -> None:
        self._sleeping = False  # logind may have been restarted during a sleep, whose end it did not signal
        self._inhibit()
        session = os.environ.get("XDG_SESSION_ID", "auto")
        self._system.ask(
            method_call(_LOGIND, _MANAGER_PATH, _MANAGER, "GetSession", session), self._session_known
        )

    def _inhibit(self) -> None:
        self._release()
        arguments = ("sleep", "Mailbell", tr("end the connections to mail servers"), "delay")
        self._system.ask(
            method_call(_LOGIND, _MANAGER_PATH, _MANAGER, "Inhibit", *arguments), self._inhibited
        )

    def _inhibited(self, _error: str, reply: list[Any]) -> None:
        match reply:
            case [QDBusUnixFileDescriptor() as descriptor] if descriptor.isValid():
                self._release()
                if not self._sleeping:  # else it would only delay the present sleep
                    self._inhibitor = os.dup(descriptor.fileDescriptor())

    def _release(self) -> None:
        """Close the file of the lock, which releases it (systemd's Inhibitor Lock API)."""
        inhibitor, self._inhibitor = self._inhibitor, None
        if inhibitor is not None:
            with suppress(OSError):
                os.close(inhibitor)

    def _prepare_for_sleep(self, arguments: list[Any]) -> None:
        match arguments:
            case [True] if not self._sleeping:
                self._sleeping = True
                self._sleeps += 1
                this = self._sleeps
                self._listener.on_about_to_sleep(lambda: self._may_sleep(this))
            case [False]:
                self._sleeping = False
                self._inhibit()
                self._listener.on_resumed()

    def _may_sleep(self, sleep: int) -> None:
        if self._sleeping and sleep == self._sleeps:
            self._release()

    def _session_known(self, _error: str, reply: list[Any]) -> None:
        match reply:
            case [str(path)] if path != self._session_path:
                self._system.unlisten(self._session_changed)
                self._system.unlisten(self._unlock_requested)
                self._session_path = path
                self._system.listen(_LOGIND, path, PROPERTIES, "PropertiesChanged", self._session_changed)
                self._system.listen(_LOGIND, path, _SESSION, "Unlock", self._unlock_requested)

    def _session_changed(self, arguments: list[Any]) -> None:
        match arguments:
            case [str(interface), dict(changed), *_]:
                if interface == _SESSION and changed.get("LockedHint") is False:
                    self._listener.on_unlocked()

    def _unlock_requested(self, _arguments: list[Any]) -> None:
        """Logind's Unlock: not every screen locker sets LockedHint when it ends."""
        self._listener.on_unlocked()

    def _screen_saver(self, arguments: list[Any]) -> None:
        match arguments:
            case [False]:
                self._listener.on_unlocked()

    # NetworkManager

    def _ask_network(self) -> None:
        self._system.ask(property_call(_NETWORK, _NETWORK_PATH, _NETWORK, "State"), self._state_known)

    def _state_known(self, _error: str, reply: list[Any]) -> None:
        match reply:
            case [int(state)] if self._network is None:
                self._network = state

    def _state_changed(self, arguments: list[Any]) -> None:
        match arguments:
            case [int(state)]:
                before, self._network = self._network, state
                if state == _ONLINE and before != _ONLINE:
                    self._listener.on_network_changed(True)
                elif state in _OFFLINE and before not in _OFFLINE:
                    self._listener.on_network_changed(False)

    def _network_properties(self, arguments: list[Any]) -> None:
        """Another primary connection, such as a VPN, while the network is up."""
        match arguments:
            case [str(interface), dict(changed), *_]:
                primary = changed.get("PrimaryConnection", _NO_OBJECT)
                if interface == _NETWORK and primary != _NO_OBJECT and self._network == _ONLINE:
                    self._listener.on_network_changed(True)
