"""What is shown of a mailbox while actions wait, what an action changes, and what undoes it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes.values import pending
from tests.mail.make import READ, message, state
from tray.imap.types import DELETED, FLAGGED, SEEN, Uid
from tray.mail.actions.pending import shown, shown_message
from tray.mail.model.action import MessageAction as Do
from tray.mail.model.message import MessageKey
from tray.mail.model.uid_set import UidSet

STATE = state(12, message(10), message(11, SEEN), message(12), unseen=7)
"""Five unread messages are older than those that are known."""


def shown_after(*actions):
    """The known messages with their flags, newest first, and the unseen count."""
    after = shown(STATE, actions)
    return {message.uid: message.flags for message in after.latest}, after.unseen


NONE = frozenset()
BEFORE = {12: NONE, 11: READ, 10: NONE}


@pytest.mark.parametrize(
    ("actions", "latest", "unseen"),
    [
        ((), BEFORE, 7),
        ((pending(Do.READ, 12),), BEFORE | {12: READ}, 6),
        ((pending(Do.READ, 11),), BEFORE, 7),
        ((pending(Do.UNREAD, 11),), BEFORE | {11: NONE}, 8),
        ((pending(Do.FLAG, 10),), BEFORE | {10: frozenset({FLAGGED})}, 7),
        ((pending(Do.FLAG, 10), pending(Do.UNFLAG, 10)), BEFORE, 7),
        ((pending(Do.ARCHIVE, 12),), {11: READ, 10: NONE}, 6),
        ((pending(Do.DELETE, 11, 10),), {12: NONE}, 6),
        ((pending(Do.READ, 12), pending(Do.JUNK, 12)), {11: READ, 10: NONE}, 6),
        ((pending(Do.MOVE, 3),), BEFORE, 7),
        ((pending(Do.READ, *range(1, 12), unread_only=True),), BEFORE | {10: READ}, 1),
        (
            (pending(Do.READ, *range(1, 12), unread_only=True), pending(Do.UNREAD, 11)),
            BEFORE | {11: NONE, 10: READ},
            2,
        ),
        ((pending(Do.READ, *range(1, 13), unread_only=True),), dict.fromkeys(BEFORE, READ), 0),
        ((pending(Do.READ, 12, validity=6), pending(Do.READ, 10)), BEFORE | {10: READ}, 6),
    ],
)
def test_a_mailbox_is_shown_as_if_the_actions_were_done(actions, latest, unseen):
    assert shown_after(*actions) == (latest, unseen)


def test_messages_marked_as_deleted_are_not_shown():
    """By another program, or by an action on a server without UIDPLUS."""
    marked = state(2, message(1), message(2, DELETED))
    assert [message.uid for message in shown(marked, []).latest] == [1]
    assert shown(marked, []).unseen == 1


def test_nothing_to_change_makes_no_new_state():
    assert shown(STATE, [pending(Do.READ, 11)]) is STATE


def test_the_count_is_never_less_than_the_unread_messages_that_are_shown():
    few = state(2, message(1), message(2, SEEN), unseen=0)
    assert shown(few, [pending(Do.UNREAD, 2)]).unseen == 2


@pytest.mark.parametrize(
    ("action", "flags", "concerned"),
    [
        (Do.READ, (), True),
        (Do.READ, (SEEN,), False),
        (Do.UNREAD, (SEEN,), True),
        (Do.FLAG, (FLAGGED,), False),
        (Do.UNFLAG, (FLAGGED,), True),
        (Do.ARCHIVE, (SEEN,), True),
    ],
)
def test_an_action_concerns_the_messages_that_it_would_change(action, flags, concerned):
    assert pending(action, 5).concerns(message(5, *flags)) is concerned
    assert pending(action, 6).concerns(message(5, *flags)) is False


@pytest.mark.parametrize(
    ("action", "opposite"),
    [(Do.READ, Do.UNREAD), (Do.UNREAD, Do.READ), (Do.FLAG, Do.UNFLAG), (Do.UNFLAG, Do.FLAG)],
)
def test_a_change_of_flags_is_undone_by_its_opposite(action, opposite):
    undoing = pending(action, 1, 2, 3, unread_only=True).reversed(9, UidSet.of([Uid(2)]), 5.0)
    assert undoing == pending(opposite, 2, number=9, due=5.0)


def test_an_action_names_its_messages_unless_it_means_all():
    action = pending(Do.ARCHIVE, 4, 5)
    assert action.keys == tuple(
        MessageKey(action.account, action.mailbox, action.uid_validity, Uid(uid)) for uid in (4, 5)
    )
    assert action.without(UidSet.of([Uid(4)])) == pending(Do.ARCHIVE, 5)
    assert pending(Do.READ, 4, unread_only=True).keys == ()


def test_older_messages_of_a_window_move_up_where_newer_ones_leave():
    """Menu and window show the same."""
    listed = replace(STATE, more=(message(9), message(8)))
    after = shown(listed, [pending(Do.ARCHIVE, 12, 9)])
    assert [each.uid for each in after.latest] == [11, 10, 8]
    assert after.more == ()
    assert after.unseen == 5
    unchanged = shown(listed, [pending(Do.READ, 12)])
    assert [each.uid for each in unchanged.latest] == [12, 11, 10]
    assert [each.uid for each in unchanged.more] == [9, 8]


@pytest.mark.parametrize(
    ("flags", "actions", "expected"),
    [
        ((), (), frozenset()),
        ((), (pending(Do.READ, 5), pending(Do.FLAG, 5)), frozenset({SEEN, FLAGGED})),
        ((), (pending(Do.READ, 6), pending(Do.READ, 5, validity=6)), frozenset()),
        ((), (pending(Do.READ, 5, mailbox="Lists"),), frozenset()),
        ((), (pending(Do.JUNK, 5), pending(Do.READ, 5)), None),
        ((DELETED,), (), None),
    ],
)
def test_a_message_that_was_found_is_shown_as_if_the_actions_were_done(flags, actions, expected):
    place = pending(Do.READ, 5).keys[0]
    after = shown_message(place, message(5, *flags), actions)
    assert (None if after is None else after.flags) == expected
