"""A server that nobody reaches: one tries for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tray.net.watch.outage import CAP, CLOSED, FIRST, Outage

if TYPE_CHECKING:
    from twisted.internet.task import Clock


class Watcher:
    """A watcher as far as the outage knows it."""

    def __init__(self, outage: Outage) -> None:
        self.outage = outage
        self.tries = 0
        self.next_tries: list[float] = []

    def wait(self, *, closed: bool = False) -> Watcher:
        self.outage.wait(self, closed=closed)
        return self

    def on_next_try(self, seconds: float) -> None:
        self.next_tries.append(seconds)

    def wake(self) -> None:
        self.tries += 1


@pytest.fixture
def outage(clock: Clock) -> Outage:
    return Outage(clock, lambda: 1.0)


def stay_away(
    outage: Outage, clock: Clock, watchers: list[Watcher], seconds: float
) -> list[tuple[float, float]]:
    """When each attempt was, and how long the wait before it was; every attempt fails at once."""
    attempts, end = [], clock.seconds() + seconds
    for each in watchers:
        each.wait()
    while clock.seconds() < end:
        wait = watchers[0].next_tries[-1]
        clock.advance(wait)
        tried = [each for each in watchers if each.tries]
        assert len(tried) == 1
        tried[0].tries = 0
        attempts.append((clock.seconds(), wait))
        tried[0].wait()
    return attempts


@pytest.mark.parametrize("count", [1, 50])
def test_a_server_that_is_away_is_tried_ever_later_however_many_wait(
    outage: Outage, clock: Clock, count: int
) -> None:
    """What came in 20 s is announced within 3 s of the return."""
    attempts = stay_away(outage, clock, [Watcher(outage) for _ in range(count)], 3600)
    assert max(wait for when, wait in attempts if when <= 20) <= 2
    assert attempts[-1][1] == CAP
    assert len(attempts) < 200


def test_all_that_wait_know_of_the_next_try(outage: Outage, clock: Clock) -> None:
    first, second = Watcher(outage).wait(), Watcher(outage).wait()
    assert (first.next_tries, second.next_tries) == ([FIRST], [FIRST])
    clock.advance(FIRST)
    assert (first.tries, second.tries) == (1, 0)
    third = Watcher(outage).wait()
    assert third.next_tries == [0.0]  # the first one is at it
    clock.advance(60)
    assert second.tries == third.tries == 0
    first.wait()
    assert [each.next_tries[-1] for each in (first, second, third)] == [pytest.approx(6.1)] * 3


def test_all_try_when_one_has_reached_the_server(outage: Outage, clock: Clock) -> None:
    watchers = [Watcher(outage).wait() for _ in range(3)]
    outage.over()
    assert [each.tries for each in watchers] == [1, 1, 1]
    assert not clock.getDelayedCalls()
    clock.advance(1000)
    watchers[0].wait()
    assert watchers[0].next_tries[-1] == FIRST  # a new outage


def test_one_that_waits_no_longer_is_not_called(outage: Outage, clock: Clock) -> None:
    first, second = Watcher(outage).wait(), Watcher(outage).wait()
    outage.discard(first)
    outage.discard(first)
    clock.advance(FIRST)
    assert (first.tries, second.tries) == (0, 1)


def test_another_one_tries_where_the_first_gives_up(outage: Outage, clock: Clock) -> None:
    """It was stopped, or has no password."""
    first, second = Watcher(outage).wait(), Watcher(outage).wait()
    clock.advance(FIRST)
    outage.leave(second)
    assert not clock.getDelayedCalls()
    outage.leave(first)
    clock.advance(FIRST)
    assert (first.tries, second.tries) == (1, 1)
    outage.leave(second)
    clock.advance(FIRST)
    third = Watcher(outage).wait()
    clock.advance(third.next_tries[-1])
    assert third.tries == 1


def test_somebody_who_asks_makes_a_long_absence_forgotten(outage: Outage, clock: Clock) -> None:
    first = Watcher(outage).wait()
    clock.advance(FIRST)
    clock.advance(1000)
    first.wait()
    assert first.next_tries[-1] == CAP
    outage.reset()
    clock.advance(FIRST)
    assert first.tries == 2
    first.wait()
    assert first.next_tries[-1] == FIRST


def test_a_clock_set_back_begins_the_outage_anew(outage: Outage, clock: Clock) -> None:
    clock.advance(10_000)
    first = Watcher(outage).wait()
    clock.advance(FIRST)
    clock.rightNow = 5.0
    first.wait()
    assert first.next_tries[-1] == FIRST


def test_connections_that_are_taken_and_closed_are_made_less_often(outage: Outage, clock: Clock) -> None:
    first = Watcher(outage).wait(closed=True)
    assert first.next_tries == [pytest.approx(CLOSED - 0.1)]
    clock.advance(CLOSED)
    clock.advance(100)
    first.wait(closed=True)
    assert first.next_tries[-1] == pytest.approx(10, abs=0.3)


def test_jitter_takes_at_most_half(clock: Clock) -> None:
    assert Watcher(Outage(clock, lambda: 0.0)).wait().next_tries == [FIRST / 2]
