"""Whom a reply reaches, and from where."""

from __future__ import annotations

import pytest

from tests.fakes.values import account, mail
from tray.imap.types import Address, Envelope
from tray.mail.reply.recipient import HEADERS, is_nobody, reply_recipient, reply_sender, usable_address

ANNA = ("Anna Berg", "anna@example.org")


def message(*headers, sender=ANNA):
    from dataclasses import replace

    envelope = Envelope("Lunch?", Address(*sender), 0.0, "<1@example.org>")
    assert all(name in HEADERS for name, _ in headers)
    return replace(mail(1), envelope=envelope, headers=headers)


@pytest.mark.parametrize(
    ("headers", "sender", "expected"),
    [
        ([], ANNA, Address(*ANNA)),
        ([], ("", "anna@example.org"), Address("", "anna@example.org")),
        ([], ("Jörg", "jörg@bücher.example"), Address("Jörg", "jörg@xn--bcher-kva.example")),
        ([("reply-to", "Team <team@example.com>")], ANNA, Address("Team", "team@example.com")),
        ([("reply-to", "ANNA@example.org")], ANNA, Address("Anna Berg", "ANNA@example.org")),
        ([("reply-to", "not an address")], ANNA, Address(*ANNA)),
        ([("reply-to", "no-reply@example.com")], ANNA, Address(*ANNA)),
        (
            [("reply-to", "anna@example.org")],
            ("Shop", "noreply@shop.example"),
            Address("", "anna@example.org"),
        ),
        ([], ("Shop", "noreply@shop.example"), None),
        ([], ("Anna", ""), None),
        ([], ("Anna", "anna"), None),
        ([], ("Anna", "anna@localhost"), None),
        ([("auto-submitted", "auto-generated")], ANNA, None),
        ([("auto-submitted", "auto-replied; owner=x")], ANNA, None),
        ([("auto-submitted", "No")], ANNA, Address(*ANNA)),
        ([("precedence", "Bulk")], ANNA, None),
        ([("precedence", "junk")], ANNA, None),
        ([("precedence", "first-class")], ANNA, Address(*ANNA)),
    ],
)
def test_a_reply_goes_to_a_person_or_nowhere(headers, sender, expected):
    assert reply_recipient(message(*headers, sender=sender)) == expected


LIST = [("list-id", "<talk.example.net>"), ("list-post", "<mailto:Talk@example.net?subject=x>")]


@pytest.mark.parametrize(
    ("headers", "sender", "expected"),
    [
        ([*LIST, ("precedence", "list")], ANNA, Address(*ANNA)),
        ([*LIST, ("reply-to", "talk@example.net")], ANNA, Address(*ANNA)),
        # The list has put itself into From, because of DMARC.
        (
            [*LIST, ("reply-to", "Anna Berg <anna@example.org>")],
            ("Anna via Talk", "talk@example.net"),
            Address(*ANNA),
        ),
        ([*LIST, ("reply-to", "talk@example.net")], ("Anna via Talk", "talk@example.net"), None),
        ([("list-id", "News <news.example.net>")], ANNA, None),
        ([("list-id", "News <news.example.net>"), ("list-post", "NO")], ANNA, None),
    ],
)
def test_a_reply_never_goes_to_a_mailing_list(headers, sender, expected):
    assert reply_recipient(message(*headers, sender=sender)) == expected


@pytest.mark.parametrize(
    "local",
    [
        "noreply", "no-reply", "No_Reply", "donotreply", "do-not-reply", "shop.noreply", "no.reply+7",
        "nicht-antworten", "keine-antwort", "ne-pas-repondre", "no-responder", "nao-responda",
        "MAILER-DAEMON", "bounce", "bounces+1",
    ],
)  # fmt: skip
def test_an_address_that_nobody_reads_is_known_by_its_name(local):
    assert is_nobody(f"{local}@example.org")


@pytest.mark.parametrize("local", ["anna", "noel.replinger", "info", "postmaster", "bouncer", "anotherreply"])
def test_an_address_of_a_person_is_none_of_them(local):
    assert not is_nobody(f"{local}@noreply.example.org")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" anna@Example.ORG ", "anna@example.org"),
        ("anna@example.org\r\nBcc: eve@example.org", ""),
        ("anna\n@example.org", ""),
        ("an na@example.org", ""),
        ("<anna@example.org>", ""),
        ("anna,eve@example.org", ""),
        ('"anna"@example.org', ""),
        ("anna@[192.0.2.1]", ""),
        ("anna@192.0.2.1", ""),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
        ("a" * 65 + "@example.org", ""),
        (".anna@example.org", ""),
        ("anna.@example.org", ""),
        ("an..na@example.org", ""),
        ("@example.org", ""),
        ("", ""),
    ],
)
def test_an_address_is_one_that_a_mail_can_be_sent_to(text, expected):
    assert usable_address(text) == expected


@pytest.mark.parametrize(
    ("headers", "email", "user", "expected"),
    [
        ([], "me@example.org", "me", "me@example.org"),
        ([("to", "Me <me@example.org>")], "me@example.org", "me", "me@example.org"),
        (
            [("to", "Eve <eve@example.org>, Me+Shop <me+shop@example.org>")],
            "me@example.org",
            "me",
            "me+shop@example.org",
        ),
        (
            [("delivered-to", "ME@example.org"), ("to", "me+x@example.org")],
            "me@example.org",
            "",
            "ME@example.org",
        ),
        ([("cc", "login@example.org")], "me@example.org", "login@example.org", "login@example.org"),
        ([("to", "all@example.org")], "", "login@example.org", "login@example.org"),
        ([("to", "broken <<<")], "", "login", ""),
    ],
)
def test_it_comes_from_the_address_that_the_mail_came_to(headers, email, user, expected):
    from dataclasses import replace

    work = replace(account("work"), email=email, user=user)
    assert reply_sender(message(*headers), work) == expected
