"""How long a connection may be silent before it is renewed: learnt from the networks that cut sooner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twisted.internet.error import ConnectionClosed

from tray.net.errors import DeadlineExceeded

if TYPE_CHECKING:
    from collections.abc import Callable

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


class Silence:
    """Of one watched mailbox, over all its connections; times are Unix seconds.

    A connection that was dead when it was needed, though nothing was changed, was cut for its silence: provided that
    the next one is made at the first try. Where it is not, it is the server or the whole network that was down.
    """

    def __init__(self, renewal: Callable[[], Renewal], learnt: Callable[[Renewal], None]) -> None:
        self.last: float | None = None
        """The last word on the present connection; None where there was none yet."""
        self._renewal = renewal
        self._learnt = learnt
        self._excused = False
        self._suspicion: float | None = None

    def heard(self, now: float) -> None:
        """The server said something."""
        if self.last is not None:
            self._learn(self._renewal().survived(now - self.last))
        self.last = now
        self._excused = False

    def excuse(self) -> None:
        """The machine slept, or the network is another one: should the connection be dead, that is why."""
        self._excused = True

    def ended(self, error: BaseException, now: float) -> None:
        """The connection is gone, or was not made."""
        last, self.last = self.last, None
        excused, self._excused = self._excused, False
        self._suspicion = None
        if last is None or excused or not isinstance(error, (DeadlineExceeded, ConnectionClosed)):
            return
        asked = error.seconds if isinstance(error, DeadlineExceeded) else 0.0
        self._suspicion = now - last - asked

    def restored(self) -> None:
        """A connection watches: the one before it was cut, if it was suspected to be."""
        suspicion, self._suspicion = self._suspicion, None
        if suspicion is not None:
            self._learn(self._renewal().cut(suspicion))

    def _learn(self, renewal: Renewal) -> None:
        if renewal != self._renewal():
            self._learnt(renewal)
