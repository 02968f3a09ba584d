"""Quiet hours on the way from a report to a toast: nothing is told in them, and all that is left of it at their end."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.app.house import House
from tests.fakes.values import account, key, mail
from tray.app.notifications.gate import NotificationGate
from tray.app.notifications.presence_updates import POLL_INTERVAL, PresenceUpdates
from tray.imap.types import INBOX, SEEN, MailboxName, Uid
from tray.mail.model.toast import Toast, ToastContent, ToastKey
from tray.mail.notifications.postponed import ARRIVALS_LIMIT
from tray.mail.policy.decision import Presence, Reason
from tray.mail.settings.rules import Announce, Rule
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


class QuietHoursFixture(House):
    """All between a report and the screen; `crash` leaves what is on the disk."""

    def __init__(self, *accounts, now="20 23:00", **more):
        super().__init__(*accounts, now=at(now), **more)
        self.mail_service.start()

    def gate(self, *presence):
        self.quiet = NotificationGate(
            self.clock,
            self.notification_center,
            self.announcements,
            lambda: self.settings,
            lambda: self.changes.append(1),
            *presence,
        )
        return self.quiet

    def changed(self):
        self.quiet.release_due()
        self.mail_service.save()

    def take(self, *accounts, **settings):
        self.settings = Settings(accounts=accounts, **settings)
        self.mail_service.apply_settings(self.settings)

    def until(self, moment):
        self.clock.advance(at(moment) - self.clock.seconds())

    def read(self, *uids, of=WORK):
        self.report(of=of, flags=tuple((Uid(uid), SEEN_NOW) for uid in uids))

    @property
    def toast(self):
        (toast,) = self.toasts.shown.values()
        return toast

    @property
    def announced_uid(self):
        return self.store.kept["work", INBOX].announced_uid

    def crash(self):
        return QuietHoursFixture(*self.settings.accounts, now="20 23:30", store=self.store)


@pytest.fixture
def fixture():
    fixture = QuietHoursFixture(WORK, HOME)
    fixture.report(mail(1))
    fixture.report(mail(1), of=HOME)
    return fixture


def test_what_comes_in_quiet_hours_is_counted_at_once_and_told_of_at_their_end_in_one_toast(fixture):
    fixture.report(mail(2), unseen=2)
    fixture.clock.advance(HOUR)
    fixture.report(mail(3), unseen=3)
    assert fixture.toasts.orders == []
    assert fixture.mail_service.summary().unseen == 3 + 1
    assert fixture.announced_uid == 1
    fixture.until("21 06:59")
    assert fixture.toasts.orders == []
    fixture.until("21 07:00")
    assert fixture.toast.summary == "2 new mails"
    assert fixture.toast.messages == (key(2), key(3))
    assert (fixture.toast.sound, fixture.toast.colour) == ("bell", "#2457d6")
    assert fixture.announced_uid == 3
    assert fixture.changes == [1]
    fixture.until("21 12:00")
    assert len(fixture.toasts.orders) == 1


def test_another_account_is_heard_meanwhile(fixture):
    fixture.report(mail(2), of=HOME)
    assert fixture.toast.account == "home"
    fixture.read(2, of=HOME)
    assert fixture.toasts.shown == {}


def test_what_was_read_meanwhile_is_not_announced(fixture):
    fixture.report(mail(2))
    fixture.report(mail(3))
    fixture.read(2)
    fixture.until("21 07:00")
    assert fixture.toast.messages == (key(3),)
    assert fixture.announced_uid == 3


def test_where_all_was_read_or_nothing_came_nothing_is_announced(fixture):
    fixture.report(mail(2))
    fixture.read(2)
    fixture.until("21 07:00")
    assert fixture.toasts.orders == []
    assert fixture.announced_uid == 2


def test_what_waits_of_one_account_is_shown_though_all_of_another_was_read():
    away = replace(HOME, id="away", name="Away")
    fixture = QuietHoursFixture(HOME, away)
    for each in (HOME, away):
        fixture.report(mail(1), of=each)
    fixture.quiet.pause(paused=True)
    for each in (HOME, away):
        fixture.report(mail(2), of=each)
    fixture.read(2, of=HOME)
    fixture.quiet.pause(paused=False)
    assert fixture.toast.messages == (key(2, "away"),)


def test_a_crash_in_the_night_loses_nothing(fixture):
    """The announced UID on disk is below what was not announced, so the next run announces it."""
    fixture.report(mail(2))
    fixture.report(mail(3))
    risen = fixture.crash()
    risen.report(mail(2), mail(3), mail(4))
    assert risen.toasts.orders == []
    risen.until("21 07:00")
    assert risen.toast.messages == (key(2), key(3), key(4))


def test_a_crash_that_lasts_until_the_morning_loses_nothing(fixture):
    fixture.report(mail(2))
    risen = QuietHoursFixture(WORK, HOME, now="21 09:00", store=fixture.store)
    risen.report(mail(2))
    assert risen.toast.messages == (key(2),)


def test_accounts_whose_quiet_ends_together_are_told_of_together():
    other = account("home", quiet_hours=("fri 20:00-24:00", "sat 00:00-07:00"))
    fixture = QuietHoursFixture(WORK, other)
    fixture.report(mail(1))
    fixture.report(mail(1), of=other)
    fixture.report(mail(5))
    fixture.report(mail(2), of=other)
    fixture.until("21 07:00")
    assert fixture.toast.messages == (key(2, "home"), key(5))  # by date
    assert fixture.toast.colour == ""


def test_what_comes_after_is_told_of_at_once(fixture):
    fixture.until("21 07:00")
    fixture.report(mail(2))
    assert fixture.toast.messages == (key(2),)


def test_a_machine_that_slept_over_the_end_tells_when_it_is_looked_at(fixture):
    """Its timers stood still; the clock has jumped."""
    fixture.report(mail(2))
    fixture.clock.rightNow = at("21 09:00")
    fixture.quiet.release_due()
    assert fixture.toast.messages == (key(2),)


def test_a_mail_after_a_jump_of_the_clock_is_told_of_behind_what_waited(fixture):
    fixture.report(mail(2))
    fixture.clock.rightNow = at("21 09:00")
    fixture.report(mail(3))
    told = [uid.uid for toast in fixture.toasts.shown.values() for uid in toast.messages]
    assert told == [2, 3]


def test_a_clock_that_is_set_back_into_the_night_is_quiet_again(fixture):
    fixture.until("21 08:00")
    fixture.clock.rightNow = at("21 06:00")
    fixture.report(mail(2))
    assert fixture.toasts.orders == []
    fixture.until("21 07:00")
    assert fixture.toast.messages == (key(2),)


def test_quiet_hours_that_are_taken_away_end_at_once_and_no_connection_with_them(fixture):
    fixture.report(mail(2))
    fixture.take(replace(WORK, quiet_hours=()), HOME)
    assert fixture.toast.messages == (key(2),)
    assert [watcher.calls for watcher in fixture.watchers] == [["start"], ["start"]]
    assert fixture.clock.getDelayedCalls() == []


def test_an_account_that_is_muted_in_the_night_is_told_of_never(fixture):
    """Its announced UID moves on, so that nothing comes when it is no longer muted."""
    fixture.report(mail(2))
    fixture.take(replace(WORK, muted=True), HOME)
    assert fixture.announced_uid == 2
    fixture.report(mail(3), unseen=3)
    assert (fixture.announced_uid, fixture.mail_service.summary().unseen) == (3, 4)
    fixture.take(replace(WORK, quiet_hours=()), HOME)
    assert fixture.toasts.orders == []
    fixture.report(mail(4))
    assert fixture.toast.messages == (key(4),)


def test_without_toasts_nothing_waits(fixture):
    fixture.report(mail(2))
    fixture.take(WORK, HOME, toasts=False)
    assert (fixture.announced_uid, fixture.toasts.orders) == (2, [])


def test_what_an_account_left_behind_that_is_removed_is_told_of_never(fixture):
    fixture.report(mail(2))
    fixture.take(HOME)
    fixture.until("21 12:00")
    assert fixture.toasts.orders == []


def test_while_the_program_is_paused_the_morning_waits(fixture):
    fixture.report(mail(2))
    fixture.quiet.pause(paused=True)
    fixture.until("21 07:30")
    assert fixture.toasts.orders == []
    fixture.quiet.pause(paused=False)
    assert fixture.toast.messages == (key(2),)


def test_a_night_of_thousands_is_one_toast_and_all_of_it_is_announced(fixture):
    for uid in range(2, ARRIVALS_LIMIT + 302):
        fixture.report(mail(uid))
    fixture.until("21 07:00")
    assert fixture.toast.summary == f"{ARRIVALS_LIMIT + 300} new mails"
    assert len(fixture.toast.messages) == ARRIVALS_LIMIT
    assert fixture.announced_uid == ARRIVALS_LIMIT + 301


def test_until_the_toast_of_the_morning_is_shown_the_announced_uid_waits(fixture):
    """The notification server may be late, too."""
    fixture.report(mail(2))
    fixture.toasts.hand_over_at_once = False
    fixture.until("21 08:00")
    assert fixture.announced_uid == 1
    fixture.toasts.hand_over()
    assert fixture.announced_uid == 2


def test_words_of_a_server_are_shown_in_the_night_without_a_sound(fixture):
    fixture.quiet.show(Toast(ToastKey("a"), "Work", "Over quota.", (), account=WORK.id))
    assert fixture.toast.sound == "none"
    fixture.quiet.show(Toast(ToastKey("a"), "Home", "Over quota.", (), account=HOME.id))
    assert fixture.toast.sound == ""


def test_after_the_end_of_the_program_nothing_is_announced(fixture):
    fixture.report(mail(2))
    fixture.quiet.stop()
    fixture.quiet.release_due()
    assert fixture.clock.getDelayedCalls() == []
    fixture.until("21 12:00")
    assert fixture.toasts.orders == []


LISTS = MailboxName("Lists")


@pytest.mark.parametrize(("seen", "summary"), [(False, "301 new mails"), (True, "300 new mails")])
def test_a_batch_waits_for_the_morning_too(fixture, seen, summary):
    """Also where all of it that is known was read."""
    fixture.report(mail(500, seen=seen), passed_over=300)
    assert fixture.toasts.orders == []
    fixture.until("21 07:00")
    assert (fixture.toast.summary, fixture.announced_uid) == (summary, 500)


@pytest.fixture
def evening():
    """Mails that wait for a notification server since before the quiet hours."""
    both = replace(WORK, mailboxes=(INBOX, LISTS))
    fixture = QuietHoursFixture(both, HOME, now="20 21:00")
    fixture.toasts.hand_over_at_once = False
    fixture.report(mail(1), of=both)
    fixture.report(mail(1), of=both, mailbox=LISTS)
    fixture.report(mail(1), of=HOME)
    fixture.report(mail(500, date=at("20 21:00")), of=both, passed_over=300)
    fixture.report(mail(2, date=at("20 21:00")), of=both, mailbox=LISTS)
    fixture.report(mail(2, date=at("20 21:00")), of=HOME)
    return fixture


def come(fixture):
    """The notification server."""
    fixture.toasts.hand_over_at_once = True
    fixture.toasts.hand_over()


def shown(fixture):
    return {key for toast in fixture.toasts.shown.values() for key in toast.messages}


def test_what_waited_for_a_notification_server_waits_for_the_end_of_the_night(evening):
    evening.until("20 22:00")
    come(evening)
    evening.clock.advance(5)
    assert shown(evening) == {key(2, "home")}
    assert evening.announced_uid == 1
    evening.until("21 07:00")
    assert [toast.summary for toast in evening.toasts.shown.values()][-1] == "302 new mails"
    assert evening.announced_uid == 500
    assert evening.store.kept["work", LISTS].announced_uid == 2


def test_what_waited_for_a_notification_server_is_told_of_never_where_the_account_is_muted(evening):
    evening.take(replace(WORK, mailboxes=(INBOX, LISTS), muted=True), HOME)
    come(evening)
    evening.clock.advance(5)
    assert shown(evening) == {key(2, "home")}
    assert evening.announced_uid == 500


@pytest.mark.parametrize("night", [True, False])
@pytest.mark.parametrize(
    ("left", "told"), [((WORK, HOME), {key(500), key(2, "home")}), ((HOME,), {key(2, "home")})]
)
def test_a_folder_or_account_that_is_gone_is_not_told_of_however_long_it_waited(evening, night, left, told):
    if night:
        evening.until("20 22:00")
    evening.take(*left)
    come(evening)
    evening.until("21 07:00")
    assert shown(evening) == told


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
    assert evening.announced_uid == 1
    evening.take(both, HOME)
    evening.clock.advance(5)
    assert shown(evening) == {key(500), key(2, mailbox=LISTS), key(2, "home")}
    assert evening.announced_uid == 500


def test_what_comes_with_the_last_words_before_a_pause_waits_for_its_end(fixture):
    """The goodbye takes up to two seconds."""
    fixture.quiet.pause(paused=True)
    fixture.report(mail(2), of=HOME)
    fixture.report(mail(3), of=HOME)
    fixture.clock.advance(3 * HOUR)
    assert fixture.toasts.orders == []
    assert fixture.store.kept["home", INBOX].announced_uid == 1
    fixture.quiet.pause(paused=False)
    assert fixture.toast.messages == (key(2, "home"), key(3, "home"))
    assert fixture.store.kept["home", INBOX].announced_uid == 3


def test_what_nobody_has_shown_before_a_pause_is_not_shown_in_it(fixture):
    """The notification server may come while the user wants no toasts."""
    fixture.toasts.hand_over_at_once = False
    fixture.report(mail(2), of=HOME)
    fixture.quiet.pause(paused=True)
    assert fixture.toasts.shown == {}
    come(fixture)
    fixture.clock.advance(10)
    assert fixture.toasts.shown == {}
    fixture.quiet.pause(paused=False)
    assert fixture.toast.messages == (key(2, "home"),)


def test_a_digest_that_is_under_way_waits_for_the_end_of_a_pause(fixture):
    for uid in range(2, 12):
        fixture.report(mail(uid), of=HOME)
    fixture.quiet.pause(paused=True)
    before = len(fixture.toasts.orders)
    fixture.clock.advance(60)
    assert len(fixture.toasts.orders) == before
    fixture.quiet.pause(paused=False)
    fixture.clock.advance(60)
    assert shown(fixture) >= {key(11, "home")}
    assert fixture.store.kept["home", INBOX].announced_uid == 11


def test_an_account_that_is_muted_in_a_pause_is_told_of_never(fixture):
    fixture.quiet.pause(paused=True)
    fixture.report(mail(2), of=HOME)
    fixture.take(WORK, replace(HOME, muted=True))
    fixture.quiet.pause(paused=False)
    assert fixture.toasts.orders == []
    assert fixture.store.kept["home", INBOX].announced_uid == 2


def test_quiet_hours_that_begin_in_a_pause_outlast_it(fixture):
    fixture.until("21 12:00")
    fixture.quiet.pause(paused=True)
    fixture.report(mail(2))
    fixture.until("21 23:00")
    fixture.quiet.pause(paused=False)
    assert fixture.toasts.orders == []
    fixture.until("22 07:00")
    assert fixture.toast.messages == (key(2),)


def test_words_of_a_server_wait_for_the_end_of_a_pause(fixture):
    """It may say them with its goodbye; the same words are shown once."""
    toast = Toast(ToastKey("a"), "Home", "Over quota.", (), account=HOME.id)
    fixture.quiet.pause(paused=True)
    fixture.quiet.show(toast)
    fixture.quiet.show(toast)
    assert fixture.toasts.orders == []
    fixture.quiet.pause(paused=False)
    assert fixture.toast == toast
    assert len(fixture.toasts.orders) == 1


def test_quiet_hours_are_those_of_the_place_where_the_machine_is_now(fixture, monkeypatch):
    """It is night in Berlin, and noon where the machine was carried; nothing need have told of that."""
    monkeypatch.setenv("TZ", "HAWAII10")
    fixture.report(mail(2), unseen=2)
    assert fixture.toasts.shown != {}


def test_general_quiet_hours_hold_for_every_account():
    fixture = QuietHoursFixture(HOME, quiet_hours=NIGHT)
    fixture.report(mail(1), of=HOME)
    fixture.report(mail(2), of=HOME)
    assert fixture.toasts.orders == []
    assert fixture.mail_service.summary().accounts[0].quiet_hours == NIGHT
    fixture.until("21 07:00")
    assert fixture.toast.messages == (key(2, "home"),)


def test_important_people_are_told_of_in_the_night_and_marked(fixture):
    fixture.take(WORK, HOME, important=("ada@example.org",))
    fixture.report(mail(2))
    assert fixture.toast.messages == (key(2),)
    assert fixture.mail_service.summary().accounts[0].latest[0].important


def test_what_a_rule_only_counts_is_never_told_of(fixture):
    rule = Rule("Lists", subject=("mail 2",), notify=Announce.COUNT)
    fixture.take(WORK, HOME, rules=(rule,))
    fixture.report(mail(2), of=HOME)
    fixture.report(mail(3), of=HOME)
    assert fixture.toast.messages == (key(3, "home"),)
    assert fixture.store.kept["home", INBOX].announced_uid == 3


def test_an_important_message_that_waits_for_a_daemon_is_not_postponed_by_quiet_hours():
    fixture = QuietHoursFixture(WORK, now="20 21:00", important=("ada@example.org",))
    fixture.report(mail(1))
    fixture.toasts.hand_over_at_once = False
    fixture.report(mail(2))
    fixture.until("20 22:00")
    assert fixture.toast.messages == (key(2),)
    assert len(fixture.toasts.orders) == 1


def test_every_message_is_explained_newest_first(fixture):
    assert fixture.quiet.explanations() == ()
    fixture.report(mail(2))
    fixture.report(mail(2), of=HOME)
    fixture.until("21 07:00")
    assert [(told.account, told.decision.reason) for told in fixture.quiet.explanations()] == [
        ("Work", Reason.WAITED),
        ("Home", Reason.NEW),
        ("Work", Reason.ACCOUNT_QUIET_HOURS),
    ]


def test_of_an_account_that_was_removed_nothing_is_explained(fixture):
    fixture.report(mail(2), of=HOME)
    fixture.report(mail(2))
    fixture.report(mail(3))
    fixture.take(replace(HOME, name="At home"))
    assert [told.account for told in fixture.quiet.explanations()] == ["Home"]
    fixture.changed()
    fixture.take(HOME, WORK)
    fixture.report(mail(2), of=fixture.settings.accounts[1])  # seen first
    fixture.report(mail(3), of=fixture.settings.accounts[1])
    assert [told.account for told in fixture.quiet.explanations()] == ["Work", "Home"]


class FakePresence:
    """The desktop, asked for the user's presence: answers when the test says so."""

    def __init__(self):
        self.waiting, self.followed = [], None

    def ask(self, known):
        self.waiting.append(known)

    def answer(self, signalled=True, **presence):
        waiting, self.waiting = self.waiting, []
        (known,) = waiting
        known(Presence(**presence), signalled)

    def follow(self, changed):
        self.followed = changed

    def unfollow(self):
        self.followed = None


