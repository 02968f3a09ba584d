"""The waits between attempts: of one watcher, and of all that wait for an unreachable server."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tray.net.proxy.route import NEXT_ADDRESS
from tray.net.watch.connections.retry import (
    CAP,
    CLOSED,
    CROWDED,
    FIRST,
    FORGIVEN,
    GOOD_AFTER,
    OUTAGE_CAP,
    REFUSED,
    REFUSED_FOR,
    Backoff,
    Outage,
)

if TYPE_CHECKING:
    from twisted.internet.task import Clock


@pytest.fixture
def backoff() -> Backoff:
    return Backoff(lambda: 1.0)


def waits(backoff: Backoff, count: int) -> list[float]:
    """The waits for a server that answers each time and refuses the login."""
    return [backoff.delay() for _ in range(count)]


def sessions(backoff: Backoff, seconds: float, count: int) -> list[float]:
    """The wait after each of `count` sessions of `seconds`."""
    found = []
    for _ in range(count):
        backoff.watched(seconds)
        found += waits(backoff, 1)
    return found


def test_waits_double_up_to_five_minutes(backoff: Backoff) -> None:
    assert waits(backoff, 11) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert set(waits(backoff, 5000)) == {CAP}  # no number grows beyond the limits of a float


def test_jitter_takes_at_most_half() -> None:
    assert waits(Backoff(lambda: 0.0), 4) == [0.5, 1, 2, 4]


@pytest.mark.parametrize("random", [0.0, 0.5, 1.0])
def test_after_a_good_session_the_first_attempt_is_made_at_once(random: float) -> None:
    backoff = Backoff(lambda: random)
    waits(backoff, 20)
    backoff.watched(GOOD_AFTER)
    first, second, third = waits(backoff, 3)
    assert first == 0
    assert 0.5 <= second <= 1
    assert third <= 2


def test_a_few_short_sessions_are_forgiven_and_then_the_waits_grow(backoff: Backoff) -> None:
    assert sessions(backoff, 1.0, FORGIVEN + 4) == [0] * FORGIVEN + [8, 16, 32, 64]


def test_sessions_of_some_seconds_keep_the_waits_short(backoff: Backoff) -> None:
    assert max(sessions(backoff, GOOD_AFTER / 3, 60)) <= 2


def test_a_clock_set_back_during_a_session_does_not_make_it_a_short_one(backoff: Backoff) -> None:
    assert sessions(backoff, -3600.0, FORGIVEN + 1) == [0] * FORGIVEN + [1]


def test_after_too_many_connections_the_wait_is_a_minute_at_least() -> None:
    backoff = Backoff(lambda: 0.5)
    assert backoff.delay(CROWDED) == 75
    waits(backoff, 20)
    assert backoff.delay(CROWDED) == CAP * 0.75


def test_a_lasting_problem_is_waited_for_longer_after_the_third_time(backoff: Backoff) -> None:
    assert [backoff.delay(lasting=True) for _ in range(8)] == [1, 2, 8, 16, 32, 64, 128, 256]


@pytest.mark.parametrize(
    ("good", "connected", "answered", "outage"),
    [
        (False, False, False, True),
        (False, True, False, False),  # accepted and closed: this server refuses us
        (True, True, False, True),  # a proxy or load balancer accepts connections while it is down
        (True, True, True, False),
        (False, True, True, False),
    ],
)
def test_it_is_an_outage_if_nobody_answers(
    backoff: Backoff, good: bool, connected: bool, answered: bool, outage: bool
) -> None:
    if good:
        backoff.watched(GOOD_AFTER)
    backoff.delay()
    backoff.begin()
    backoff.connected, backoff.answered = connected, answered
    assert backoff.is_outage is outage
    backoff.begin()
    assert backoff.is_outage


# Outage.


class Watcher:
    """The part of a RetryWait that an outage uses."""

    def __init__(self, outage: Outage) -> None:
        self.outage = outage
        self.tries = 0
        self.next_tries: list[float] = []

    def wait(self, *, closed: bool = False, refused: bool = False) -> Watcher:
        self.outage.wait(self, closed=closed, refused=refused)
        return self

    def on_next_try(self, seconds: float) -> None:
        self.next_tries.append(seconds)

    def wake(self) -> None:
        self.tries += 1


@pytest.fixture
def outage(clock: Clock) -> Outage:
    return Outage(clock, lambda: 1.0)


@pytest.mark.parametrize("count", [1, 50])
def test_an_unreachable_server_is_tried_ever_later_however_many_wait(
    outage: Outage, clock: Clock, count: int
) -> None:
    """What came in 20 s is announced within 3 s of the return."""
    watchers = [Watcher(outage).wait() for _ in range(count)]
    attempts: list[tuple[float, float]] = []  # when, and the wait before
    while clock.seconds() < 3600:
        wait = watchers[0].next_tries[-1]
        clock.advance(wait)
        (trying,) = (each for each in watchers if each.tries)
        trying.tries = 0
        attempts.append((clock.seconds(), wait))
        trying.wait()
    assert max(wait for when, wait in attempts if when <= 20) <= 2
    assert attempts[-1][1] == OUTAGE_CAP
    assert len(attempts) < 200


@pytest.mark.parametrize("random", [0.0, 1.0])
def test_a_server_that_is_being_started_again_is_tried_often_and_one_that_stays_away_is_not(
    clock: Clock, random: float
) -> None:
    """What came in 20 s is announced within 0.2 s of the return; later attempts are those of any outage."""

    def attempts(*, refused: bool) -> list[float]:
        begun = clock.seconds()
        watcher = Watcher(Outage(clock, lambda: random)).wait(refused=refused)
        made = []
        while clock.seconds() - begun < 3600:
            clock.advance(watcher.next_tries[-1])
            made.append(clock.seconds() - begun)
            clock.advance(NEXT_ADDRESS)  # a refusal takes so long
            watcher.wait(refused=refused)
        return made

    often, usual = attempts(refused=True), attempts(refused=False)
    soon = [each for each in often if each < REFUSED_FOR]
    assert (
        max(later - earlier for earlier, later in itertools.pairwise(soon)) <= NEXT_ADDRESS + REFUSED + 0.001
    )
    assert len(soon) <= 110
    assert len(often) - len(soon) <= sum(each >= REFUSED_FOR for each in usual) + 1


def test_all_that_wait_know_of_the_next_try(outage: Outage, clock: Clock) -> None:
    first, second = Watcher(outage).wait(), Watcher(outage).wait()
    assert (first.next_tries, second.next_tries) == ([FIRST], [FIRST])
    clock.advance(FIRST)
    assert (first.tries, second.tries) == (1, 0)
    third = Watcher(outage).wait()
    assert third.next_tries == [0.0]  # the first one is trying
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


def test_another_one_tries_if_the_first_gives_up(outage: Outage, clock: Clock) -> None:
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


def test_a_reset_and_a_clock_set_back_begin_the_outage_anew(outage: Outage, clock: Clock) -> None:
    first = Watcher(outage).wait()
    clock.advance(FIRST)
    clock.advance(1000)
    first.wait()
    assert first.next_tries[-1] == OUTAGE_CAP
    outage.reset()
    clock.advance(FIRST)
    assert first.tries == 2
    first.wait()
    assert first.next_tries[-1] == FIRST
    clock.advance(FIRST)
    clock.rightNow = 5.0
    first.wait()
    assert first.next_tries[-1] == FIRST


def test_connections_that_are_accepted_and_closed_are_made_less_often(outage: Outage, clock: Clock) -> None:
    first = Watcher(outage).wait(closed=True)
    assert first.next_tries == [pytest.approx(CLOSED - 0.1)]
    clock.advance(CLOSED)
    clock.advance(100)
    first.wait(closed=True)
    assert first.next_tries[-1] == pytest.approx(10, abs=0.3)


def test_jitter_of_an_outage_takes_at_most_half(clock: Clock) -> None:
    assert Watcher(Outage(clock, lambda: 0.0)).wait().next_tries == [FIRST / 2]
