"""Marks and titles across runs."""

from __future__ import annotations

import sqlite3
import stat
import time
from contextlib import closing
from dataclasses import replace

import pytest

from tray.desktop.storage.state_store import StateError, StateStore
from tray.desktop.storage.state_tables import SCHEMA_VERSION
from tray.imap.types import INBOX, SEEN, Address, Envelope, Flag, MailboxName, Uid, UidValidity
from tray.mail.arrivals.duplicates import LIMIT, MAX_AGE, Fingerprint
from tray.mail.arrivals.mailbox_state import MailboxState
from tray.mail.model.account import AccountId
from tray.mail.model.message import Message

ADA, BOB = AccountId("ada"), AccountId("bob")


def message(uid, **more):
    envelope = Envelope("Subject Ü 🔔", Address("Name", "a@example.org"), 1700000000.5, "<id@example.org>")
    return Message(Uid(uid), replace(envelope, **more), frozenset({SEEN, Flag("$Important")}), 2**64 - 1)


STATE = MailboxState(
    UidValidity(2**32 - 1), Uid(12), 3, (message(12), message(9, date=None), message(2, subject=""))
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.sqlite3"


@pytest.fixture
def store(path):
    with closing(StateStore(path)) as made:
        yield made


def load(path):
    with closing(StateStore(path)) as again:
        return again.load()


def test_nothing_is_known_at_first(store, path):
    assert store.load() == {}
    assert store.notice is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_saved_is_there_in_the_next_run(store, path):
    store.load()
    store.save(ADA, INBOX, STATE)
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    store.save(ADA, MailboxName("Ünïcode/ {x}"), replace(STATE, unseen=0, latest=()))
    store.save(BOB, INBOX, STATE)
    assert load(path) == {
        (ADA, INBOX): STATE,
        (ADA, MailboxName("Ünïcode/ {x}")): replace(STATE, unseen=0, latest=()),
        (BOB, INBOX): STATE,
    }


def test_a_later_state_takes_the_place_of_the_earlier(store, path):
    store.save(ADA, INBOX, STATE)
    later = replace(STATE, announced_uid=Uid(13), latest=(message(13), message(12)))
    store.save(ADA, INBOX, later)
    assert load(path) == {(ADA, INBOX): later}


def test_a_forgotten_account_leaves_nothing(store, path):
    store.save(ADA, INBOX, STATE)
    store.save(BOB, INBOX, STATE)
    store.forget(ADA)
    assert load(path) == {(BOB, INBOX): STATE}
    assert b"Subject" not in path.read_bytes() or load(path)[BOB, INBOX].latest


def test_what_was_met_is_kept_with_the_mark_oldest_first(store, path):
    marks = [Fingerprint(bytes([n]) * 16, b"place", 5.5 if n else None) for n in range(3)]
    store.save(ADA, INBOX, STATE, marks[:2])
    store.save(ADA, INBOX, STATE, marks[2:])
    store.save(ADA, INBOX, STATE, marks[:1])
    store.save(BOB, INBOX, STATE, marks[:1])
    with closing(StateStore(path)) as again:
        assert [mark for mark, _ in again.fingerprints(ADA)] == [marks[1], marks[2], marks[0]]
        assert all(abs(added - time.time()) < 60 for _, added in again.fingerprints(ADA))
        again.forget(ADA)
        assert again.fingerprints(ADA) == []
        assert len(again.fingerprints(BOB)) == 1


def test_what_was_met_is_bounded_in_number_and_age(store, path, monkeypatch):
    many = [Fingerprint(n.to_bytes(16, "big"), b"", None) for n in range(LIMIT + 10)]
    monkeypatch.setattr("tray.desktop.storage.state_store.time.time", lambda: 1000.0)
    store.save(ADA, INBOX, STATE, many)
    assert [mark for mark, _ in store.fingerprints(ADA)] == many[10:]
    monkeypatch.setattr("tray.desktop.storage.state_store.time.time", lambda: 1001.0 + MAX_AGE)
    store.save(ADA, INBOX, STATE, many[:1])
    assert store.fingerprints(ADA) == [(many[0], 1001.0 + MAX_AGE)]


def test_rows_without_sense_are_passed_over(store, path):
    store.save(ADA, INBOX, STATE, [Fingerprint(b"x", b"", None)])
    store.save_alerts(ADA, {b"y": 1.0})
    store.close()
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.execute("UPDATE fingerprint SET digest = 'text'")
        direct.execute("UPDATE alert SET shown = 'never'")
    assert store.fingerprints(ADA) == []
    assert store.alerts(ADA) == {}


def test_alerts_are_kept_as_they_were_last_given(store, path):
    store.save_alerts(ADA, {b"a": 1.0, b"b": 2.0})
    store.save_alerts(ADA, {b"b": 3.0})
    store.save_alerts(BOB, {b"a": 1.0})
    with closing(StateStore(path)) as again:
        assert again.alerts(ADA) == {b"b": 3.0}
        again.forget(ADA)
        assert again.alerts(ADA) == {}
        assert again.alerts(BOB) == {b"a": 1.0}


def test_a_file_of_the_first_version_is_taken_over(store, path):
    store.save(ADA, INBOX, STATE)
    store.close()
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.executescript(
            "DROP TABLE fingerprint; DROP TABLE alert; DROP TABLE numbering; PRAGMA user_version = 1"
        )
    assert store.load() == {(ADA, INBOX): STATE}
    assert store.fingerprints(ADA) == []
    assert store.notice is None


def test_a_subject_that_is_no_unicode_is_kept_readable(store, path):
    store.save(ADA, INBOX, replace(STATE, latest=(message(1, subject="a\udcffb"),)))
    assert load(path)[ADA, INBOX].latest[0].envelope.subject == "a?b"


def test_a_killed_program_has_lost_nothing_that_was_saved(path):
    killed = StateStore(path)
    killed.save(ADA, INBOX, STATE)
    try:
        assert load(path) == {(ADA, INBOX): STATE}  # while the first never closed
    finally:
        killed.close()


def test_garbage_is_kept_aside_and_told_of(path):
    path.write_bytes(b"this is no database" * 100)
    with closing(StateStore(path)) as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr("tray.desktop.storage.state_store.log.disabled", True)
        assert store.load() == {}
        (kept,) = path.parent.glob("*.damaged-*")
        assert kept.read_bytes().startswith(b"this is no database")
        assert str(kept) in store.notice
        store.save(ADA, INBOX, STATE)
    assert load(path) == {(ADA, INBOX): STATE}


@pytest.mark.expects_log("damaged")
def test_marks_that_can_be_read_of_a_damaged_file_are_carried_over(store, path):
    store.save(ADA, INBOX, STATE)
    store.close()
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.execute("UPDATE title SET uid = -4 WHERE uid = 9")
    assert store.load() == {(ADA, INBOX): replace(STATE, latest=())}
    assert "carried over" in store.notice
    store.close()
    assert load(path) == {(ADA, INBOX): replace(STATE, latest=())}


@pytest.mark.expects_log("damaged")
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE mailbox SET announced_uid = 'x' WHERE account = 'bob'",
        "UPDATE mailbox SET announced_uid = -1 WHERE account = 'bob'",
        "UPDATE mailbox SET account = x'ff' WHERE account = 'bob'",
    ],
)
def test_a_mark_that_makes_no_sense_is_not_carried_over(store, path, damage):
    store.save(ADA, INBOX, STATE)
    store.save(BOB, INBOX, STATE)
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.execute(damage)
        direct.execute("UPDATE title SET uid = -4 WHERE uid = 9")
    assert (ADA, INBOX) in store.load()
    assert (BOB, INBOX) not in load(path)