class PresenceFixture(QuietHoursFixture):
    """The same with a desktop that can be asked."""

    def gate(self):
        self.desktop = FakePresence()
        return super().gate(PresenceUpdates(self.clock, lambda: self.desktop))


@pytest.fixture
def asked():
    fixture = PresenceFixture(HOME)
    fixture.report(mail(1), of=HOME)
    assert fixture.desktop.waiting == []
    return fixture


def test_the_desktop_is_asked_when_a_message_arrives(asked):
    asked.report(mail(2), of=HOME)
    assert asked.toasts.orders == []
    asked.desktop.answer()
    assert asked.toast.messages == (key(2, "home"),)
    assert (asked.desktop.followed, asked.clock.getDelayedCalls()) == (None, [])


@pytest.mark.parametrize(
    "change", [{"muted": True}, {"quiet_hours": ("00:00-24:00",)}], ids=["muted", "quiet"]
)
def test_what_is_not_to_be_announced_now_is_decided_without_the_desktop(asked, change):
    """Muted, it counts as announced before it could be unmuted, or a restart could find it."""
    asked.take(replace(HOME, **change))
    asked.report(mail(2), of=HOME)
    assert asked.desktop.waiting == []
    saved = asked.announcements.state_to_save(HOME.id, INBOX)
    assert saved.announced_uid == (2 if "muted" in change else 1)


