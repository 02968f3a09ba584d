"""A server that cannot be reached: one of its watchers tries again now and then, the others wait for the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.net.clock import Clock

FIRST = 1.0
"""Seconds, at most, before the second attempt."""
SHARE = 0.1
"""The next attempt comes after this part of the time for which the server has been away, at most."""
CAP = 30.0
"""Seconds that no wait exceeds: a refused connection costs the server nothing, and its return is waited for."""
CLOSED = 2.6
"""Seconds between attempts, at first, where connections are taken and closed at once.

A machine in between that stands for a server which is down does so: what came in 20 s is announced within 3 s of the
return, and that machine sees no more than eight attempts.
"""


class OutageListener(Protocol):
    """Waits for the server to come back."""

    def on_next_try(self, seconds: float) -> None:
        """The server is tried again in so many seconds, by this one or by another."""

    def wake(self) -> None:
        """Try now."""


class Outage:
    """Of one server, by one way to it; most of the time there is none."""

    def __init__(self, clock: Clock, random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self._since: float | None = None
        self._waiting: list[OutageListener] = []
        self._trying: OutageListener | None = None
        self._timer = Timer(clock)

    def wait(self, listener: OutageListener, *, closed: bool = False) -> None:
        """The attempt of `listener` found no server; it is woken to try again, or when another has reached the server.

        `closed`: the connection was made, and closed at once.
        """
        now = self._clock.seconds()
        if self._since is None or now < self._since:  # it begins, or the clock was set back
            self._since = now
        if self._trying is listener:
            self._trying = None
        self._waiting.append(listener)
        if self._trying is not None or self._timer.remaining is not None:
            listener.on_next_try(self._timer.remaining or 0.0)
            return
        seconds = self._delay(now - self._since, closed=closed)
        self._timer.set(seconds, self._try_again)
        for each in list(self._waiting):
            each.on_next_try(seconds)

    def discard(self, listener: OutageListener) -> None:
        """It waits no longer."""
        if listener in self._waiting:
            self._waiting.remove(listener)

    def leave(self, listener: OutageListener) -> None:
        """If `listener` made the attempt, it ended for a reason that is not the server: another one tries."""
        if self._trying is listener:
            self._trying = None
            self._timer.set(FIRST, self._try_again)

    def reset(self) -> None:
        """The user asks, or the network is another one: how long the server has been away no longer counts."""
        self._since = None
        self._timer.hurry(FIRST)

    def over(self) -> None:
        """The server answers: all that wait may try."""
        self._since = self._trying = None
        self._timer.clear()
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.wake()

    def _try_again(self) -> None:
        if self._waiting:
            self._trying = self._waiting.pop(0)
            self._trying.wake()

    def _delay(self, away: float, *, closed: bool) -> float:
        seconds = min(CAP, SHARE * away)
        if closed and seconds < CLOSED:
            return CLOSED - self._random() / 10
        return max(FIRST, seconds) * (0.5 + self._random() / 2)
