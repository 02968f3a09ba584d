"""The outgoing server as it is written."""

from __future__ import annotations

import pytest

from tests.fakes.values import account
from tray.mail.model.account import Security
from tray.mail.settings.outgoing import Outgoing, outgoing_error, parse, submission_account

TLS, STARTTLS = Security.TLS, Security.STARTTLS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smtp.example.org", Outgoing("smtp.example.org", 465, TLS)),
        (" smtp.example.org:587 ", Outgoing("smtp.example.org", 587, STARTTLS)),
        ("smtp.example.org:465", Outgoing("smtp.example.org", 465, TLS)),
        ("smtp.example.org:2465", Outgoing("smtp.example.org", 2465, TLS)),
        ("smtps://smtp.example.org", Outgoing("smtp.example.org", 465, TLS)),
        ("SMTP://smtp.example.org/", Outgoing("smtp.example.org", 587, STARTTLS)),
        ("smtp://smtp.example.org:25", Outgoing("smtp.example.org", 25, STARTTLS)),
        ("smtps://smtp.example.org:587", Outgoing("smtp.example.org", 587, TLS)),
        ("192.0.2.1:587", Outgoing("192.0.2.1", 587, STARTTLS)),
        ("2001:db8::1", Outgoing("2001:db8::1", 465, TLS)),
        ("[2001:db8::1]:587", Outgoing("2001:db8::1", 587, STARTTLS)),
        ("bücher.example", Outgoing("bücher.example", 465, TLS)),
        ("", None),
    ],
)
def test_a_server_is_read_and_written(text, expected):
    assert parse(text) == expected
    if expected is not None:
        assert parse(str(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://smtp.example.org", "smtp.example.org:", "smtp.example.org:0", "smtp.example.org:65536",
        "smtp.example.org:+1", "smtp.example.org:٥", "two words", "a_b.example.org", "smtp://", "[::1", "x" * 300,
    ],
)  # fmt: skip
def test_what_is_no_server_is_a_sentence(text):
    assert outgoing_error(text).endswith(".")


def test_what_is_trusted_of_one_server_is_not_trusted_of_another():
    work = account(
        "work",
        host="mail.example.org",
        pinned="ab" * 32,
        client_certificate="c",
        client_key="k",
        allow_cleartext=True,
    )
    same = submission_account(work, Outgoing("MAIL.example.org", 587, STARTTLS))
    assert (same.pinned, same.client_certificate, same.client_key) == ("ab" * 32, "c", "k")
    assert (same.port, same.security, same.allow_cleartext) == (587, STARTTLS, False)
    other = submission_account(work, Outgoing("smtp.example.org", 465, TLS))
    assert (other.pinned, other.client_certificate, other.client_key) == ("", "", "")
    assert (other.host, other.user, other.id) == ("smtp.example.org", "work", work.id)
