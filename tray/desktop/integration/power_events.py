"""What the machine tells of itself: about to sleep, awake again, another network, another time, session unlocked."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject
from PyQt5.QtDBus import QDBusMessage, QDBusUnixFileDescriptor

from tray.desktop.integration.descriptor_watch import DescriptorWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

_REALTIME = 0  # CLOCK_REALTIME
_CREATE = 0o2000000 | 0o4000  # TFD_CLOEXEC | TFD_NONBLOCK
_SET = 1 | 2  # TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET
_NEVER = 2**33
"""Unix seconds, in the year 2242."""


class ClockWatch(DescriptorWatch):
    """A timer that never rings but is cancelled when the wall clock jumps (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).

    The kernel cancels it after a sleep, too, for the clock is set then. Elsewhere than on Linux nothing is heard.
    """

    def __init__(self, changed: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = changed

    def start(self) -> None:
        """Listen from now on."""
        self.listen(make_timer(), self._cancelled)

    def _cancelled(self) -> None:
        assert self._descriptor is not None
        with suppress(OSError):  # ECANCELED, which is the message
            os.read(self._descriptor, 8)
        if not set_timer(self._descriptor):
            self.stop()  # else it would be readable for ever
        self._changed()


def make_timer() -> int | None:
    """The descriptor of a timer that is cancelled when the clock jumps; None where the system has none."""
    if sys.platform != "linux" or sys.maxsize < 2**32:
        return None
    import ctypes

    try:
        descriptor: int = ctypes.CDLL(None).timerfd_create(_REALTIME, _CREATE)
    except (OSError, AttributeError):
        return None
    if descriptor < 0:
        return None
    if not set_timer(descriptor):
        os.close(descriptor)
        return None
    return descriptor


def set_timer(descriptor: int) -> bool:
    """Set it (anew) to never; whether that worked."""
    import ctypes

    # struct itimerspec: interval and value, each seconds and nanoseconds, 64 bits as checked above.
    never = (ctypes.c_int64 * 4)(0, 0, _NEVER, 0)
    return bool(ctypes.CDLL(None).timerfd_settime(descriptor, _SET, ctypes.byref(never), None) == 0)


log = logging.getLogger(__name__)

_LOGIND = "org.freedesktop.login1"
_MANAGER_PATH = "/org/freedesktop/login1"
_MANAGER = "org.freedesktop.login1.Manager"
_SESSION = "org.freedesktop.login1.Session"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_NETWORK = "org.freedesktop.NetworkManager"
_NETWORK_PATH = "/org/freedesktop/NetworkManager"
_NO_OBJECT = "/"
_SCREEN_SAVERS = tuple(
    f"org.{desktop}.ScreenSaver" for desktop in ("freedesktop", "gnome", "cinnamon", "mate", "xfce")
)
_ONLINE = 70
"""NM_STATE_CONNECTED_GLOBAL."""
_OFFLINE = range(10, 50)
"""NM_STATE_ASLEEP up to NM_STATE_CONNECTING: there was a network, and now there is none."""


@dataclass(frozen=True)
class PowerListener:
    """Whom to tell."""

    about_to_sleep: Callable[[Callable[[], None]], None]
    """The machine waits, for some seconds at most (logind: 5), until the argument is called."""
    resumed: Callable[[], None]
    network_changed: Callable[[bool], None]
    """Whether there is a network now; others may be told several times in a row."""
    clock_changed: Callable[[], None]
    """The wall clock was set, or the machine slept: also where no logind tells of sleep."""
    unlocked: Callable[[], None]


class PowerEvents(QObject):
    """Listens to logind and NetworkManager on the system bus, and to screen savers on the session's.

    What is not there is not missed: no error, no wake-up while nothing happens. What comes back is heard again.
    """

    def __init__(
        self, tidings: PowerListener, system: Bus, session: Bus, parent: QObject | None = None
    ) -> None:
        """The end of the `system` bus is this object's own, which closes it."""
        super().__init__(parent)
        self._tidings = tidings
        self._system = system
        self._session = session
        self._inhibitor: int | None = None
        self._sleeping = False
        self._nap = (
            0  # number of the sleep: a goodbye that comes too late must not release the next inhibitor
        )
        self._network: int | None = None
        self._session_path = ""
        self._clock = ClockWatch(tidings.clock_changed, self)

    def start(self) -> None:
        """Listen from now on."""
        self._clock.start()
        for interface in _SCREEN_SAVERS:
            # Desktops put it at different paths, some at two.
            self._session.listen("", "", interface, "ActiveChanged", self._screen_saver)
        system = self._system
        system.listen(_LOGIND, _MANAGER_PATH, _MANAGER, "PrepareForSleep", self._prepare_for_sleep)
        system.listen(_NETWORK, _NETWORK_PATH, _NETWORK, "StateChanged", self._state_changed)
        system.listen(_NETWORK, _NETWORK_PATH, _PROPERTIES, "PropertiesChanged", self._network_properties)
        system.watch(_LOGIND, lambda _old, new: self._greet_logind() if new else None)
        system.joined.connect(self._greet)
        if system.connected:
            self._greet()
        else:
            log.info("There is no system bus: sleep and networks are seen by their effects only")

    def stop(self) -> None:
        """Tell nobody any more; the machine may sleep without us."""
        self._clock.stop()
        self._session.unlisten(self._screen_saver)
        self._system.close()
        self._release()

    def _greet(self) -> None:
        self._greet_logind()
        self._ask(_call(_NETWORK, _NETWORK_PATH, _PROPERTIES, "Get", _NETWORK, "State"), self._state_is_known)

    # logind

    def _greet_logind(self) -> None:
        self._sleeping = False  # whoever told of a sleep will not tell of its end
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

    def _inhibited(self, _error: str, answer: list[Any]) -> None:
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

    def _prepare_for_sleep(self, arguments: list[Any]) -> None:
        match arguments:
            case [True] if not self._sleeping:
                self._sleeping = True
                self._nap += 1
                nap = self._nap
                self._tidings.about_to_sleep(lambda: self._may_sleep(nap))
            case [False]:
                self._sleeping = False
                self._inhibit()
                self._tidings.resumed()

    def _may_sleep(self, nap: int) -> None:
        if self._sleeping and nap == self._nap:
            self._release()

    def _session_is_known(self, _error: str, answer: list[Any]) -> None:
        match answer:
            case [str(path)] if path != self._session_path:
                self._system.unlisten(self._session_changed)
                self._system.unlisten(self._unlock_wanted)
                self._session_path = path
                self._system.listen(_LOGIND, path, _PROPERTIES, "PropertiesChanged", self._session_changed)
                self._system.listen(_LOGIND, path, _SESSION, "Unlock", self._unlock_wanted)

    def _session_changed(self, arguments: list[Any]) -> None:
        match arguments:
            case [str(interface), dict(changed), *_]:
                if interface == _SESSION and changed.get("LockedHint") is False:
                    self._tidings.unlocked()

    def _unlock_wanted(self, _arguments: list[Any]) -> None:
        """Logind asks the screen's lock to go; not every one tells when it has gone (LockedHint)."""
        self._tidings.unlocked()

    def _screen_saver(self, arguments: list[Any]) -> None:
        match arguments:
            case [False]:
                self._tidings.unlocked()

    # NetworkManager

    def _state_is_known(self, _error: str, answer: list[Any]) -> None:
        match answer:
            case [int(state)] if self._network is None:
                self._network = state
            case [_]:  # asked again, on another bus
                self._state_changed(answer)

    def _state_changed(self, arguments: list[Any]) -> None:
        match arguments:
            case [int(state)]:
                before, self._network = self._network, state
                if state == _ONLINE and before != _ONLINE:
                    self._tidings.network_changed(True)
                elif state in _OFFLINE and before not in _OFFLINE:
                    self._tidings.network_changed(False)

    def _network_properties(self, arguments: list[Any]) -> None:
        """Another way out, such as a VPN, though there was a network all the time."""
        match arguments:
            case [str(interface), dict(changed), *_]:
                way = changed.get("PrimaryConnection", _NO_OBJECT)
                if interface == _NETWORK and way != _NO_OBJECT and self._network == _ONLINE:
                    self._tidings.network_changed(True)

    # Asking

    def _ask(self, call: QDBusMessage, answered: Callable[[str, list[Any]], None]) -> None:
        call.setAutoStartService(False)
        self._system.ask(call, answered)


def _call(service: str, path: str, interface: str, method: str, *arguments: str) -> QDBusMessage:
    call = QDBusMessage.createMethodCall(service, path, interface, method)
    call.setArguments(list(arguments))
    return call
