"""The tray is drawn once for many changes."""

from __future__ import annotations

import time

import pytest
from twisted.internet.task import Clock

from tray.app.summary_updates import CONFIRMED_AFTER, SummaryUpdates


class Parts:
    """The parts that are asked when something changed, and two views: what was done, in order."""

    def __init__(self):
        self.done = []
        self.has_jumped = self.are_times_shown = False

    def summary(self):
        return "summary"

    def render(self, summary):
        self.done.append(f"drew the {summary}")

    def render_times(self, summary):
        self.done.append(f"drew the times of the {summary}")

    def release_due(self):
        self.done.append("released what is due")

    def look(self):
        self.done.append("looked at the pause")

    def check_clock(self):
        self.done.append("checked the clock")
        return self.has_jumped

    def save(self):
        self.done.append("saved")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def parts():
    return Parts()


@pytest.fixture
def updates(clock, parts):
    updates = SummaryUpdates(clock, [parts], parts)
    updates.connect(parts, parts, parts, parts, lambda: parts.are_times_shown)
    return updates


DRAWN = ["drew the summary", "drew the summary"]
TIMES = ["drew the times of the summary"]
AFTER_CHANGE = ["checked the clock", "released what is due", *DRAWN, "saved"]


def test_changes_of_a_moment_are_drawn_together(updates, clock, parts):
    updates.soon()
    clock.advance(0.04)
    updates.soon()
    assert parts.done == []
    clock.advance(0.02)
    assert parts.done == AFTER_CHANGE
    updates.soon()
    clock.advance(1)
    assert parts.done == AFTER_CHANGE * 2


def test_every_view_is_drawn_at_once_where_that_is_asked_for(updates, parts):
    updates.draw()
    assert parts.done == DRAWN


def test_a_clock_that_was_set_may_end_a_pause_and_make_something_due(updates, clock, parts):
    updates.clock_moved()
    assert parts.done == ["looked at the pause", "released what is due"]
    clock.advance(1)
    assert parts.done[2:] == AFTER_CHANGE


def test_words_of_servers_are_drawn_now_and_then(updates, clock, parts):
    """Each drawing wakes the panel, too."""
    clock.advance(CONFIRMED_AFTER)
    updates.draw()
    parts.done.clear()
    clock.advance(CONFIRMED_AFTER - 1)
    updates.confirmed()
    clock.advance(0.5)
    assert parts.done == ["checked the clock"]
    clock.advance(0.5)
    updates.confirmed()
    assert parts.done == ["checked the clock", "checked the clock"]  # what else it said comes first
    clock.advance(0)
    assert parts.done[2:] == TIMES
    updates.confirmed()
    assert clock.getDelayedCalls() == []


def test_on_another_day_all_is_drawn(updates, clock, parts):
    """What was today is yesterday."""
    noon = time.mktime((2026, 12, 1, 12, 0, 0, 0, 0, -1))
    clock.advance(noon)
    updates.draw()
    for hours, drawn in ((11.9, TIMES), (0.3, DRAWN), (1, TIMES)):
        parts.done.clear()
        clock.advance(hours * 3600)
        updates.confirmed()
        clock.advance(0)
        assert parts.done == ["checked the clock", *drawn]


def test_a_word_of_a_server_is_drawn_with_a_change_that_is_due(updates, clock, parts):
    clock.advance(CONFIRMED_AFTER)
    updates.confirmed()
    updates.soon()
    clock.advance(0)
    assert parts.done == ["checked the clock"]
    clock.advance(0.06)
    assert parts.done[1:] == AFTER_CHANGE


def test_words_of_servers_are_drawn_soon_while_a_window_shows_their_times(updates, clock, parts):
    updates.draw()
    parts.are_times_shown = True
    updates.confirmed()
    clock.advance(0.06)
    assert parts.done == [*DRAWN, "checked the clock", *AFTER_CHANGE]


def test_words_of_servers_after_a_sleep_show_that_there_was_one(updates, clock, parts):
    updates.draw()
    parts.has_jumped = True
    updates.confirmed()
    assert parts.done == [*DRAWN, "checked the clock"]
    assert clock.getDelayedCalls() == []


def test_a_clock_that_was_set_back_delays_no_drawing(updates, clock, parts):
    clock.advance(CONFIRMED_AFTER)
    updates.draw()
    clock.rightNow = 0.0
    parts.done.clear()
    updates.confirmed()
    clock.advance(0)
    assert parts.done == ["checked the clock", *TIMES]


def test_after_the_end_nothing_is_drawn_but_what_was_to_be_written_is(updates, clock, parts):
    clock.advance(CONFIRMED_AFTER)
    updates.confirmed()
    updates.soon()
    updates.stop()
    clock.advance(1)
    assert parts.done == ["checked the clock", "saved"]
    assert clock.getDelayedCalls() == []
