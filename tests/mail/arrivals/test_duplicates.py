"""A message that was seen before is recognised; nothing else is taken for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.mail.make import VALIDITY, message
from tray.imap.types import INBOX, MailboxName, UidValidity
from tray.mail.arrivals.duplicates import (
    ANYWHERE,
    KnownMessages,
    fingerprint_of,
    is_same_message,
    moved_away,
)
from tray.mail.model.account import AccountId

A, B = AccountId("a"), AccountId("b")
MONTH = 30 * 86400.0
LISTS = MailboxName("Lists")


def mark(mail, mailbox=INBOX, validity=VALIDITY, account=A):
    return fingerprint_of(account, mailbox, validity, mail)


MAIL = message(1, subject="Hello", date=1000.0)


def anonymous(**values):
    mail = message(1, subject="Hello", **values)
    return replace(mail, envelope=replace(mail.envelope, message_id=""))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (mark(MAIL), mark(MAIL, LISTS), True),
        (mark(MAIL), mark(MAIL, validity=UidValidity(8)), True),
        (mark(MAIL), mark(MAIL), False),
        (moved_away(mark(MAIL)), mark(MAIL), True),
        (mark(MAIL), mark(MAIL, LISTS, account=B), False),
        (mark(MAIL), mark(message(1, subject="Hello!", date=1000.0), LISTS), False),
        (mark(MAIL), mark(message(1, subject="Hello", date=1900.0), LISTS), True),
        (mark(MAIL), mark(message(1, subject="Hello", date=1901.0), LISTS), False),
        (mark(MAIL), mark(message(1, subject="Hello", date=None), LISTS), False),
        (mark(message(1, date=None)), mark(message(1, date=None), LISTS), True),
        (mark(anonymous()), mark(anonymous(), LISTS), True),
        (mark(anonymous()), mark(anonymous(date=1.0), LISTS), False),
        (mark(message(1, gmail_id=5)), mark(message(2, gmail_id=5, date=9e9)), True),
        (mark(message(1, gmail_id=5)), mark(message(1, gmail_id=6), LISTS), False),
    ],
)
def test_which_two_are_the_same(one, other, same):
    """Message-ID, sender, subject and time together, or X-GM-MSGID."""
    assert is_same_message(one, other) is same


def test_a_message_cannot_be_read_from_its_fingerprint():
    made = mark(MAIL)
    assert (len(made.digest), len(made.place)) == (16, 16)
    assert made.digest != mark(MAIL, account=B).digest
    # They are kept in the state file for a month.
    assert made.digest.hex() == "2db4df82ef93ecdd0763fbc814b48c78"
    assert made.place.hex() == "bd2c37cc366c74bb12e9ea9748a37686"
    assert mark(message(1, subject="\ud800"))  # half a surrogate pair does no harm
    assert mark(message(1, gmail_id=5)).place == ANYWHERE


def test_a_message_is_recognised_elsewhere_for_a_month():
    known = KnownMessages([(mark(MAIL), 0.0)])
    assert known.knows(mark(MAIL, LISTS), MONTH)
    assert not known.knows(mark(MAIL, LISTS), MONTH + 1)
    assert not known.knows(mark(MAIL), 0.0)
    known.add(mark(MAIL, LISTS), MONTH)
    assert known.knows(mark(MAIL), 2 * MONTH)
    assert len(known) == 1


def test_no_more_is_kept_than_is_bearable():
    """The oldest go first; a message that is copied to and fro does not grow."""
    known = KnownMessages()
    for number in range(2005):
        known.add(mark(message(1, gmail_id=number)), 0.0)
    assert len(known) == 2000
    assert not known.knows(mark(message(1, gmail_id=4)), 0.0)
    assert known.knows(mark(message(1, gmail_id=5)), 0.0)
    for number in range(20):
        known.add(mark(MAIL, MailboxName(f"{number}")), 0.0)
    assert known.knows(mark(MAIL, LISTS), 0.0)
    assert sum(map(len, known._kept.values())) == 32 * (1999 + 8)


def test_a_message_without_a_date_is_recognised_without_one():
    dated, undated = mark(MAIL), replace(mark(MAIL), date=None)
    for kept, other in ((dated, undated), (undated, dated)):
        known = KnownMessages([(kept, 0.0)])
        assert known.knows(replace(kept, place=ANYWHERE), 0.0)
        assert not known.knows(replace(other, place=ANYWHERE), 0.0)


def test_of_one_that_moved_away_its_place_is_forgotten_too():
    known = KnownMessages([(moved_away(mark(MAIL)), 0.0)])
    assert known.knows(mark(MAIL), 0.0)
    assert known.knows(moved_away(mark(MAIL)), 0.0)
    known.add(moved_away(mark(MAIL)), MONTH)
    assert [len(each) for each in known._kept.values()] == [32]
