"""A mail service with all between its watchers and the screen, for the tests of several parts."""

from __future__ import annotations

import pytest
from twisted.internet.defer import succeed
from twisted.internet.task import Clock

from tests.fakes.ports import FakeStore, FakeToasts, FakeWatcher
from tests.fakes.values import VALIDITY
from tray.app.accounts.mail_service import MailService
from tray.app.accounts.pending_actions import PendingActions
from tray.app.actions.action_queue import ActionQueue
from tray.app.actions.message_search import MessageSearch
from tray.app.notifications.announcements import Announcements
from tray.app.notifications.gate import NotificationGate
from tray.app.notifications.notification_center import NotificationCenter
from tray.imap.types import INBOX
from tray.mail.arrivals.mailbox_state import MailboxReport
from tray.mail.settings.settings import Settings


class FakeUnwatched:
    """Does actions on mailboxes that are not watched, and remembers them."""

    def __init__(self):
        self.done = []

    def perform(self, account, action, _before_copy):
        self.done.append((account.id, action.mailbox, tuple(action.uids)))
        return succeed(action.uids)


class FakeAllMail:
    """Notes what it is to search, and what ends."""

    def __init__(self):
        self.searches, self.ended = [], []

    def may_have_it(self, _account, capabilities):
        return "X-GM-EXT-1" in capabilities

    def search(self, account, search, opened):
        self.searches.append((search, opened))
        return lambda: self.ended.append(account.id)


class House:
    """A mail service with everything around it; the settings, the store and the time may be given."""

    def __init__(self, *accounts, watcher=FakeWatcher, store=None, now=1_000_000, clock=None, **settings):
        self.watcher_class = watcher
        self.saves = True
        """Whether states are written at once; `SummaryUpdates` does it a little later."""
        self.clock = Clock() if clock is None else clock
        self.clock.advance(now)
        self.toasts, self.store = FakeToasts(), FakeStore() if store is None else store
        self.watchers, self.changes, self.confirmations, self.statuses = [], [], [], []
        self.announcements = Announcements(self.store, dict(self.store.kept), pytest.fail)
        self.notification_center = NotificationCenter(self.clock, self.toasts, self.announcements)
        self.settings = Settings(accounts=accounts, **settings)
        self.pending = PendingActions(self.store)
        self.mail_service = MailService(
            self.settings,
            make_watcher=self.make_watcher,
            announcements=self.announcements,
            pending=self.pending,
            gate=self.gate(),
            now=self.clock.seconds,
            changed=self.changed,
            confirmed=lambda: self.confirmations.append(True),
            status_changed=self.status_changed,
        )
        self.reminders = self.mail_service._gate.reminders
        self.reminders.keep_in(self.store, self.mail_service.as_arrivals)
        self.announcements.connect(self.reminders.announced)

        self.refused = []
        self.unwatched = FakeUnwatched()
        self.all_mail = FakeAllMail()
        self.search = MessageSearch(self.mail_service, self.all_mail)
        self.actions = ActionQueue(
            self.clock,
            self.pending,
            self.mail_service,
            self.announcements,
            self.changed,
            self.refused.append,
            self.unwatched,
            self.search,
        )

    def gate(self):
        """Through which messages pass to the notification center."""
        return NotificationGate(
            self.clock,
            self.notification_center,
            self.announcements,
            lambda: self.mail_service.settings,
            lambda: self.changes.append(True),
        )

    def changed(self):
        self.changes.append(True)
        if self.saves:
            self.mail_service.save()

    def status_changed(self, watch):
        self.statuses.append(watch)
        self.actions.on_status(watch)
        self.reminders.on_status(watch.account, watch.is_watching)

    def make_watcher(self, account, mailbox, _titles, on_status):
        watcher = self.watcher_class(account, mailbox, on_status)
        self.watchers.append(watcher)
        return watcher

    def report(self, *mails, of=None, mailbox=INBOX, **fields):
        """A report of a mailbox of the account “work”, or of another one."""
        of = self.watcher("work", mailbox).account if of is None else of
        self.mail_service.on_report(of, mailbox, MailboxReport(VALIDITY, messages=mails, **fields))

    def arrives(self, mailbox, *mails, **fields):
        self.report(*mails, mailbox=mailbox, **fields)

    def watcher(self, name, mailbox=None):
        """The newest watcher of that account, or of one of its mailboxes."""
        return [
            watcher
            for watcher in self.watchers
            if watcher.account.id == name and mailbox in {None, watcher.mailbox}
        ][-1]
