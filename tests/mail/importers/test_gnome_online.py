"""Accounts of GNOME Online Accounts, from their properties as goa-daemon 3.46 shows them."""

from __future__ import annotations

import pytest

from tests.mail.importers.reading import values
from tray.mail.importers.gnome_online import ACCOUNT, MAIL, PASSWORDS, TOKENS, login_of, parse, title_of
from tray.mail.model.account import Login, SecretSource, Security

GOOGLE = {
    ACCOUNT: {
        "Id": "account_1700000000_0",
        "ProviderType": "google",
        "ProviderName": "Google",
        "PresentationIdentity": "jane.doe@gmail.com",
        "AttentionNeeded": False,
        "MailDisabled": False,
    },
    MAIL: {
        "EmailAddress": "jane.doe@gmail.com",
        "ImapSupported": True,
        "ImapHost": "imap.gmail.com",
        "ImapUserName": "jane.doe@gmail.com",
        "ImapUseSsl": True,
        "ImapUseTls": False,
        "ImapAcceptSslErrors": False,
    },
    TOKENS: {"ClientId": "x"},
}


def test_an_account_is_called_as_the_desktop_calls_it():
    manager = {"org.gnome.OnlineAccounts.Manager": {}}
    other = changed(account={"Id": "account_2", "ProviderName": "", "PresentationIdentity": "joe"})
    objects = [manager, other, GOOGLE]
    assert title_of(objects, "account_1700000000_0") == "Google: jane.doe@gmail.com"
    assert title_of(objects, "account_2") == "joe"
    assert title_of(objects, "account_3") == ""


def changed(account=None, mail=None, way=TOKENS):
    found = {ACCOUNT: {**GOOGLE[ACCOUNT], **(account or {})}, MAIL: {**GOOGLE[MAIL], **(mail or {})}}
    return {**found, way: {}} if way else found


def only(interfaces):
    reading = parse([{"org.gnome.OnlineAccounts.Manager": {}}, interfaces])
    assert reading.complaints == ()
    (offer,) = reading.offers
    return offer


def test_an_account_that_signs_in_with_tokens():
    offer = only(GOOGLE)
    assert values(offer, "name email user") == ["jane.doe@gmail.com"] * 3
    assert values(offer, "host port security") == ["imap.gmail.com", 993, Security.TLS]
    assert values(offer, "secret login online_account") == [
        *(SecretSource.ONLINE, Login.TOKEN, "account_1700000000_0")
    ]
    assert (offer.place, offer.notes) == ("", ())
    named = changed(account={"PresentationIdentity": "Jane"})
    assert values(only(named), "name") == ["jane.doe@gmail.com"]


def test_an_account_with_a_password():
    found = changed(mail={"ImapUseSsl": False, "ImapUseTls": True, "ImapUserName": ""}, way=PASSWORDS)
    assert values(only(found), "port security login user") == [
        *(143, Security.STARTTLS, Login.PASSWORD, "jane.doe@gmail.com")
    ]


def test_certificates_are_checked_whatever_the_desktop_does():
    assert "checked" in " ".join(only(changed(mail={"ImapAcceptSslErrors": True})).notes)


def test_a_sign_in_that_ran_out_is_said_where_the_desktop_can_know():
    assert "Sign in again" in " ".join(only(changed(account={"AttentionNeeded": True})).notes)
    assert only(changed(account={"AttentionNeeded": True}, way=PASSWORDS)).notes == ()


def test_an_account_in_the_clear_is_encrypted_here():
    offer = only(changed(mail={"ImapUseSsl": False}))
    assert offer.account.security is Security.STARTTLS
    assert offer.notes


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("imap.example.org:1993", "imap.example.org", 1993),
        ("[2001:db8::1]:1993", "2001:db8::1", 1993),
        ("[2001:db8::1]", "2001:db8::1", 993),
        ("2001:db8::1", "2001:db8::1", 993),
        ("imap.example.org:imaps", "imap.example.org", 993),
    ],
)
def test_hosts_are_of_every_recognised_form(text, host, port):
    assert values(only(changed(mail={"ImapHost": text})), "host port") == [host, port]


@pytest.mark.parametrize(
    "interfaces",
    [
        {},
        {ACCOUNT: GOOGLE[ACCOUNT]},
        changed(account={"MailDisabled": True}),
        changed(account={"Id": ""}),
        changed(mail={"ImapSupported": False}),
    ],
)
def test_accounts_without_imap_are_passed_over(interfaces):
    reading = parse([interfaces])
    assert (reading.offers, reading.complaints) == ((), ())


def test_another_way_to_sign_in_is_said():
    reading = parse([changed(way=None), changed(account={"ProviderName": ""}, way=None)])
    assert reading.offers == ()
    assert "Google" in reading.complaints[0]
    assert "its provider" in reading.complaints[1]


def test_tokens_go_before_passwords():
    assert login_of({TOKENS: {}, PASSWORDS: {}}) is Login.TOKEN
    assert login_of({}) is None
