"""What is learnt from connections that were cut, and from those that were not."""

from __future__ import annotations

import pytest

from tray.net.watch.keepalive import LONGEST, SHORTEST, Renewal, remembered


@pytest.mark.parametrize(
    ("before", "silence", "after"),
    [
        (540, 540, 360),  # found dead by the renewal
        (540, 300, 200),  # by a probe in between
        (360, 360, 240),
        (200, 190, 190 * 2 / 3),
        (150, 150, SHORTEST),
        (SHORTEST, 130, SHORTEST),
        (540, 119, 540),  # shorter than any renewal: not the network's patience
        (360, 3600, 360),  # the machine slept, or the clock was set
        (360, -5, 360),
        (200, 290, 290 * 2 / 3),
        (150, 220, 220 * 2 / 3),
    ],
)
def test_a_cut_makes_it_two_thirds_of_the_silence_within_bounds(before, silence, after):
    assert Renewal(before).cut(silence).seconds == pytest.approx(min(before, after))


def test_it_grows_back_slowly_after_many_good_silences():
    renewal, days = Renewal().cut(540), 0.0
    while renewal.seconds < LONGEST:
        days += renewal.seconds / 86_400
        renewal = renewal.survived(renewal.seconds)
    assert 0.3 < days < 1
    assert renewal == Renewal()


@pytest.mark.parametrize("silence", [1, 200, 3600, -1])
def test_only_a_whole_silence_counts_as_survived(silence):
    """A server that says "Still here" every two minutes proves nothing of longer ones."""
    renewal = Renewal(360, good=19)
    assert renewal.survived(silence) is renewal


def test_the_longest_needs_no_counting():
    renewal = Renewal()
    assert renewal.survived(540) is renewal


def test_a_cut_ends_the_count():
    assert Renewal(360, good=19).cut(360) == Renewal(240)


@pytest.mark.parametrize(
    ("kept", "seconds"),
    [(240, 240), (240.5, 240.5), (1, 540), (1e9, 540), ("x", 540), (None, 540), (float("nan"), 540)],
)
def test_what_is_remembered_is_believed_within_bounds(kept, seconds):
    assert remembered(kept) == Renewal(seconds)
