"""Which accounts are tried again when the keyring, or the desktop, may have their secrets."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from twisted.internet.defer import Deferred

from tests.app.credentials.test_secret_store import Queued
from tests.app.house import House
from tests.fakes.ports import AtOnce, FakeSecrets
from tests.fakes.values import account
from tray.app.accounts.secret_retry import SecretRetry
from tray.app.credentials.secret_store import SecretStore
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import SecretSource
from tray.mail.model.secret import Secret
from tray.mail.model.status import NeedsCredentials, Problem, ProblemKind, Watching

LOCKED = NeedsCredentials(0.0, Problem(ProblemKind.NO_SECRET, "The keyring is locked."))
REFUSED = NeedsCredentials(0.0, Problem(ProblemKind.REFUSED, "The server refused the password."))


@pytest.fixture
def house():
    """Four accounts: one waits for the keyring, one for its command, one for another password, one for nothing.

    Each has two folders, of which the last speaks.
    """
    folders = {"mailboxes": (INBOX, MailboxName("Lists"))}
    house = House(
        account("keyring", **folders),
        account("command", secret=SecretSource.COMMAND, password_command="false", **folders),
        account("refused", **folders),
        account("fine", **folders),
    )
    for name, status in (
        ("keyring", LOCKED),
        ("command", LOCKED),
        ("refused", REFUSED),
        ("fine", Watching(0, 0)),
    ):
        house.watcher(name).on_status(status)
    return house


@pytest.fixture
def no_bus():
    return SimpleNamespace(
        watch=lambda *_: None, listen=lambda *_: None, lost=SimpleNamespace(connect=lambda _: None)
    )


@pytest.fixture
def secrets():
    return FakeSecrets()


@pytest.fixture
def retry(house, secrets, no_bus):
    return SecretRetry(SecretStore(secrets, AtOnce(), AtOnce()), house.mail_service, no_bus)


def woken(house):
    """Names of the accounts that try again."""
    return [
        watcher.account.id
        for watcher in house.watchers
        if "check" in watcher.calls and watcher.mailbox == INBOX
    ]


def test_a_keyring_that_comes_wakes_those_who_lack_their_password(house, retry):
    """And nobody else: a refused password is not better because of it."""
    retry.on_keyring_appeared()
    assert woken(house) == ["keyring"]


def test_a_keyring_that_was_unlocked_wakes_them_too(house, retry):
    retry.on_keyring_changed()
    assert woken(house) == ["keyring"]


def test_a_change_in_a_locked_keyring_wakes_nobody(house, retry, secrets):
    """It would ask the user again and again."""
    secrets.open = False
    retry.on_keyring_changed()
    assert woken(house) == []


def test_a_keyring_that_goes_away_while_it_is_asked_wakes_nobody(house, secrets, no_bus):
    secret_store = SecretStore(secrets, Queued(), AtOnce())
    retry = SecretRetry(secret_store, house.mail_service, no_bus)
    retry.on_keyring_changed()
    secret_store.keyring_vanished()
    assert woken(house) == []


def test_the_online_accounts_are_watched_from_the_first_that_needs_a_secret(secrets, no_bus):
    watched, given = [], []
    no_bus.watch = lambda name, _: watched.append(name)
    secrets.kept["online"] = Secret("token")
    secret_store = SecretStore(secrets, AtOnce(), AtOnce())
    SecretRetry(secret_store, House().mail_service, no_bus)
    assert watched == ["org.freedesktop.secrets"]
    online = account("online", secret=SecretSource.ONLINE, online_account="x")
    for _ in range(2):
        Deferred.fromCoroutine(secret_store.login_secret(online)).addCallback(given.append)
    assert given == [Secret("token")] * 2
    assert watched == ["org.freedesktop.secrets", "org.gnome.OnlineAccounts"]


LACKING = NeedsCredentials(0.0, Problem(ProblemKind.NO_SECRET, "Sign in again."))


def test_a_change_of_the_online_accounts_retries_those_that_need_another_secret_from_there(no_bus):
    folders = {"mailboxes": (INBOX, MailboxName("Lists"))}
    online = {"secret": SecretSource.ONLINE, "online_account": "x", **folders}
    house = House(
        account("lacking", **online),
        account("refused", **online),
        account("fine", **online),
        account("keyring", **folders),
    )
    for name, status in (
        ("lacking", LACKING),
        ("refused", REFUSED),
        ("fine", Watching(0, 0)),
        ("keyring", LACKING),
    ):
        house.watcher(name).on_status(status)
    SecretRetry(
        SecretStore(FakeSecrets(), AtOnce(), AtOnce()), house.mail_service, no_bus
    ).on_online_accounts_changed()
    assert [watcher.account.id for watcher in house.watchers if "check" in watcher.calls] == [
        *("lacking", "lacking"),
        *("refused", "refused"),
    ]
