"""Which messages share a toast."""

from __future__ import annotations

import pytest

from tests.mail.make import arrival
from tray.mail.notifications.conversation import base_subject, by_conversation


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Lunch on Friday?", "lunch on friday?"),
        ("Re: Lunch  on Friday?", "lunch on friday?"),
        ("RE: AW: Re[2]: Lunch on Friday?", "lunch on friday?"),
        ("Fwd: SV: Antw : Lunch on Friday?", "lunch on friday?"),
        ("回复：Lunch on Friday?", "lunch on friday?"),
        ("Re: [list] Re: Lunch on Friday?", "[list] lunch on friday?"),
        ("[list] Re: Lunch on Friday?", "[list] lunch on friday?"),
        ("Report: Lunch on Friday?", "report: lunch on friday?"),
        ("Re:", ""),
        ("", ""),
    ],
)
def test_prefixes_of_replies_are_left_out(subject, base):
    assert base_subject(subject) == base


BOB = {"name": "Bob", "address": "bob@example.org"}


@pytest.mark.parametrize(
    ("older", "newer", "same"),
    [
        ({"subject": "Lunch?"}, {"subject": "Re: Lunch?", **BOB}, True),
        ({"subject": "Re: Lunch?"}, {"subject": "Lunch?", **BOB}, True),
        ({"subject": "Build failed"}, {"subject": "Build failed"}, True),
        ({"subject": "Hi"}, {"subject": "Hi", **BOB}, False),
        ({"subject": "Hi"}, {"subject": "Re: Ho"}, False),
        ({"subject": "Lunch?"}, {"subject": "Re: Lunch?", "account": "a2"}, False),
        ({"subject": "Re:"}, {"subject": "Re:"}, False),
    ],
)
def test_a_reply_and_a_repetition_continue_a_conversation(older, newer, same):
    assert len(by_conversation([arrival(1, **older), arrival(2, **newer)])) == (1 if same else 2)


def test_what_comes_together_is_put_together():
    subjects = "Lunch?", "Minutes", "Re: Lunch?", "AW: Minutes", "Holidays"
    groups = by_conversation(arrival(uid, subject=subject) for uid, subject in enumerate(subjects))
    assert [[mail.key.uid for mail in group] for group in groups] == [[0, 2], [1, 3], [4]]


def test_hundreds_under_one_subject_take_no_time():
    """Each is compared with the last few only."""
    mails = [arrival(uid, subject="Hi", address=f"{uid}@x.test") for uid in range(500)]
    assert len(by_conversation(mails)) == 500


@pytest.mark.parametrize(("others", "joined"), [(7, True), (8, False)])
def test_a_message_is_compared_with_the_last_eight(others, joined):
    mails = [arrival(uid, subject="Hi", address=f"{uid}@x.test") for uid in range(others + 1)]
    again = arrival(others + 1, subject="Hi", address="0@x.test")
    assert len(by_conversation([*mails, again])) == len(mails) + (not joined)
