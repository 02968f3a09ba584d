"""Watches the machine's clock and time zone by the kernel: no timer, and nothing to wake up for.

A process keeps the zone that it read first (tzset(3)); a machine that travels would show old times until a restart.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QSocketNotifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Of timerfd_create(2):
_REALTIME = 0  # CLOCK_REALTIME
_CREATE_TIMER = 0o2000000 | 0o4000  # TFD_CLOEXEC | TFD_NONBLOCK
_CANCEL_ON_SET = 1 | 2  # TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET
_NEVER = 2**33
"""Unix seconds, in the year 2242."""

_ZONE_FILE = "/etc/localtime"
# Of inotify(7):
_CREATE_INOTIFY = 0o2000000 | 0o4000  # IN_CLOEXEC | IN_NONBLOCK
_REPLACED = 0x8 | 0x80 | 0x100 | 0x1000000  # IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR
_EVENT = struct.Struct("iIII")  # struct inotify_event, before its name
_READ = 65_536


class _DescriptorWatch(QObject):
    """Owns a file descriptor, and watches it for something to read."""

    def __init__(self, on_change: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_change = on_change
        self._descriptor: int | None = None
        self._notifier: QSocketNotifier | None = None

    def _watch(self, descriptor: int | None) -> None:
        """Call `_readable` whenever there is something to read, until `stop`; never where there is no descriptor."""
        self._descriptor = descriptor
        if descriptor is not None:
            number: Any = descriptor  # the stubs want a pointer
            self._notifier = QSocketNotifier(number, QSocketNotifier.Read, self)
            self._notifier.activated.connect(self._readable)

    def _readable(self) -> None:
        raise NotImplementedError

    def _read(self, size: int) -> bytes:
        """What there is to read; nothing where that is an error."""
        assert self._descriptor is not None
        with suppress(OSError):
            return os.read(self._descriptor, size)
        return b""

    def stop(self) -> None:
        """Watch no more, and close the descriptor."""
        notifier, self._notifier = self._notifier, None
        descriptor, self._descriptor = self._descriptor, None
        if notifier is not None:
            notifier.setEnabled(False)
            notifier.deleteLater()
        if descriptor is not None:
            os.close(descriptor)


class ClockWatch(_DescriptorWatch):
    """Calls `on_change` when the wall clock was set, or the machine slept, for the kernel sets the clock then.

    By a timer that never fires, but is cancelled when the clock jumps (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).
    Elsewhere than on Linux it is never called.
    """

    def start(self) -> None:
        """Watch from now on."""
        self._watch(make_timer())

    def _readable(self) -> None:
        self._read(8)  # which fails with ECANCELED: that is the message
        if self._descriptor is None or not set_timer(self._descriptor):
            self.stop()  # else it would be readable for ever
        self._on_change()


def make_timer() -> int | None:
    """The descriptor of a timer that is cancelled when the clock jumps; None where the system has none."""
    if sys.platform != "linux" or sys.maxsize < 2**32:
        return None
    import ctypes

    try:
        descriptor: int = ctypes.CDLL(None).timerfd_create(_REALTIME, _CREATE_TIMER)
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
    return bool(ctypes.CDLL(None).timerfd_settime(descriptor, _CANCEL_ON_SET, ctypes.byref(never), None) == 0)


def reread_time_zone() -> None:
    """Have local times be those of the zone that is set now; costs a look at one file."""
    if not hasattr(time, "tzset"):  # Windows asks the system each time
        return
    name = os.environ.get("TZ")
    if name is not None and zone_file() is not None:
        os.environ["TZ"] = "UTC"  # the C library reads a file named there again only under another name
        time.tzset()
        os.environ["TZ"] = name
    time.tzset()


def zone_file() -> Path | None:
    """The file, or link, that says which zone it is; None where the variable TZ names a zone, which stays."""
    name = os.environ.get("TZ", _ZONE_FILE).removeprefix(":")
    return Path(name) if name.startswith("/") else None


class ZoneWatch(_DescriptorWatch):
    """Calls `on_change` when the file of the time zone was replaced (inotify(7)), after the zone was read again.

    Its folder is watched: what is there is a link, which is renamed into place. Never called elsewhere than on Linux,
    nor where the user's inotify watches are used up.
    """

    _name = b""

    def start(self) -> None:
        """Watch from now on."""
        file = zone_file()
        if file is not None:
            self._name = os.fsencode(file.name)
            self._watch(_watch_folder(file.parent))

    def _readable(self) -> None:
        data = self._read(_READ)
        if not data:
            self.stop()  # else it would be readable for ever
        elif self._name in _names(data):
            reread_time_zone()
            self._on_change()


def _watch_folder(folder: Path) -> int | None:
    """An inotify descriptor for what comes into `folder`; None where there can be none."""
    if sys.platform != "linux":
        return None
    import ctypes

    try:
        library = ctypes.CDLL(None)
        descriptor: int = library.inotify_init1(_CREATE_INOTIFY)
        if descriptor < 0:
            return None
        if library.inotify_add_watch(descriptor, os.fsencode(folder), _REPLACED) < 0:
            os.close(descriptor)
            return None
    except (OSError, AttributeError):
        return None
    return descriptor


def _names(data: bytes) -> Iterator[bytes]:
    """Of the files in inotify's events."""
    while len(data) >= _EVENT.size:
        *_, length = _EVENT.unpack_from(data)
        end = _EVENT.size + length
        yield data[_EVENT.size : end].rstrip(b"\0")
        data = data[end:]
