"""Reads the certificate of a server, even a malformed one, into a Certificate for display."""

from __future__ import annotations

import hashlib
import hmac
import time
import warnings
from datetime import timezone
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import NameOID
from OpenSSL.crypto import FILETYPE_ASN1, dump_certificate

from tray.mail.model.certificate import Certificate, CertificateErrorKind
from tray.mail.model.host_names import parse_address, same_host

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from OpenSSL.crypto import X509

UNREADABLE = (
    ValueError,
    TypeError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""Errors of `cryptography` for a certificate that OpenSSL can read and `cryptography` cannot."""
_NAMES_LIMIT = 3

# X509_V_ERR numbers (openssl-verify(1), "Diagnostics").
WEAK_KEY = 66
"""The key of the server's own certificate is too short for OpenSSL's security level."""
_ERRORS = {
    2: CertificateErrorKind.UNKNOWN_ISSUER,
    9: CertificateErrorKind.NOT_YET_VALID,
    10: CertificateErrorKind.EXPIRED,
    18: CertificateErrorKind.SELF_SIGNED,
    19: CertificateErrorKind.UNKNOWN_ISSUER,  # the server sent a self-signed root certificate
    20: CertificateErrorKind.UNKNOWN_ISSUER,
    21: CertificateErrorKind.UNKNOWN_ISSUER,
    23: CertificateErrorKind.REVOKED,
    27: CertificateErrorKind.UNKNOWN_ISSUER,
    28: CertificateErrorKind.UNKNOWN_ISSUER,
    WEAK_KEY: CertificateErrorKind.WEAK,
    67: CertificateErrorKind.WEAK,
    68: CertificateErrorKind.WEAK,
    79: CertificateErrorKind.UNKNOWN_ISSUER,  # the issuer is no authority
}
_ISSUER_ERRORS = {9: CertificateErrorKind.OTHER, 10: CertificateErrorKind.ISSUER_EXPIRED}


def certificate_error(code: int, depth: int) -> CertificateErrorKind:
    """The meaning of OpenSSL's `code` for the certificate `depth` levels above the server's own."""
    if depth and code in _ISSUER_ERRORS:
        return _ISSUER_ERRORS[code]
    return _ERRORS.get(code, CertificateErrorKind.OTHER)


def sha256(shown: X509) -> str:
    """The fingerprint of the certificate, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(dump_certificate(FILETYPE_ASN1, shown)).hexdigest()


def is_pinned(shown: X509, pinned: str) -> bool:
    """Whether `shown` has the fingerprint `pinned`."""
    return hmac.compare_digest(sha256(shown), pinned)


def parsed(shown: X509) -> x509.Certificate:
    """`shown` as `cryptography` reads it; raises UNREADABLE.

    Warnings of that library, such as for a serial number that is not positive, are suppressed: OpenSSL has verified the
    certificate, and the user can do nothing about them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return shown.to_cryptography()


def is_for_host(shown: X509, host: str) -> bool:
    """Whether `shown` is for `host`, which `ascii_host` has made (RFC 9525, 6.3 and 6.4); raises UNREADABLE.

    Only the alternative names of the subject count, and each kind for itself: never the common name, no address among
    the names, no URI. A star stands for the whole first label of a name of at least three, unless that label is one of
    IDNA.
    """
    try:
        found = parsed(shown).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    address = parse_address(host)
    if address is not None:
        return address in found.get_values_for_type(x509.IPAddress)
    return any(_matches(name, host) for name in found.get_values_for_type(x509.DNSName))


def _matches(name: str, host: str) -> bool:
    """Whether the certificate's `name` is that of `host`, a valid name in lower case."""
    # What ends with a number is an address to resolvers, such as "127.1" and "2130706433".
    if not name.isascii() or host.rpartition(".")[2].isdigit():
        return False
    first, _, domain = name.lower().partition(".")
    label, _, host_domain = host.partition(".")
    if first == "*":
        return "." in domain and domain == host_domain and not label.startswith("xn--")
    return name.lower() == host


def read(
    shown: X509,
    host: str,
    errors: Sequence[CertificateErrorKind] = (),
    *,
    wrong_host: bool = False,
    pinned: str = "",
    code: int = 0,
) -> Certificate:
    """`shown` for display, with `errors` and those of its dates and names."""
    try:
        certificate: x509.Certificate | None = parsed(shown)
        assert certificate is not None
        first, last = (moment.timestamp() for moment in _validity(certificate))
        subject, issuer = shown_name(certificate.subject), shown_name(certificate.issuer)
        self_signed = certificate.subject == certificate.issuer
    except UNREADABLE:
        first = last = 0.0
        subject = issuer = "unreadable"
        self_signed, certificate = False, None
    found = list(errors)
    now = time.time()
    if certificate is not None and now > last:
        found.append(CertificateErrorKind.EXPIRED)
    if certificate is not None and now < first:
        found.append(CertificateErrorKind.NOT_YET_VALID)
    if wrong_host:
        found.append(CertificateErrorKind.WRONG_HOST)
    return Certificate(
        host=host,
        subject=subject,
        names=_names(certificate, host),
        issuer=issuer,
        not_before=first,
        not_after=last,
        sha256=sha256(shown),
        self_signed=self_signed,
        errors=tuple(dict.fromkeys(found)) or (CertificateErrorKind.OTHER,),
        pinned=pinned,
        code=code,
    )


def _validity(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    try:
        return certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except AttributeError:  # cryptography before 42
        first, last = certificate.not_valid_before, certificate.not_valid_after
        return first.replace(tzinfo=timezone.utc), last.replace(tzinfo=timezone.utc)


def shown_name(name: x509.Name) -> str:
    """Organisation and common name of a certificate's subject or issuer, safe to display."""
    parts = [
        str(attribute.value)
        for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
        for attribute in name.get_attributes_for_oid(kind)
    ]
    return _printable(", ".join(dict.fromkeys(parts)) or "nobody")


def _names(certificate: x509.Certificate | None, host: str) -> tuple[str, ...]:
    """The host names that a certificate is for, at most a few; names like `host` first."""
    if certificate is None:
        return ()
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, *UNREADABLE):
        return ()
    names = [
        _printable(str(name.value))
        for name in found.value
        if isinstance(name, (x509.DNSName, x509.IPAddress))
    ]
    return tuple(sorted(filter(str.strip, names), key=lambda name: not same_host(name, host))[:_NAMES_LIMIT])


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)[:100]
