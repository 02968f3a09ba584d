"""Accounts of Geary, as its files have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.mail.importers.geary import parse
from tray.mail.model.account import Security

OTHER = """\
[Metadata]
version=1
status=enabled

[Account]
ordinal=3
label=My\\swork
prefetch_days=14
save_drafts=true
save_sent=true
use_signature=false
signature=
sender_mailboxes="Doe\\; Jane" <jane@example.org>;info@example.org;
service_provider=other

[Folders]
archive_folder=Archive;
drafts_folder=

[Incoming]
login=jane
remember_password=true
host=imap.example.org
port=143
transport_security=start-tls
credentials=custom

[Outgoing]
remember_password=true
host=smtp.example.org
port=587
transport_security=start-tls
credentials=use-incoming
"""

GMAIL = """\
[Metadata]
version=1
status=disabled

[Account]
label=
sender_mailboxes=jane.doe@gmail.com;
service_provider=gmail

[Incoming]
login=jane.doe@gmail.com
remember_password=true
"""

DESKTOP = """\
[Metadata]
version=1
status=enabled
goa_id=account_1700000000_0

[Account]
sender_mailboxes=jane.doe@gmail.com;
"""

LEGACY = """\
[AccountInformation]
real_name=Jane Doe
primary_email=jane@example.net
nickname=Home
service_provider=OTHER
imap_username=jane
imap_host=mail.example.net
imap_port=993
imap_ssl=true
imap_starttls=false
"""


def only(text):
    reading = parse(text, "~/.config/geary/account_01/geary.ini")
    assert reading.complaints == ()
    (offer,) = reading.offers
    return offer


def test_an_account_with_a_server_of_its_own():
    offer = only(OTHER)
    assert (offer.off, offer.notes) == (False, ())
    account = offer.account
    assert (account.name, account.email) == ("My work", "jane@example.org")
    assert (account.host, account.user) == ("imap.example.org", "jane")
    assert (account.port, account.security) == (143, Security.STARTTLS)


def test_an_account_of_a_provider_that_geary_knows():
    offer = only(GMAIL + "host=mail.example.org\nport=143\ntransport_security=none\n")
    assert offer.account.security is Security.TLS
    assert (offer.account.host, offer.account.port) == ("imap.gmail.com", 993)
    assert offer.account.name == offer.account.user == "jane.doe@gmail.com"
    assert offer.off
    assert offer.notes


@pytest.mark.parametrize(
    "text", [DESKTOP, OTHER.replace("enabled", "removed"), LEGACY + "credentials_provider=goa\n"]
)
def test_what_the_desktop_keeps_or_is_gone_is_passed_over(text):
    reading = parse(text, "p")
    assert (reading.offers, reading.complaints) == ((), ())


@pytest.mark.parametrize(
    ("security", "found"),
    [("transport", Security.TLS), ("none", Security.STARTTLS), ("", Security.TLS)],
)
def test_protection_is_kept_or_made_better(security, found):
    assert only(OTHER.replace("start-tls", security)).account.security is found


@pytest.mark.parametrize(
    ("ssl", "starttls", "found"),
    [
        ("true", "false", Security.TLS),
        ("false", "true", Security.STARTTLS),
        ("false", "false", Security.STARTTLS),
    ],
)
def test_an_account_of_before_version_3(ssl, starttls, found):
    text = LEGACY.replace("imap_ssl=true", f"imap_ssl={ssl}").replace(
        "imap_starttls=false", f"imap_starttls={starttls}"
    )
    account = only(text).account
    assert (account.name, account.email, account.user) == ("Home", "jane@example.net", "jane")
    assert (account.host, account.port, account.security) == ("mail.example.net", 993, found)


def test_an_old_account_without_encryption_is_kept_on_this_machine_only():
    in_clear = LEGACY.replace("imap_ssl=true", "imap_ssl=false")
    assert only(in_clear.replace("mail.example.net", "localhost")).account.security is Security.NONE
    assert only(in_clear).account.security is Security.STARTTLS


def test_an_old_account_of_a_known_provider():
    """What the file has of a server is not of its server."""
    text = "[AccountInformation]\nprimary_email=j@gmail.com\nservice_provider=GMAIL\nimap_port=143\nimap_ssl=false\n"
    account = only(text).account
    assert (account.host, account.user) == ("imap.gmail.com", "j@gmail.com")
    assert (account.port, account.security) == (993, Security.TLS)


@pytest.mark.parametrize("text", ["", "[Account]\nservice_provider=other\n", "[AccountInformation]\nx=y\n"])
def test_a_file_without_a_server_is_said(text):
    reading = parse(text, "~/g.ini")
    assert reading.complaints == ("Geary, ~/g.ini: there is no IMAP account in it.",)


def test_an_account_without_an_address_has_its_user():
    account = only("[Account]\n[Incoming]\nhost=a.example\nlogin=jane\n").account
    assert (account.name, account.email) == ("jane", "")


@given(st.text(), st.text())
def test_nothing_makes_it_raise(text, senders):
    parse(f"[Account]\nservice_provider=gmail\nsender_mailboxes={senders}\n" + text, "p")
    parse(text, "p")
