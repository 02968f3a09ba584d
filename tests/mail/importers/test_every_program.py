"""What holds for the files of every program."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.importers.reading import PARSERS, complaint, read
from tray.mail.importers.candidates import SourceProgram

COMMANDS = {
    SourceProgram.MBSYNC: 'IMAPAccount work\nHost imap.example.org\nUser jane\nPassCmd "{command}"\n',
    SourceProgram.GOIMAPNOTIFY: '{{"host": "a.example", "username": "jane", "passwordCmd": "{command}"}}',
}
WORDS = {
    SourceProgram.THUNDERBIRD: 'user_pref("mail.accountmanager.accounts", "a");|user_pref("mail.account.a.server", "s");'
    '|user_pref("mail.server.s.type", "imap");|user_pref("mail.server.s.hostname", |user_pref("mail.server.s.port", '
    "|[Profile0]|Path=",
    SourceProgram.MBSYNC: 'IMAPAccount|Host|User|PassCmd|TLSType|"|\\|#|~|AuthMechs|ClientKey ',
    SourceProgram.GOIMAPNOTIFY: "host: a|boxes:|- mailbox: |{|[|]|}|: |&a |*a |password: |configurations: ",
    SourceProgram.GEARY: "[Account]|[Incoming]|[AccountInformation]|service_provider=gmail|sender_mailboxes=|host=|;|<|\\",
    SourceProgram.MAILNAG: '[account1]|server=a|folder=[|"|,|]|port=',
}


@pytest.mark.parametrize("program", PARSERS)
def test_nothing_makes_it_raise(program):
    words = st.sampled_from([*WORDS[program].split("|"), "\n", "\n\n", " "])

    @given(st.lists(st.one_of(words, st.text(max_size=9))), st.sampled_from(["", " "]))
    def reads(parts, between):
        read(program, between.join(parts))

    reads()


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
