"""What speaks against a certificate, what to do about it, and what it says of itself, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.mail.make import SHA256, certificate
from tray.mail.model.certificate import CertificateErrorKind, grouped
from tray.mail.presentation.setup.certificate_texts import advice, facts, names, reason


@pytest.mark.parametrize("kind", list(CertificateErrorKind))
def test_every_doubt_has_a_sentence_and_an_advice(kind: CertificateErrorKind) -> None:
    shown = certificate(kind)
    assert reason(shown, kind).startswith("The certificate of mail.example.org")
    assert reason(shown, kind).endswith(".")
    assert "no password was sent." in advice(shown)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (CertificateErrorKind.CHANGED, "renewed"),
        (CertificateErrorKind.SELF_SIGNED, "trust this one certificate"),
        (CertificateErrorKind.NOT_YET_VALID, "clock"),
        (CertificateErrorKind.WRONG_HOST, "name"),
        (CertificateErrorKind.EXPIRED, "Ask the server"),
    ],
)
def test_the_advice_fits_the_doubt(kind: CertificateErrorKind, words: str) -> None:
    assert words in advice(certificate(kind))


def test_nobody_is_advised_to_trust_a_weak_key() -> None:
    assert "trust" not in advice(certificate(CertificateErrorKind.SELF_SIGNED, CertificateErrorKind.WEAK))


def test_what_it_says_of_itself() -> None:
    shown = certificate(CertificateErrorKind.EXPIRED)
    assert [text for _, text in facts(shown)] == [
        "Server",
        "mail.local",
        "Root",
        "1970-01-01 to 1971-01-01",
        grouped(SHA256),
    ]
    assert names(certificate(hosts=())) == "no host at all"
    assert "itself" in dict(facts(certificate(self_signed=True)))["Issued by"]


def test_the_advice_is_for_the_first_error() -> None:
    first, second = CertificateErrorKind.CHANGED, CertificateErrorKind.SELF_SIGNED
    assert advice(certificate(first, second)) == advice(certificate(first))
    assert advice(certificate(second, first)) == advice(certificate(second))


@pytest.mark.parametrize(
    ("changes", "sentence", "what_to_do"),
    [
        ({"names": ("a.example", "b.example")}, "it is for a.example, b.example", "Check the server's name"),
        ({"names": ()}, "it is for no host at all", "Check the server's name"),
        ({"names": ("MAIL.example.org",)}, "in a form that does not count", "made anew"),
        ({"names": (), "subject": "Mail, Mail.example.org"}, "only in its subject", "made anew"),
        (
            {"host": "192.0.2.1", "names": ("192.0.2.1",)},
            "where an address does not count",
            "as an IP address",
        ),
        ({"not_after": 0.0}, "cannot be read", "made anew"),
    ],
)
def test_a_name_that_does_not_count_is_explained(
    changes: dict[str, object], sentence: str, what_to_do: str
) -> None:
    shown = replace(certificate(CertificateErrorKind.WRONG_HOST), **changes)
    assert sentence in reason(shown, CertificateErrorKind.WRONG_HOST)
    assert what_to_do in advice(shown)