@pytest.mark.expects_log("damaged")
def test_a_torn_page_is_a_damage(store, path):
    for number in range(40):
        store.save(AccountId(f"{number:02}"), INBOX, STATE)
    store.close()
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    path.write_bytes(content)
    store.load()
    assert store.notice is not None
    store.save(ADA, INBOX, STATE)


@pytest.mark.expects_log("damaged")
def test_missing_tables_are_a_damage(path):
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    with closing(StateStore(path)) as store:
        assert store.load() == {}
        assert store.notice is not None


def test_a_file_of_a_newer_version_is_kept_aside_with_its_announced_uids(store, path):
    store.save(ADA, INBOX, STATE)
    store.close()
    with closing(sqlite3.connect(path)) as direct, direct:
        direct.execute("PRAGMA user_version = 99")
    with pytest.raises(StateError, match="newer Mailbell"):
        store.save(BOB, INBOX, STATE)
    assert store.load() == {(ADA, INBOX): replace(STATE, latest=())}
    assert "newer Mailbell" in store.notice
    assert list(path.parent.glob("*.newer-*"))


def test_a_full_disk_is_told_and_survived(store, path):
    store.save(ADA, INBOX, STATE)
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    large = replace(STATE, latest=tuple(message(uid, subject="x" * 2000) for uid in range(50, 0, -1)))
    with pytest.raises(StateError, match=r"full.*Free space"):
        store.save(BOB, INBOX, large)
    store.save(BOB, INBOX, large)
    assert set(load(path)) == {(ADA, INBOX), (BOB, INBOX)}


