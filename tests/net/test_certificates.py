"""Reading certificates, however odd."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL.crypto import FILETYPE_ASN1, load_certificate

from tests.real.dovecot import Certificate, make_certificates
from tray.mail.certificate import Doubt
from tray.net.certificates import is_pinned, read
from tray.net.trust import verified

if TYPE_CHECKING:
    from pathlib import Path


def der(folder: Path, kind: Certificate = Certificate.GOOD) -> bytes:
    make_certificates(folder, kind)
    return x509.load_pem_x509_certificate((folder / "server.pem").read_bytes()).public_bytes(Encoding.DER)


def test_a_fingerprint_is_that_of_the_whole_certificate(tmp_path: Path) -> None:
    whole = der(tmp_path)
    shown = load_certificate(FILETYPE_ASN1, whole)
    assert is_pinned(shown, hashlib.sha256(whole).hexdigest())
    assert not is_pinned(shown, hashlib.sha256(whole[:-1]).hexdigest())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07"),  # no such version
        (b"\x82\x09localhost", b"\x82\x09local\xff\xfe\xfdt"),  # no ASCII in a host name
        (b"\x87\x04\x7f\x00\x00\x01", b"\x87\x03\x7f\x00\x00\x82"),  # no address has three bytes
    ],
)
def test_an_odd_certificate_is_shown_as_far_as_it_can_be_read(tmp_path: Path, old: bytes, new: bytes) -> None:
    """It is made by whoever is at the other end; nothing that it holds may end more than the connection."""
    whole = der(tmp_path)
    assert old in whole
    odd = load_certificate(FILETYPE_ASN1, whole.replace(old, new))
    refusal = verified("mail.example.org", "")._refusal(odd, [(7, 0)])
    assert refusal is not None
    assert refusal.certificate.doubts == (Doubt.OTHER, Doubt.WRONG_HOST)
    assert refusal.certificate.code == 7
    assert len(refusal.certificate.sha256) == 64


def test_what_it_says_is_fit_to_be_shown(tmp_path: Path) -> None:
    """No control or bidi characters, and not without end."""
    whole = der(tmp_path)
    forged = whole.replace(b"Mailbell Test Server", b"\xe2\x80\xae\x1b[2Jmoc.knab\r\n\t12")
    shown = read(load_certificate(FILETYPE_ASN1, forged), "localhost", [], wrong_host=False)
    assert shown.subject == "  [2Jmoc.knab   12, localhost"
    assert shown.doubts == (Doubt.OTHER,)
