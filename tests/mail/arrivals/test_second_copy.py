"""Two copies of a mark, of which either may be an old one."""

from __future__ import annotations

from dataclasses import replace

from tests.mail.make import VALIDITY, message, state
from tray.imap.types import Uid, UidValidity
from tray.mail.arrivals.mailbox_state import MailboxState
from tray.mail.arrivals.second_copy import Mark, joined, mark_of
from tray.mail.model.uid_set import runs_of

KNOWN = replace(state(9, message(9)), since=100.0, size=4)


def mark(uid, *told, since=100.0, validity=VALIDITY):
    return Mark(UidValidity(validity), since, Uid(uid), runs_of(map(Uid, told)))


def test_a_copy_that_knows_no_more_changes_nothing():
    assert joined(KNOWN, mark_of(KNOWN)) is KNOWN
    assert joined(KNOWN, mark(5)) is KNOWN
    assert joined(KNOWN, mark(5, 7)) is KNOWN


def test_in_one_numbering_what_either_says_was_told_of_was_told_of():
    """The state file was put back; the titles in it are those of the same mails."""
    assert joined(KNOWN, mark(12)) == replace(KNOWN, announced_uid=12, size=None)
    assert joined(KNOWN, mark(5, 11)) == replace(KNOWN, told=((11, 11),), size=None)
    held = replace(KNOWN, told=((12, 14),))
    assert joined(held, mark(11)) == replace(KNOWN, announced_uid=14, size=None)


def test_a_title_that_waited_for_its_toast_when_the_older_copy_was_written_is_dropped():
    """It may have left since, untold; if it is still there, it is read again."""
    waiting = replace(state(5, message(5), message(8), message(9)), since=100.0, told=((9, 9),))
    assert joined(waiting, mark(12)).latest == (message(9), message(5))


def test_of_two_numberings_the_later_counts():
    """A higher mark of the earlier is that of other mails, and so are its titles."""
    anew = mark(3, since=200.0, validity=8)
    assert joined(KNOWN, anew) == MailboxState(UidValidity(8), Uid(3), 0, since=200.0)
    assert joined(KNOWN, mark(3, since=200.0)) == MailboxState(VALIDITY, Uid(3), 0, since=200.0)
    assert joined(KNOWN, mark(99, since=50.0)) is KNOWN
    assert joined(KNOWN, mark(99, validity=8)) is KNOWN  # nobody can know: the state file it is


def test_without_a_state_file_the_copy_is_all_there_is():
    """So that what came meanwhile is told of."""
    assert joined(None, mark(12, 14)) == MailboxState(VALIDITY, Uid(12), 0, since=100.0, told=((14, 14),))
