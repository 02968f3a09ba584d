"""Reminders over restarts: each comes once, at its time or soon after the start, if its message is still unread."""

from __future__ import annotations

import pytest

from tests.app.house import House
from tests.fakes.ports import FakeStore
from tests.fakes.values import account, key, mail
from tray.imap.types import SEEN, MailboxName, Uid
from tray.mail.model.message import MessageKey
from tray.mail.model.status import Connecting, Waiting, Watching
from tray.mail.policy.decision import Reason
from tray.mail.settings.settings import Settings

NOW = 1_000_000
WORK = account("work")
LISTS = MailboxName("Lists")


class Run(House):
    """One run of the program; the next one goes on with its `store`."""

    def __init__(self, *accounts, **settings):
        super().__init__(*(accounts or (WORK,)), **settings)
        self.mail_service.start()

    def watching(self):
        """The session has read all changes."""
        self.watcher("work").on_status(Watching(self.clock.seconds(), self.clock.seconds(), push=True))

    @property
    def told(self):
        return [toast.messages for toast in self.toasts.shown.values()]


@pytest.fixture
def store():
    """What a run leaves that announced a message, and snoozed it for an hour."""
    run = Run(store=FakeStore(), now=NOW)
    run.report(mail(1))
    run.report(mail(2))
    run.mail_service._gate.snooze(run.mail_service.arrivals_of([key(2)]), 3600)
    run.mail_service._gate.stop()
    assert run.told == []
    return run.store


def test_one_whose_time_has_passed_comes_once_after_the_start(store):
    run = Run(store=store, now=NOW + 5000)
    assert run.told == []
    run.report()
    run.watching()
    assert run.told == [(key(2),)]
    assert run.mail_service._gate.explanations()[0].decision.reason is Reason.REMINDER
    again = Run(store=store, now=NOW + 6000)
    again.report()
    again.watching()
    again.clock.advance(90_000)
    assert again.told == []


def test_one_whose_time_is_to_come_comes_then(store):
    run = Run(store=store, now=NOW + 600)
    run.report()
    run.watching()
    run.clock.advance(2999)
    assert run.told == []
    run.clock.advance(1)
    assert run.told == [(key(2),)]


@pytest.mark.parametrize("fields", [{"flags": ((Uid(2), frozenset({SEEN})),)}, {"gone": frozenset({Uid(2)})}])
def test_one_that_was_read_or_deleted_meanwhile_does_not_come(store, fields):
    run = Run(store=store, now=NOW + 5000)
    run.report(**fields)
    run.watching()
    assert run.told == []
    assert store.kept_reminders == {}


def test_it_waits_for_the_connection(store):
    run = Run(store=store, now=NOW + 5000)
    for status in (Connecting(NOW), Waiting(NOW, NOW + 60, None)):
        run.watcher("work").on_status(status)
    assert run.told == []
    assert len(store.kept_reminders) == 1


def test_one_that_came_while_nothing_was_to_be_shown_comes_after_the_next_restart(store):
    run = Run(store=store, now=NOW + 5000)
    run.mail_service._gate.pause(paused=True)
    run.watching()
    assert run.told == []
    run.mail_service._gate.stop()
    again = Run(store=store, now=NOW + 6000)
    again.watching()
    assert again.told == [(key(2),)]


def test_one_whose_toast_waits_for_a_notification_server_is_kept(store):
    run = Run(store=store, now=NOW + 5000)
    run.toasts.hand_over_at_once = False
    run.watching()
    assert len(store.kept_reminders) == 1
    run.toasts.hand_over()
    assert store.kept_reminders == {}


def test_one_that_was_asked_for_while_the_clock_was_wrong_comes_within_a_day(store):
    run = Run(store=store, now=NOW - 400 * 86400)
    run.watching()
    run.clock.advance(86_400)
    assert run.told == [(key(2),)]


def test_those_of_removed_accounts_and_folders_do_not_come(store):
    run = Run(account("home"), store=store, now=NOW + 5000)
    run.watcher("home").on_status(Watching(NOW, NOW, push=True))
    assert run.told == []
    run = Run(store=store, now=NOW + 5000)
    run.mail_service.apply_settings(Settings(accounts=(account("work", mailboxes=(LISTS,)),)))
    assert store.kept_reminders == {}


def test_no_more_than_five_hundred_are_kept():
    run = Run(store=FakeStore(), now=NOW)
    run.report(mail(1))
    arrival = run.mail_service.arrivals_of([key(1)])[0]
    keys = [
        MessageKey(arrival.key.account, arrival.key.mailbox, arrival.key.uid_validity, Uid(n))
        for n in range(1, 503)
    ]
    for each in keys:
        run.reminders.add(
            [type(arrival)(each, arrival.account_name, arrival.message, arrival.show_account)], 3600
        )
    assert list(run.store.kept_reminders) == keys[2:]


@pytest.mark.expects_log("The disk is full")
def test_on_a_full_disk_they_come_from_memory(store):
    store.full = True
    run = Run(now=NOW, store=FakeStore())
    run.report(mail(1))
    run.store.full = True
    run.reminders.add(run.mail_service.arrivals_of([key(1)]), 60)
    run.clock.advance(60)
    assert run.told == [(key(1),)]
    run.reminders.keep_in(store, run.mail_service.as_arrivals)
