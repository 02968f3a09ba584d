"""An unreachable server: one of its watchers tries again from time to time, the others wait for its success."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.net.clock import Clock

FIRST = 1.0
"""Longest wait before the second attempt, in seconds."""
SHARE = 0.1
"""Longest wait before later attempts, as a part of the time since the server became unreachable."""
CAP = 30.0
"""Longest wait in seconds; short, because a failed connection costs the server nothing."""
CLOSED = 2.6
"""Seconds between the first attempts if connections are accepted and closed at once.

A proxy or load balancer does so while its server is down. After 20 s there were at most eight attempts, and the
server's return is noticed within 3 s.
"""


class OutageListener(Protocol):
    """Waits for the server to come back."""

    def on_next_try(self, seconds: float) -> None:
        """The next attempt, by any listener, is in `seconds`."""

    def wake(self) -> None:
        """Try now."""


class Outage:
    """The outage of one server on one route, if there is one."""

    def __init__(self, clock: Clock, random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self._since: float | None = None
        self._waiting: list[OutageListener] = []
        self._trying: OutageListener | None = None
        self._timer = Timer(clock)

    def wait(self, listener: OutageListener, *, closed: bool = False) -> None:
        """An attempt of `listener` failed; it is woken to try again, or when another has reached the server.

        `closed`: the connection was accepted and closed at once.
        """
        now = self._clock.seconds()
        if self._since is None or now < self._since:  # a new outage, or the clock was set back
            self._since = now
        if self._trying is listener:
            self._trying = None
        self._waiting.append(listener)
        if self._trying is not None or self._timer.remaining is not None:
            listener.on_next_try(self._timer.remaining or 0.0)
            return
        seconds = self._delay(now - self._since, closed=closed)
        self._timer.set(seconds, self._try_again)
        for waiting in list(self._waiting):
            waiting.on_next_try(seconds)

    def discard(self, listener: OutageListener) -> None:
        """`listener` waits no longer."""
        if listener in self._waiting:
            self._waiting.remove(listener)

    def leave(self, listener: OutageListener) -> None:
        """If `listener` made the current attempt, another one tries; the server is not the reason."""
        if self._trying is listener:
            self._trying = None
            self._timer.set(FIRST, self._try_again)

    def reset(self) -> None:
        """Try soon, because of the user or a new network; waits are short again."""
        self._since = None
        self._timer.hurry(FIRST)

    def over(self) -> None:
        """The server was reached: wake all that wait."""
        self._since = self._trying = None
        self._timer.clear()
        waiting, self._waiting = self._waiting, []
        for listener in waiting:
            listener.wake()

    def _try_again(self) -> None:
        if self._waiting:
            self._trying = self._waiting.pop(0)
            self._trying.wake()

    def _delay(self, away: float, *, closed: bool) -> float:
        seconds = min(CAP, SHARE * away)
        if closed and seconds < CLOSED:
            return CLOSED - self._random() / 10
        return max(FIRST, seconds) * (0.5 + self._random() / 2)
