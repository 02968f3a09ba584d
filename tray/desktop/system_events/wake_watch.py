"""Notices that the machine slept, where no signal of the system is listened to: on Windows and macOS."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL = 30.0
"""Seconds between two looks."""
TOLERANCE = 15.0
"""Seconds by which a look may be late without a sleep."""


class WakeWatch(QObject):
    """Calls `on_resumed` when the wall clock went much further, or back, between two looks.

    Timers stand still while a machine sleeps. A clock that was set looks the same, and connections are probed then,
    which costs a few bytes.
    """

    def __init__(
        self,
        on_resumed: Callable[[], None],
        now: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_resumed = on_resumed
        self._now = now
        self._last = now()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.VeryCoarseTimer)
        self._timer.setInterval(round(INTERVAL * 1000))
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Watch from now on."""
        self._last = self._now()
        self._timer.start()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()

    def look(self) -> None:
        """Compare the clock with that of the last look."""
        last, self._last = self._last, self._now()
        if abs(self._last - last - INTERVAL) > TOLERANCE:
            self._on_resumed()
