"""Hears from the kernel when the wall clock was set or the machine slept, without a timer of our own."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QSocketNotifier

if TYPE_CHECKING:
    from collections.abc import Callable

_REALTIME = 0  # CLOCK_REALTIME
_CREATE = 0o2000000 | 0o4000  # TFD_CLOEXEC | TFD_NONBLOCK
_SET = 1 | 2  # TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET
_NEVER = 2**33
"""Unix seconds, in the year 2242."""


class ClockWatch(QObject):
    """A timer that never rings but is cancelled when the wall clock jumps (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).

    The kernel cancels it after a sleep, too, for the clock is set then. Elsewhere than on Linux nothing is heard.
    """

    def __init__(self, changed: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = changed
        self._descriptor: int | None = None
        self._notifier: QSocketNotifier | None = None

    def start(self) -> None:
        """Listen from now on."""
        self._descriptor = make_timer()
        if self._descriptor is not None:
            number: Any = self._descriptor  # the stubs want a pointer
            self._notifier = QSocketNotifier(number, QSocketNotifier.Read, self)
            self._notifier.activated.connect(self._cancelled)

    def stop(self) -> None:
        """Listen no more."""
        notifier, self._notifier = self._notifier, None
        descriptor, self._descriptor = self._descriptor, None
        if notifier is not None:
            notifier.setEnabled(False)
            notifier.deleteLater()
        if descriptor is not None:
            os.close(descriptor)

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
