"""What a report names, and what it does not."""

from __future__ import annotations

import pytest

from tests.fakes.values import account
from tray.cli.doctor.report.anonymous import LEFT_OUT, Anonymous
from tray.mail.model.secret import Secret

WORK = account(
    "Smith & Sons",
    email="anna.smith@example.org",
    user="asmith",
    host="mail.example.org",
    mailboxes=("INBOX", "Clients/Jones"),
    proxy="socks5://me:pa55word@proxy.example.net:1080",
    password_command="pass show secret/mail",
)
HOME = account("Gmail", email="bob.brown@gmail.com", user="bob.brown@gmail.com", host="imap.gmail.com")

clean = Anonymous(
    (WORK, HOME),
    secrets=[Secret("correct horse")],
    is_public=lambda name: name in {"imap.gmail.com", "gmail.com"},
    home="/home/anna",
    user="annalogin",
    computer="attic",
)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("mail.example.org was found: 192.0.2.7.", "SERVER-1 was found: IP-ADDRESS."),
        ("and 2001:db8::7 and 127.0.0.1 and ::1", "and IP-ADDRESS and 127.0.0.1 and ::1"),
        ("imap.gmail.com was found.", "imap.gmail.com was found."),
        ("bob.brown@gmail.com is logged in.", "ADDRESS-2 is logged in."),
        ("asmith is logged in to cp7.example.org.", "USER-1 is logged in to DOMAIN-1."),
        ("anna.smith@example.org, ANNA.SMITH@EXAMPLE.ORG", "ADDRESS-1, ADDRESS-1"),
        ("eve@other.example wrote", "ADDRESS wrote"),
        ("Clients/Jones holds 3 messages. INBOX holds 4.", "FOLDER-1 holds 3 messages. INBOX holds 4."),
        ("through the proxy.example.net", "through the PROXY-1"),
        ("/home/anna/.config/mailbell and /home/annabel", "~/.config/mailbell and /home/annabel"),
        ("/run/annalogin on attic", "/run/USER on COMPUTER"),
        ("Smith & Sons: watching", "ACCOUNT-1: watching"),
        (
            "Python 3.13.1, OpenSSL 3.0.17 1 Jul 2025, 16:24 UTC",
            "Python 3.13.1, OpenSSL 3.0.17 1 Jul 2025, 16:24 UTC",
        ),
        ("one\nline\x1b[0m", "one line [0m"),
        ("he said correct horse", LEFT_OUT),
        ("pass show secret/mail", LEFT_OUT),
        ("socks5://me:pa55word@x", LEFT_OUT),
    ],
)
def test_names_are_replaced_and_secrets_left_out(text, cleaned):
    assert clean(text) == cleaned


def test_names_may_be_kept_but_no_secret():
    keeping = Anonymous((WORK,), secrets=[Secret("correct horse")], home="/home/anna", keep_names=True)
    assert keeping("anna.smith@example.org in /home/anna") == "anna.smith@example.org in /home/anna"
    assert keeping("correct horse") == LEFT_OUT


def test_short_and_common_names_stay():
    """They are parts of too many texts."""
    plain = Anonymous((account("x", user="me", email="", host="localhost"),), user="root", computer="pc")
    assert plain("root on pc: me at localhost, x") == "root on pc: USER-1 at localhost, x"


def test_a_proxy_that_cannot_be_read_is_no_fault():
    assert Anonymous((account(proxy="socks5://[x"),))("fine") == "fine"
