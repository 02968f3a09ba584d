"""Who subscribes is told of each change, not of what is the same, and not more often than can be read."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock

from tests.ui.summaries import NOW, account, summary, title
from tray.app.status_feed import StatusFeed
from tray.mail.model.status import Watching
from tray.mail.presentation.status_json import status_record

NONE, SOME = summary(account("w")), summary(account("w", title(1)))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def feed(clock):
    return StatusFeed(clock)


def test_the_present_status_comes_first_and_then_each_change(feed, clock):
    told = []
    feed.render(NONE)
    feed.subscribe(told.append)
    assert told == [status_record(NONE)]
    feed.render(SOME)
    assert told[1:] == [status_record(SOME)]


def test_before_there_is_a_status_nothing_is_told(feed):
    told = []
    feed.subscribe(told.append)
    assert told == []


def test_without_a_subscriber_nothing_is_done(feed, clock):
    feed.render(SOME)
    assert clock.getDelayedCalls() == []


def test_a_confirmation_is_no_change(feed, clock):
    told = []
    feed.subscribe(told.append)
    for confirmed in (NOW, NOW + 60):
        feed.render(summary(account("w", status=Watching(NOW, confirmed))))
        clock.advance(1)
    assert len(told) == 1
    assert clock.getDelayedCalls() == []


def test_who_subscribes_after_a_confirmation_is_told_its_time(feed, clock):
    told, others = [], []
    feed.subscribe(told.append)
    feed.render(SOME)
    later = summary(account("w", title(1), status=Watching(NOW, NOW + 600)))
    feed.render_times(later)
    clock.advance(1)
    assert told == [status_record(SOME)]
    feed.subscribe(others.append)
    assert others == [status_record(later)]
    assert len(told) == 1


def test_many_changes_at_once_are_told_of_by_the_last(feed, clock):
    told = []
    feed.subscribe(told.append)
    for count in range(1, 9):
        feed.render(summary(account("w", *(title(uid) for uid in range(count)))))
    assert [each["unseen"] for each in told] == [1]
    clock.advance(0.5)
    assert [each["unseen"] for each in told] == [1, 8]
    clock.advance(0.5)
    assert len(told) == 2
    assert clock.getDelayedCalls() == []


def test_who_leaves_is_told_no_more(feed, clock):
    told, others = [], []
    cancel = feed.subscribe(told.append)
    cancel_other = feed.subscribe(others.append)
    feed.render(NONE)
    cancel()
    clock.advance(1)
    feed.render(SOME)
    assert (len(told), len(others)) == (1, 2)
    cancel_other()
    cancel_other()
    assert clock.getDelayedCalls() == []


def test_who_comes_later_is_told_when_it_is_again_as_it_was_for_those_before(feed, clock):
    first, later, last = [], [], []
    cancel = feed.subscribe(first.append)
    feed.render(NONE)
    feed.render(SOME)  # told in half a second
    cancel_later = feed.subscribe(later.append)
    feed.render(NONE)
    clock.advance(1)
    assert first == [status_record(each) for each in (NONE, SOME, NONE)]
    assert later == first[1:]
    cancel()
    cancel_later()
    feed.render(SOME)  # nobody is told
    feed.subscribe(last.append)
    feed.render(NONE)
    assert last == first[1:]


def test_new_messages_are_told_of_one_by_one_and_not_by_the_thousand(feed):
    told = []
    feed.arrived("Work", [title(1)])
    feed.subscribe_to_new(told.append)
    feed.arrived("Work", [title(2, "Lunch?")])
    assert [(each["account"], each["subject"], each["uid"]) for each in told] == [("Work", "Lunch?", 2)]
    feed.arrived("Work", [title(uid) for uid in range(100)])
    assert len(told) == 1 + 20
    assert told[-1]["uid"] == 99


def test_at_the_end_nothing_is_told(feed, clock):
    told = []
    feed.subscribe(told.append)
    feed.subscribe_to_new(told.append)
    feed.render(NONE)
    feed.stop()
    feed.render(SOME)
    feed.arrived("Work", [title(1)])
    assert len(told) == 1
    assert clock.getDelayedCalls() == []