def test_what_comes_while_the_desktop_is_asked_is_told_of_by_the_same_answer(asked):
    asked.report(mail(2), of=HOME)
    asked.report(mail(3), of=HOME)
    asked.desktop.answer()
    assert [toast.messages for toast in asked.toasts.shown.values()] == [(key(2, "home"),), (key(3, "home"),)]


def test_what_is_read_while_the_desktop_is_asked_is_not_told_of(asked):
    asked.report(mail(2), of=HOME)
    asked.read(2, of=HOME)
    asked.desktop.answer()
    assert asked.toasts.orders == []


def test_a_mailbox_that_is_left_while_the_desktop_is_asked_is_not_told_of(asked):
    asked.report(mail(2), of=HOME)
    asked.take(replace(HOME, mailboxes=(MailboxName("Lists"),)))
    asked.desktop.answer()
    assert asked.toasts.orders == []


def test_messages_wait_while_the_desktop_does_not_want_to_be_disturbed_and_come_at_its_signal(asked):
    asked.report(mail(2), of=HOME)
    asked.desktop.answer(do_not_disturb=True)
    asked.clock.advance(2)
    asked.report(mail(3), of=HOME)
    asked.desktop.answer(do_not_disturb=True)
    assert asked.toasts.orders == []
    assert asked.clock.getDelayedCalls() == []
    asked.desktop.followed()
    asked.desktop.followed()
    asked.clock.advance(0.5)
    asked.desktop.answer()
    assert asked.toast.messages == (key(2, "home"), key(3, "home"))
    assert asked.desktop.followed is None


