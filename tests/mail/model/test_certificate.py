"""Certificates as values: what speaks against them, in words, and their fingerprints."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tray.mail.model.certificate import Certificate, CertificateErrorKind, fingerprint, grouped
from tray.mail.presentation.certificate_texts import advice, facts, names, reason

SHA256 = "0123456789abcdef" * 4


def certificate(
    *errors: CertificateErrorKind, self_signed: bool = False, hosts: tuple[str, ...] = ("mail.local",)
) -> Certificate:
    return Certificate(
        "mail.example.org",
        "Server",
        hosts,
        "Root",
        0.0,
        86_400.0 * 365,
        SHA256,
        self_signed,
        errors,
        "cd" * 32,
        99,
    )


@pytest.mark.parametrize(
    "text",
    [
        SHA256,
        SHA256.upper(),
        grouped(SHA256),
        ":".join(SHA256[at : at + 2] for at in range(0, 64, 2)),
        f"  {SHA256[:32]} {SHA256[32:]}\t",
    ],
)
def test_a_fingerprint_is_taken_as_any_program_prints_it(text: str) -> None:
    assert fingerprint(text) == SHA256


@pytest.mark.parametrize("text", ["", SHA256[1:], SHA256 + "0", "x" + SHA256[1:], "ab" * 20, "٠" * 64])
def test_what_is_no_sha256_fingerprint_is_not_taken(text: str) -> None:
    with pytest.raises(ValueError, match="64"):
        fingerprint(text)


def test_a_fingerprint_is_shown_in_groups_to_be_compared() -> None:
    assert grouped(SHA256).split(" ")[:2] == ["01:23:45:67", "89:AB:CD:EF"]
    assert len(grouped(SHA256).split(" ")) == 8
    assert grouped("") == ""


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
    shown = certificate(CertificateErrorKind.SELF_SIGNED, CertificateErrorKind.WEAK)
    assert not shown.can_be_pinned
    assert "trust" not in advice(shown)


@pytest.mark.parametrize("kind", list(CertificateErrorKind))
def test_what_looks_like_somebody_elses_is_suspicious(kind: CertificateErrorKind) -> None:
    assert certificate(CertificateErrorKind.SELF_SIGNED, kind).suspicious is (
        kind in {CertificateErrorKind.CHANGED, CertificateErrorKind.WRONG_HOST}
    )


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
