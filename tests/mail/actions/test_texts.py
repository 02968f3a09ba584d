"""The sentences about actions and refusals."""

from __future__ import annotations

import pytest

from tray.imap.types import MailboxName
from tray.mail.actions.texts import RefusalTexts, refusal_headline, refusal_texts, undo_sentence
from tray.mail.model.action import MessageAction as Do
from tray.mail.model.action import RefusedAction


@pytest.mark.parametrize(
    ("action", "count", "subject", "options", "expected"),
    [
        (Do.ARCHIVE, 1, "Lunch on Friday?", {}, "Archived “Lunch on Friday?”"),
        (Do.DELETE, 3, None, {}, "Moved 3 mails to Trash"),
        (Do.READ, 12, None, {}, "Marked 12 mails as read"),
        (Do.READ, 1, None, {}, "Marked one mail as read"),
        (Do.UNREAD, 1, "a", {}, "Marked “a” as unread"),
        (Do.UNREAD, 2, None, {}, "Marked 2 mails as unread"),
        (Do.FLAG, 1, "a", {}, "Flagged “a”"),
        (Do.FLAG, 2, None, {}, "Flagged 2 mails"),
        (Do.UNFLAG, 1, "a", {}, "Removed the flag of “a”"),
        (Do.UNFLAG, 2, None, {}, "Removed the flags of 2 mails"),
        (Do.ARCHIVE, 2, None, {}, "Archived 2 mails"),
        (Do.DELETE, 1, "", {}, "Moved “(no subject)” to Trash"),
        (Do.DELETE, 1, "a", {"for_good": True}, "Deleted “a” for good"),
        (Do.DELETE, 2, None, {"for_good": True}, "Deleted 2 mails for good"),
        (Do.JUNK, 1, "a", {}, "Moved “a” to Junk"),
        (Do.MOVE, 2, "a", {"target": MailboxName("Lists/\u202eone")}, "Moved 2 mails to Lists/one"),
        (Do.READ, 1, "Grüße", {}, "Marked “\u2068Grüße\u2069” as read"),
        (Do.FLAG, 1, "x" * 60, {}, f"Flagged “\u2068{'x' * 39}…\u2069”"),
    ],
)
def test_what_was_done_is_one_sentence(action, count, subject, options, expected):
    assert undo_sentence(action, count, subject, **{"for_good": False, **options}) == expected


@pytest.mark.parametrize("action", list(Do))
@pytest.mark.parametrize(("count", "subject"), [(1, "Lunch"), (1, None), (5, None)])
def test_what_was_refused_is_one_whole_sentence(action, count, subject):
    said = refusal_headline(action, count, subject)
    assert said.endswith(".")
    assert ("“Lunch”" in said) is (subject is not None)
    assert ("5" in said) is (count == 5)
    assert not set(said) & set("{}")


def test_the_headline_of_a_refusal_names_the_mail():
    assert refusal_headline(Do.ARCHIVE, 1, "Lunch on Friday?") == "“Lunch on Friday?” could not be archived."


def refused(*letters: str, reason: str = "It is full.") -> list[RefusedAction]:
    return [RefusedAction(f"{letter} failed.", reason) for letter in letters]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (refused("A"), RefusalTexts("A failed.", "It is full.")),
        (
            [*refused("A"), *refused("B", reason="It is lost."), *refused("C")],
            RefusalTexts(
                "3 actions could not be done.",
                "A failed. It is full.",
                "A failed. C failed. It is full.\nB failed. It is lost.",
            ),
        ),
        (
            refused(*"ABCDEFGHIJKLMN"),
            RefusalTexts(
                "14 actions could not be done.",
                "A failed. It is full.",
                "".join(f"{letter} failed. " for letter in "ABCDEFGHIJKL") + "It is full.\nAnd 2 more.",
            ),
        ),
    ],
)
def test_of_several_refusals_each_is_in_the_details(
    given: list[RefusedAction], expected: RefusalTexts
) -> None:
    assert refusal_texts(given) == expected
