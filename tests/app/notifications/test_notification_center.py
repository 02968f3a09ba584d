"""What the notifier orders reaches the desktop, in time."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock

from tests.fakes.ports import FakeToasts
from tests.fakes.values import key, mail
from tray.app.notifications.notification_center import NotificationCenter
from tray.imap.types import INBOX
from tray.mail.model.account import AccountId
from tray.mail.model.message import UncountedBatch
from tray.mail.model.toast import Arrival, Toast, ToastKey
from tray.mail.notifications.notifier import MESSAGES_LIMIT, UPDATE_INTERVAL
from tray.mail.notifications.postponed import Postponed


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


class Told(list):
    """Stands for the announcements."""

    mark_announced = list.extend


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def notification_center(clock, toasts, told):
    return NotificationCenter(clock, toasts, told)


def test_a_mail_is_told_when_its_toast_was_handed_over(notification_center, toasts, told):
    """Not when it was ordered: the notification server may be away."""
    toasts.hand_over_at_once = False
    notification_center.announce([arrival(1)])
    assert told == []
    toasts.hand_over()
    assert told == [key(1)]


def test_what_nobody_can_show_becomes_one_toast_in_time(notification_center, toasts, told, clock):
    """However slowly the mails come; shown at last, all of them are told, and the next has its own toast."""
    toasts.hand_over_at_once = False
    for uid in range(1, 6):
        notification_center.announce([arrival(uid)])
        clock.advance(60)
    (digest,) = toasts.shown.values()
    assert len(digest.messages) == 5
    toasts.hand_over()
    assert set(told) == {key(uid) for uid in range(1, 6)}
    notification_center.announce([arrival(6)])
    assert len(toasts.shown) == 2


def test_a_flood_becomes_one_toast_in_the_turn_in_which_it_comes(notification_center, toasts, told, clock):
    """A digest is not late because it is one."""
    notification_center.announce([arrival(uid) for uid in range(1, 13)])
    assert len(toasts.shown) == 1
    assert sorted(key.uid for key in told) == list(range(1, 13))
    assert clock.getDelayedCalls() == []


def test_an_update_that_has_to_wait_comes_by_itself(notification_center, toasts, told, clock):
    """The digest is updated at most four times a second, and then really is."""
    notification_center.announce([arrival(uid) for uid in range(1, 6)])
    notification_center.announce([arrival(6)])
    assert key(6) not in told
    clock.advance(UPDATE_INTERVAL)
    assert key(6) in told
    assert clock.getDelayedCalls() == []


def test_a_mail_read_elsewhere_takes_its_toast_with_it(notification_center, toasts):
    """Nobody wants to be announced what was read on the telephone."""
    notification_center.announce([arrival(1)])
    notification_center.withdraw([key(1)])
    assert toasts.shown == {}


def test_a_closed_toast_is_not_withdrawn_later(notification_center, toasts):
    """Its id may belong to somebody else by then."""
    notification_center.announce([arrival(1)])
    (shown,) = toasts.shown
    notification_center.closed(shown)
    before = list(toasts.orders)
    notification_center.withdraw([key(1)])
    assert toasts.orders == before


def test_no_timer_is_left_when_stopped(notification_center, clock):
    """A timer would keep the reactor's books open."""
    notification_center.announce([arrival(uid) for uid in range(1, 6)])
    notification_center.announce([arrival(6)])
    notification_center.stop()
    assert clock.getDelayedCalls() == []


def test_a_word_about_the_program_itself_is_a_toast_too(notification_center, toasts, told):
    notification_center.show(Toast(ToastKey("word"), "Mailbell", "The disk is full.", messages=()))
    assert ToastKey("word") in toasts.shown
    assert told == []


def test_a_digest_that_nobody_shows_is_ordered_often_and_kept_once(notification_center, toasts, told, clock):
    """A year without a notification server; at its end every mail is announced, once, also those it only counts."""
    toasts.hand_over_at_once = False
    uids = range(1, MESSAGES_LIMIT + 100)
    for uid in uids:
        notification_center.announce([arrival(uid)])
        clock.advance(2)
    assert len({id(each) for each in toasts.waiting}) <= 8
    toasts.hand_over()
    assert {each.uid for each in told} == set(uids)
    assert notification_center._receipts == {}


def test_what_a_digest_took_in_while_it_was_on_its_way_is_told_with_its_next_update(
    notification_center, toasts, told, clock
):
    toasts.hand_over_at_once = False
    notification_center.announce([arrival(uid) for uid in range(1, 6)])
    notification_center.announce([arrival(6)])
    clock.advance(2)
    notification_center.announce([arrival(7)])
    clock.advance(2)
    first, *later = toasts.waiting
    first()
    assert sorted(each.uid for each in told) == [1, 2, 3, 4, 5]
    for handed_over in later:
        handed_over()
    assert sorted(each.uid for each in told) == [1, 2, 3, 4, 5, 6, 7]


