"""How a mail is opened, whatever its sender wrote into it."""

from __future__ import annotations

import pytest

from tests.mail.make import account, key
from tray.mail.opening import OpenMailProgram, OpenUrl, RunCommand, command_parts, how, web_address

MAIL = key(7, mailbox="Lists/Ä & B")


def test_without_command_and_webmail_the_mail_program_opens():
    assert how(account(), MAIL, "<1@x>") == OpenMailProgram()
    assert how(account()) == OpenMailProgram()


def test_the_command_is_split_first_and_filled_in_afterwards():
    command = "thunderbird 'mid:{message_id}' --box={mailbox} {uid} {account} {email} {other}"
    assert how(account(name="My Work", open_command=command), MAIL, " <a b;$(rm)@x> ") == RunCommand(
        ("thunderbird", "mid:a b;$(rm)@x", "--box=Lists/Ä & B", "7", "My Work", "me@example.org", "{other}")
    )


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is():
    assert how(account(open_command="open {message_id}"), MAIL, "{uid}@x") == RunCommand(("open", "{uid}@x"))


@pytest.mark.parametrize("message_id", ["<--exec=evil@x>", "a\0b", "a\nb"])
def test_a_message_id_that_cannot_be_an_argument_is_passed_over(message_id):
    one = account(open_command="open {message_id}", webmail="https://mail.example.org/")
    assert how(one, MAIL, message_id) == OpenUrl("https://mail.example.org/")


def test_an_option_of_the_users_own_is_filled_in():
    one = account(open_command="open --id={message_id} -u{uid}")
    assert how(one, MAIL, "<-x@y>") == RunCommand(("open", "--id=-x@y", "-u7"))


def test_a_mail_does_not_choose_the_program():
    assert how(account(open_command="{message_id} x"), MAIL, "evil") == RunCommand(("{message_id}", "x"))


@pytest.mark.parametrize("command", ["", "   ", "open 'unclosed"])
def test_a_command_that_cannot_be_used_is_passed_over(command):
    assert how(account(open_command=command), MAIL) == OpenMailProgram()


def test_webmail_is_filled_in_and_quoted():
    one = account(webmail="https://mail.example.org/{mailbox}/{uid}?q=rfc822msgid:{message_id}#{email}")
    assert how(one, MAIL, "<a/b?c&d#e@x>") == OpenUrl(
        "https://mail.example.org/Lists%2F%C3%84%20%26%20B/7?q=rfc822msgid:a%2Fb%3Fc%26d%23e%40x#me%40example.org"
    )


@pytest.mark.parametrize(
    "address",
    [
        "ftp://x/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://{message_id}/",
        "https://a b/",
        "https://x/a b",
        "https://",
    ],
)
def test_only_web_addresses_open(address):
    assert web_address(address) is None
    assert how(account(webmail=address), MAIL, "evil.example") == OpenMailProgram()


def test_without_a_mail_its_placeholders_are_not_filled_in():
    one = account(open_command="open {uid}", webmail="https://mail.example.org/{uid}")
    assert how(one) == OpenUrl("https://mail.example.org/")
    assert how(account(open_command="open {account}")) == RunCommand(("open", "Work"))
    assert how(account(webmail="https://mail.example.org/u/{email}")) == OpenUrl(
        "https://mail.example.org/u/me%40example.org"
    )


def test_command_parts():
    assert command_parts("a 'b c' $HOME") == ("a", "b c", "$HOME")
    assert command_parts("a 'b") is None
