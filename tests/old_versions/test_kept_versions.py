"""The files of each release are read by the program of today, and nothing of them is lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.old_versions.keep import folder_of
from tray import __version__
from tray.desktop.secrets import file as secret_file
from tray.desktop.storage.settings_file import SettingsFile
from tray.desktop.storage.state_store import StateStore
from tray.desktop.storage.state_tables import SCHEMA_VERSION
from tray.imap.types import INBOX
from tray.mail.model.account import SecretSource
from tray.mail.model.secret import Secret
from tray.mail.oauth.flows import TokenSet

FOLDERS = sorted(Path(__file__).parent.glob("v[0-9]*"))


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def kept(request, tmp_path):
    """The profile as that version left it, and what was in it."""
    profile = tmp_path / "profile"
    shutil.copytree(request.param, profile)
    with closing(sqlite3.connect(profile / "state.sqlite3")) as connection:
        connection.executescript((profile / "state.sql").read_text("utf-8"))
    return profile, json.loads((profile / "expected.json").read_text("utf-8"))


def test_the_files_of_this_version_are_kept():
    """At a release `python3 installer/dev.py release` makes them; before it those of the version before are enough."""
    assert FOLDERS
    assert folder_of(__version__) in FOLDERS


def test_the_settings_are_understood_whole_and_stay_as_they_are(kept, caplog):
    profile, expected = kept
    path = profile / "settings.toml"
    before = path.read_bytes()
    file = SettingsFile(path)
    settings = file.load()
    assert caplog.records == []
    assert [account.name for account in settings.accounts] == [expected["account"]]
    file.save(settings)
    assert path.read_bytes() == before


def test_what_was_announced_and_what_waits_is_still_there(kept):
    profile, expected = kept
    path = profile / "state.sqlite3"
    (account,) = SettingsFile(profile / "settings.toml").load().accounts
    with closing(StateStore(path)) as store:
        state = store.load()[account.id, INBOX]
        assert store.notice is None
        assert state.announced_uid == expected["announced"]["INBOX"]
        assert state.unseen == expected["unseen"]
        assert [message.envelope.subject for message in state.latest] == expected["subjects"]
        assert len(store.fingerprints(account.id)) == len(expected["subjects"])
        assert [action.action.value for action in store.actions()] == expected["actions"]
        assert [message.envelope.subject for _, message in store.reminders().values()] == expected[
            "reminders"
        ]
        assert [reply.text for reply in store.replies()] == expected["replies"]
        assert (store.pause() is not None) == expected["paused"]


def test_a_file_of_an_older_schema_is_kept_beside_the_new_one(kept):
    profile, _ = kept
    path = profile / "state.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
        before = list(connection.iterdump())
    with closing(StateStore(path)) as store:
        store.load()
    copies = list(profile.glob("state.sqlite3.v*"))
    assert [copy.name for copy in copies] == [f"state.sqlite3.v{schema}"] * (schema < SCHEMA_VERSION)
    for copy in copies:
        with closing(sqlite3.connect(copy)) as connection:
            assert list(connection.iterdump()) == before


def test_passwords_and_tokens_are_read(kept):
    profile, expected = kept
    (account,) = SettingsFile(profile / "settings.toml").load().accounts
    assert account.secret is SecretSource.FILE
    path = profile / "insecure-secrets.json"
    path.chmod(0o600)
    assert secret_file.read(path, account.id) == Secret(expected["password"])
    tokens = TokenSet.from_secret(Secret(expected["tokens"]))
    assert (tokens.access, tokens.refresh, tokens.expires) == ("access", "refresh", 1_790_003_600.0)
