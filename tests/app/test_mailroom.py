"""Hops three to six together, on fake watchers and toasts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from twisted.internet.task import Clock

from tests.fakes.ports import FakeStore, FakeToasts, FakeWatcher
from tests.fakes.values import VALIDITY, account, key, mail
from tray.app.ledger import Ledger
from tray.app.mailroom import Mailroom, MailroomPorts
from tray.app.toaster import Toaster
from tray.imap.types import INBOX, SEEN, MailboxName, Uid, UidValidity
from tray.mail.mailbox import MailboxReport
from tray.mail.settings import Settings
from tray.mail.status import Disabled, Paused, Watching

WORK, HOME = account("work"), account("home")


class House:
    """A mailroom with everything around it."""

    def __init__(self, *accounts, **settings):
        self.clock = Clock()
        self.clock.advance(1_000_000)
        self.toasts, self.store, self.watchers, self.changes, self.statuses = (
            FakeToasts(),
            FakeStore(),
            [],
            [],
            [],
        )
        self.ledger = Ledger(self.store, {}, pytest.fail)
        self.toaster = Toaster(self.clock, self.toasts, self.ledger.told)
        ports = MailroomPorts(
            make_watcher=self.make_watcher,
            ledger=self.ledger,
            toaster=self.toaster,
            now=self.clock.seconds,
            changed=lambda: self.changes.append(True),
            status_changed=self.statuses.append,
        )
        self.settings = Settings(accounts=accounts, **settings)
        self.room = Mailroom(ports, self.settings)

    def make_watcher(self, account, mailbox, _titles, heard):
        watcher = FakeWatcher(account, mailbox, heard)
        self.watchers.append(watcher)
        return watcher

    def report(self, *mails, of=WORK, **fields):
        self.room.report(of, INBOX, MailboxReport(VALIDITY, messages=mails, **fields))

    def watcher(self, name):
        return [watcher for watcher in self.watchers if watcher.account.id == name][-1]


@pytest.fixture
def house():
    house = House(WORK, HOME)
    house.room.start()
    return house


def test_first_sight_announces_nothing(house):
    """A new account must not greet with fifty toasts."""
    house.report(mail(1), mail(2), unseen=2)
    assert house.toasts.shown == {}
    assert house.room.summary().unseen == 2


def test_a_new_mail_is_toasted_once_and_then_kept_on_disk(house):
    """Also when the server tells of it twice."""
    house.report(mail(1), unseen=1)
    house.report(mail(2), unseen=2)
    house.report(mail(2), unseen=2)
    (toast,) = house.toasts.shown.values()
    assert toast.messages == (key(2),)
    assert house.store.kept["work", INBOX].announced_uid == 2


def test_until_the_toast_is_handed_over_the_mark_stays_below_it(house):
    """A crash may repeat a toast, never lose one."""
    house.report(mail(1))
    house.toasts.hand_over_at_once = False
    house.report(mail(2))
    assert house.store.kept["work", INBOX].announced_uid == 1
    house.toasts.hand_over()
    assert house.store.kept["work", INBOX].announced_uid == 2


def test_a_mail_read_elsewhere_loses_its_toast_and_its_mark_in_the_count(house):
    """Toast, menu and badge agree with the server."""
    house.report(mail(1, seen=True))
    house.report(mail(2), unseen=1)
    house.report(flags=((Uid(2), frozenset({SEEN})),), covers=Uid(1), unseen=0)
    assert house.toasts.shown == {}
    assert house.room.summary().unseen == 0


def test_with_toasts_switched_off_mails_are_counted_and_marked_but_not_toasted():
    """And not announced all at once when toasts are switched on again."""
    house = House(WORK, toasts=False)
    house.room.start()
    house.report(mail(1))
    house.report(mail(2), unseen=2)
    assert house.toasts.shown == {}
    assert house.store.kept["work", INBOX].announced_uid == 2


def test_the_account_is_named_where_there_are_several(house):
    """And not where there is one."""
    house.report(mail(1))
    house.report(mail(2))
    assert "Work" in next(iter(house.toasts.shown.values())).body
    alone = House(WORK, replace(HOME, enabled=False))
    alone.report(mail(1))
    alone.report(mail(2))
    assert "Work" not in next(iter(alone.toasts.shown.values())).body


def test_the_last_words_of_a_removed_account_are_not_heard(house):
    """Its watcher says goodbye for up to two seconds."""
    house.room.take_settings(Settings(accounts=(HOME,)))
    house.report(mail(1), of=WORK)
    assert house.ledger.state("work", INBOX) is None


def test_an_account_that_did_not_change_is_not_disturbed_by_new_settings(house):
    """Nor are its toasts repeated."""
    house.room.take_settings(Settings(accounts=(HOME, WORK), toasts=False))
    assert house.watcher("work").calls == ["start"]
    assert [part.id for part in house.room.summary().accounts] == ["home", "work"]


def test_a_changed_account_is_watched_anew_and_remembers_what_was_told(house):
    """A new name is no new mailbox."""
    house.report(mail(5))
    house.room.take_settings(Settings(accounts=(replace(WORK, name="Office"), HOME)))
    first, second = (watcher for watcher in house.watchers if watcher.account.id == "work")
    assert first.calls == ["start", "stop"]
    assert second.calls == ["start"]
    assert house.ledger.state("work", INBOX).announced_uid == 5


def test_an_account_moved_to_another_server_is_a_new_mailbox(house):
    """Its UIDVALIDITY may be the same by chance."""
    house.report(mail(5))
    house.room.take_settings(Settings(accounts=(replace(WORK, host="imap.other.example"), HOME)))
    assert house.ledger.state("work", INBOX) is None


def test_a_pause_reaches_every_account_and_those_added_meanwhile(house):
    """Paused means paused."""
    house.room.pause(Paused(since=1.0, until=None))
    fresh = account("fresh")
    house.room.take_settings(Settings(accounts=(WORK, HOME, fresh)))
    assert ("pause", None) in house.watcher("work").calls
    assert ("pause", None) in house.watcher("fresh").calls
    assert house.room.summary().paused
    house.room.pause(None)
    assert house.watcher("work").calls[-1] == "resume"


def test_a_disabled_account_is_neither_watched_nor_shown():
    """But kept, with all that is known of it."""
    off = replace(WORK, enabled=False)
    house = House(off)
    house.room.start()
    assert house.watchers == []
    assert house.room.summary().accounts == ()
    assert house.room.watch("work").status == Disabled()


def test_a_status_reaches_the_summary_and_whoever_listens(house):
    """The tray shows it, the credentials desk acts on it."""
    house.watcher("work").heard(Watching(since=5.0, last_confirmed=6.0))
    assert house.room.summary().accounts[0].status == Watching(since=5.0, last_confirmed=6.0)
    assert [watch.account.id for watch in house.statuses] == ["work"]


def test_check_now_and_stop_reach_every_watcher(house):
    """Stopping says goodbye to each server."""
    house.room.check_now()
    fired = []
    house.room.stop().addCallback(fired.append)
    assert fired
    for watcher in house.watchers:
        assert watcher.calls == ["start", "check", "stop"]


def test_a_mail_that_is_moved_to_another_watched_mailbox_is_toasted_once(house):
    """Its toast goes with it; the count stays."""
    lists = MailboxName("Lists")
    hello = mail(2, "hello", message_id="<h@x>")
    house.report(mail(1))
    house.room.report(WORK, lists, MailboxReport(VALIDITY, (mail(7),)))
    house.report(hello)
    assert len(house.toasts.shown) == 1
    house.report(gone=frozenset({Uid(2)}))
    house.room.report(WORK, lists, MailboxReport(VALIDITY, (replace(hello, uid=Uid(8)),)))
    assert house.toasts.shown == {}
    assert house.store.kept["work", lists].announced_uid == 8


def test_a_toast_that_waits_for_a_void_number_is_made_anew(house):
    """The mailbox was renumbered while there was no notification server."""
    house.report(mail(1, "old"))
    house.toasts.hand_over_at_once = False
    house.report(mail(2, "new"))
    old, new = replace(mail(1, "old"), uid=Uid(8)), replace(mail(2, "new"), uid=Uid(9))
    house.room.report(WORK, INBOX, MailboxReport(UidValidity(8), (old, new)))
    (toast,) = house.toasts.shown.values()
    assert toast.messages == (key(9, validity=8),)
    assert house.store.kept["work", INBOX].announced_uid == 8
    house.toasts.hand_over()
    assert house.store.kept["work", INBOX].announced_uid == 9
