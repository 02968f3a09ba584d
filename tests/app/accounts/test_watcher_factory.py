"""What a watcher tells its listener reaches the mail service, and what it asks for comes from the other parts."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred

from tests.app.house import House
from tests.fakes.ports import FakeWatcher
from tests.fakes.values import VALIDITY, account, mail
from tray.app.accounts import watcher_factory
from tray.app.accounts.watcher_factory import WatcherFactory
from tray.imap.types import INBOX, MailboxName
from tray.mail.arrivals.mailbox_state import MailboxReport
from tray.mail.model.account import AccountId
from tray.mail.model.secret import Secret
from tray.mail.model.status import Problem, ProblemKind, Watching
from tray.mail.settings.settings import Settings

WORK = account("work")
PROXY = replace(WORK, id=AccountId("proxy/work"))


class Secrets:
    """A secret store that knows each account's secret by its id."""

    async def login_secret(self, account):
        return Secret(f"login of {account.id}")

    async def read(self, account):
        return Secret(f"kept for {account.id}")


class FactoryHouse(House):
    """A mail service whose watchers come from the factory."""

    def gate(self):
        self.factory = WatcherFactory(
            self.clock,
            self.store,
            secret_store=Secrets(),
            announcements=self.announcements,
            gate=self.notification_center,
        )
        return super().gate()

    def make_watcher(self, *arguments):
        return self.factory.make(*arguments)


@pytest.fixture
def made():
    """Account, mailbox, listener and number of titles of each watcher."""
    return []


@pytest.fixture
def house(monkeypatch, made):
    def watcher(*arguments, **_):
        made.append(arguments)
        account, mailbox, listener, _titles = arguments
        return FakeWatcher(account, mailbox, listener.on_status)

    monkeypatch.setattr(watcher_factory, "MailboxWatcher", watcher)
    house = FactoryHouse(WORK, titles=7)
    house.factory.connect(house.mail_service)
    house.mail_service.start()
    return house


def test_a_report_is_taken_in_and_its_state_is_what_the_next_session_begins_with(house, made):
    ((account, mailbox, listener, titles),) = made
    assert (account, mailbox, titles) == (WORK, INBOX, 7)
    assert listener.mailbox_state() is None
    for uid in (1, 2):
        listener.on_report(MailboxReport(VALIDITY, (mail(uid),), unseen=uid))
    assert listener.mailbox_state().announced_uid == 2
    assert len(house.toasts.shown) == 1


def test_a_status_comes_with_all_that_was_tried_to_log_in_with(house, made):
    ((_, _, listener, _),) = made
    watch = house.mail_service.watch("work")
    listener.on_status(Watching(1.0, 2.0))
    assert (watch.latest, watch.tried) == (Watching(1.0, 2.0), ())
    given = []
    for asked in (listener.proxy_secret(PROXY), listener.secret(WORK)):
        Deferred.fromCoroutine(asked).addCallback(given.append)
    assert given == [Secret("kept for proxy/work"), Secret("login of work")]
    listener.on_status(Watching(3.0, 4.0))
    assert watch.tried == tuple(given)


def test_an_alert_is_shown_under_the_present_name_of_the_account(house, made):
    ((_, _, listener, _),) = made
    house.mail_service.apply_settings(Settings(accounts=(replace(WORK, name="Office"),), titles=7))
    listener.on_alert(Problem(ProblemKind.ALERT, "imap.example.org says: Down at noon."))
    assert [toast.summary for toast in house.toasts.shown.values()] == ["Office"]


def test_connections_are_shared_by_the_watchers_of_an_account_and_end_with_them(monkeypatch):
    """Others where a setting of the connection is another one; none for an account that was removed."""
    shared = []
    monkeypatch.setattr(
        watcher_factory, "MailboxWatcher", lambda *_, connections, **__: shared.append(connections)
    )
    factory = FactoryHouse().factory

    def make(of, mailbox):
        factory.make(of, MailboxName(mailbox), 5, None)

    make(WORK, "INBOX")
    make(WORK, "Lists")
    make(replace(WORK, name="Renamed"), "Sent")
    make(replace(WORK, port=143), "INBOX")
    assert [each is shared[0] for each in shared] == [True, True, True, False]
    assert list(factory._connections.values()) == [shared[3]]
    shared.clear()
    gc.collect()
    assert not factory._connections
