"""Actions that are not done yet are on disk, whole, until they are deleted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from tests.fakes.values import pending
from tray.desktop.storage.state_store import StateStore
from tray.imap.types import MailboxName, Uid
from tray.mail.model.account import AccountId
from tray.mail.model.action import MessageAction as Do

ACTIONS = (
    pending(Do.READ, 1, 2, 3, 9, number=1, due=1_700_000_000.5),
    pending(Do.MOVE, 4, number=2, target=MailboxName("Entwürfe/{x}"), copied_from=Uid(40)),
    pending(Do.DELETE, 5, number=3, for_good=True, validity=2**32 - 1),
    pending(Do.READ, *range(1, 5000), number=4, unread_only=True),
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.sqlite3"


@pytest.fixture
def store(path):
    with closing(StateStore(path)) as made:
        made.load()
        made.save_actions(ACTIONS)
        yield made


def in_the_next_run(path):
    with closing(StateStore(path)) as again:
        again.load()
        return tuple(again.actions())


def test_an_action_is_read_back_as_it_was(store, path):
    assert in_the_next_run(path) == ACTIONS


def test_an_action_is_replaced_and_deleted_by_its_id(store, path):
    changed = replace(ACTIONS[0], copied_from=Uid(7))
    store.save_actions([changed])
    store.delete_actions([2, 3, 99])
    assert in_the_next_run(path) == (changed, ACTIONS[3])


def test_the_actions_of_a_forgotten_account_are_gone(store, path):
    other = replace(ACTIONS[0], id=9, account=AccountId("home"))
    store.save_actions([other])
    store.forget(ACTIONS[0].account)
    assert in_the_next_run(path) == (other,)


@pytest.mark.parametrize(
    "damage", ["action = 'explode'", "uids = 'one'", "uid_validity = -1", "copied_from = 'x'"]
)
def test_an_action_that_makes_no_sense_is_left_out(store, path, damage):
    """And is not done."""
    store.close()
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.execute(f"UPDATE pending_action SET {damage} WHERE id = 2")
    assert in_the_next_run(path) == (ACTIONS[0], *ACTIONS[2:])


def test_a_file_of_an_earlier_version_has_none(store, path):
    store.close()
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.executescript("DROP TABLE pending_action; PRAGMA user_version = 4")
    assert in_the_next_run(path) == ()
