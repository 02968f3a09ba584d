"""How a mail is opened, whatever its sender wrote into it."""

from __future__ import annotations

import pytest

from tests.mail.make import account, key
from tray.mail.settings.open_message import OpenMailProgram, OpenUrl, RunCommand, open_target, web_address

MAIL = key(7, mailbox="Lists/Ä & B")


def test_without_command_and_webmail_the_mail_program_opens():
    assert open_target(account(), MAIL, "<1@x>") == OpenMailProgram()
    assert open_target(account()) == OpenMailProgram()


def test_the_command_is_split_first_and_filled_in_afterwards():
    command = "thunderbird 'mid:{message_id}' --box={mailbox} {uid} {account} {email} {other}"
    assert open_target(account(name="My Work", open_command=command), MAIL, " <a$b@x> ") == RunCommand(
        ("thunderbird", "mid:a$b@x", "--box=Lists/Ä & B", "7", "My Work", "me@example.org", "{other}")
    )


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is():
    assert open_target(account(open_command="open {message_id}"), MAIL, "<{uid}@x>") == RunCommand(
        ("open", "{uid}@x")
    )


@pytest.mark.parametrize(
    "message_id",
    [
        "",
        "<>",
        "<a>",
        "a\0b",
        "a\nb@x",
        "<--exec=evil@x>",
        "<+!evil@x>",
        "<a b;$(rm)@x>",
        "<a@x> <b@x>",
        "<a@x>(comment)",
        '<"a b"@x>',
        "<a..b@x>",
        "<.a@x>",
        "<a@x.>",
        "<a@@x>",
        "<a@[a;b]>",
        "<a(b)@x>",
        "<ä@x>",
        "<a@x\u202e>",
        "<a@x\x9b>",
        "<a:b@x>",
        "<a\\b@x>",
    ],
)
def test_a_message_id_that_is_not_of_atoms_is_passed_over(message_id):
    """Or that cannot be an argument; the webmail is opened without it, too."""
    one = account(open_command="open {message_id}", webmail="https://mail.example.org/find?id={message_id}")
    opened = open_target(one, MAIL, message_id)
    if message_id.startswith(("<--", "<+")):
        assert isinstance(opened, OpenUrl)
    else:
        assert opened == OpenUrl("https://mail.example.org/")


@pytest.mark.parametrize(
    "message_id",
    ["1@x", "a.b+c=d@mail.example.org", "a/b?c&d#e'f`g@x", "$1{2}@x", "x@[192.0.2.1]", "x@[IPv6:::1]"],
)
def test_a_message_id_of_atoms_is_filled_in(message_id):
    assert open_target(account(open_command="open {message_id}"), MAIL, f" <{message_id}> ") == RunCommand(
        ("open", message_id)
    )


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("mid:{message_id}", "mid:a%2Fb%3F%23$c+@x"),
        ("https://m.example.org/?q={message_id}", "https://m.example.org/?q=a%2Fb%3F%23$c+@x"),
        ("--url=mid:{message_id}", "--url=mid:a%2Fb%3F%23$c+@x"),
        ("imap://m.example.org/{mailbox};uid={uid}", "imap://m.example.org/Lists%2F%C3%84%20%26%20B;uid=7"),
        ("id:{message_id}", "id:a/b?#$c+@x"),
    ],
)
def test_what_goes_into_an_address_is_percent_encoded(template, filled):
    assert open_target(account(open_command=f"open '{template}'"), MAIL, "<a/b?#$c+@x>") == RunCommand(
        ("open", filled)
    )


def test_the_facts_stand_in_the_environment_of_the_command():
    """A script takes them from there, where they cannot become code."""
    opened = open_target(account(open_command="""sh -c 'show "$MAILBELL_MESSAGE_ID"'"""), MAIL, "<`a`@x>")
    assert isinstance(opened, RunCommand)
    assert opened.environment == {
        "MAILBELL_UID": "7",
        "MAILBELL_MAILBOX": "Lists/Ä & B",
        "MAILBELL_MESSAGE_ID": "`a`@x",
        "MAILBELL_ACCOUNT": "Work",
        "MAILBELL_EMAIL": "me@example.org",
    }
    assert open_target(account(open_command="sh -c 'show $MAILBELL_UID'")) == OpenMailProgram()


@pytest.mark.parametrize("mailbox", ["-oevil", "+!evil", "a\x9bb", "a\rb"])
def test_a_folder_that_cannot_be_an_argument_is_passed_over(mailbox):
    assert open_target(account(open_command="open {mailbox}"), key(7, mailbox=mailbox)) == OpenMailProgram()


@pytest.mark.parametrize("command", ["sh -c 'x {message_id}'", "python3 -c {uid}", "ssh box show {mailbox}"])
def test_a_command_that_should_have_been_refused_does_not_run(command):
    assert open_target(account(open_command=command), MAIL, "<`id`@x>") == OpenMailProgram()


def test_an_option_of_the_users_own_is_filled_in():
    one = account(open_command="open --id={message_id} -u{uid}")
    assert open_target(one, MAIL, "<-x@y>") == RunCommand(("open", "--id=-x@y", "-u7"))


def test_a_mail_does_not_choose_the_program():
    assert open_target(account(open_command="{message_id} x"), MAIL, "<evil@x>") == RunCommand(
        ("{message_id}", "x")
    )


@pytest.mark.parametrize("command", ["", "   ", "open 'unclosed"])
def test_a_command_that_cannot_be_used_is_passed_over(command):
    assert open_target(account(open_command=command), MAIL) == OpenMailProgram()


def test_webmail_is_filled_in_and_quoted():
    one = account(webmail="https://mail.example.org/{mailbox}/{uid}?q=rfc822msgid:{message_id}#{email}")
    assert open_target(one, MAIL, "<a/b?c&d#e@x>") == OpenUrl(
        "https://mail.example.org/Lists%2F%C3%84%20%26%20B/7?q=rfc822msgid:a%2Fb%3Fc%26d%23e%40x#me%40example.org"
    )


@pytest.mark.parametrize(
    "address",
    [
        "ftp://x/",
        "http://mail.example.org/",
        "http://127.0.0.1.example.org/",
        "https://mail.example.org@evil.example/",
        "https://evil.example\\@mail.example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://{message_id}/",
        "https://mail.example.org{mailbox}",
        "https://a b/",
        "https://x/a b",
        "https://",
    ],
)
def test_only_web_addresses_open(address):
    assert web_address(address) is None
    assert open_target(account(webmail=address), MAIL, "evil.example") == OpenMailProgram()


def test_without_a_mail_its_placeholders_are_not_filled_in():
    one = account(open_command="open {uid}", webmail="https://mail.example.org/{uid}")
    assert open_target(one) == OpenUrl("https://mail.example.org/")
    assert open_target(account(open_command="open {account}")) == RunCommand(("open", "Work"))
    assert open_target(account(webmail="https://mail.example.org/u/{email}")) == OpenUrl(
        "https://mail.example.org/u/me%40example.org"
    )


def test_an_address_may_be_written_in_capitals():
    assert open_target(account(webmail="HTTPS://Mail.example.org/{uid}"), MAIL) == OpenUrl(
        "HTTPS://Mail.example.org/7"
    )


def test_http_is_for_this_machine():
    assert open_target(account(webmail="http://localhost:8000/{uid}"), MAIL) == OpenUrl(
        "http://localhost:8000/7"
    )
