"""The rhythm of the deliveries, on a clock that the test moves."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from twisted.internet.task import Clock

from tray.demo.deliveries import Deliveries
from tray.demo.sample_messages import READ_ELSEWHERE


class Log:
    def __init__(self, interval: float = 6.0) -> None:
        self.clock = Clock()
        self.delivered = []
        self.read = []
        self.deliveries = Deliveries(self.clock, Random(1), interval, self._deliver, self.read.append)

    def _deliver(self, letter):
        self.delivered.append((self.clock.seconds(), letter))
        return len(self.delivered)

    def run(self, seconds: int) -> None:
        self.clock.pump([0.1] * (seconds * 10))


def test_the_first_mail_comes_soon_and_others_follow_in_bursts():
    log = Log()
    log.deliveries.start()
    log.run(120)
    times = [when for when, _ in log.delivered]
    assert times[0] <= 2.1
    assert 15 < len(times) < 80
    assert any(later - earlier < 0.5 for earlier, later in pairwise(times))


def test_one_mail_is_read_elsewhere_some_seconds_later():
    log = Log()
    log.deliveries.start()
    log.run(60)
    told = [number for number, (_, letter) in enumerate(log.delivered, 1) if letter is READ_ELSEWHERE]
    assert log.read[:1] == told[:1]


def test_stopped_deliveries_leave_nothing_behind():
    log = Log()
    log.deliveries.start()
    log.deliveries.start()
    log.run(10)
    log.deliveries.stop()
    assert log.clock.getDelayedCalls() == []