CROWD = UncountedBatch(AccountId("work"), INBOX, 1, 300)


def test_a_batch_is_told_with_the_toast_that_counts_it(notification_center, toasts, told):
    toasts.hand_over_at_once = False
    notification_center.announce([arrival(1)], [CROWD])
    (digest,) = toasts.shown.values()
    assert digest.summary == "301 new mails"
    toasts.hand_over()
    assert told == [key(1), CROWD]


def test_a_batch_is_told_of_when_all_that_was_known_beside_it_was_read_before(
    notification_center, toasts, told, clock
):
    toasts.hand_over_at_once = False
    notification_center.announce([arrival(1), arrival(2)], [CROWD])
    clock.advance(60)
    notification_center.withdraw([key(1), key(2)])
    (digest,) = toasts.shown.values()
    assert (digest.summary, digest.messages) == ("300 new mails", ())
    toasts.hand_over()
    assert told == [CROWD]


def test_what_a_digest_has_forgotten_is_told_of_when_all_that_it_knows_was_read(
    notification_center, toasts, told, clock
):
    toasts.hand_over_at_once = False
    for uid in range(1, 601):
        notification_center.announce([arrival(uid)])
    clock.advance(60)
    notification_center.withdraw([key(uid) for uid in range(41, 601)])
    clock.advance(60)
    (digest,) = toasts.shown.values()
    assert digest.summary == "40 new mails"
    toasts.hand_over()
    assert {each.uid for each in told} == set(range(1, 41))


def test_where_all_of_a_digest_was_read_nothing_is_shown(notification_center, toasts, told, clock):
    toasts.hand_over_at_once = False
    notification_center.announce([arrival(uid) for uid in range(1, 601)], [CROWD])
    clock.advance(60)
    notification_center.withdraw([*(key(uid) for uid in range(1, 601)), CROWD])
    assert (toasts.shown, notification_center._receipts) == ({}, {})


def test_what_nobody_has_shown_is_taken_back(notification_center, toasts, told, clock):
    notification_center.announce([arrival(1)])
    clock.advance(60)
    toasts.hand_over_at_once = False
    notification_center.announce([arrival(2)])
    notification_center.announce([Arrival(key(7, "home"), "Home", mail(7), show_account=False)])
    assert notification_center.withdraw_unshown(lambda *_: False) == Postponed()
    assert notification_center.withdraw_unshown(lambda account, _arrival: account == "work") == Postponed(
        (arrival(2),)
    )
    assert notification_center.withdraw_unshown(lambda account, _arrival: account == "work") == Postponed()
    assert [each.messages for each in toasts.shown.values()] == [(key(1),), (key(7, "home"),)]
    toasts.hand_over()
    assert told == [key(1), key(7, "home")]


def test_a_digest_that_nobody_has_shown_is_taken_back_with_all_that_it_counts(
    notification_center, toasts, told, clock
):
    toasts.hand_over_at_once = False
    notification_center.announce([arrival(uid) for uid in range(1, 601)], [CROWD])
    notification_center.announce([arrival(601)])
    recalled = notification_center.withdraw_unshown(lambda account, _arrival: account == "work")
    keys = [*(each.key for each in recalled.arrivals), *recalled.others]
    assert {each.uid for each in keys} == set(range(1, 602))
    assert recalled.batches == (CROWD,)
    assert (toasts.shown, notification_center._receipts) == ({}, {})
    toasts.hand_over()
    assert told == []


def test_what_tells_of_a_mailbox_that_is_no_longer_watched_goes(notification_center, toasts, told):
    toasts.hand_over_at_once = False
    notification_center.announce(
        [arrival(1), Arrival(key(2, mailbox="Lists"), "Work", mail(2), show_account=False)]
    )
    notification_center.keep_only(AccountId("work"), [INBOX])
    notification_center.keep_only(AccountId("home"), [])
    assert [each.messages for each in toasts.shown.values()] == [(key(1),)]
    notification_center.keep_only(AccountId("work"), [])
    toasts.hand_over()
    assert (toasts.shown, told) == ({}, [])


def test_a_morning_of_which_only_the_numbers_are_known_is_announced(notification_center, toasts, told):
    notification_center.announce_postponed(Postponed((), (key(1), key(2)), (CROWD,)))
    (digest,) = toasts.shown.values()
    assert digest.summary == "302 new mails"
    assert told == [key(1), key(2), CROWD]


def test_nothing_is_left_of_toasts_that_a_digest_replaced_before_it_was_taken_back(
    notification_center, toasts, clock
):
    toasts.hand_over_at_once = False
    for uid in range(1, 6):
        notification_center.announce([arrival(uid)])
        clock.advance(60)
    assert (
        len(notification_center.withdraw_unshown(lambda account, _arrival: account == "work").arrivals) == 5
    )
    assert notification_center._receipts == {}
