"""What is kept of mailboxes that are no longer watched goes after a month."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.desktop.storage.test_state_store import ADA, BOB, STATE
from tray.desktop.storage.state_store import StateStore
from tray.imap.types import INBOX, MailboxName
from tray.mail.arrivals.duplicates import Fingerprint

HERE = (ADA, INBOX)
LISTS = (ADA, MailboxName("Lists"))
MET = [Fingerprint(b"d" * 16, b"place", None)]


@pytest.fixture
def path(tmp_path):
    """A state file with one mailbox."""
    path = tmp_path / "state.sqlite3"
    with closing(StateStore(path)) as store:
        store.save(*HERE, STATE)
    return path


@pytest.fixture
def later(path, monkeypatch):
    """Tells a store what is watched, some days from now; gives what the next run finds."""

    def later(days, *watched):
        monkeypatch.setattr(
            "tray.desktop.storage.state_store.time.time", lambda: 1_000_000.0 + days * 86400.0
        )
        with closing(StateStore(path)) as store:
            store.prune(watched)
            store.close()
            return set(store.load())

    return later


def test_what_is_no_longer_watched_goes_after_a_month(path, later):
    """A folder that was unticked; whoever ticks it again before that, or has it back in the settings, keeps it."""
    with closing(StateStore(path)) as store:
        store.save(*LISTS, STATE, MET)
        assert later(0, HERE) == {HERE, LISTS}
        assert later(29, HERE) == {HERE, LISTS}
        assert later(30, HERE, LISTS) == {HERE, LISTS}
        assert later(35, HERE) == {HERE, LISTS}
        assert later(64, HERE) == {HERE, LISTS}
        assert later(66, HERE) == {HERE}
        assert len(store.fingerprints(ADA)) == 1  # of the account


def test_an_account_that_was_taken_out_of_the_settings_by_hand_goes_whole(path, later):
    bob = (BOB, INBOX)
    with closing(StateStore(path)) as store:
        store.save(*bob, STATE, MET)
        store.save_alerts(BOB, {b"a" * 16: 1.0})
        assert later(0, HERE) == {HERE, bob}
        assert later(31, HERE) == {HERE}
        assert (store.fingerprints(BOB), store.alerts(BOB)) == ([], {})
        with store._transaction() as connection:
            assert list(connection.execute("SELECT * FROM unwatched")) == []


def test_an_account_without_a_mailbox_that_was_seen_goes_as_well(path, later):
    """A server may refuse everybody and say why."""
    with closing(StateStore(path)) as store:
        store.save_alerts(BOB, {b"a" * 16: 1.0})
        later(0, HERE)
        later(31, HERE)
        assert store.alerts(BOB) == {}


def test_where_all_is_watched_nothing_is_written(path, later):
    later(0, HERE)
    before = path.read_bytes()
    later(1, HERE)
    assert path.read_bytes() == before