def test_where_no_signal_comes_the_desktop_is_asked_now_and_then_while_messages_wait(asked):
    asked.report(mail(2), of=HOME)
    asked.desktop.answer(signalled=False, full_screen=True)
    asked.clock.advance(POLL_INTERVAL)
    asked.desktop.answer(signalled=False, full_screen=True)
    asked.clock.advance(POLL_INTERVAL)
    asked.desktop.answer()
    assert asked.toast.messages == (key(2, "home"),)
    assert asked.clock.getDelayedCalls() == []


def test_a_signal_during_a_question_is_worth_another_one(asked):
    asked.report(mail(2), of=HOME)
    asked.desktop.answer(do_not_disturb=True)
    changed = asked.desktop.followed
    asked.clock.advance(2)
    asked.report(mail(3), of=HOME)
    changed()
    asked.desktop.answer(do_not_disturb=True)
    asked.clock.advance(0.5)
    asked.desktop.answer()
    assert asked.toast.messages == (key(2, "home"), key(3, "home"))


def test_a_toast_on_a_locked_screen_says_only_how_many(asked):
    asked.report(mail(2), of=HOME)
    asked.desktop.answer(locked=True)
    assert asked.toast.summary == "1 new mail"


def test_the_end_of_quiet_hours_asks_the_desktop_first():
    asked = PresenceFixture(WORK)
    asked.report(mail(1))
    asked.report(mail(2))
    assert asked.desktop.waiting == []
    asked.until("21 07:00")
    assert asked.toasts.orders == []
    asked.desktop.answer(locked=True)
    assert asked.toast.summary == "1 new mail"


