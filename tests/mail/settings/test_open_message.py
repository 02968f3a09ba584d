"""How a mail is opened, whatever its sender wrote into it."""

from __future__ import annotations

import pytest

from tests.mail.make import account, key
from tray.mail.settings.open_message import RunCommand, open_target, web_address

MAIL = key(7, mailbox="Lists/Ä & B")


@pytest.mark.parametrize(
    ("command", "message_id", "argv"),
    [
        (
            "thunderbird 'mid:{message_id}' --box={mailbox} {uid} {account} {email} {other}",
            " <a$b@x> ",
            ("thunderbird", "mid:a$b@x", "--box=Lists/Ä & B", "7", "My Work", "me@example.org", "{other}"),
        ),
        ("open {message_id}", "<{uid}@x>", ("open", "{uid}@x")),  # in one pass
        ("open --id={message_id} -u{uid}", "<-x@y>", ("open", "--id=-x@y", "-u7")),
        ("{message_id} x", "<evil@x>", ("{message_id}", "x")),  # a mail does not choose the program
        # What goes into an address is percent-encoded.
        ("open mid:{message_id}", "<a/b?#$c+@x>", ("open", "mid:a%2Fb%3F%23$c+@x")),
        (
            "open https://m.example.org/?q={message_id}",
            "<a/b?#$c+@x>",
            ("open", "https://m.example.org/?q=a%2Fb%3F%23$c+@x"),
        ),
        ("open --url=mid:{message_id}", "<a/b?#$c+@x>", ("open", "--url=mid:a%2Fb%3F%23$c+@x")),
        (
            "open 'imap://m.example.org/{mailbox};uid={uid}'",
            "",
            ("open", "imap://m.example.org/Lists%2F%C3%84%20%26%20B;uid=7"),
        ),
        ("open id:{message_id}", "<a/b?#$c+@x>", ("open", "id:a/b?#$c+@x")),
        # Commands that cannot be used, or should have been refused.
        ("", "<1@x>", None),
        ("   ", "<1@x>", None),
        ("open 'unclosed", "<1@x>", None),
        ("sh -c 'x {message_id}'", "<`id`@x>", None),
        ("python3 -c {uid}", "<`id`@x>", None),
        ("ssh box show {mailbox}", "<`id`@x>", None),
    ],
)
def test_the_command_is_split_first_and_filled_in_afterwards(command, message_id, argv):
    opened = open_target(account(name="My Work", open_command=command), MAIL, message_id)
    assert opened == (None if argv is None else RunCommand(argv))


NOT_OF_ATOMS = """
<>|<a>|a\0b|a\vb@x|<a b;$(rm)@x>|<a@x> <b@x>|<a@x>(comment)|<"a b"@x>|<a..b@x>|<.a@x>|<a@x.>|<a@@x>|<a@[a;b]>
<a(b)@x>|<ä@x>|<a@x\u202e>|<a@x\x9b>|<a:b@x>|<a\\b@x>
"""


@pytest.mark.parametrize("message_id", ["", *NOT_OF_ATOMS.strip().replace("\n", "|").split("|")])
def test_a_message_id_that_is_not_of_atoms_is_passed_over(message_id):
    one = account(open_command="open {message_id}", webmail="https://mail.example.org/find?id={message_id}")
    assert open_target(one, MAIL, message_id) == "https://mail.example.org/"


@pytest.mark.parametrize("message_id", ["<--exec=evil@x>", "<+!evil@x>"])
def test_a_message_id_that_cannot_be_an_argument_is_for_the_webmail(message_id):
    one = account(open_command="open {message_id}", webmail="https://mail.example.org/find?id={message_id}")
    assert str(open_target(one, MAIL, message_id)).startswith("https://mail.example.org/find?id=")


@pytest.mark.parametrize(
    "message_id",
    ["1@x", "a.b+c=d@mail.example.org", "a/b?c&d#e'f`g@x", "$1{2}@x", "x@[192.0.2.1]", "x@[IPv6:::1]"],
)
def test_a_message_id_of_atoms_is_filled_in(message_id):
    opened = open_target(account(open_command="open {message_id}"), MAIL, f" <{message_id}> ")
    assert opened == RunCommand(("open", message_id))


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
    assert open_target(account(open_command="sh -c 'show $MAILBELL_UID'")) is None


@pytest.mark.parametrize("mailbox", ["-oevil", "+!evil", "a\x9bb", "a\rb"])
def test_a_folder_that_cannot_be_an_argument_is_passed_over(mailbox):
    assert open_target(account(open_command="open {mailbox}"), key(7, mailbox=mailbox)) is None


@pytest.mark.parametrize(
    ("webmail", "opened"),
    [
        (
            "https://mail.example.org/{mailbox}/{uid}?q=rfc822msgid:{message_id}#{email}",
            "https://mail.example.org/Lists%2F%C3%84%20%26%20B/7?q=rfc822msgid:a%2Fb%3Fc%26d%40x#me%40example.org",
        ),
        ("HTTPS://Mail.example.org/{uid}", "HTTPS://Mail.example.org/7"),
        ("http://localhost:8000/{uid}", "http://localhost:8000/7"),
        ("", None),
        ("ftp://x/", None),
        ("http://mail.example.org/", None),
        ("http://127.0.0.1.example.org/", None),
        ("https://mail.example.org@evil.example/", None),
        ("https://evil.example\\@mail.example.org/", None),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        ("https://{message_id}/", None),
        ("https://mail.example.org{mailbox}", None),
        ("https://a b/", None),
        ("https://x/a b", None),
        ("https://", None),
    ],
)
def test_only_web_addresses_open_filled_in_and_quoted(webmail, opened):
    """All else opens the mail program."""
    assert (web_address(webmail) is None) is (opened is None)
    assert open_target(account(webmail=webmail), MAIL, "<a/b?c&d@x>") == opened


def test_without_a_mail_its_placeholders_are_not_filled_in():
    one = account(open_command="open {uid}", webmail="https://mail.example.org/{uid}")
    assert open_target(account()) is None
    assert open_target(one) == "https://mail.example.org/"
    assert open_target(account(open_command="open {account}")) == RunCommand(("open", "Work"))
    own = account(webmail="https://mail.example.org/u/{email}")
    assert open_target(own) == "https://mail.example.org/u/me%40example.org"
