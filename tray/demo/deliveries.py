"""The times at which the demo's mail arrives: single messages, bursts, and some that are read on another device."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

from tray.demo.sample_messages import ARRIVING, READ_ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tray.demo.sample_messages import SampleMessage

_BURSTS: Final = (1, 1, 3, 1, 0, 1, 2, 8, 1, 1, 0, 2, 1, 14)
"""Messages of each event; 0 stands for the message that is read on another device."""

_READ_AFTER: Final = 4.0
"""Seconds."""


class Deliveries:
    """Delivers messages about every ``interval`` seconds, the first after a third of that."""

    def __init__(
        self,
        clock: Any,
        random: Random,
        interval: float,
        deliver: Callable[[SampleMessage], int],
        read: Callable[[int], None],
    ) -> None:
        self._clock = clock
        self._random = random
        self._interval = interval
        self._deliver = deliver
        self._read = read
        self._letters = cycle(ARRIVING)
        self._bursts = cycle(_BURSTS)
        self._calls: list[Any] = []
        self.running = False

    def start(self) -> None:
        """Start; a second call does nothing."""
        if not self.running:
            self.running = True
            self._later(self._interval / 3, self._event)

    def stop(self) -> None:
        """Cancel all further deliveries."""
        self.running = False
        for call in self._calls:
            if call.active():
                call.cancel()
        self._calls.clear()

    def _later(self, seconds: float, then: Callable[[], None]) -> None:
        self._calls = [call for call in self._calls if call.active()]
        self._calls.append(self._clock.callLater(seconds, then))

    def _event(self) -> None:
        size = next(self._bursts)
        if size == 0:
            uid = self._deliver(READ_ELSEWHERE)
            self._later(_READ_AFTER, lambda: self._read(uid))
        else:
            self._one()
            for _ in range(size - 1):
                self._later(self._random.uniform(0, self._interval / 4), self._one)
        self._later(self._interval * self._random.uniform(0.6, 1.4), self._event)

    def _one(self) -> None:
        self._deliver(next(self._letters))
