"""Reading certificates, however odd."""

from __future__ import annotations

import datetime as dt
import hashlib
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from OpenSSL.crypto import FILETYPE_ASN1, load_certificate

from tests.real.dovecot import Certificate, make_certificates
from tray.mail.model.certificate import CertificateErrorKind
from tray.mail.presentation.setup.certificate_texts import advice, reason
from tray.net.tls.certificates import is_pinned, read
from tray.net.tls.verification import verified

if TYPE_CHECKING:
    from pathlib import Path

    from OpenSSL.crypto import X509


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
    assert refusal.certificate.errors == (CertificateErrorKind.OTHER, CertificateErrorKind.WRONG_HOST)
    assert refusal.certificate.code == 7
    assert len(refusal.certificate.sha256) == 64
    if refusal.certificate.subject == "unreadable":
        assert "cannot be read" in reason(refusal.certificate, CertificateErrorKind.WRONG_HOST)


def test_what_it_says_is_fit_to_be_shown(tmp_path: Path) -> None:
    """No control or bidi characters, and not without end."""
    whole = der(tmp_path)
    forged = whole.replace(b"Mailbell Test Server", b"\xe2\x80\xae\x1b[2Jmoc.knab\r\n\t12")
    shown = read(load_certificate(FILETYPE_ASN1, forged), "localhost")
    assert shown.subject == "  [2Jmoc.knab   12, localhost"
    assert shown.errors == (CertificateErrorKind.OTHER,)


def made_for(
    *names: x509.GeneralName,
    common_name: str = "Server",
    serial: int = 0x55,
    days_ago: int = 1,
    extension: x509.ExtensionType | None = None,
) -> X509:
    """A certificate with these alternative names, valid for two days; the library does not write serial number 0."""
    now = dt.datetime.now(dt.timezone.utc)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0x55)
        .not_valid_before(now - dt.timedelta(days=days_ago))
        .not_valid_after(now + dt.timedelta(days=2 - days_ago))
    )
    if names:
        extension = x509.SubjectAlternativeName(names)
    if extension is not None:
        builder = builder.add_extension(extension, critical=False)
    whole = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    number = b"\x02\x01\x55"
    assert whole.count(number) == 1
    return load_certificate(FILETYPE_ASN1, whole.replace(number, bytes((2, 1, serial))))


MAIL = x509.DNSName("mail.example.org")


@pytest.mark.parametrize(
    ("days_ago", "names"),
    [
        (1, ["SELF_SIGNED", "WRONG_HOST"]),
        (3, ["SELF_SIGNED", "EXPIRED", "WRONG_HOST"]),
        (-1, ["SELF_SIGNED", "NOT_YET_VALID", "WRONG_HOST"]),
    ],
)
def test_errors_of_the_dates_are_added_to_those_of_openssl(days_ago: int, names: list[str]) -> None:
    """OpenSSL stops at the first error of the server's own certificate."""
    shown = made_for(MAIL, days_ago=days_ago)
    errors = read(shown, "localhost", [CertificateErrorKind.SELF_SIGNED], wrong_host=True).errors
    assert [kind.name for kind in errors] == names


@pytest.mark.parametrize("odd", ["192.0.2.1", "", "*.*.example.org", "::1", "*", "a\0b"])
def test_a_name_that_nobody_has_does_not_spoil_the_others(odd: str) -> None:
    shown = made_for(x509.DNSName(odd), MAIL)
    assert verified("mail.example.org", "")._refusal(shown, []) is None
    assert verified("Mail.Example.ORG.", "")._refusal(shown, []) is None
    assert verified("other.example.org", "")._refusal(shown, []) is not None


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_an_address_among_the_names_of_hosts_does_not_count_and_that_is_said(host: str) -> None:
    """It would read: not valid for 192.0.2.1; it is for 192.0.2.1."""
    others = [x509.DNSName(f"mail{number}.example.org") for number in range(5)]
    refusal = verified(host, "")._refusal(made_for(*others, x509.DNSName(host)), [])
    assert refusal is not None
    assert refusal.certificate.errors == (CertificateErrorKind.WRONG_HOST,)
    said = reason(refusal.certificate, CertificateErrorKind.WRONG_HOST)
    assert said == (
        f"The certificate of {host} has this address among its host names, where an address does not count."
    )
    assert "as an IP address" in advice(refusal.certificate)


def test_an_address_in_its_place_counts() -> None:
    shown = made_for(x509.IPAddress(ip_address("192.0.2.1")), x509.IPAddress(ip_address("2001:db8::1")))
    for host in ("192.0.2.1", "2001:DB8:0::1", "[2001:db8::1]"):
        assert verified(host, "")._refusal(shown, []) is None


@pytest.mark.parametrize(
    ("names", "words"),
    [((x509.DNSName("mail.example.org."),), "in a form that does not count"), ((), "only in its subject")],
)
def test_a_name_that_is_there_and_does_not_count_is_no_riddle(
    names: tuple[x509.DNSName, ...], words: str
) -> None:
    refusal = verified("mail.example.org", "")._refusal(made_for(*names, common_name="mail.example.org"), [])
    assert refusal is not None
    assert words in reason(refusal.certificate, CertificateErrorKind.WRONG_HOST)
    assert "made anew" in advice(refusal.certificate)


