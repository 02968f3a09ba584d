"""Accounts of Geary, as its files have them."""

from __future__ import annotations

from functools import partial

import pytest

from tests.mail.importers import reading
from tray.mail.importers.candidates import SourceProgram
from tray.mail.model.account import Security

OTHER = """\
[Metadata]
version=1
status=enabled

[Account]
ordinal=3
label=My\\swork
sender_mailboxes="Doe\\; Jane" <jane@example.org>;info@example.org;
service_provider=other

[Incoming]
login=jane
remember_password=true
host=imap.example.org
port=143
transport_security=start-tls
credentials=custom

[Outgoing]
host=smtp.example.org
port=587
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


only = partial(reading.only, SourceProgram.GEARY)


def test_an_account_with_a_server_of_its_own():
    offer = only(OTHER)
    assert (offer.off, offer.notes) == (False, ())
    assert reading.values(offer, "name email host user port security") == [
        *("My work", "jane@example.org", "imap.example.org", "jane", 143, Security.STARTTLS)
    ]


def test_an_account_of_a_provider_that_geary_knows():
    """What the file has of a server is not of its server."""
    offer = only(GMAIL + "host=mail.example.org\nport=143\ntransport_security=none\n")
    assert reading.values(offer, "name user host port security") == [
        *("jane.doe@gmail.com", "jane.doe@gmail.com", "imap.gmail.com", 993, Security.TLS)
    ]
    assert offer.off
    assert offer.notes
    text = "[AccountInformation]\nprimary_email=j@gmail.com\nservice_provider=GMAIL\nimap_port=143\nimap_ssl=false\n"
    assert reading.values(only(text), "host user port security") == [
        *("imap.gmail.com", "j@gmail.com", 993, Security.TLS)
    ]


@pytest.mark.parametrize(
    "text", [DESKTOP, OTHER.replace("enabled", "removed"), LEGACY + "credentials_provider=goa\n"]
)
def test_an_account_of_the_desktop_or_a_removed_one_is_ignored(text):
    found = reading.read(SourceProgram.GEARY, text)
    assert (found.offers, found.complaints) == ((), ())


@pytest.mark.parametrize(
    ("security", "found"),
    [("transport", Security.TLS), ("none", Security.STARTTLS), ("", Security.TLS)],
)
def test_protection_is_kept_or_made_better(security, found):
    assert only(OTHER.replace("start-tls", security)).account.security is found


@pytest.mark.parametrize(
    ("ssl", "starttls", "host", "found"),
    [
        ("true", "false", "mail.example.net", Security.TLS),
        ("false", "true", "mail.example.net", Security.STARTTLS),
        ("false", "false", "mail.example.net", Security.STARTTLS),
        ("false", "true", "localhost", Security.STARTTLS),
        ("false", "false", "localhost", Security.NONE),
    ],
)
def test_an_account_of_before_version_3(ssl, starttls, host, found):
    text = LEGACY.replace("imap_ssl=true", f"imap_ssl={ssl}").replace("mail.example.net", host)
    offer = only(text.replace("imap_starttls=false", f"imap_starttls={starttls}"))
    assert reading.values(offer, "name email user host port security") == [
        *("Home", "jane@example.net", "jane", host, 993, found)
    ]


@pytest.mark.parametrize("text", ["", "[Account]\nservice_provider=other\n", "[AccountInformation]\nx=y\n"])
def test_a_file_without_a_server_is_reported(text):
    assert reading.complaint(SourceProgram.GEARY, text) == "there is no IMAP account in it."


def test_an_account_without_an_address_has_its_user():
    offer = only("[Account]\n[Incoming]\nhost=a.example\nlogin=jane\n")
    assert reading.values(offer, "name email") == ["jane", ""]
