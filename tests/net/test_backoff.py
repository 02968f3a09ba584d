"""The waits between attempts."""

from __future__ import annotations

import pytest

from tray.net.backoff import CAP, CROWDED, Backoff


def test_waits_double_up_to_five_minutes() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.delay() for _ in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_jitter_takes_at_most_half() -> None:
    backoff = Backoff(lambda: 0.0)
    assert [backoff.delay() for _ in range(4)] == [0.5, 1, 2, 4]


@pytest.mark.parametrize("random", [0.0, 0.5, 1.0])
def test_the_first_wait_after_a_good_session_is_below_a_second(random: float) -> None:
    backoff = Backoff(lambda: random)
    for _ in range(20):
        backoff.delay()
    backoff.was_good()
    assert 0.2 <= backoff.delay() <= 0.5
    assert backoff.delay() <= 1
    assert backoff.delay() <= 2


def test_a_crowded_server_is_left_alone_for_a_minute() -> None:
    backoff = Backoff(lambda: 0.5)
    assert backoff.delay(CROWDED) == 75
    for _ in range(20):
        backoff.delay()
    assert backoff.delay(CROWDED) == CAP * 0.75


def test_thousands_of_failures_are_no_larger_numbers() -> None:
    backoff = Backoff(lambda: 1.0)
    assert {backoff.delay() for _ in range(5000)} <= {1, 2, 4, 8, 16, 32, 64, 128, 256, CAP}
