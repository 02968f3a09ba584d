"""How long to wait before the next attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = 1.0
"""Seconds, at most, before the second attempt."""
CAP = 300.0
"""Seconds that no wait exceeds, but for `CROWDED`."""
LOCKED_OUT = 300.0
"""Least seconds to wait where the server has said that there were too many log-ins."""
CROWDED = 60.0
"""Least seconds to wait where the server has said that there are too many connections."""
SHARE = 0.1
"""A server that nobody reaches is tried again after this part of the time for which it has been gone, at most."""
SCOUT_CAP = 30.0
"""Seconds that no wait for such a server exceeds, for one that tells the others: a refused connection costs nobody
anything, and its return is what everybody waits for.
"""
GOOD_AFTER = 30.0
"""Seconds that a session must have watched to count as good: its end is then answered at once."""
FORGIVEN = 3
"""Sessions in a row whose end is answered at once though they did not last: a bad line, not a server that minds us."""
_DOUBLINGS = 12  # the cap is long reached by then; keeps the power small


class Backoff:
    """Doubles up to the cap where a server answers and will not have us; comes back soon where nobody answered.

    Jitter (half to whole) keeps a thousand clients from coming back in step. Times are seconds of any clock that
    goes on while the machine sleeps; it may jump.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random  # between 0 and 1
        self._failures = 0
        self._credit = float(FORGIVEN)
        self._answered = False
        self._gone_since: float | None = None

    def answered(self) -> None:
        """The present attempt has reached the server."""
        self._answered = True
        self._gone_since = None

    def watched(self, seconds: float) -> None:
        """A session did its work for so long; if that is good, or is forgiven, the next wait is below half a second."""
        self._credit = min(FORGIVEN, self._credit + max(0.0, seconds) / GOOD_AFTER)
        if self._credit >= 1:
            self._credit -= 1
            self._failures = -1

    def asked(self) -> None:
        """Somebody wants to know, or the network is new: how long the server has been gone tells nothing any more."""
        self._gone_since = None

    def delay(
        self, now: float, least: float = 0.0, *, unreachable: bool = False, scouts: bool = False
    ) -> float:
        """Count a failure; the seconds to wait now, never below `least`.

        `unreachable` where there was no way to the server: an attempt that nobody answers costs the server nothing.
        So whoever was away for 20 s is missed for no more than 3, and the attempts still become rare; less rare for
        whoever `scouts`.
        """
        answered, self._answered = self._answered, False
        if unreachable and not answered:
            if self._gone_since is None or now < self._gone_since:
                self._gone_since = now
            wait = max(FIRST, SHARE * (now - self._gone_since))
            return self._jittered(min(wait, SCOUT_CAP) if scouts else wait)
        self._failures += 1
        jittered = self._jittered(FIRST * 2.0 ** min(self._failures - 1, _DOUBLINGS))
        return jittered if jittered >= least else least * (1.0 + self._random() / 2)

    def _jittered(self, seconds: float) -> float:
        return min(seconds, CAP) * (0.5 + self._random() / 2)
