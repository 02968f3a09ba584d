"""What the dialog says beside the fields of an account, and what it proposes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.mail.make import account
from tray.mail.model.account import AccountId, Login, SecretSource, Security
from tray.mail.settings.checks import (
    account_errors,
    duplicate_account_warning,
    free_name,
    guess_account,
)
from tray.mail.settings.settings import SettingsError, parse

CLEAR = {"host": "localhost", "port": 143, "security": Security.NONE}


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"name": "  "}, "name", "Give the account a name"),
        ({"name": "hoME"}, "name", "Another account"),
        ({"email": "me"}, "email", "no e-mail address"),
        ({"email": "a@b@c"}, "email", "no e-mail address"),
        ({"email": "me you@example.org"}, "email", "no e-mail address"),
        ({"host": ""}, "host", "Enter the name"),
        ({"host": "imaps://imap.example.org"}, "host", "without “imaps://”"),
        ({"host": "imap.example.org:993"}, "host", "the port has a field"),
        ({"host": "imap example"}, "host", "no server name"),
        ({"host": "a:b:c"}, "host", "no server name"),
        ({"host": "."}, "host", "no server name"),
        ({"host": "a..b"}, "host", "no server name"),
        ({"host": "h\u202eo.example"}, "host", "no server name"),
        ({"host": "<b>.example"}, "host", "no server name"),
        ({"host": "a." * 127}, "host", "too long"),
        ({"host": "me@imap.example.org"}, "host", "no server name"),
        ({"port": 0}, "port", "from 1 to 65535"),
        ({"port": 65536}, "port", "from 1 to 65535"),
        ({"security": Security.NONE}, "security", "Without encryption"),
        ({**CLEAR, "proxy": "tor"}, "security", "Without encryption"),  # there, localhost is another machine
        ({"user": " "}, "user", "Enter the user name"),
        ({"secret": SecretSource.COMMAND}, "password_command", "Enter the command"),
        ({"secret": SecretSource.ONLINE}, "online_account", "online accounts"),
        ({"mailboxes": ()}, "mailboxes", "at least one"),
        ({"webmail": "mail.example.org"}, "webmail", "must begin with https://"),
        ({"webmail": "javascript:x"}, "webmail", "must begin with https://"),
        ({"open_command": "open 'x"}, "open_command", "not closed"),
        ({"colour": "blue"}, "colour", "Write the colour like #2457d6"),
        ({"sound": "Ding Dong"}, "sound", "whole path of a sound file"),
        ({"quiet_hours": ("22:00-07:00", "at night")}, "quiet_hours", "Write quiet hours like"),
        ({"client_key": "/k.pem"}, "client_key", "only with its certificate"),
        ({"client_certificate": "/c.pem", **CLEAR}, "client_certificate", "no certificate is shown"),
        ({"login": Login.CERTIFICATE}, "client_certificate", "Choose the file"),
        ({"secret": SecretSource.OAUTH}, "oauth", "Say whose sign-in it is"),
        ({"host": "my_host"}, "host", "underscore"),
        ({"host": "ü" * 63 + ".example"}, "host", "too long"),
    ],
)
def test_each_problem_is_said_beside_its_field(values, field, words):
    found = account_errors(account(**values), [account(id=AccountId("a2"), name="Home")])
    assert list(found) == [field]
    assert words in found[field]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"email": ""},
        {"email": "demo@localhost"},
        {"host": "::1"},
        {"host": "[::1]"},
        {"host": "imap.bücher.example."},
        {"host": "メール。例え.jp"},
        {"host": "192.0.2.1"},
        {"security": Security.NONE, "host": "localhost"},
        {"security": Security.NONE, "allow_cleartext": True},
        {"secret": SecretSource.COMMAND, "password_command": "pass mail"},
        {"secret": SecretSource.ONLINE, "online_account": "account_1"},
        {"webmail": "https://mail.example.org/#{uid}"},
        {"open_command": "open '{uid}'"},
        {"colour": "#2457d6", "sound": "~/ding.wav", "quiet_hours": ("22:00-07:00",)},
        {"client_key": "/k.pem", "client_certificate": "/c.pem"},
        {"login": Login.CERTIFICATE, "client_certificate": "/c.pem"},
        CLEAR,
    ],
)
def test_what_is_no_problem(values):
    assert account_errors(account(**values), []) == {}


def test_an_account_is_guessed_from_its_address():
    guess = guess_account(" Me@Example.org ", AccountId("n"), ["example.org", "Example.org 2"])
    assert guess == account(
        id=AccountId("n"),
        name="example.org 3",
        email="Me@Example.org",
        host="imap.example.org",
        user="Me@Example.org",
    )
    assert account_errors(guess, []) == {}
    nothing = guess_account("", AccountId("n"))
    assert (nothing.name, nothing.host, nothing.user) == ("", "", "")
    assert free_name("Work", ["Home"]) == "Work"


def test_the_same_login_twice_is_remarked():
    mine = account(id=AccountId("n"), name="New", host="BÜCHER.example.", user="Jane")
    work = account(id=AccountId("w"), name="Work", host="xn--bcher-kva.example", user="jane")
    off = replace(work, id=AccountId("o"), name="Off", enabled=False)
    assert duplicate_account_warning(mine, [off, work]) == "“Work” is the same user on the same server."
    assert (
        duplicate_account_warning(mine, [off])
        == "“Off” is the same user on the same server, and is switched off."
    )
    assert (
        duplicate_account_warning(mine, [mine, replace(work, user="joe"), replace(work, host="example.org")])
        == ""
    )
    assert duplicate_account_warning(replace(mine, host=""), [replace(work, host="")]) == ""
    assert duplicate_account_warning(replace(mine, user=""), [replace(work, user="")]) == ""


HIDDEN = (
    "\x1b\x9b\x85\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069"
    "\ufeff\U000e0001\U000e0041"
)
SHOWN = "name email host user password_command open_command webmail ca_file client_key oauth sound"


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("field", SHOWN.split())
def test_what_cannot_be_seen_is_in_no_setting(field, hidden):
    base = {"host": "imap.example.org", "user": "jane", "client_certificate": "/c"}
    value = {"host": "a.b", "webmail": "https://a.b/x", "sound": "/"}.get(field, "value") + hidden + "z"
    one = account(**{**base, field: value})
    assert field in account_errors(one, [])
    with pytest.raises(SettingsError):
        parse({"account": [{**base, field: value}]})


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("field", ["client_id", "name", "issuer"])
def test_nor_in_a_sign_in(field, hidden):
    with pytest.raises(SettingsError):
        parse({"oauth": [{"id": "own", "client_id": "c", field: f"a{hidden}b"}]})


@pytest.mark.parametrize(
    "hidden", ["\u00a0", "\u2003", "\u3000", "\u00ad", "\u200d", "\ufe0f", "\u3164", "\u2800", "\ue000"]
)
@pytest.mark.parametrize("field", ["password_command", "open_command"])
def test_a_command_has_no_character_without_a_shape(field, hidden):
    found = account_errors(account(**{field: f"pass{hidden} show"}), [])
    assert f"U+{ord(hidden):04X}" in found[field]


@pytest.mark.parametrize(
    "name",
    [
        "Familie \U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "Bücher\u00a0und Mehr",
        "❤\ufe0f",
    ],
)
def test_a_name_in_any_writing_is_fine(name):
    assert account_errors(account(name=name), []) == {}
