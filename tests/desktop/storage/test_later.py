"""Reminders and a pause are on disk, whole, until they are deleted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from tests.fakes.values import key, mail
from tray.desktop.storage.state_store import StateStore
from tray.imap.types import FLAGGED, MailboxName
from tray.mail.model.account import AccountId
from tray.mail.model.status import Paused

DUE = 1_700_000_000.5
ONE = key(1), replace(mail(1), gmail_id=2**63 + 1, flags=frozenset({FLAGGED}))
TWO = replace(key(2), mailbox=MailboxName("Entwürfe")), mail(2)
OTHER = replace(key(1), account=AccountId("home")), mail(1)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.sqlite3"


@pytest.fixture
def store(path):
    with closing(StateStore(path)) as made:
        made.load()
        made.save_reminders([ONE, TWO, OTHER], DUE)
        yield made


def in_the_next_run(path):
    with closing(StateStore(path)) as again:
        again.load()
        return again.reminders()


def test_a_reminder_is_read_back_as_it_was(store, path):
    assert in_the_next_run(path) == {key: (DUE, message) for key, message in (ONE, TWO, OTHER)}


def test_a_reminder_gets_another_time_and_is_deleted(store, path):
    store.save_reminders([ONE], DUE + 60)
    store.delete_reminders([TWO[0], replace(ONE[0], uid=99)])
    assert in_the_next_run(path) == {ONE[0]: (DUE + 60, ONE[1]), OTHER[0]: (DUE, OTHER[1])}


def test_the_reminders_of_a_forgotten_account_are_gone(store, path):
    store.forget(ONE[0].account)
    assert list(in_the_next_run(path)) == [OTHER[0]]


@pytest.mark.parametrize("damage", ["uid = -1", "uid_validity = 'x'", "gmail_id = 'x'"])
def test_a_reminder_that_makes_no_sense_is_left_out(store, path, damage):
    store.close()
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.execute(f"UPDATE reminder SET {damage} WHERE mailbox = 'Entwürfe'")
    assert set(in_the_next_run(path)) == {ONE[0], OTHER[0]}


def test_a_file_of_an_earlier_version_has_neither_reminders_nor_a_pause(store, path):
    store.close()
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.executescript("DROP TABLE reminder; DROP TABLE pause; PRAGMA user_version = 5")
    assert in_the_next_run(path) == {}
    assert store.pause() is None


@pytest.mark.parametrize("pause", [Paused(DUE, DUE + 3600), Paused(DUE, None), None])
def test_a_pause_is_read_back_as_it_was(store, path, pause):
    store.save_pause(Paused(DUE - 60, DUE))
    store.save_pause(pause)
    store.close()
    with closing(StateStore(path)) as again:
        assert again.pause() == pause
