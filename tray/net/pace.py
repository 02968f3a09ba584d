"""How often we may look: at once as a rule, now and then where a server has news without end."""

from __future__ import annotations

AT_ONCE = 100
"""Looks that may follow one another without a wait."""
PER_SECOND = 2.0
"""Looks that may be taken for good."""


class Pace:
    """A bucket of looks that fills up with time; times are seconds of any clock, which may also jump."""

    def __init__(self, now: float) -> None:
        self._left = float(AT_ONCE)
        self._at = now

    def wait(self, now: float) -> float:
        """Seconds until the next look may be taken; 0 for now."""
        self._left = min(AT_ONCE, self._left + max(0.0, now - self._at) * PER_SECOND)
        self._at = now
        return max(0.0, (1 - self._left) / PER_SECOND)

    def take(self) -> None:
        """One look is taken."""
        self._left -= 1
