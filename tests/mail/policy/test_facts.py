"""What a command is told of a message."""

from __future__ import annotations

from dataclasses import replace

from tests.mail.make import account, arrival
from tray.mail.policy.facts import variables
from tray.mail.settings.rules import Rule


def test_a_command_is_told_who_wrote_what_when() -> None:
    facts = variables(account(), arrival(5, date=12.7), Rule("Bell"))
    assert facts == {
        "MAILBELL_ACCOUNT": "Work",
        "MAILBELL_EMAIL": "me@example.org",
        "MAILBELL_MAILBOX": "INBOX",
        "MAILBELL_UID": "5",
        "MAILBELL_MESSAGE_ID": "1@example.org",
        "MAILBELL_FROM": "anna@example.org",
        "MAILBELL_FROM_NAME": "Anna Berg",
        "MAILBELL_SUBJECT": "Mail 5",
        "MAILBELL_DATE": "12",
        "MAILBELL_RULE": "Bell",
    }


def test_what_is_not_known_is_empty_and_no_nul_reaches_the_environment() -> None:
    told = arrival(5, date=None)
    odd = replace(
        told, message=replace(told.message, envelope=replace(told.message.envelope, subject="a\0b"))
    )
    facts = variables(account(), odd, None)
    assert (facts["MAILBELL_DATE"], facts["MAILBELL_RULE"], facts["MAILBELL_SUBJECT"]) == ("", "", "ab")
