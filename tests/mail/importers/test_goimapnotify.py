"""Accounts of goimapnotify, as its files have them."""

from __future__ import annotations

import json
from functools import partial

import pytest

from tests.mail.importers import reading
from tests.mail.importers.reading import values
from tray.mail.importers.candidates import SourceProgram
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


read = partial(reading.read, SourceProgram.GOIMAPNOTIFY)
only = partial(reading.only, SourceProgram.GOIMAPNOTIFY)


def test_yaml_of_today_is_read():
    work, google = read(NEW).offers
    assert values(work, "name user port security mailboxes password_command secret login") == [
        *("Work", "jane", 993, Security.TLS, ("INBOX", "Lists")),
        *("pass show mail/jane | head -n1", SecretSource.COMMAND, Login.PASSWORD),
    ]
    assert work.notes == ()
    assert values(google, "security secret login") == [Security.STARTTLS, SecretSource.OAUTH, Login.PASSWORD]
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
    first, second = read(YAML_VALUES % (true, true, false)).offers
    assert values(first, "host user port security mailboxes password_command") == [
        *(
            "imap.example.org",
            "0123",
            993,
            Security.STARTTLS,
            ("INBOX", "0x10", "a, b", "yes"),
            "pass show mail",
        )
    ]
    assert len(first.notes) == 1  # any certificate
    assert second.account.host == "imap.example.org"


@pytest.mark.parametrize(("tls", "security", "notes"), [(True, Security.TLS, 1), (False, Security.NONE, 0)])
def test_json_has_true_and_false(tls, security, notes):
    offer = only(json.dumps({**OLD, "tls": tls, "host": "localhost"}))
    assert (offer.account.security, len(offer.notes)) == (security, notes)  # any certificate


def test_an_alias_that_doubles_itself_costs_nothing():
    doubled = "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}x]\n" for n in range(1, 30))
    assert only(f"a0: &a0 x\n{doubled}host: imap.example.org\n").account.host == "imap.example.org"


def test_json_of_before_is_read():
    offer = only(json.dumps(OLD))
    assert values(offer, "security mailboxes secret") == [
        *(Security.STARTTLS, ("INBOX", "Sent"), SecretSource.KEYRING)
    ]
    assert len(offer.notes) == 1
    assert len(read(json.dumps([OLD, OLD, "x"])).offers) == 2


def test_a_command_may_print_tokens():
    offer = only(json.dumps({**OLD, "xoAuth2": True, "passwordCmd": "tok"}))
    assert values(offer, "login password_command") == [Login.TOKEN, "tok"]


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
        (json.dumps({**OLD, "hostCMD": "x"}), "from a command"),
        (json.dumps({**OLD, "usernameCMD": "x"}), "from a command"),
    ],
)
def test_a_file_that_cannot_be_used_is_reported(text, words):
    assert words in reading.complaint(SourceProgram.GOIMAPNOTIFY, text)
