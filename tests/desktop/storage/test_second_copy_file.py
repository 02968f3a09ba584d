"""The second copy of the marks: small, private, and believed only where it is whole."""

from __future__ import annotations

import os
import stat

import pytest

from tray.desktop.storage.second_copy_file import MET_MOST, MarksFile
from tray.imap.types import INBOX, MailboxName, Uid, UidValidity
from tray.mail.arrivals.duplicates import Fingerprint
from tray.mail.arrivals.second_copy import Mark
from tray.mail.model.account import AccountId

ADA, BOB = AccountId("ada"), AccountId("bob")
HERE = (ADA, INBOX)
THERE = (ADA, MailboxName("Ünïcode/ {x}\udcff"))
DAMAGED = pytest.mark.expects_log("damaged lines")


def mark(uid, *told):
    return Mark(
        UidValidity(2**32 - 1), 1_700_000_000.25, Uid(uid), tuple((Uid(each), Uid(each)) for each in told)
    )


def met(number, date=None):
    return Fingerprint(number.to_bytes(16, "big"), b"place", date)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "spare" / "marks.journal"


@pytest.fixture
def file(path):
    made = MarksFile(path)
    assert not made.load().sound
    return made


def test_what_was_noted_is_there_in_the_next_run(file, path):
    file.note(HERE, mark(5))
    file.note(THERE, mark(7, 9, 12), [met(1, 5.5)], 100.0)
    file.note(HERE, mark(6), [met(2)], 200.0)
    file.note((BOB, INBOX), mark(1))
    copy = MarksFile(path).load()
    assert copy.sound
    assert copy.marks == {HERE: mark(6), THERE: mark(7, 9, 12), (BOB, INBOX): mark(1)}
    assert copy.met[ADA] == [(met(1, 5.5), 100.0), (met(2), 200.0)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_mark_that_did_not_move_is_not_written(file, path):
    file.note(HERE, mark(5))
    before = path.read_bytes()
    file.note(HERE, mark(5))
    assert path.read_bytes() == before
    file.note(HERE, mark(6))
    assert path.read_bytes().startswith(before)  # one small write, behind the others
    assert len(path.read_bytes()) - len(before) < 200


def test_a_forgotten_account_is_forgotten(file, path):
    file.note(HERE, mark(5), [met(1)], 1.0)
    file.note((BOB, INBOX), mark(1))
    file.forget(ADA)
    assert MarksFile(path).load().marks == {(BOB, INBOX): mark(1)}
    assert ADA not in MarksFile(path).load().met
    file.note(HERE, mark(5))
    assert MarksFile(path).load().marks[HERE] == mark(5)


def test_a_dropped_mailbox_is_forgotten_and_its_account_is_not(file, path):
    file.note(HERE, mark(5), [met(1)], 1.0)
    file.note(THERE, mark(2))
    file.drop([THERE])
    before = path.stat().st_mtime_ns
    file.drop([THERE])
    copy = MarksFile(path).load()
    assert (list(copy.marks), len(copy.met[ADA])) == ([HERE], 1)
    assert path.stat().st_mtime_ns == before


def test_it_is_bounded_however_many_mails_come(file, path):
    """It is written anew when it has doubled; what was met last is kept."""
    largest = 0
    for number in range(1, 4000):
        file.note(HERE, mark(number), [met(number)], float(number))
        largest = max(largest, path.stat().st_size)
    assert largest < 300_000
    copy = MarksFile(path).load()
    assert copy.marks == {HERE: mark(3999)}
    assert [fingerprint for fingerprint, _ in copy.met[ADA]][-1] == met(3999)
    assert len(copy.met[ADA]) == MET_MOST


@DAMAGED
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-5],
        lambda data: data.replace(b'"mark":6', b'"mark":9'),
        lambda data: data + b"\0" * 100,
        lambda data: data + b"\xff\xfe nonsense\n",
    ],
)
def test_damaged_lines_are_passed_over_and_said(file, path, damage):
    """A mark that nobody wrote would silence mails."""
    file.note(HERE, mark(5))
    file.note(HERE, mark(6))
    path.write_bytes(damage(path.read_bytes()))
    again = MarksFile(path)
    copy = again.load()
    assert not copy.sound
    assert copy.marks[HERE] in (mark(5), mark(6))
    again.note(THERE, mark(1))  # behind a broken line it would be lost
    whole = MarksFile(path).load()
    assert whole.sound
    assert whole.marks == {HERE: copy.marks[HERE], THERE: mark(1)}


@DAMAGED
@pytest.mark.parametrize("content", [b"", b"mailbell marks 2\n", b"\x7fELF" * 1000, b"SQLite format 3\0"])
def test_a_file_that_is_something_else_is_not_believed(path, content):
    """Also one of a newer version."""
    path.parent.mkdir()
    path.write_bytes(content)
    assert MarksFile(path).load().marks == {}


@DAMAGED
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mark", -1),
        ("mark", True),
        ("mark", 2**32),
        ("validity", "7"),
        ("since", float("nan")),
        ("since", None),
        ("told", [[1]]),
        ("told", 5),
        ("told", [[7, 6]]),
        ("account", 5),
        ("mailbox", None),
        ("met", [["zz", "", None, 1.0]]),
        ("met", [["00", "00", "never", 1.0]]),
    ],
)
def test_a_line_that_makes_no_sense_is_passed_over(path, field, value, file):
    """Whoever wrote it knew how to hash."""
    from tray.desktop.storage import second_copy_file

    record = {
        "account": "ada",
        "mailbox": "INBOX",
        "validity": 7,
        "since": 1.0,
        "mark": 5,
        "told": [],
        "met": [],
    }
    file.note((BOB, INBOX), mark(1))
    path.write_bytes(path.read_bytes() + second_copy_file._line({**record, field: value}))
    assert MarksFile(path).load().marks == {(BOB, INBOX): mark(1)}
    path.write_bytes(path.read_bytes() + second_copy_file._line([1]))
    assert MarksFile(path).load().marks == {(BOB, INBOX): mark(1)}


def test_a_disk_that_refuses_costs_nothing_but_the_copy(tmp_path, caplog):
    """It is written whole when the disk is there again."""
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    file = MarksFile(blocked / "marks.journal")
    assert file.load().marks == {}
    file.note(HERE, mark(5))
    file.forget(BOB)
    blocked.unlink()
    file.note(THERE, mark(6))
    assert MarksFile(file.path).load().marks == {HERE: mark(5), THERE: mark(6)}


def test_a_file_that_is_taken_away_while_we_run_is_written_anew(file, path):
    """Somebody has emptied the cache."""
    file.note(HERE, mark(5))
    path.unlink()
    file.note(HERE, mark(6))
    assert MarksFile(path).load().marks == {HERE: mark(6)}


@pytest.mark.expects_log("too large to be one")
def test_neither_a_pipe_nor_a_giant_is_waited_for(path, file):
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    assert MarksFile(path).load().marks == {}
    path.unlink()
    path.touch()
    os.truncate(path, 1_000_000_000)
    again = MarksFile(path)
    assert again.load().marks == {}
    again.note(HERE, mark(5))
    assert MarksFile(path).load().marks == {HERE: mark(5)}
