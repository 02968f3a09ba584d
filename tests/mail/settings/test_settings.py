"""Settings and the document of the settings file."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.make import account
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import Account, AccountId, Login, SecretSource, Security
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
    tables = {"accounts", "oauth"}
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


def test_what_has_its_default_is_left_out():
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
            ),
            account(id=AccountId("a2"), name="Home", security=Security.STARTTLS, port=143),
        ),
        titles=5,
        toasts=False,
        start_at_login=True,
    )
    document = to_document(settings)
    assert document["titles"] == 5
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


def test_inbox_is_the_same_in_any_case_and_a_mailbox_counts_once():
    (one,) = parse(with_account(mailboxes=["inbox", "Lists", "INBOX"])).accounts
    assert one.mailboxes == (INBOX, "Lists")
    assert parse(with_account(mailboxes=["a\ttab"])).accounts[0].mailboxes == ("a\ttab",)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"titles": 0}, "titles must be a whole number from 1 to 50, not 0"),
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
            with_account(mailboxes="INBOX"),
            'account "Work": mailboxes must be a list of mailbox names such as ["INBOX", "Lists"], not "INBOX"',
        ),
        ({"account": [TABLE] * 501}, "there are more than 500 accounts"),
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


@pytest.mark.parametrize("mailboxes", [[], [""], [5], ["a\nb"]])
def test_mailboxes_that_are_none(mailboxes):
    assert "a list of mailbox names" in refused(with_account(mailboxes=mailboxes))


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


def test_an_error_never_repeats_what_may_hold_a_secret():
    assert "hunter2" not in refused(with_account(password_command=["echo", "hunter2"]))


@pytest.mark.parametrize("key", ["authorize", "token", "device"])
def test_an_address_of_a_sign_in_server_is_not_repeated(key):
    """It may hold a secret."""
    table = {"id": "own", "client_id": "c", key: "http://login.example.org/?key=hunter2"}
    assert key in refused({"oauth": [table]})
    assert "hunter2" not in refused({"oauth": [table]})


def test_long_values_are_cut_in_errors():
    assert len(refused(with_account(name="n" * 999, port="p" * 999))) < 200


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


def test_a_pinned_certificate_is_kept_as_bare_digits() -> None:
    """However it was written by hand; without encryption there is none to pin."""
    table = {"host": "imap.example.org", "user": "me"}
    by_hand = ":".join(["AB"] * 32)
    (account,) = parse({"account": [{**table, "pinned": by_hand}]}).accounts
    assert account.pinned == "ab" * 32
    assert parse(to_document(Settings(accounts=(account,)))).accounts == (account,)
    assert parse({"account": [{**table, "pinned": " "}]}).accounts[0].pinned == ""
    for wrong in ("ab", 7):
        with pytest.raises(SettingsError, match="pinned must be the SHA-256 fingerprint"):
            parse({"account": [{**table, "pinned": wrong}]})
    with pytest.raises(SettingsError, match="pinned: Without encryption"):
        parse({"account": [{**table, "host": "localhost", "security": "none", "pinned": by_hand}]})
