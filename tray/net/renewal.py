"""How long a connection may be silent before it is renewed: learnt from the networks that cut sooner."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 9 * 60.0
"""Seconds: NATs forget after 5 to 15 minutes, servers after 29 (RFC 2177)."""
SHORTEST = 2 * 60.0
"""Seconds: what is cut sooner than this is cut by no renewal of ours, and a tray must let the radio sleep."""
_PART = 2 / 3
_GROWTH = 1.1
_GOOD_ENOUGH = 20
"""Silences survived in a row before a longer one is dared."""
_WHOLE = 0.9  # of the renewal: a silence that is no shorter counts as one


@dataclass(frozen=True, slots=True)
class Renewal:
    """The renewal of one account; `seconds` is between two looks that nothing asked for."""

    seconds: float = LONGEST
    good: int = 0
    """Whole silences that were survived since `seconds` changed."""

    def survived(self, silence: float) -> Renewal:
        """The server spoke after so many seconds of silence: after many of them in a row, dare a little more."""
        if self.seconds >= LONGEST or not self._whole(silence):
            return self
        if self.good + 1 < _GOOD_ENOUGH:
            return Renewal(self.seconds, self.good + 1)
        return Renewal(min(LONGEST, self.seconds * _GROWTH))

    def cut(self, silence: float) -> Renewal:
        """The connection was found dead after so many seconds of silence; be sooner than that from now on.

        A silence that is too long for the renewal was one of our own (sleep, a clock that was set), and one shorter
        than any renewal is no fault of the renewal's: both teach nothing.
        """
        if silence < SHORTEST or silence > self.seconds * 1.5:
            return self
        return Renewal(min(self.seconds, max(SHORTEST, silence * _PART)))

    def _whole(self, silence: float) -> bool:
        return self.seconds * _WHOLE <= silence <= self.seconds * 1.5


def remembered(seconds: object) -> Renewal:
    """What was learnt in an earlier run; the longest where that makes no sense."""
    if isinstance(seconds, int | float) and SHORTEST <= seconds <= LONGEST:
        return Renewal(float(seconds))
    return Renewal()
