"""Only evidence that a mail left another mailbox takes the place of its toast."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.mail.make import key, message, state
from tray.imap.types import INBOX, MailboxName
from tray.mail.arrivals.move_detection import CLOCKS_DIFFER, FRESH, PATIENCE, Moves, origins

LISTS, OTHER = MailboxName("Lists"), MailboxName("Other")
SEEN_AT = 1_000_000.0
ANY = frozenset({INBOX})


@pytest.mark.parametrize(
    ("date", "since", "expected"),
    [
        (SEEN_AT - CLOCKS_DIFFER - 1, SEEN_AT, {INBOX}),
        (SEEN_AT - CLOCKS_DIFFER, SEEN_AT, set()),
        (SEEN_AT + 5, SEEN_AT, set()),
        (None, SEEN_AT, set()),
        (5.0, 0.0, set()),
    ],
)
def test_a_mail_may_come_from_another_mailbox_that_was_first_seen_after_it(date, since, expected):
    """Not from its own, nor from one of which nobody knows since when it is known."""
    states = {INBOX: replace(state(9), since=since), LISTS: replace(state(9), since=SEEN_AT)}
    assert origins(LISTS, message(1, date=date), states) == expected


def test_each_mail_that_left_explains_one_that_came():
    """In either order."""
    moves = Moves()
    assert moves.departed(INBOX, 1, 10.0) == []
    assert moves.came(key(1), ANY, 11.0)
    assert not moves.came(key(2), ANY, 11.0)
    assert not moves.came(key(3), ANY, 12.0)
    assert moves.departed(INBOX, 1, 12.5) == [key(2)]
    assert moves.overdue(16.5) == []
    assert moves.overdue(12.0 + PATIENCE) == [key(3)]
    assert moves.overdue(99.0) == []


def test_what_left_elsewhere_or_long_ago_explains_nothing():
    moves = Moves()
    moves.departed(OTHER, 1, 10.0)
    moves.departed(INBOX, 1, 10.0)
    assert not moves.came(key(1), frozenset({LISTS}), 10.0)
    assert not moves.came(key(2), ANY, 10.0 + FRESH)
    moves.departed(INBOX, 1, 500.0)
    assert not moves.came(key(3), ANY, 400.0)  # the clock was set back


def test_a_mail_that_was_read_meanwhile_is_not_judged():
    moves = Moves()
    moves.came(key(1), ANY, 10.0)
    moves.drop([key(1), key(2)])
    assert moves.departed(INBOX, 1, 11.0) == []
    assert moves.overdue(99.0) == []


def test_a_flood_of_departures_is_bounded():
    moves = Moves()
    moves.departed(INBOX, 10**9, 10.0)
    assert sum(moves.came(key(uid), ANY, 11.0) for uid in range(1, 2000)) == 1000
