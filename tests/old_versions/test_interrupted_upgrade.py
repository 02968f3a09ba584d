"""An upgrade that is killed, has no space left or may not write loses nothing; the next one does it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tray.desktop.storage.state_store import StateStore
from tray.desktop.storage.version_copies import remove_copies
from tray.imap.types import INBOX
from tray.mail.model.account import AccountId

HERE = Path(__file__).parent
ANNOUNCED = {"INBOX": 10, "Lists/Entwürfe": 2}
WORK = AccountId("work")


@pytest.fixture
def path(tmp_path):
    """A state file of schema 4 with the mailboxes of one account."""
    path = tmp_path / "state.sqlite3"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript((HERE / "early" / "state.sql").read_text("utf-8"))
        for table in ("mailbox", "numbering", "title"):
            connection.execute(f"DELETE FROM {table} WHERE account = 'gmail'")
    return path


def schema_of(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


@pytest.mark.parametrize(("how", "code"), [("killed", 9), ("full", 3)])
def test_wherever_it_ends_the_next_start_finds_everything(path, tmp_path, how, code):
    folder = tmp_path / "attempts"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.old_versions.interrupted", path, folder, how],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    attempts = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert {found for found, *_ in attempts[:-1]} == {code}
    assert attempts[-1][0] == 0  # until one came to the end
    assert len(attempts) > 3
    for _, notice, announced, titles, copy in attempts:
        assert (notice, announced, titles) == (None, ANNOUNCED, 6)
        assert copy is True


@pytest.mark.expects_log("cannot keep its state")
def test_where_no_copy_can_be_made_the_file_stays_as_it_is(path):
    with pytest.MonkeyPatch.context() as refusing:
        refusing.setattr(
            "tray.desktop.storage.version_copies.tempfile.mkstemp",
            lambda **_: (_ for _ in ()).throw(OSError(30, os.strerror(30))),
        )
        with closing(StateStore(path)) as store:
            assert {mailbox: state.announced_uid for (_, mailbox), state in store.load().items()} == ANNOUNCED
            assert "the disk is read-only" in store.notice
    assert schema_of(path) == 4
    with closing(StateStore(path)) as store:
        assert len(store.load()[WORK, INBOX].latest) == 4
        assert store.notice is None
    assert schema_of(path.with_name("state.sqlite3.v4")) == 4


def test_a_copy_does_not_follow_a_link_and_is_its_users_alone(path, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    copy = path.with_name("state.sqlite3.v4")
    copy.symlink_to(victim)
    with closing(StateStore(path)) as store:
        store.load()
    assert victim.read_text() == "untouched"
    assert not copy.is_symlink()
    assert copy.stat().st_mode & 0o777 == 0o600


def test_copies_go_after_a_month_and_with_a_removed_account(path):
    copy = path.with_name("state.sqlite3.v4")
    with closing(StateStore(path)) as store:
        store.load()
        store.prune([(WORK, INBOX)])
        assert copy.exists()
        os.utime(copy, (time.time() - 31 * 86400,) * 2)
        store.prune([(WORK, INBOX)])
        assert not copy.exists()
        copy.touch()
        path.with_name(".state.sqlite3.v4.half").touch()
        store.forget(WORK)
    assert sorted(file.name for file in path.parent.glob("*state*")) == ["state.sqlite3"]


def test_removing_copies_where_there_are_none_is_no_error(tmp_path):
    remove_copies(tmp_path / "nowhere" / "state.sqlite3")
