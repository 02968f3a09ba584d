"""Settings, state and keyring entries of an early 0.1.0 still work, and nothing is lost or announced twice.

The files of each release since then: `test_kept_versions.py`.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
import tomllib

from tray.app.notifications.announcements import Announcements
from tray.desktop.secrets.sources import SecretSources
from tray.desktop.storage.paths import for_user
from tray.desktop.storage.settings_file import SettingsFile
from tray.desktop.storage.state_store import StateStore
from tray.imap.types import INBOX, Address, Envelope, MailboxName, Uid, UidValidity
from tray.mail.arrivals.mailbox_state import MailboxReport, advance
from tray.mail.model.account import Login, SecretSource, Security
from tray.mail.model.message import Message
from tray.mail.oauth.flows import TokenSet
from tray.mail.settings.oauth_clients import credential_account as client_account
from tray.mail.settings.proxy import credential_account as proxy_account
from tray.mail.settings.settings import to_document, warnings

FILES = Path(__file__).with_name("early")
LISTS = MailboxName("Lists/Entwürfe")
NOW = 1_790_000_000.0
"""When the state file was written, Unix seconds."""


def message(uid, word, *, at=None, gmail_id=None):
    """A message as the server of the state file's accounts had it; `at` is its UID then."""
    sender = Address("Ada Ü", f"{word}@example.org")
    date = NOW - 5000 + (at or uid)
    envelope = Envelope(f"Subject {word} 🔔", sender, date, f"<{word}@example.org>")
    return Message(Uid(uid), envelope, frozenset(), gmail_id)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The state file, a day after it was written."""
    monkeypatch.setattr("tray.desktop.storage.state_store.time.time", lambda: NOW + 86400.0)
    path = tmp_path / "state.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FILES / "state.sql").read_text(encoding="utf-8"))
    with closing(StateStore(path)) as made:
        yield made


@pytest.fixture
def announcements(store):
    states = store.load()
    assert store.notice is None
    return Announcements(store, states, pytest.fail, lambda: NOW + 86400.0)


def announced(announcements, account, mailbox, *messages, validity=7, **fields):
    """The UIDs that are to be announced where a server has these messages."""
    report = MailboxReport(UidValidity(validity), messages, **fields)
    change = advance(announcements.state(account, mailbox), report, 5, NOW + 86400.0)
    found = announcements.sort_arrivals(account, mailbox, change, report)
    announcements.save(account, mailbox)
    return [key.uid for key, _ in found.new]


WORK_INBOX = (message(1, "old"), message(10, "announced"), message(11, "waits"), message(12, "announced-too"))


def test_what_was_announced_is_not_announced_again_and_what_waited_is(announcements):
    assert announced(announcements, "work", INBOX, *WORK_INBOX, message(13, "new")) == [11, 13]
    assert announced(announcements, "work", LISTS, message(2, "list-announced")) == []
    assert announced(announcements, "gmail", INBOX, message(9, "gmail-announced", gmail_id=77)) == []


def test_what_was_announced_is_recognised_in_other_mailboxes_and_under_other_numbers(announcements):
    moved = message(3, "announced", at=10), message(4, "old", at=1)
    assert announced(announcements, "work", LISTS, *moved, message(5, "new")) == [5]
    labelled = message(4, "another subject", gmail_id=2**64 - 1), message(5, "more", gmail_id=77)
    assert announced(announcements, "gmail", MailboxName("Label")) == []
    assert announced(announcements, "gmail", MailboxName("Label"), *labelled) == []
    renumbered = (
        message(1, "announced-too", at=12),
        message(2, "announced", at=10),
        message(3, "waits", at=11),
    )
    assert announced(announcements, "work", INBOX, *renumbered, validity=8) == [3]


def test_titles_counts_and_server_alerts_are_kept(announcements, store):
    state = announcements.state("work", INBOX)
    assert [mail.envelope.subject for mail in state.latest][-1] == "Subject old 🔔"
    assert [mail.uid for mail in state.latest] == [12, 11, 10, 1]
    assert state.unseen == 4
    assert store.alerts("work") == {b"\1" * 16: NOW - 100.0}


def test_a_mailbox_that_was_unwatched_then_goes_30_days_after_that(announcements, store, monkeypatch):
    announcements.prune([("work", INBOX), ("gmail", INBOX)])
    assert ("work", LISTS) in store.load()
    monkeypatch.setattr("tray.desktop.storage.state_store.time.time", lambda: NOW + 31 * 86400.0)
    announcements.prune([("work", INBOX), ("gmail", INBOX)])
    assert ("work", LISTS) not in store.load()


def test_the_settings_are_read_whole_and_written_as_they_stand(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_bytes((FILES / "settings.toml").read_bytes())
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    file = SettingsFile(path)
    settings = file.load()
    assert warnings(document) == ()
    written = to_document(settings)
    for account, old in zip(written["account"], document["account"], strict=True):
        given = account.pop(
            "colour"
        )  # by place where the file has none, and kept with the next change of the accounts
        assert given == old.pop("colour", given)
    assert written == document
    assert [account.secret for account in settings.accounts[1:6]] == [
        SecretSource.OAUTH,
        SecretSource.COMMAND,
        SecretSource.FILE,
        SecretSource.ASK,
        SecretSource.ONLINE,
    ]
    assert settings.accounts[0].security is Security.STARTTLS
    assert settings.accounts[6].login is Login.CERTIFICATE
    file.save(settings)
    assert path.read_bytes() == (FILES / "settings.toml").read_bytes()


def test_what_lies_in_the_keyring_is_found_under_its_name(tmp_path, monkeypatch):
    """Password, tokens of a sign-in, client secret, password of a proxy."""
    entries = json.loads((FILES / "keyring.json").read_text(encoding="utf-8"))

    class Backend:
        priority = 0

        def get_password(self, service, name):
            return entries.get(service, {}).get(name)

    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring_of_then.Backend")
    monkeypatch.setitem(sys.modules, "keyring_of_then", SimpleNamespace(Backend=Backend))
    work, gmail, *_ = SettingsFile(FILES / "settings.toml").load().accounts
    paths = for_user()
    secrets = SecretSources(paths.keyring_service, paths.secret_file)
    assert secrets.read(work).reveal() == "password of work"
    assert secrets.read(proxy_account(work)).reveal() == "proxy password"
    assert secrets.read(client_account("google")).reveal() == "client secret"
    tokens = TokenSet.from_secret(secrets.read(gmail))
    assert tokens == TokenSet("google", "access", NOW, NOW + 3600.0, "refresh")
    written = json.loads(tokens.to_secret().reveal())
    assert written == {"version": 1, **json.loads(entries["mailbell"]["gmail"])}
