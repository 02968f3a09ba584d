"""Tells from the machine's clocks that it slept, or that its wall clock was set."""

from __future__ import annotations

import enum
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TOLERANCE = 10.0
"""Seconds that two clocks may drift apart between two looks: NTP corrects small errors in steps, too."""


class Jump(enum.Enum):
    """What happened since the last look."""

    NONE = enum.auto()
    SLEPT = enum.auto()
    """The machine slept, as one clock that goes on meanwhile and one that does not tell."""
    SET = enum.auto()
    """The wall clock was set: every timer of ours is too early or too late."""


class Clocks:
    """Looked at whenever something happens anyway; has no timer. Each argument gives seconds."""

    def __init__(
        self, wall: Callable[[], float], running: Callable[[], float], always: Callable[[], float]
    ) -> None:
        """`running` stands still while the machine sleeps, `always` does not."""
        self._wall = wall
        self._running = running
        self._always = always
        self._slept, self._offset = self._read()

    def look(self) -> Jump:
        """What happened since this was last asked."""
        before_slept, before_offset = self._slept, self._offset
        self._slept, self._offset = self._read()
        if self._slept - before_slept > TOLERANCE:
            return Jump.SLEPT
        if abs(self._offset - before_offset) > TOLERANCE:
            return Jump.SET
        return Jump.NONE

    def _read(self) -> tuple[float, float]:
        always = self._always()
        return always - self._running(), self._wall() - always


def machine_clocks() -> Clocks:
    """Those of this machine; without CLOCK_BOOTTIME (Linux has it) a sleep looks like a clock that was set."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    always = time.monotonic if boottime is None else lambda: time.clock_gettime(boottime)
    return Clocks(time.time, time.monotonic, always)
