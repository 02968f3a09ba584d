"""What the notifier orders reaches the desktop, in time."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock

from tests.fakes.ports import FakeToasts
from tests.fakes.values import key, mail
from tray.app.toaster import Toaster
from tray.mail.notifier import Arrival
from tray.mail.toast import Toast, ToastKey


def arrival(uid):
    return Arrival(key(uid), "Work", mail(uid), show_account=False)


@pytest.fixture
def clock():
    clock = Clock()
    clock.advance(1_000_000)
    return clock


@pytest.fixture
def toasts():
    return FakeToasts()


@pytest.fixture
def told():
    return []


@pytest.fixture
def toaster(clock, toasts, told):
    return Toaster(clock, toasts, told.extend)


def test_a_mail_is_told_when_its_toast_was_handed_over(toaster, toasts, told):
    """Not when it was ordered: the notification server may be away."""
    toasts.hand_over_at_once = False
    toaster.arrived([arrival(1)])
    assert told == []
    toasts.hand_over()
    assert told == [key(1)]


def test_what_nobody_can_show_becomes_one_toast_in_time(toaster, toasts, told, clock):
    """However slowly the mails come; shown at last, all of them are told, and the next has its own toast."""
    toasts.hand_over_at_once = False
    for uid in range(1, 6):
        toaster.arrived([arrival(uid)])
        clock.advance(60)
    (digest,) = toasts.shown.values()
    assert len(digest.messages) == 5
    toasts.hand_over()
    assert set(told) == {key(uid) for uid in range(1, 6)}
    toaster.arrived([arrival(6)])
    assert len(toasts.shown) == 2


def test_a_flood_becomes_one_toast(toaster, toasts, told):
    """And every mail of it was told."""
    toaster.arrived([arrival(uid) for uid in range(1, 13)])
    assert len(toasts.shown) == 1
    assert sorted(key.uid for key in told) == list(range(1, 13))


def test_an_update_that_has_to_wait_comes_by_itself(toaster, toasts, told, clock):
    """The digest is updated at most once a second, and then really is."""
    toaster.arrived([arrival(uid) for uid in range(1, 6)])
    toaster.arrived([arrival(6)])
    assert key(6) not in told
    clock.advance(1.1)
    assert key(6) in told
    assert clock.getDelayedCalls() == []


def test_a_mail_read_elsewhere_takes_its_toast_with_it(toaster, toasts):
    """Nobody wants to be told of what was read on the telephone."""
    toaster.arrived([arrival(1)])
    toaster.gone([key(1)])
    assert toasts.shown == {}


def test_a_closed_toast_is_not_withdrawn_later(toaster, toasts):
    """Its id may belong to somebody else by then."""
    toaster.arrived([arrival(1)])
    (shown,) = toasts.shown
    toaster.closed(shown)
    before = list(toasts.orders)
    toaster.gone([key(1)])
    assert toasts.orders == before


def test_no_timer_is_left_when_stopped(toaster, clock):
    """A timer would keep the reactor's books open."""
    toaster.arrived([arrival(uid) for uid in range(1, 6)])
    toaster.arrived([arrival(6)])
    toaster.stop()
    assert clock.getDelayedCalls() == []


def test_a_word_about_the_program_itself_is_a_toast_too(toaster, toasts, told):
    """It tells of no mail."""
    toaster.tell(Toast(ToastKey("word"), "Mailbell", "The disk is full.", messages=()))
    assert ToastKey("word") in toasts.shown
    assert told == []
