"""Whom the keyring's comings and goings wake."""

from __future__ import annotations

import pytest

from tests.app.accounts.test_mail_service import House
from tests.app.credentials.test_secret_store import Queued
from tests.fakes.ports import AtOnce, FakeSecrets
from tests.fakes.values import account
from tray.app.accounts.secret_retry import KeyringWait
from tray.app.credentials.secret_store import SecretStore
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import SecretSource
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
        house.watcher(name).heard(status)
    return house


@pytest.fixture
def secrets():
    return FakeSecrets()


@pytest.fixture
def waiting(house, secrets):
    return KeyringWait(SecretStore(secrets, AtOnce(), AtOnce()), house.room)


def woken(house):
    """Names of the accounts that try again."""
    return [
        watcher.account.id
        for watcher in house.watchers
        if "check" in watcher.calls and watcher.mailbox == INBOX
    ]


def test_a_keyring_that_comes_wakes_those_who_lack_their_password(house, waiting):
    """And nobody else: a refused password is not better because of it."""
    waiting.came()
    assert woken(house) == ["keyring"]


def test_a_keyring_that_was_unlocked_wakes_them_too(house, waiting):
    """Whoever unlocked it."""
    waiting.changed()
    assert woken(house) == ["keyring"]


def test_a_change_in_a_locked_keyring_wakes_nobody(house, waiting, secrets):
    """It would ask the user again and again."""
    secrets.open = False
    waiting.changed()
    assert woken(house) == []


def test_a_keyring_that_goes_away_while_it_is_asked_wakes_nobody(house, secrets):
    """`gone` tells of it."""
    keyring = Queued()
    waiting = KeyringWait(SecretStore(secrets, keyring, AtOnce()), house.room)
    waiting.changed()
    waiting.gone()
    assert woken(house) == []
