"""Certificates as values: their fingerprints, and which the user may pin."""

from __future__ import annotations

import pytest

from tests.mail.make import SHA256, certificate
from tray.mail.model.certificate import CertificateErrorKind, fingerprint, grouped


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
def test_a_certificate_whose_key_others_may_have_cannot_be_pinned(kind: CertificateErrorKind) -> None:
    assert certificate(CertificateErrorKind.SELF_SIGNED, kind).can_be_pinned is (
        kind not in {CertificateErrorKind.WEAK, CertificateErrorKind.REVOKED}
    )


@pytest.mark.parametrize("kind", list(CertificateErrorKind))
def test_what_looks_like_somebody_elses_is_suspicious(kind: CertificateErrorKind) -> None:
    assert certificate(CertificateErrorKind.SELF_SIGNED, kind).suspicious is (
        kind in {CertificateErrorKind.CHANGED, CertificateErrorKind.WRONG_HOST}
    )
