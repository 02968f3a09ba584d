"""What holds for the files of every program."""

from __future__ import annotations

import json

import pytest

from tests.mail.importers.reading import complaint, read
from tray.mail.importers.candidates import SourceProgram

COMMANDS = {
    SourceProgram.MBSYNC: 'IMAPAccount work\nHost imap.example.org\nUser jane\nPassCmd "{command}"\n',
    SourceProgram.GOIMAPNOTIFY: '{{"host": "a.example", "username": "jane", "passwordCmd": "{command}"}}',
}


@pytest.mark.parametrize("program", COMMANDS)
@pytest.mark.parametrize(
    "hidden",
    ["\x9b", "\u202e", "\u2066", "\u2069", "\u200b", "\u00a0", "\U000e0041", "\ufe0f"],
)
def test_a_command_that_hides_something_is_refused_with_a_sentence(program, hidden):
    """Nothing is removed from it: what runs is what is shown."""
    found = complaint(program, COMMANDS[program].format(command=f"pass{hidden} mail"))
    assert f"cannot be seen (U+{ord(hidden):04X})" in found
    assert hidden not in found


@pytest.mark.parametrize("program", COMMANDS)
def test_a_command_that_is_too_long_to_be_shown_is_refused(program):
    assert "too long" in complaint(program, COMMANDS[program].format(command="x" * 1001))
    (offer,) = read(program, COMMANDS[program].format(command="x" * 1000)).offers
    assert offer.account.password_command == "x" * 1000


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (SourceProgram.MBSYNC, 'IMAPAccount a\nHost a.example\nUser j\nPass "very secret"\n'),
        (SourceProgram.GOIMAPNOTIFY, json.dumps({"host": "a", "username": "j", "password": "very secret"})),
        (SourceProgram.MAILNAG, "[account1]\nserver=a\nuser=j\npassword=very secret\n"),
    ],
)
def test_a_password_is_not_read(program, text):
    reading = read(program, text)
    assert reading.offers
    assert "very secret" not in repr(reading)
