"""An offer, made fit for our settings."""

from __future__ import annotations

import pytest

from tray.mail.importers.candidates import LIMIT, Source, SourceProgram, clean, number
from tray.mail.model.account import Security


def offer(**values):
    source = Source(SourceProgram.MBSYNC, "~/.mbsyncrc")
    return source.entry(**{"name": "work", "host": "imap.example.org", "user": "jane", **values})


def test_names_of_programs_are_told_as_people_know_them():
    assert [origin.title for origin in SourceProgram] == [
        *("Online Accounts", "Thunderbird", "mbsync", "goimapnotify", "Geary", "Mailnag")
    ]


def test_cleartext_to_another_machine_is_encrypted_here_with_a_note():
    found = offer(security=Security.NONE)
    assert (found.account.security, found.account.port) == (Security.STARTTLS, 143)
    assert "always encrypted" in " ".join(found.notes)
    local = offer(host="127.0.0.1", security=Security.NONE, port=1143)
    assert (local.account.security, local.account.port, local.notes) == (Security.NONE, 1143, ())


@pytest.mark.parametrize(
    ("port", "kept"), [(None, 993), (0, 993), (-1, 993), (65536, 993), (1, 1), (65535, 65535)]
)
def test_a_port_that_cannot_be_is_that_of_the_protection(port, kept):
    assert offer(port=port).account.port == kept


def test_the_address_is_the_user_name_where_that_is_one():
    assert offer(user="jane@example.org").account.email == "jane@example.org"
    assert offer(email="not an address").account.email == ""
    assert offer(user="", email="jane@example.org").account.user == "jane@example.org"


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"name": "  "}, "jane"),
        ({"name": "", "email": "j@example.org"}, "j@example.org"),
        ({"name": "", "user": ""}, "imap.example.org"),
        ({"name": "a\nb\u202e"}, "a b"),
        ({"name": "x" * 200}, "x" * 79 + "…"),
    ],
)
def test_the_name_can_be_shown(values, name):
    assert offer(**values).account.name == name


def test_mailboxes_are_a_bounded_list_of_names():
    assert offer(mailboxes=[]).account.mailboxes == ("INBOX",)
    assert offer(mailboxes=["inbox", "A", "A", "bad\n", ""]).account.mailboxes == ("INBOX", "A")
    assert len(offer(mailboxes=[str(each) for each in range(2 * LIMIT)]).account.mailboxes) == LIMIT


@pytest.mark.parametrize("text", [None, 7, "a\0b", "a\nb", "\ud800", "x" * 1001])
def test_what_no_setting_can_be_is_none(text):
    assert clean(text) == ""


@pytest.mark.parametrize(
    ("value", "port"), [(993, 993), ("993", 993), (" 143 ", 143), (True, None), ("x", None), (None, None)]
)
def test_a_port_stands_there_as_number_or_digits(value, port):
    assert number(value) == port


@pytest.mark.parametrize(
    "hidden", "\x9b\x85\u061c\u202a\u202e\u2066\u2069\u200b\u2028\u2029\ufeff\U000e0041\ud800"
)
def test_controls_and_bidi_characters_are_gone(hidden):
    found = offer(
        name=f"a{hidden}b", email=f"a{hidden}@example.org", user=f"u{hidden}", mailboxes=[f"x{hidden}"]
    )
    assert hidden not in repr(found.account.name + found.account.email + found.account.user)
    assert found.account.mailboxes == ("INBOX",)
    assert offer(host=f"imap{hidden}.example.org").account.host == ""
