"""The state file and the second copy of its marks: whichever is old, nothing is forgotten that was told of."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace

import pytest

from tests.desktop.storage.test_state_store import ADA, BOB, STATE, message
from tray.desktop.storage.second_copy_file import MarksFile
from tray.desktop.storage.state_store import StateError, StateStore
from tray.imap.types import INBOX, MailboxName, Uid, UidValidity
from tray.mail.arrivals.duplicates import Fingerprint

HERE = (ADA, INBOX)
LISTS = MailboxName("Lists")
RAISED = pytest.mark.expects_log("older than the second copy")
BEFORE = replace(STATE, since=100.0, size=3, told=((Uid(15), Uid(16)),), waiting_since=5.5)
AFTER = replace(BEFORE, announced_uid=Uid(30), told=(), waiting_since=None, latest=(message(30), message(12)))


class Disk:
    """Both files, and copies of them."""

    def __init__(self, folder):
        self.state, self.marks = folder / "state" / "state.sqlite3", folder / "cache" / "marks.journal"
        self.backup = folder / "backup"
        self.state.parent.mkdir()
        self.backup.mkdir()

    def store(self):
        return StateStore(self.state, MarksFile(self.marks))

    def save(self, *states, met=()):
        with closing(self.store()) as store:
            store.load()
            for (account, mailbox), state in states:
                store.save(account, mailbox, state, met)

    def load(self):
        with closing(self.store()) as store:
            return store.load()

    def keep(self):
        for file in (self.state, self.marks):
            shutil.copy(file, self.backup)

    def put_back(self, file):
        shutil.copy(self.backup / file.name, file)


@pytest.fixture
def disk(tmp_path):
    disk = Disk(tmp_path)
    disk.save((HERE, BEFORE))
    disk.keep()
    return disk


def test_both_know_the_same(disk):
    assert disk.load() == {HERE: BEFORE}
    before = disk.marks.stat().st_mtime_ns, disk.marks.read_bytes()
    disk.save((HERE, replace(BEFORE, unseen=9, size=4)))
    assert (disk.marks.stat().st_mtime_ns, disk.marks.read_bytes()) == before  # nothing was told of


@RAISED
def test_an_old_state_file_that_was_put_back_forgets_no_mark(disk):
    """Nor what was met since; and the raised marks are in the state file from then on."""
    met = [Fingerprint(b"d" * 16, b"p" * 16, 5.5)]
    disk.save((HERE, AFTER), ((BOB, INBOX), STATE), met=met)
    disk.put_back(disk.state)
    raised = replace(BEFORE, announced_uid=Uid(30), told=(), size=None)
    assert disk.load()[HERE] == raised
    disk.marks.unlink()
    assert disk.load()[HERE] == raised
    with closing(disk.store()) as store:
        assert [mark for mark, _ in store.fingerprints(ADA)] == met
    assert disk.load()[BOB, INBOX].announced_uid == STATE.announced_uid


def test_an_old_second_copy_changes_nothing(disk):
    """And is mended."""
    disk.save((HERE, AFTER))
    disk.put_back(disk.marks)
    assert disk.load() == {HERE: AFTER}
    assert MarksFile(disk.marks).load().marks[HERE].announced_uid == 30


@RAISED
def test_a_state_file_that_was_deleted_is_made_anew_from_the_second_copy(disk):
    """So that what comes meanwhile is told of: first sight would swallow it."""
    disk.save((HERE, AFTER))
    disk.state.unlink()
    assert disk.load() == {HERE: replace(AFTER, unseen=0, latest=(), size=None)}


@pytest.mark.expects_log("is damaged", "older than the second copy")
def test_a_state_file_of_which_nothing_can_be_read_is_made_anew_from_the_second_copy(disk):
    disk.save((HERE, AFTER))
    disk.state.write_bytes(b"nothing" * 1000)
    with closing(disk.store()) as store:
        assert store.load()[HERE].announced_uid == 30
        assert "damaged" in store.notice
        assert "unannounced" not in store.notice


@RAISED
def test_of_two_numberings_the_later_counts(disk):
    """The mailbox was made anew since the backup."""
    anew = replace(STATE, uid_validity=UidValidity(8), announced_uid=Uid(2), since=200.0, latest=())
    disk.save((HERE, anew))
    disk.put_back(disk.state)
    assert disk.load() == {HERE: replace(anew, unseen=0)}
    disk.keep()
    disk.save((HERE, replace(BEFORE, since=300.0, announced_uid=Uid(1))))
    disk.put_back(disk.marks)
    assert disk.load()[HERE].announced_uid == 1


def test_a_removed_account_does_not_come_back(disk):
    with closing(disk.store()) as store:
        store.load()
        store.forget(ADA)
    assert disk.load() == {}


@pytest.mark.expects_log("damaged lines")
def test_a_damaged_second_copy_is_mended(disk):
    disk.marks.write_bytes(disk.marks.read_bytes()[:-9])
    assert disk.load() == {HERE: BEFORE}
    copy = MarksFile(disk.marks).load()
    assert copy.sound
    assert copy.marks[HERE].announced_uid == BEFORE.announced_uid


@pytest.mark.expects_log("cannot keep its state")
def test_where_the_state_file_refuses_the_second_copy_knows_it(disk):
    """A full disk, or one that is read-only: nothing is repeated after a restart."""
    with closing(disk.store()) as store:
        store.load()
        store.close()
        disk.state.rename(disk.state.with_name("away"))
        disk.state.mkdir()
        with pytest.raises(StateError):
            store.save(*HERE, AFTER, [Fingerprint(b"d" * 16, b"p" * 16, 5.5)])
    with closing(disk.store()) as store:
        assert store.load_anyhow()[HERE].announced_uid == 30
        assert store.notice


def test_a_kill_between_the_two_saves_loses_nothing(disk):
    """The state file is written first, and knows more than the copy."""
    with closing(StateStore(disk.state)) as alone:
        alone.load()
        alone.save(*HERE, AFTER, [Fingerprint(b"d" * 16, b"p" * 16, 5.5)])
    assert disk.load() == {HERE: AFTER}
    copy = MarksFile(disk.marks).load()
    assert copy.marks[HERE].announced_uid == 30
    assert len(copy.met[ADA]) == 1


@pytest.fixture
def years(disk, monkeypatch):
    """Tells a store of what is watched, some days from now; gives what the next run finds."""

    def later(days, *watched):
        monkeypatch.setattr(
            "tray.desktop.storage.state_store.time.time", lambda: 1_000_000.0 + days * 86400.0
        )
        with closing(disk.store()) as store:
            store.load()
            store.prune(watched)
        return set(disk.load())

    return later


def test_what_is_no_longer_watched_goes_after_a_month_from_both_files(disk, years):
    """A folder that was unticked; whoever ticks it again before that, or has it back in the settings, keeps it."""
    disk.save(((ADA, LISTS), STATE), met=[Fingerprint(b"d" * 16, b"place", None)])
    assert years(0, HERE) == {HERE, (ADA, LISTS)}
    assert years(29, HERE) == {HERE, (ADA, LISTS)}
    assert years(30, HERE, (ADA, LISTS)) == {HERE, (ADA, LISTS)}
    assert years(35, HERE) == {HERE, (ADA, LISTS)}
    assert years(64, HERE) == {HERE, (ADA, LISTS)}
    assert years(66, HERE) == {HERE}
    with closing(disk.store()) as store:
        assert len(store.fingerprints(ADA)) == 1  # of the account
    assert b"Lists" not in disk.marks.read_bytes()


def test_an_account_that_was_taken_out_of_the_settings_by_hand_goes_whole(disk, years):
    bob = (BOB, INBOX)
    disk.save((bob, STATE), met=[Fingerprint(b"d" * 16, b"place", None)])
    with closing(disk.store()) as store:
        store.save_alerts(BOB, {b"a" * 16: 1.0})
    assert years(0, HERE) == {HERE, bob}
    assert years(31, HERE) == {HERE}
    with closing(disk.store()) as store:
        assert (store.fingerprints(BOB), store.alerts(BOB)) == ([], {})
        with store._transaction() as connection:
            assert list(connection.execute("SELECT * FROM unwatched")) == []
    assert (
        b'"account":"bob","mailbox"' not in disk.marks.read_bytes()
        or b'"gone":true' in disk.marks.read_bytes()
    )


def test_an_account_without_a_mailbox_that_was_seen_goes_as_well(disk, years):
    """A server may refuse everybody and say why."""
    with closing(disk.store()) as store:
        store.save_alerts(BOB, {b"a" * 16: 1.0})
    years(0, HERE)
    years(31, HERE)
    with closing(disk.store()) as store:
        assert store.alerts(BOB) == {}


def test_where_all_is_watched_nothing_is_written(disk, years):
    years(0, HERE)
    before = disk.state.read_bytes()
    years(1, HERE)
    assert disk.state.read_bytes() == before
