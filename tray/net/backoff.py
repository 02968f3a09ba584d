"""How long to wait before the next attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = 1.0
"""Seconds, at most, before the second attempt."""
CAP = 300.0
"""Seconds that a wait by doubling never exceeds."""
CROWDED = 60.0
"""Least seconds to wait where the server has said that there are too many connections."""
_DOUBLINGS = 12  # the cap is long reached by then; keeps the power small


class Backoff:
    """Doubles up to the cap; jitter (half to whole) keeps a thousand clients from coming back in step."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random  # between 0 and 1
        self._failures = 0

    def was_good(self) -> None:
        """A session did its work: the next wait is below half a second."""
        self._failures = -1

    def delay(self, least: float = 0.0) -> float:
        """Count a failure; the seconds to wait now, never below `least`."""
        self._failures += 1
        base = min(FIRST * 2.0 ** min(self._failures - 1, _DOUBLINGS), CAP)
        jittered = base * (0.5 + self._random() / 2)
        return jittered if jittered >= least else least * (1.0 + self._random() / 2)