def test_a_read_only_file_is_told_and_survived(store, path):
    store.save(ADA, INBOX, STATE)
    store._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(StateError, match="it is read-only"):
        store.forget(ADA)
    store.forget(ADA)
    assert load(path) == {}


@pytest.mark.expects_log("cannot keep its state")
def test_where_nothing_can_be_kept_it_starts_all_the_same(tmp_path):
    """With a notice; and without announced UIDs where there is nothing to read."""
    (tmp_path / "file").touch()
    with closing(StateStore(tmp_path / "file" / "state.sqlite3")) as store:
        assert store.load() == {}
        assert "a part of its path is no folder" in store.notice
        with pytest.raises(StateError, match="announced again"):
            store.save(ADA, INBOX, STATE)


@pytest.mark.parametrize(
    ("said", "expected"),
    [("database is locked", "another program uses it"), ("something rare", "something rare")],
)
def test_the_reason_of_sqlite_is_said_as_the_user_reads_it(store, said, expected):
    assert f": {expected}." in str(store._refused(sqlite3.OperationalError(said)))


@pytest.mark.expects_log("cannot keep its state")
def test_marks_of_a_file_that_cannot_be_written_are_known(store, path, monkeypatch):
    store.save(ADA, INBOX, STATE)
    store.close()
    monkeypatch.setattr(
        "tray.desktop.storage.state_store.os.open", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only"))
    )
    with closing(StateStore(path)) as refused:
        assert refused.load() == {(ADA, INBOX): replace(STATE, latest=())}
        assert "Read-only" in refused.notice


def test_an_empty_file_is_a_damage(path):
    """SQLite takes it for a new one."""
    path.touch()
    with closing(StateStore(path)) as store:
        assert store.load() == {}
        assert "damaged" in store.notice
    assert list(path.parent.glob("*.damaged-*"))


@pytest.mark.expects_log("damaged", "cannot keep its state")
def test_a_damaged_file_that_cannot_be_put_aside_is_announced(path, monkeypatch):
    path.write_bytes(b"this is no database" * 100)
    monkeypatch.setattr(
        "tray.desktop.storage.state_store.backup_name", lambda path, label, stamp: path.parent / "no" / "such"
    )
    store = StateStore(path)
    assert store.load() == {}
    assert "does not exist" in store.notice
    assert path.exists()


def test_the_start_is_quick(store, path):
    for number in range(4):
        store.save(
            AccountId(f"{number}"),
            INBOX,
            replace(STATE, latest=tuple(message(uid) for uid in range(20, 0, -1))),
        )
    store.close()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        load(path)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.02  # about 1 ms; the bound is for a busy machine
    print(f"load: {min(times) * 1000:.2f} ms")
