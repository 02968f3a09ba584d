"""Replies are on disk, whole, until they are deleted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from tests.fakes.values import key
from tray.desktop.storage.state_store import StateStore
from tray.mail.reply.reply import Progress, Reply

REPLY = Reply(
    3, key(7), 1_700_000_000.5, "Jörg „x“", "me@example.org", "jörg@example.org", "Grüße\n🚀", b"Subject: \xc3\xa4\r\n\r\n.\r\n",
    "<t@example.org>", Progress.FAILED, "Because.",
)  # fmt: skip
OTHER = replace(REPLY, id=4, key=key(8, "home"), progress=Progress.WAITING, reason="")


@pytest.fixture
def path(tmp_path):
    with closing(StateStore(tmp_path / "state.sqlite3")) as store:
        store.load()
        store.save_reply(replace(REPLY, progress=Progress.WAITING, reason=""))
        store.save_reply(OTHER)
        store.save_reply(REPLY)
    return tmp_path / "state.sqlite3"


def read(path):
    with closing(StateStore(path)) as again:
        again.load()
        return again.replies()


def test_a_reply_is_read_back_as_it_was(path):
    assert read(path) == [REPLY, OTHER]


def test_a_reply_is_deleted_alone_or_with_its_account(path):
    with closing(StateStore(path)) as store:
        store.load()
        store.delete_reply(3)
        assert store.replies() == [OTHER]
        store.forget(OTHER.key.account)
    assert read(path) == []


@pytest.mark.parametrize("damage", ["progress = 'lost'", "uid = 'x'", "mail = 'text'", "typed_at = 'now'"])
def test_a_reply_that_makes_no_sense_is_left_out(path, damage):
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.execute(f"UPDATE reply SET {damage} WHERE id = 3")
    assert read(path) == [OTHER]


def test_a_file_of_an_earlier_version_has_none(path):
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.executescript("DROP TABLE reply; PRAGMA user_version = 5")
    assert read(path) == []
