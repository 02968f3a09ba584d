"""Watches the system clock and the time zone by the kernel, without a timer.

A process keeps the time zone that it read first (tzset(3)), so after a change it would show wrong times.
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
    """Owns a file descriptor, and calls `_readable` when there is something to read."""

    def __init__(self, on_change: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_change = on_change
        self._descriptor: int | None = None
        self._notifier: QSocketNotifier | None = None

    def _watch(self, descriptor: int | None) -> None:
        """Watch `descriptor` until `stop`; None: nothing can be watched on this system."""
        self._descriptor = descriptor
        if descriptor is not None:
            number: Any = descriptor  # the stubs want a pointer
            self._notifier = QSocketNotifier(number, QSocketNotifier.Read, self)
            self._notifier.activated.connect(self._readable)

    def _readable(self) -> None:
        raise NotImplementedError

    def _read(self, size: int) -> bytes:
        """The data to read; empty for an error."""
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
    """Calls `on_change` when the wall clock was set, which the kernel does after a sleep, too.

    It uses a timer that never fires, but is cancelled when the clock is set (timerfd_create(2),
    TFD_TIMER_CANCEL_ON_SET). It works on Linux only.
    """

    def start(self) -> None:
        """Watch from now on."""
        self._watch(make_timer())

    def _readable(self) -> None:
        self._read(8)  # fails with ECANCELED
        if self._descriptor is None or not set_timer(self._descriptor):
            self.stop()  # else it would stay readable
        self._on_change()


def make_timer() -> int | None:
    """The descriptor of a timer that is cancelled when the clock is set; None where the system has none."""
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
    """Set the timer to never fire; whether that worked."""
    import ctypes

    # struct itimerspec: interval and value, each seconds and nanoseconds, 64 bits as checked above.
    never = (ctypes.c_int64 * 4)(0, 0, _NEVER, 0)
    return bool(ctypes.CDLL(None).timerfd_settime(descriptor, _CANCEL_ON_SET, ctypes.byref(never), None) == 0)


def reread_time_zone() -> None:
    """Use the present time zone for local times; reads one file."""
    if not hasattr(time, "tzset"):  # Windows reads the zone each time
        return
    name = os.environ.get("TZ")
    if name is not None and zone_file() is not None:
        os.environ["TZ"] = "UTC"  # the C library reads the file again only when TZ was another one
        time.tzset()
        os.environ["TZ"] = name
    time.tzset()


def zone_file() -> Path | None:
    """The file or link of the time zone; None where the variable TZ names a zone, which does not change."""
    name = os.environ.get("TZ", _ZONE_FILE).removeprefix(":")
    return Path(name) if name.startswith("/") else None


class ZoneWatch(_DescriptorWatch):
    """Calls `on_change` when the file of the time zone was replaced (inotify(7)), after the zone was read again.

    The folder is watched, because the file is a link, which is replaced by renaming. It works on Linux only, and not
    where the user's inotify watches are used up.
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
            self.stop()  # else it would stay readable
        elif self._name in _names(data):
            reread_time_zone()
            self._on_change()


def _watch_folder(folder: Path) -> int | None:
    """An inotify descriptor for new and replaced files in `folder`; None where there can be none."""
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
    """The names of files in inotify's events."""
    while len(data) >= _EVENT.size:
        *_, length = _EVENT.unpack_from(data)
        end = _EVENT.size + length
        yield data[_EVENT.size : end].rstrip(b"\0")
        data = data[end:]
