"""The mail of a reply, as other programs read it."""

from __future__ import annotations

import datetime as dt
import email
from dataclasses import replace
from email.policy import default

import pytest

from tests.fakes.values import account, key, mail
from tray.imap.types import Address, Envelope
from tray.mail.reply.compose import Unanswerable, compose, reply_subject, text_lines

NOW = dt.datetime(2026, 11, 29, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
WORK = replace(account("work"), name="Secret project", email="me@example.net")
HOSTILE = "x\r\nBcc: eve@example.org\r\n\r\nBody\n.\nQUIT\x00\u2028\x85"


def written(
    text="Yes, gladly!",
    *headers,
    subject="Lunch?",
    sender=("Anna Berg", "anna@example.org"),
    message_id="<1@example.org>",
    of=WORK,
):
    message = replace(mail(1), envelope=Envelope(subject, Address(*sender), 0.0, message_id), headers=headers)
    return compose(text, message, of, key(1), number=7, now=NOW, token="t0ken")


def read(reply):
    assert reply.mail.count(b"\n") == reply.mail.count(b"\r\n")
    assert b"\r" not in reply.mail.replace(b"\r\n", b"")
    assert max(map(len, reply.mail.split(b"\r\n"))) <= 998
    return email.message_from_bytes(reply.mail, policy=default)


def test_a_reply_is_a_mail_in_the_conversation():
    reply = written()
    assert reply.mail == (
        b"From: me@example.net\r\n"
        b"To: Anna Berg <anna@example.org>\r\n"
        b"Subject: Re: Lunch?\r\n"
        b"Date: Sun, 29 Nov 2026 12:00:00 +0100\r\n"
        b"Message-ID: <t0ken@example.net>\r\n"
        b"In-Reply-To: <1@example.org>\r\n"
        b"References: <1@example.org>\r\n"
        b'Content-Type: text/plain; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: 7bit\r\n"
        b"MIME-Version: 1.0\r\n"
        b"\r\n"
        b"Yes, gladly!\r\n"
    )
    assert (reply.id, reply.key, reply.typed_at) == (7, key(1), NOW.timestamp())
    assert (reply.name, reply.sender, reply.recipient) == ("Anna Berg", "me@example.net", "anna@example.org")
    assert reply.message_id == "<t0ken@example.net>"
    assert "gladly" not in repr(reply)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("references", "<a@x> <b@x>")], ["<a@x>", "<b@x>", "<1@example.org>"]),
        (
            [("references", "<a@x> junk <1@example.org> <a@x>"), ("in-reply-to", "<c@x>")],
            ["<a@x>", "<1@example.org>"],
        ),
        ([("in-reply-to", "<c@x>")], ["<c@x>", "<1@example.org>"]),
        ([("in-reply-to", "<c@x> <d@x>")], ["<1@example.org>"]),
        (
            [("references", " ".join(f"<{number}@x>" for number in range(50)))],
            ["<0@x>", *(f"<{number}@x>" for number in range(31, 50)), "<1@example.org>"],
        ),
        ([("references", f"<{'i' * 200}@x>")], [f"<{'i' * 200}@x>", "<1@example.org>"]),
    ],
)
def test_references_name_the_conversation_and_stay_as_they_are(headers, expected):
    found = read(written("Yes", *headers))
    assert str(found["References"]).split() == expected
    assert found["In-Reply-To"] == "<1@example.org>"


@pytest.mark.parametrize(
    "message_id", ["", "no id", "<a b@x>", "<a@x>\r\nBcc: eve@x", "<ä@x>", "<" + "a" * 300 + ">"]
)
def test_an_answered_mail_without_a_proper_id_is_not_named(message_id):
    found = read(written(message_id=message_id))
    assert found["In-Reply-To"] is None
    assert found["References"] is None
    assert found["Bcc"] is None


@pytest.mark.parametrize("where", ["text", "subject", "name", "id", "references", "in-reply-to", "to"])
def test_nothing_in_the_answered_mail_adds_a_header_or_a_recipient(where):
    headers = [(where, HOSTILE)] if where in {"references", "in-reply-to", "to"} else []
    reply = written(
        HOSTILE if where == "text" else "Yes",
        *headers,
        subject=HOSTILE if where == "subject" else "Lunch?",
        sender=(HOSTILE if where == "name" else "Anna", "anna@example.org"),
        message_id=HOSTILE if where == "id" else "<1@example.org>",
    )
    found = read(reply)
    assert set(found.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert [address.addr_spec for address in found["To"].addresses] == ["anna@example.org"]
    assert b"\x00" not in reply.mail


@pytest.mark.parametrize(
    "text",
    [
        "Grüße aus Köln 🚀",
        "a" * 5000,
        "one\n.\n.two\n\nFrom here",
        "  indented\n\ttabbed = 3",
        "مرحبا",
    ],
)
def test_any_text_arrives_as_it_was_typed(text):
    reply = written(text)
    assert read(reply).get_content().replace("\r\n", "\n") == text + "\n"
    assert reply.mail.isascii()
    assert reply.text == text


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("a\r\nb\rc\n\n", "a\nb\nc\n"),
        ("a\x00\x1b[31mb\ud800", "a[31mb\n"),
        ("", "\n"),
        ("a\u2028b", "a\nb\n"),
    ],
)
def test_line_ends_and_control_characters_are_put_right(typed, sent):
    assert text_lines(typed) == sent


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Lunch?", "Re: Lunch?"),
        ("Re: Lunch?", "Re: Lunch?"),
        ("RE: AW: Re[2]: Lunch?", "Re: Lunch?"),
        ("[talk] Re: Lunch?", "Re: [talk] Lunch?"),
        ("Grüße", "Re: Grüße"),
        ("", "Re:"),
        ("a\r\nb", "Re: a b"),
    ],
)
def test_the_subject_has_one_re(subject, expected):
    assert reply_subject(subject) == expected


def test_long_and_foreign_subjects_and_names_are_encoded():
    subject, name = "Überlänge " * 40, "Jörg „Der“ Ångström"
    found = read(written(subject=subject.strip(), sender=(name, "anna@example.org")))
    assert found["Subject"] == f"Re: {subject.strip()}"
    assert found["To"].addresses[0].display_name == name


def test_an_address_that_is_not_ascii_makes_a_mail_in_utf_8():
    reply = written(sender=("Jörg", "jörg@example.org"))
    assert "jörg@example.org".encode() in reply.mail
    found = email.message_from_string(reply.mail.decode(), policy=default)
    assert found["To"].addresses[0].addr_spec == "jörg@example.org"


def test_a_text_without_end_is_cut():
    assert len(written("x" * 200_000).text) == 100_000


def test_the_name_of_the_account_is_the_users_own_and_not_sent():
    assert b"project" not in written().mail


@pytest.mark.parametrize(
    ("sender", "of"),
    [
        (("Shop", "noreply@shop.example"), WORK),
        (("Anna", "anna@example.org"), replace(WORK, email="", user="me")),
    ],
)
def test_without_anybody_to_reply_to_or_from_there_is_no_reply(sender, of):
    with pytest.raises(Unanswerable):
        written(sender=sender, of=of)
