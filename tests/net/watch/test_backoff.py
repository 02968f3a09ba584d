"""The waits between attempts."""

from __future__ import annotations

import pytest

from tray.net.watch.retry import CAP, CROWDED, FORGIVEN, GOOD_AFTER, SCOUT_CAP, SOON_CLOSED, Backoff


def waits(backoff: Backoff, count: int) -> list[float]:
    """The waits for a server that answers each time and does not let us in."""
    found = []
    for _ in range(count):
        backoff.answered()
        found.append(backoff.delay(0.0, unreachable=True))
    return found


def test_waits_double_up_to_five_minutes() -> None:
    assert waits(Backoff(lambda: 1.0), 11) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_jitter_takes_at_most_half() -> None:
    assert waits(Backoff(lambda: 0.0), 4) == [0.5, 1, 2, 4]


@pytest.mark.parametrize("random", [0.0, 0.5, 1.0])
def test_the_first_wait_after_a_good_session_is_below_a_second(random: float) -> None:
    backoff = Backoff(lambda: random)
    waits(backoff, 20)
    backoff.watched(GOOD_AFTER)
    first, second, third = waits(backoff, 3)
    assert 0.2 <= first <= 0.5
    assert second <= 1
    assert third <= 2


def test_a_few_short_sessions_are_forgiven_and_then_the_waits_grow() -> None:
    backoff = Backoff(lambda: 1.0)
    found = []
    for _ in range(FORGIVEN + 4):
        backoff.watched(1.0)
        found += waits(backoff, 1)
    assert found == [0.5] * FORGIVEN + [8, 16, 32, 64]


def test_sessions_that_last_a_while_earn_forgiveness() -> None:
    backoff = Backoff(lambda: 1.0)
    found = []
    for _ in range(60):
        backoff.watched(GOOD_AFTER / 3)
        found += waits(backoff, 1)
    assert max(found) <= 2


def test_a_clock_set_back_earns_nothing_and_costs_no_more_than_a_session() -> None:
    backoff = Backoff(lambda: 1.0)
    for _ in range(FORGIVEN):
        backoff.watched(-3600.0)
        assert waits(backoff, 1) == [0.5]
    backoff.watched(-3600.0)
    assert waits(backoff, 1) == [1]


def test_a_server_that_nobody_reaches_is_asked_in_step_with_its_absence() -> None:
    backoff = Backoff(lambda: 1.0)
    now, attempts, at = 1000.0, 0, {}
    while now < 1000 + 3600:
        wait = backoff.delay(now, unreachable=True)
        at[now - 1000] = wait
        now += wait
        attempts += 1
    assert max(wait for gone, wait in at.items() if gone <= 20) <= 2
    assert max(at.values()) == CAP
    assert attempts < 100


@pytest.mark.parametrize(("gone", "worst"), [(20, 2), (60, 6), (120, 12), (300, 30), (600, 30), (86_400, 30)])
def test_one_that_scouts_misses_a_return_by_half_a_minute_at_most(gone: float, worst: float) -> None:
    backoff = Backoff(lambda: 1.0)
    backoff.delay(0.0, unreachable=True, scouts=True)
    assert backoff.delay(gone, unreachable=True, scouts=True) == min(worst, SCOUT_CAP)


def test_where_nobody_answered_nothing_is_held_against_the_server() -> None:
    backoff = Backoff(lambda: 1.0)
    for now in range(100):
        backoff.delay(float(now), unreachable=True)
    assert waits(backoff, 2) == [1, 2]
    assert backoff.delay(200.0, unreachable=True) == 1


def test_somebody_who_asks_makes_a_long_absence_forgotten() -> None:
    backoff = Backoff(lambda: 1.0)
    backoff.delay(0.0, unreachable=True)
    assert backoff.delay(1000.0, unreachable=True) == 100
    backoff.asked()
    assert backoff.delay(1001.0, unreachable=True) == 1


def test_a_clock_set_back_begins_the_absence_anew() -> None:
    backoff = Backoff(lambda: 1.0)
    backoff.delay(10_000.0, unreachable=True)
    assert backoff.delay(5.0, unreachable=True) == 1
    assert backoff.delay(105.0, unreachable=True) == 10


def test_a_fault_that_is_none_of_the_network_doubles_though_nobody_answered() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.delay(0.0) for _ in range(4)] == [1, 2, 4, 8]


def test_a_crowded_server_is_left_alone_for_a_minute() -> None:
    backoff = Backoff(lambda: 0.5)
    assert backoff.delay(0.0, CROWDED) == 75
    waits(backoff, 20)
    assert backoff.delay(0.0, CROWDED) == CAP * 0.75


def test_thousands_of_failures_are_no_larger_numbers() -> None:
    assert set(waits(Backoff(lambda: 1.0), 5000)) <= {1, 2, 4, 8, 16, 32, 64, 128, 256, CAP}


def test_what_is_lasting_is_waited_for_longer_after_the_third_time() -> None:
    backoff = Backoff(lambda: 1.0)
    found = []
    for _ in range(8):
        backoff.connected()
        backoff.answered()
        found.append(backoff.delay(0.0, lasting=True))
    assert found == [1, 2, 8, 16, 32, 64, 128, 256]


def test_a_connection_that_is_taken_and_closed_is_no_outage_where_no_session_was_before() -> None:
    backoff = Backoff(lambda: 1.0)
    found = []
    for _ in range(5):
        backoff.connected()
        found.append(backoff.delay(0.0, unreachable=True))
    assert found == [1, 2, 8, 16, 32]


def test_it_is_one_behind_a_good_session_until_the_server_says_no() -> None:
    backoff = Backoff(lambda: 1.0)
    backoff.watched(GOOD_AFTER)
    waits(backoff, 1)
    backoff.connected()
    assert backoff.delay(0.0, unreachable=True) == pytest.approx(SOON_CLOSED - 0.1)
    backoff.connected()
    assert backoff.delay(100.0, unreachable=True) == 10
    backoff.answered()
    backoff.delay(100.0)
    backoff.connected()
    assert backoff.delay(100.0, unreachable=True) == 2
