"""The waits between attempts."""

from __future__ import annotations

import pytest

from tray.net.watch.retry import CAP, CROWDED, FORGIVEN, GOOD_AFTER, Backoff


def waits(backoff: Backoff, count: int) -> list[float]:
    """The waits for a server that answers each time and does not let us in."""
    return [backoff.delay() for _ in range(count)]


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


def test_a_fault_that_is_none_of_the_network_doubles_though_nobody_answered() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.delay() for _ in range(4)] == [1, 2, 4, 8]


def test_a_crowded_server_is_left_alone_for_a_minute() -> None:
    backoff = Backoff(lambda: 0.5)
    assert backoff.delay(CROWDED) == 75
    waits(backoff, 20)
    assert backoff.delay(CROWDED) == CAP * 0.75


def test_thousands_of_failures_are_no_larger_numbers() -> None:
    assert set(waits(Backoff(lambda: 1.0), 5000)) <= {1, 2, 4, 8, 16, 32, 64, 128, 256, CAP}


def test_what_is_lasting_is_waited_for_longer_after_the_third_time() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.delay(lasting=True) for _ in range(8)] == [1, 2, 8, 16, 32, 64, 128, 256]


@pytest.mark.parametrize(
    ("well", "connected", "answered", "outage"),
    [
        (False, False, False, True),
        (False, True, False, False),  # taken and closed: so this server refuses us
        (True, True, False, True),  # a machine in front of it takes connections while it is down
        (True, True, True, False),
        (False, True, True, False),
    ],
)
def test_it_is_an_outage_where_nobody_answers(
    well: bool, connected: bool, answered: bool, outage: bool
) -> None:
    backoff = Backoff(lambda: 1.0)
    if well:
        backoff.watched(GOOD_AFTER)
    backoff.delay()
    backoff.begin()
    backoff.connected, backoff.answered = connected, answered
    assert backoff.is_outage is outage
    backoff.begin()
    assert backoff.is_outage
