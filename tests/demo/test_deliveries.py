"""The rhythm of the deliveries, on a clock that the test moves."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock

from tray.demo.sample_messages import READ_ELSEWHERE
from tray.demo.server import deliver_mail


def test_the_first_mail_comes_soon_others_follow_in_bursts_and_one_is_read_elsewhere():
    clock = Clock()
    delivered, read = [], []

    def deliver(message):
        delivered.append((clock.seconds(), message))
        return len(delivered)

    running = Deferred.fromCoroutine(deliver_mail(clock, Random(1), 6.0, deliver, read.append))
    clock.pump([0.1] * 1200)
    times = [when for when, _ in delivered]
    assert 1.9 <= times[0] <= 2.1
    assert 15 < len(times) < 80
    assert any(later - earlier < 0.5 for earlier, later in pairwise(times))
    elsewhere = [number for number, (_, message) in enumerate(delivered, 1) if message is READ_ELSEWHERE]
    assert read
    assert read == elsewhere[: len(read)]
    ended = []
    running.addErrback(lambda failure: ended.append(failure.check(CancelledError)))
    running.cancel()
    assert clock.getDelayedCalls() == []
    assert ended == [CancelledError]
