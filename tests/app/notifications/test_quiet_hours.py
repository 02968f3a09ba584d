"""Quiet hours on the way from a report to a toast: nothing is told in them, and all that is left of it at their end."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from twisted.internet.task import Clock

from tests.fakes.ports import FakeStore, FakeToasts, FakeWatcher
from tests.fakes.values import VALIDITY, account, key, mail
from tray.app.accounts.mail_service import MailService
from tray.app.notifications.announcements import Announcements
from tray.app.notifications.notification_center import NotificationCenter
from tray.app.notifications.quiet_hours import QuietHoursGate
from tray.imap.types import INBOX, SEEN, MailboxName, Uid
from tray.mail.arrivals.mailbox_state import MailboxReport
from tray.mail.model.toast import Toast, ToastKey
from tray.mail.notifications.postponed import KNOWN
from tray.mail.settings.settings import Settings

NIGHT = ("22:00-07:00",)
WORK = account("work", quiet_hours=NIGHT, sound="bell", colour="#2457d6")
HOME = account("home")
HOUR = 3600
SEEN_NOW = frozenset({SEEN})


@pytest.fixture(autouse=True)
def berlin(monkeypatch):
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def at(text):
    """Unix seconds of a local time of Friday, 20 November 2026, or a day after it."""
    return time.mktime(time.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M"))


class House:
    """All between a report and the screen; `crash` leaves what is on the disk."""

    def __init__(self, *accounts, now="20 23:00", store=None, **settings):
        self.store = FakeStore() if store is None else store
        self.clock = Clock()
        self.clock.advance(at(now))
        self.toasts, self.changes, self.watchers = FakeToasts(), [], []
        self.settings = Settings(accounts=accounts, **settings)
        self.announcements = Announcements(self.store, dict(self.store.kept), pytest.fail)
        self.notification_center = NotificationCenter(self.clock, self.toasts, self.announcements)
        self.quiet = QuietHoursGate(
            self.clock,
            self.notification_center,
            self.announcements,
            lambda: self.settings,
            lambda: self.changes.append(1),
        )
        self.room = MailService(
            self.settings,
            make_watcher=self.make_watcher,
            announcements=self.announcements,
            quiet_hours=self.quiet,
            now=self.clock.seconds,
            changed=self.quiet.release_due,
            status_changed=lambda _watch: None,
        )
        self.room.start()

    def make_watcher(self, account, mailbox, _titles, on_status):
        self.watchers.append(FakeWatcher(account, mailbox, on_status))
        return self.watchers[-1]

    def report(self, *mails, of=WORK, mailbox=INBOX, **fields):
        self.room.on_report(of, mailbox, MailboxReport(VALIDITY, messages=mails, **fields))

    def take(self, *accounts, **settings):
        self.settings = Settings(accounts=accounts, **settings)
        self.room.apply_settings(self.settings)

    def until(self, moment):
        self.clock.advance(at(moment) - self.clock.seconds())

    def read(self, *uids, of=WORK):
        self.report(of=of, flags=tuple((Uid(uid), SEEN_NOW) for uid in uids))

    @property
    def toast(self):
        (toast,) = self.toasts.shown.values()
        return toast

    @property
    def mark(self):
        return self.store.kept["work", INBOX].announced_uid

    def crash(self):
        return House(*self.settings.accounts, now="20 23:30", store=self.store)


@pytest.fixture
def house():
    house = House(WORK, HOME)
    house.report(mail(1))
    house.report(mail(1), of=HOME)
    return house


def test_what_comes_in_quiet_hours_is_counted_at_once_and_told_of_at_their_end_in_one_toast(house):
    house.report(mail(2), unseen=2)
    house.clock.advance(HOUR)
    house.report(mail(3), unseen=3)
    assert house.toasts.orders == []
    assert house.room.summary().unseen == 3 + 1
    assert house.mark == 1
    house.until("21 06:59")
    assert house.toasts.orders == []
    house.until("21 07:00")
    assert house.toast.summary == "2 new mails"
    assert house.toast.messages == (key(2), key(3))
    assert (house.toast.sound, house.toast.colour) == ("bell", "#2457d6")
    assert house.mark == 3
    assert house.changes == [1]
    house.until("21 12:00")
    assert len(house.toasts.orders) == 1


def test_another_account_is_heard_meanwhile(house):
    house.report(mail(2), of=HOME)
    assert house.toast.account == "home"


def test_what_was_read_meanwhile_is_not_told_of(house):
    house.report(mail(2))
    house.report(mail(3))
    house.read(2)
    house.until("21 07:00")
    assert house.toast.messages == (key(3),)
    assert house.mark == 3


def test_where_all_was_read_or_nothing_came_nothing_is_told(house):
    house.report(mail(2))
    house.read(2)
    house.until("21 07:00")
    assert house.toasts.orders == []
    assert house.mark == 2


def test_a_crash_in_the_night_loses_nothing(house):
    """The mark on the disk is below what was not told of, so the next run hears of it again."""
    house.report(mail(2))
    house.report(mail(3))
    risen = house.crash()
    risen.report(mail(2), mail(3), mail(4))
    assert risen.toasts.orders == []
    risen.until("21 07:00")
    assert risen.toast.messages == (key(2), key(3), key(4))


def test_a_crash_that_lasts_until_the_morning_loses_nothing(house):
    house.report(mail(2))
    risen = House(WORK, HOME, now="21 09:00", store=house.store)
    risen.report(mail(2))
    assert risen.toast.messages == (key(2),)


def test_accounts_whose_quiet_ends_together_are_told_of_together():
    other = account("home", quiet_hours=("fri 20:00-24:00", "sat 00:00-07:00"))
    house = House(WORK, other)
    house.report(mail(1))
    house.report(mail(1), of=other)
    house.report(mail(5))
    house.report(mail(2), of=other)
    house.until("21 07:00")
    assert house.toast.messages == (key(2, "home"), key(5))  # by date
    assert house.toast.colour == ""


def test_what_comes_after_is_told_of_at_once(house):
    house.until("21 07:00")
    house.report(mail(2))
    assert house.toast.messages == (key(2),)


def test_a_machine_that_slept_over_the_end_tells_when_it_is_looked_at(house):
    """Its timers stood still; the clock has jumped."""
    house.report(mail(2))
    house.clock.rightNow = at("21 09:00")
    house.quiet.release_due()
    assert house.toast.messages == (key(2),)


def test_a_mail_after_a_jump_of_the_clock_is_told_of_behind_what_waited(house):
    house.report(mail(2))
    house.clock.rightNow = at("21 09:00")
    house.report(mail(3))
    told = [uid.uid for toast in house.toasts.shown.values() for uid in toast.messages]
    assert told == [2, 3]


def test_a_clock_that_is_set_back_into_the_night_is_quiet_again(house):
    house.until("21 08:00")
    house.clock.rightNow = at("21 06:00")
    house.report(mail(2))
    assert house.toasts.orders == []
    house.until("21 07:00")
    assert house.toast.messages == (key(2),)


def test_quiet_hours_that_are_taken_away_end_at_once_and_no_connection_with_them(house):
    house.report(mail(2))
    house.take(replace(WORK, quiet_hours=()), HOME)
    assert house.toast.messages == (key(2),)
    assert [watcher.calls for watcher in house.watchers] == [["start"], ["start"]]
    assert house.clock.getDelayedCalls() == []


def test_an_account_that_is_muted_in_the_night_is_told_of_never(house):
    """Its mark moves on, so that nothing comes when it is heard again."""
    house.report(mail(2))
    house.take(replace(WORK, muted=True), HOME)
    assert house.mark == 2
    house.report(mail(3), unseen=3)
    assert (house.mark, house.room.summary().unseen) == (3, 4)
    house.take(replace(WORK, quiet_hours=()), HOME)
    assert house.toasts.orders == []
    house.report(mail(4))
    assert house.toast.messages == (key(4),)


def test_without_toasts_nothing_waits(house):
    house.report(mail(2))
    house.take(WORK, HOME, toasts=False)
    assert (house.mark, house.toasts.orders) == (2, [])


def test_what_an_account_left_behind_that_is_removed_is_told_of_never(house):
    house.report(mail(2))
    house.take(HOME)
    house.until("21 12:00")
    assert house.toasts.orders == []


def test_while_the_program_is_paused_the_morning_waits(house):
    house.report(mail(2))
    house.quiet.pause(paused=True)
    house.until("21 07:30")
    assert house.toasts.orders == []
    house.quiet.pause(paused=False)
    assert house.toast.messages == (key(2),)


def test_a_night_of_thousands_is_one_toast_and_all_of_it_is_told(house):
    for uid in range(2, KNOWN + 302):
        house.report(mail(uid))
    house.until("21 07:00")
    assert house.toast.summary == f"{KNOWN + 300} new mails"
    assert len(house.toast.messages) == KNOWN
    assert house.mark == KNOWN + 301


def test_until_the_toast_of_the_morning_is_shown_the_mark_waits(house):
    """The notification server may be late, too."""
    house.report(mail(2))
    house.toasts.hand_over_at_once = False
    house.until("21 08:00")
    assert house.mark == 1
    house.toasts.hand_over()
    assert house.mark == 2


def test_words_of_a_server_are_shown_in_the_night_without_a_sound(house):
    house.quiet.show(Toast(ToastKey("a"), "Work", "Over quota.", (), account=WORK.id))
    assert house.toast.sound == "none"
    house.quiet.show(Toast(ToastKey("a"), "Home", "Over quota.", (), account=HOME.id))
    assert house.toast.sound == ""


def test_after_the_end_of_the_program_nothing_is_told(house):
    house.report(mail(2))
    house.quiet.stop()
    house.quiet.release_due()
    house.until("21 12:00")
    assert house.toasts.orders == []
    assert house.clock.getDelayedCalls() == []


LISTS = MailboxName("Lists")


def test_a_crowd_waits_for_the_morning_too(house):
    house.report(mail(500), passed_over=300)
    assert house.toasts.orders == []
    house.until("21 07:00")
    assert (house.toast.summary, house.mark) == ("301 new mails", 500)


def test_a_crowd_of_which_all_that_was_read_is_known_is_told_of_in_the_morning(house):
    house.report(mail(500, seen=True), passed_over=300)
    house.until("21 07:00")
    assert (house.toast.summary, house.mark) == ("300 new mails", 500)


@pytest.fixture
def evening():
    """Mails that wait for a notification server since before the quiet hours."""
    both = replace(WORK, mailboxes=(INBOX, LISTS))
    house = House(both, HOME, now="20 21:00")
    house.toasts.hand_over_at_once = False
    house.report(mail(1), of=both)
    house.report(mail(1), of=both, mailbox=LISTS)
    house.report(mail(1), of=HOME)
    house.report(mail(500, date=at("20 21:00")), of=both, passed_over=300)
    house.report(mail(2, date=at("20 21:00")), of=both, mailbox=LISTS)
    house.report(mail(2, date=at("20 21:00")), of=HOME)
    return house


def come(house):
    """The notification server."""
    house.toasts.hand_over_at_once = True
    house.toasts.hand_over()


def shown(house):
    return {key for toast in house.toasts.shown.values() for key in toast.messages}


def test_what_waited_for_a_notification_server_waits_for_the_end_of_the_night(evening):
    evening.until("20 22:00")
    come(evening)
    evening.clock.advance(5)
    assert shown(evening) == {key(2, "home")}
    assert evening.mark == 1
    evening.until("21 07:00")
    assert [toast.summary for toast in evening.toasts.shown.values()][-1] == "302 new mails"
    assert evening.mark == 500
    assert evening.store.kept["work", LISTS].announced_uid == 2


def test_what_waited_for_a_notification_server_is_told_of_never_where_the_account_is_muted(evening):
    evening.take(replace(WORK, mailboxes=(INBOX, LISTS), muted=True), HOME)
    come(evening)
    evening.clock.advance(5)
    assert shown(evening) == {key(2, "home")}
    assert evening.mark == 500


@pytest.mark.parametrize("night", [True, False])
def test_a_folder_that_is_no_longer_watched_is_not_told_of_however_long_it_waited(evening, night):
    if night:
        evening.until("20 22:00")
    evening.take(WORK, HOME)
    come(evening)
    evening.until("21 07:00")
    assert shown(evening) == {key(500), key(2, "home")}


@pytest.mark.parametrize("night", [True, False])
def test_an_account_that_is_removed_is_not_told_of_however_long_it_waited(evening, night):
    if night:
        evening.until("20 22:00")
    evening.take(HOME)
    come(evening)
    evening.until("21 07:00")
    assert shown(evening) == {key(2, "home")}


@pytest.mark.parametrize("night", [True, False])
def test_an_account_that_is_switched_off_is_told_of_when_it_is_switched_on(evening, night):
    """The next report would not name what was named before."""
    both = replace(WORK, mailboxes=(INBOX, LISTS))
    if night:
        evening.until("20 22:00")
    evening.take(replace(both, enabled=False), HOME)
    come(evening)
    evening.until("21 07:00")
    assert shown(evening) == {key(2, "home")}
    assert evening.mark == 1
    evening.take(both, HOME)
    evening.clock.advance(5)
    assert shown(evening) == {key(500), key(2, mailbox=LISTS), key(2, "home")}
    assert evening.mark == 500


def test_what_comes_with_the_last_words_before_a_pause_waits_for_its_end(house):
    """The goodbye takes up to two seconds."""
    house.quiet.pause(paused=True)
    house.report(mail(2), of=HOME)
    house.report(mail(3), of=HOME)
    house.clock.advance(3 * HOUR)
    assert house.toasts.orders == []
    assert house.store.kept["home", INBOX].announced_uid == 1
    house.quiet.pause(paused=False)
    assert house.toast.messages == (key(2, "home"), key(3, "home"))
    assert house.store.kept["home", INBOX].announced_uid == 3


def test_what_nobody_has_shown_before_a_pause_is_not_shown_in_it(house):
    """The notification server may come while the user wants no toasts."""
    house.toasts.hand_over_at_once = False
    house.report(mail(2), of=HOME)
    house.quiet.pause(paused=True)
    assert house.toasts.shown == {}
    come(house)
    house.clock.advance(10)
    assert house.toasts.shown == {}
    house.quiet.pause(paused=False)
    assert house.toast.messages == (key(2, "home"),)


def test_a_digest_that_is_under_way_waits_for_the_end_of_a_pause(house):
    for uid in range(2, 12):
        house.report(mail(uid), of=HOME)
    house.quiet.pause(paused=True)
    before = len(house.toasts.orders)
    house.clock.advance(60)
    assert len(house.toasts.orders) == before
    house.quiet.pause(paused=False)
    house.clock.advance(60)
    assert shown(house) >= {key(11, "home")}
    assert house.store.kept["home", INBOX].announced_uid == 11


def test_an_account_that_is_muted_in_a_pause_is_told_of_never(house):
    house.quiet.pause(paused=True)
    house.report(mail(2), of=HOME)
    house.take(WORK, replace(HOME, muted=True))
    house.quiet.pause(paused=False)
    assert house.toasts.orders == []
    assert house.store.kept["home", INBOX].announced_uid == 2


def test_quiet_hours_that_begin_in_a_pause_outlast_it(house):
    house.until("21 12:00")
    house.quiet.pause(paused=True)
    house.report(mail(2))
    house.until("21 23:00")
    house.quiet.pause(paused=False)
    assert house.toasts.orders == []
    house.until("22 07:00")
    assert house.toast.messages == (key(2),)


def test_words_of_a_server_wait_for_the_end_of_a_pause(house):
    """It may say them with its goodbye; the same words are shown once."""
    toast = Toast(ToastKey("a"), "Home", "Over quota.", (), account=HOME.id)
    house.quiet.pause(paused=True)
    house.quiet.show(toast)
    house.quiet.show(toast)
    assert house.toasts.orders == []
    house.quiet.pause(paused=False)
    assert house.toast == toast
    assert len(house.toasts.orders) == 1


def test_quiet_hours_are_those_of_the_place_where_the_machine_is_now(house, monkeypatch):
    """It is night in Berlin, and noon where the machine was carried; nothing need have told of that."""
    monkeypatch.setenv("TZ", "HAWAII10")
    house.report(mail(2), unseen=2)
    assert house.toasts.shown != {}
