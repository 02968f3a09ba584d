"""Why a server refused an action: in its own words, with what to do where its code says it."""

from __future__ import annotations

import pytest

from tests.mail.make import account
from tests.mail.presentation.problem_texts.whole import whole
from tray.imap.errors import CommandRefused
from tray.mail.model.status import ProblemKind
from tray.mail.presentation.problem_texts.actions import refused_action

WORK = account(host="mail.example.org", user="anna")


@pytest.mark.parametrize(
    ("code", "text", "sentence", "advice"),
    [
        ("", "mailbox is read-only", "mail.example.org says: mailbox is read-only.", ""),
        ("", "Not now!", "mail.example.org says: Not now!", ""),
        ("", " ", "mail.example.org refused it.", ""),
        ("NOPERM", "Denied.", "mail.example.org says: Denied.", "You may read this folder"),
        ("READ-ONLY", "No.", "mail.example.org says: No.", "You may read this folder"),
        ("TRYCREATE", "No Old.", "mail.example.org says: No Old.", "The folder is not there any more"),
        ("NONEXISTENT", "No Old.", "mail.example.org says: No Old.", "The folder is not there any more"),
        ("INUSE", "Busy.", "mail.example.org says: Busy.", "Try again in a while."),
        ("LIMIT", "Busy.", "mail.example.org says: Busy.", "Try again in a while."),
        ("OVERQUOTA", "Full", "The mail storage of anna on mail.example.org is full.", "Delete mails"),
    ],
)
def test_a_refusal_is_one_sentence_and_what_to_do(code, text, sentence, advice):
    problem = refused_action(CommandRefused("UID MOVE", "NO", code, text), WORK)
    assert problem.sentence == sentence
    assert problem.advice.startswith(advice)
    assert bool(problem.advice) is bool(advice)


def test_a_long_text_of_the_server_is_cut():
    problem = refused_action(CommandRefused("UID MOVE", "NO", "", "x" * 500), WORK)
    assert problem.sentence == f"mail.example.org says: {'x' * 159}…"
    assert problem.kind is ProblemKind.SERVER


def test_a_full_storage_is_explained_in_whole_sentences():
    whole(refused_action(CommandRefused("UID COPY", "NO", "OVERQUOTA", "x"), WORK))