def test_the_desktop_is_not_asked_where_it_does_not_matter():
    asked = PresenceFixture(
        HOME, follow_do_not_disturb=False, quiet_when_full_screen=False, when_locked=ToastContent.PREVIEW
    )
    asked.report(mail(1), of=HOME)
    asked.report(mail(2), of=HOME)
    assert asked.desktop.waiting == []
    assert asked.toast.messages == (key(2, "home"),)


def test_a_stopped_gate_asks_nothing_and_tells_nothing(asked):
    asked.report(mail(2), of=HOME)
    asked.quiet.stop()
    asked.desktop.answer()
    assert asked.toasts.orders == []


def test_hundreds_that_come_at_once_while_the_desktop_is_asked_are_all_counted(asked):
    asked.report(*(mail(uid) for uid in range(2, ARRIVALS_LIMIT + 52)), of=HOME)
    asked.desktop.answer()
    assert f"{ARRIVALS_LIMIT + 50} new mails" in asked.toast.summary


def test_the_desktop_is_asked_while_new_mail_is_read_and_its_answer_is_used_for_a_second(asked):
    asked.quiet.expect_mail()
    asked.desktop.answer()
    asked.report(mail(2), of=HOME)
    asked.clock.advance(1)
    asked.report(mail(3), of=HOME)
    assert (len(asked.toasts.orders), asked.desktop.waiting) == (2, [])
    asked.clock.advance(0.5)
    asked.report(mail(4), of=HOME)
    assert len(asked.toasts.orders) == 2
    asked.desktop.answer(do_not_disturb=True)
    asked.desktop.followed()  # it may have ended
    asked.report(mail(5), of=HOME)
    assert len(asked.toasts.orders) == 2
    asked.desktop.answer()
    assert len(asked.toasts.orders) > 2