@pytest.mark.parametrize(
    ("name", "host", "matches"),
    [
        ("*.example.org", "mail.example.org", True),
        ("*.EXAMPLE.org", "MAIL.example.ORG.", True),
        ("*.example.org", "example.org", False),
        ("*.example.org", "a.mail.example.org", False),
        ("*.example.org", "mail", False),  # a host of one label
        ("*.example.org", "xn--bcher-kva.example.org", False),
        ("*.example.org", "mail.example.com", False),
        ("m*.example.org", "mail.example.org", False),
        ("mail.*.org", "mail.example.org", False),
        ("*.org", "example.org", False),
        ("*.localdomain.", "mail.localdomain", False),
        ("*.", "mail", False),
        ("*", "mail", False),
        ("mail", "mail", True),
        ("mail.example.org", "mail", False),
        ("mail", "mail.example.org", False),
        ("example.org", "mail.example.org", False),
        ("mail.example.org\0.example.com", "mail.example.org", False),
        ("127.1", "127.1", False),  # to resolvers this is 127.0.0.1
        ("2130706433", "2130706433", False),
        ("*.0.2.1", "192.0.2.1", False),
    ],
)
def test_a_star_stands_for_one_whole_label(name: str, host: str, *, matches: bool) -> None:
    """RFC 9525, 6.3; stricter than it: two labels follow."""
    refusal = verified(host, "")._refusal(made_for(x509.DNSName(name)), [])
    assert (refusal is None) is matches


OTHER_KINDS = (
    x509.UniformResourceIdentifier("imap://mail.example.org"),
    x509.UniformResourceIdentifier("https://192.0.2.1/"),
    # SRVName (RFC 4985): _imaps.mail.example.org, as IA5String
    x509.OtherName(x509.ObjectIdentifier("1.3.6.1.5.5.7.8.7"), b"\x16\x17_imaps.mail.example.org"),
    x509.RFC822Name("mail.example.org"),
    x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])),
    x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
)


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1"])
def test_names_of_other_kinds_neither_count_nor_spoil_those_of_hosts(host: str) -> None:
    """Nor does the common name, with other names or alone."""
    assert verified(host, "")._refusal(made_for(*OTHER_KINDS, common_name=host), []) is not None
    assert verified(host, "")._refusal(made_for(common_name=host), []) is not None
    hosts = MAIL, x509.IPAddress(ip_address("192.0.2.1"))
    assert verified(host, "")._refusal(made_for(*OTHER_KINDS, *hosts), []) is None


def test_an_address_is_not_trusted_by_another_one() -> None:
    shown = made_for(x509.IPAddress(ip_address("192.0.2.1")))
    for host in ("192.0.2.2", "::ffff:192.0.2.1", "::1", "mail.example.org"):
        assert verified(host, "")._refusal(shown, []) is not None


@pytest.mark.parametrize(
    "whole",
    [
        b"\x30\x03\x82\x01\xff",  # no ASCII
        b"\x30\x05\x87\x03\x7f\x00\x00",  # no address has three bytes
        b"\x30\x03\xa3\x01\x00",  # an X.400 address
        b"\x04\x01\x00",  # no list
        b"\x30\x7f\x82",  # longer than it is
        b"",
    ],
)
def test_names_that_cannot_be_read_are_no_names(whole: bytes) -> None:
    """Not even by the common name. Whoever made the certificate may end no more than the connection."""
    names = x509.UnrecognizedExtension(x509.ExtensionOID.SUBJECT_ALTERNATIVE_NAME, whole)
    refusal = verified("mail.example.org", "")._refusal(
        made_for(extension=names, common_name="mail.example.org"), []
    )
    assert refusal is not None
    assert refusal.certificate.errors == (CertificateErrorKind.WRONG_HOST,)


@pytest.mark.parametrize("serial", [0, 0x80], ids=["zero", "negative"])
def test_a_serial_number_that_is_not_positive_warns_nobody(serial: int) -> None:
    """A warning fails a test; it would go to standard error, once for each certificate."""
    shown = made_for(MAIL, serial=serial)
    assert verified("mail.example.org", "")._refusal(shown, []) is None
    refusal = verified("mail.example.org", "")._refusal(shown, [(18, 0)])
    assert refusal is not None
    assert refusal.certificate.names == ("mail.example.org",)
    assert refusal.certificate.subject == "Server"


@pytest.mark.parametrize(
    "host", ["BÜCHER.example.test", "xn--bcher-kva.example.test", "bücher。example.test."]
)
def test_a_host_is_verified_and_asked_for_by_one_name(host: str) -> None:
    shown = made_for(x509.DNSName("xn--bcher-kva.example.test"))
    judge = verified(host, "")
    assert judge._refusal(shown, []) is None
    assert judge._server_name == "xn--bcher-kva.example.test"
