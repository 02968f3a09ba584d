"""Accounts of goimapnotify, as its files have them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.mail.importers.goimapnotify import parse
from tray.mail.model.account import Login, SecretSource, Security

NEW = """\
configurations:
  - host: imap.example.org
    port: 993
    tls: true
    tlsOptions:
      rejectUnauthorized: true
      starttls: false
    username: jane
    alias: Work
    passwordCMD: pass show mail/jane | head -n1
    onNewMail: 'mbsync work'
    boxes:
      - mailbox: INBOX
        onNewMail: 'mbsync work:INBOX'
      - mailbox: Lists
  -
    host: imap.gmail.com
    port: 993
    tls: true
    tlsOptions:
      rejectUnauthorized: false
      starttls: true
    username: jane.doe@gmail.com
    password: very secret
    xoAuth2: true
"""

OLD = {
    "host": "mail.example.net",
    "port": 143,
    "tls": False,
    "tlsOptions": {"rejectUnauthorized": False},
    "username": "jane@example.net",
    "password": "very secret",
    "onNewMail": "mbsync net",
    "wait": 20,
    "boxes": ["INBOX", "Sent", 5],
}


def test_yaml_of_today_is_read():
    work, google = parse(NEW, "~/.config/goimapnotify/goimapnotify.yaml").offers
    assert (work.account.name, work.account.user, work.account.port) == ("Work", "jane", 993)
    assert work.account.security is Security.TLS
    assert work.account.mailboxes == ("INBOX", "Lists")
    assert work.account.password_command == "pass show mail/jane | head -n1"
    assert (work.account.secret, work.account.login) == (SecretSource.COMMAND, Login.PASSWORD)
    assert work.notes == ()
    assert google.account.security is Security.STARTTLS
    assert google.account.secret is SecretSource.OAUTH
    assert len(google.notes) == 2  # any certificate, all folders


YAML_VALUES = """\
configurations:
  - host: &server imap.example.org   # an anchor
    username: 0123
    tls: %s
    tlsOptions: {starttls: %s, rejectUnauthorized: %s}
    port: "993"
    hostCMD: ~
    passwordCMD: >-
      pass show
      mail
    boxes: [INBOX, 0x10, 'a, b', yes]
  - host: *server
---
left out: [
"""


@pytest.mark.parametrize(("true", "false"), [("true", "false"), ("Yes", "No"), ("on", "off"), ("y", "n")])
def test_yaml_values_stay_the_texts_that_they_are(true, false):
    first, second = parse(YAML_VALUES % (true, true, false), "p").offers
    assert (first.account.host, first.account.user, first.account.port) == ("imap.example.org", "0123", 993)
    assert first.account.security is Security.STARTTLS
    assert first.account.mailboxes == ("INBOX", "0x10", "a, b", "yes")
    assert first.account.password_command == "pass show mail"
    assert len(first.notes) == 1  # any certificate
    assert second.account.host == "imap.example.org"


@pytest.mark.parametrize(("tls", "security", "notes"), [(True, Security.TLS, 1), (False, Security.NONE, 0)])
def test_json_has_true_and_false(tls, security, notes):
    (offer,) = parse(json.dumps({**OLD, "tls": tls, "host": "localhost"}), "p").offers
    assert (offer.account.security, len(offer.notes)) == (security, notes)  # any certificate


def test_an_alias_that_doubles_itself_costs_nothing():
    doubled = "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}x]\n" for n in range(1, 30))
    assert (
        parse(f"a0: &a0 x\n{doubled}host: imap.example.org\n", "p").offers[0].account.host
        == "imap.example.org"
    )


def test_json_of_before_is_read():
    (offer,) = parse(json.dumps(OLD), "p").offers
    assert offer.account.security is Security.STARTTLS
    assert offer.account.mailboxes == ("INBOX", "Sent")
    assert offer.account.secret is SecretSource.KEYRING
    assert len(offer.notes) == 1


def test_a_password_is_not_read():
    assert "very secret" not in repr(parse(NEW, "p")) + repr(parse(json.dumps(OLD), "p"))


def test_a_command_may_print_tokens():
    (offer,) = parse(json.dumps({**OLD, "xoAuth2": True, "passwordCmd": "tok"}), "p").offers
    assert (offer.account.login, offer.account.password_command) == (Login.TOKEN, "tok")


def test_a_list_of_accounts_is_read():
    assert len(parse(json.dumps([OLD, OLD, "x"]), "p").offers) == 2


@pytest.mark.parametrize("more", [{"hostCMD": "x"}, {"usernameCMD": "x"}])
def test_names_from_commands_are_not_run_for(more):
    reading = parse(json.dumps({**OLD, **more}), "p")
    assert reading.offers == ()
    assert "command" in reading.complaints[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a:\n\tb: 1", "line 2"),
        ("a: b: c", "line 1"),
        ('x: 1\na: "open', "line 2"),
        ("x: 1\n? [a]\n: b", "line 2"),
        ("a: *unknown", "line 1"),
        ("a: \x1b", "it cannot be understood"),
        ("- " * 5000 + "x", "it cannot be understood"),
        ("host: x\n" * 20_000, "too large"),
        ('{"a": 1,\nbroken', "line 2"),
        ("[" * 100_000, "it cannot be understood"),
        ("", "no IMAP account"),
        ("5", "no IMAP account"),
        ('{"configurations": 7}', "no IMAP account"),
    ],
)
def test_a_file_that_cannot_be_used_is_said(text, words):
    reading = parse(text, "~/x.yaml")
    assert reading.offers == ()
    assert reading.complaints[0].startswith("goimapnotify, ~/x.yaml: ")
    assert words in reading.complaints[0]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*OLD, "configurations"]), inner),
)


@given(_JSON)
def test_no_document_makes_it_raise(document):
    parse(json.dumps(document), "p")


@given(st.text())
def test_no_text_makes_it_raise(text):
    parse(text, "p")


@pytest.mark.parametrize(
    "hidden", ["\x9b", "\u202e", "\u2066", "\u200b", "\u2028", "\u00a0", "\U000e0041", "\ufe0f", "\x1b"]
)
def test_a_command_that_hides_something_is_refused_with_a_sentence(hidden):
    """Nothing is taken out of it: what runs is what is shown."""
    keys = {**OLD, "passwordCmd": f"pass show{hidden} mail"}
    reading = parse(json.dumps(keys), "~/x.json")
    assert reading.offers == ()
    (complaint,) = reading.complaints
    assert f"cannot be seen (U+{ord(hidden):04X})" in complaint
    assert hidden not in complaint


def test_a_command_that_is_too_long_to_be_shown_is_refused():
    (complaint,) = parse(json.dumps({**OLD, "passwordCmd": "x" * 1001}), "~/x.json").complaints
    assert "too long" in complaint
