"""Settings and the document of the settings file."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.make import account
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import Account, AccountId, Login, SecretSource, Security
from tray.mail.model.toast import ToastAction
from tray.mail.settings.fields import ACCOUNT, GENERAL
from tray.mail.settings.oauth_clients import OAUTH, OAuthClient
from tray.mail.settings.settings import Settings, SettingsError, parse, to_document, warnings

TABLE = {
    "id": "a1",
    "name": "Work",
    "email": "me@example.org",
    "host": "imap.example.org",
    "user": "me@example.org",
}


def with_account(**values):
    return {"account": [{**TABLE, **values}]}


def refused(document):
    with pytest.raises(SettingsError) as caught:
        parse(document)
    return str(caught.value)


def test_every_setting_is_declared_once():
    tables = {"accounts", "oauth", "rules"}
    assert {setting.key for setting in GENERAL} | tables == {
        field.name for field in dataclasses.fields(Settings)
    }
    assert [setting.key for setting in OAUTH] == [field.name for field in dataclasses.fields(OAuthClient)]
    assert sorted(setting.key for setting in ACCOUNT) == sorted(
        field.name for field in dataclasses.fields(Account)
    )


def test_an_empty_document_is_the_defaults():
    assert parse({}) == Settings((), titles=10, toasts=True, start_at_login=False, oauth=())
    assert to_document(Settings()) == {}
    assert to_document(Settings(accounts=(account(),))) == {"account": [TABLE]}
    assert parse(with_account()) == Settings(accounts=(account(),))


def test_every_setting_can_be_written_and_read():
    settings = Settings(
        accounts=(
            account(
                port=1993,
                security=Security.STARTTLS,
                login=Login.TOKEN,
                secret=SecretSource.COMMAND,
                password_command="pass mail",
                ca_file="/etc/ca.pem",
                mailboxes=(INBOX, MailboxName("Lists")),
                webmail="https://mail.example.org",
                open_command="open {uid}",
                enabled=False,
                allow_cleartext=True,
                colour="#8a3ffc",
                sound="bell",
                muted=True,
                quiet_hours=("mon-fri 22:00-07:00", "sun 00:00-24:00"),
            ),
            account(id=AccountId("a2"), name="Home", security=Security.STARTTLS, port=143),
        ),
        titles=5,
        toast_buttons=(ToastAction.FLAG, ToastAction.SNOOZE),
        window_buttons=(),
        language="pt_BR",
        toasts=False,
        start_at_login=True,
    )
    document = to_document(settings)
    assert document["titles"] == 5
    assert document["toast_buttons"] == ["flag", "snooze"]
    assert document["account"][0]["security"] == "starttls"
    assert document["account"][0]["mailboxes"] == ["INBOX", "Lists"]
    assert "port" not in document["account"][1]
    assert parse(document) == settings


@given(st.integers(1, 65535), st.sampled_from(Security), st.sampled_from(SecretSource))
def test_a_document_read_again_is_the_same(port, security, secret):
    whose = {"password_command": "x", "online_account": "id", "oauth": "google"}
    one = account(port=port, security=security, secret=secret, allow_cleartext=True, **whose)
    settings = Settings(accounts=(one,))
    assert parse(to_document(settings)) == settings


@pytest.mark.parametrize(("security", "port"), [("tls", 993), ("starttls", 143)])
def test_the_port_follows_the_security(security, port):
    assert parse(with_account(security=security)).accounts[0].port == port


def test_the_least_a_hand_written_account_needs():
    (one,) = parse({"account": [{"host": "imap.example.org", "email": "me@example.org"}]}).accounts
    assert one == account(id=one.id, name="me@example.org")
    (one,) = parse({"account": [{"host": "imap.example.org", "user": "me@example.org"}]}).accounts
    assert one == account(id=one.id, name="me@example.org")
    (one,) = parse({"account": [{"host": "imap.example.org", "user": "me"}]}).accounts
    assert (one.name, one.email, one.user) == ("me", "", "me")
    assert len(one.id) == 12


def test_a_derived_id_is_stable_and_outlives_a_new_name():
    table = {"host": "h", "user": "me", "name": "Work"}
    (one,) = parse({"account": [table]}).accounts
    (same,) = parse({"account": [{**table, "name": "Job", "id": ""}]}).accounts
    assert one.id == same.id


def test_accounts_of_the_same_user_and_host_have_their_own_ids():
    table = {"host": "h", "user": "me"}
    ids = [one.id for one in parse({"account": [table, table, table]}).accounts]
    assert len(set(ids)) == 3
    names = [one.name for one in parse({"account": [table, table, table]}).accounts]
    assert names == ["me", "me 2", "me 3"]
    written = {"account": [table, {**table, "id": ids[0]}]}
    assert parse(written).accounts[1].id == ids[0]


DIGITS = "ab" * 32


@pytest.mark.parametrize(
    ("key", "written", "value"),
    [
        ("mailboxes", ["inbox", "Lists", "INBOX", "a\ttab"], (INBOX, "Lists", "a\ttab")),
        ("pinned", ":".join(["AB"] * 32), DIGITS),
        ("pinned", " ", ""),
        ("name", " Work ", "Work"),
        ("colour", " #2457D6 ", "#2457d6"),
        ("colour", "", ""),
        ("sound", "none", "none"),
        ("sound", "message-new-email", "message-new-email"),
        ("sound", "/usr/share/sounds/Ding dong.oga", "/usr/share/sounds/Ding dong.oga"),
        ("sound", "~/ding.wav ", "~/ding.wav"),
        ("quiet_hours", [], ()),
        (
            "quiet_hours",
            ["Sun,Sat 0:00-24:00", "22:00-7:00", "22:00-07:00"],
            ("sat,sun 00:00-24:00", "22:00-07:00"),
        ),
        ("quiet_hours", many := [f"22:{minute:02}-07:00" for minute in range(50)], tuple(many)),
    ],
)
def test_a_value_is_kept_in_its_one_form(key, written, value):
    (one,) = parse(with_account(**{key: written})).accounts
    assert getattr(one, key) == value
    document = to_document(Settings(accounts=(one,)))
    assert parse(document).accounts == (one,)
    if value and value != TABLE.get(key):
        assert document["account"][0][key] == (list(value) if isinstance(value, tuple) else value)


@pytest.mark.parametrize(
    ("key", "values", "expected"),
    [
        (
            "mailboxes",
            ([], [""], [5], ["a\nb"], "INBOX"),
            'a list of folder names such as ["INBOX", "Lists"]',
        ),
        ("pinned", ("ab", 7), "the SHA-256 fingerprint of a certificate"),
        ("colour", ("blue", "#24d", "#2457d6ff", 0x2457D6), "a colour such as"),
        ("sound", ("ding.wav/../x", "Ding Dong", "/tmp/a\nb", "-i", True), "a sound: empty for"),
        (
            "quiet_hours",
            ("22:00-07:00", [22], ["always"], ["22:00-07:00"] * 51),
            "a list of quiet hours such as",
        ),
        ("user", ("x" * 10_001,), "text in quotes"),
        # What may hold a secret is not repeated.
        ("password_command", (["echo", "hunter2"],), "text in quotes, without line breaks"),
        ("open_command", (["open", "hunter2"],), "text in quotes, without line breaks"),
        ("webmail", (["https://hunter2@mail.example.org"],), "text in quotes, without line breaks"),
        ("proxy", ("http://anna:hunter2@proxy:1\n\n2",), "text in quotes, without line breaks"),
    ],
)
def test_a_value_that_is_not_accepted_is_named_with_what_is_expected(key, values, expected):
    for value in values:
        said = refused(with_account(**{key: value}))
        assert f"{key} must be {expected}" in said
        assert "hunter2" not in said
        assert len(said) < 250


@pytest.mark.parametrize("key", ["authorize", "token", "device"])
def test_an_address_of_a_sign_in_server_is_not_repeated(key):
    """It may hold a secret."""
    said = refused({"oauth": [{"id": "own", "client_id": "c", key: "http://login.example.org/?key=hunter2"}]})
    assert key in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"titles": 0}, "titles must be a whole number from 1 to 50, not 0"),
        ({"left_click": "dance"}, 'left_click must be "window", "mail" or "menu", not "dance"'),
        (
            {"window_buttons": ["archive", "unread"]},
            (
                'window_buttons must be a list of at most 4 of "archive", "delete", "read", "flag", "junk", "move", '
                "not ['archive', 'unread']"
            ),
        ),
        (
            {"window_buttons": ["archive", ["x"]]},
            (
                'window_buttons must be a list of at most 4 of "archive", "delete", "read", "flag", "junk", "move", '
                "not ['archive', ['x']]"
            ),
        ),
        (
            {"toast_buttons": "flag"},
            (
                'toast_buttons must be a list of at most 3 of "mark-read", "archive", "delete", "junk", "flag", '
                '"snooze", "inline-reply", not "flag"'
            ),
        ),
        (
            {"toast_buttons": ["flag"] * 4},
            (
                'toast_buttons must be a list of at most 3 of "mark-read", "archive", "delete", "junk", "flag", '
                "\"snooze\", \"inline-reply\", not ['flag', 'flag', 'flag', 'flag']"
            ),
        ),
        (
            {"language": "German"},
            'language must be a language such as "de", or empty for that of the desktop, not "German"',
        ),
        ({"titles": "5"}, 'titles must be a whole number from 1 to 50, not "5"'),
        ({"titles": True}, "titles must be a whole number from 1 to 50, not true"),
        ({"titles": 16**5000}, "titles must be a whole number from 1 to 50, not …"),
        ({"titles": "a\n\u202eb"}, 'titles must be a whole number from 1 to 50, not "a b"'),
        ({"toasts": "yes"}, 'toasts must be true or false, not "yes"'),
        ({"toasts": 1}, "toasts must be true or false, not 1"),
        ({"account": {}}, "accounts must be written as tables, each under a line [[account]]"),
        ({"account": ["x"]}, "accounts must be written as tables, each under a line [[account]]"),
        (with_account(port="abc"), 'account "Work": port must be a whole number from 1 to 65535, not "abc"'),
        (with_account(port=False), 'account "Work": port must be a whole number from 1 to 65535, not false'),
        (
            with_account(security="ssl"),
            'account "Work": security must be "tls", "starttls" or "none", not "ssl"',
        ),
        (
            with_account(login=["x"]),
            'account "Work": login must be "password", "token" or "certificate", not [\'x\']',
        ),
        (
            with_account(user="a\nb"),
            'account "Work": user must be text in quotes, without line breaks, not "a b"',
        ),
        (with_account(name=5), "account 1: name must be text in quotes, without line breaks, not 5"),
        (
            with_account(name="n" * 999, port="p" * 999),
            f'account "{"n" * 39}…": port must be a whole number from 1 to 65535, not "{"p" * 39}…"',
        ),
        (
            with_account(host="localhost", security="none", pinned=DIGITS),
            'account "Work": pinned: Without encryption there is no certificate to trust; choose TLS or STARTTLS.',
        ),
        ({"account": [TABLE] * 501}, "there are more than 500 accounts"),
        (
            {"account": [TABLE] * 500},
            'account "Work": the id "a1" belongs to another account; remove this line',
        ),
        ({"oauth": {}}, "sign-ins must be written as tables, each under a line [[oauth]]"),
        ({"oauth": ["x"]}, "sign-ins must be written as tables, each under a line [[oauth]]"),
        (with_account(host=""), 'account "Work": host is missing'),
        ({"account": [{"host": "h"}]}, "account 1: user is missing"),
        (
            with_account(host="a b"),
            'account "Work": host: This is no server name; write it like imap.example.org.',
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(document, sentence):
    assert refused(document) == sentence


def test_cleartext_is_refused_unless_allowed_by_name():
    assert "Without encryption" in refused(with_account(security="none"))
    assert parse(with_account(security="none", allow_cleartext=True)).accounts[0].port == 143


def test_duplicates_are_refused():
    assert "Another account has this name" in refused(
        {"account": [TABLE, {**TABLE, "id": "a2", "name": "WORK"}]}
    )
    assert refused({"account": [TABLE, {**TABLE, "name": "Home"}]}) == (
        'account "Home": the id "a1" belongs to another account; remove this line'
    )


def test_unknown_keys_are_warned_of():
    document = {"title": 5, "x": 1, **with_account(prot=5, Password="hunter2", zzz=1)}
    assert parse(document).accounts == (account(),)
    assert warnings(document) == (
        'unknown setting "title"; did you mean "titles"?',
        'unknown setting "x"',
        'account "Work": unknown setting "prot"; did you mean "port"?',
        'account "Work": Password is not used here; keep it in the keyring, or see password_command',
        'account "Work": unknown setting "zzz"',
    )
    assert warnings(with_account()) == ()
    nameless = {"account": [TABLE, {"host": "h", "user": "u", "zzz": 1}]}
    assert warnings(nameless) == ('account 2: unknown setting "zzz"',)
