"""Watches the system clock and the time zone by the kernel, without a timer.

A process keeps the time zone that it read first (tzset(3)), so after a change it would show wrong times.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QFileSystemWatcher, QObject, QSocketNotifier

if TYPE_CHECKING:
    from collections.abc import Callable

# Of timerfd_create(2):
_REALTIME = 0  # CLOCK_REALTIME
_CREATE_TIMER = 0o2000000 | 0o4000  # TFD_CLOEXEC | TFD_NONBLOCK
_CANCEL_ON_SET = 1 | 2  # TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET
_NEVER = 2**33
"""Unix seconds, in the year 2242."""

_ZONE_FILE = "/etc/localtime"


class ClockWatch(QObject):
    """Calls `on_change` when the wall clock was set, which the kernel does after a sleep, too.

    It uses a timer that never fires, but is cancelled when the clock is set (timerfd_create(2),
    TFD_TIMER_CANCEL_ON_SET). It works on Linux only.
    """

    def __init__(self, on_change: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_change = on_change
        self._timer: int | None = None
        self._notifier: QSocketNotifier | None = None

    def start(self) -> None:
        """Watch from now on."""
        self._timer = make_timer()
        if self._timer is not None:
            number: Any = self._timer  # the stubs want a pointer
            self._notifier = QSocketNotifier(number, QSocketNotifier.Read, self)
            self._notifier.activated.connect(self._cancelled)

    def stop(self) -> None:
        """Watch no more, and close the timer."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
        if self._timer is not None:
            os.close(self._timer)
        self._timer = self._notifier = None

    def _cancelled(self) -> None:
        if self._timer is None:
            return
        with suppress(OSError):  # ECANCELED
            os.read(self._timer, 8)
        if not set_timer(self._timer):
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
    """The file or link of the time zone; None where the variable TZ names a zone, which does not change.

    None on Windows, too, which has no such file and is asked for the zone each time.
    """
    if sys.platform == "win32":
        return None
    name = os.environ.get("TZ", _ZONE_FILE).removeprefix(":")
    return Path(name) if name.startswith("/") else None


class ZoneWatch(QObject):
    """Calls `on_change` when the file of the time zone was replaced or written, after the zone was read again.

    Its folder is watched, too, because the file is a link, which is replaced by renaming. Where the user's inotify
    instances are used up, Qt looks once a second instead.
    """

    def __init__(self, on_change: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_change = on_change
        self._file = zone_file()
        self._version = self._present_version()
        self._watcher: QFileSystemWatcher | None = None

    def start(self) -> None:
        """Watch from now on."""
        if self._file is not None:
            self._watcher = QFileSystemWatcher([str(self._file.parent), str(self._file)], self)
            self._watcher.directoryChanged.connect(self._changed)
            self._watcher.fileChanged.connect(self._changed)

    def stop(self) -> None:
        """Watch no more."""
        if self._watcher is not None:
            self._watcher.deleteLater()
            self._watcher = None

    def _changed(self) -> None:
        version = self._present_version()
        if self._watcher is None or version in {None, self._version}:
            return
        self._version = version
        self._watcher.removePath(str(self._file))  # a file that is there no more
        self._watcher.addPath(str(self._file))
        reread_time_zone()
        self._on_change()

    def _present_version(self) -> tuple[int, int, int] | None:
        with suppress(OSError):
            if self._file is not None:
                status = self._file.lstat()
                return status.st_ino, status.st_mtime_ns, status.st_size
        return None
