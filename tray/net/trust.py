"""Whom we trust: TLS 1.2 or later, verified roots, verified host name; each refusal says its reason."""

from __future__ import annotations

import logging
import os
import weakref
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from OpenSSL.SSL import VERIFY_FAIL_IF_NO_PEER_CERT, VERIFY_PEER
from service_identity import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import (
    Certificate,
    TLSVersion,
    optionsForClientTLS,
    platformTrust,
    trustRootFromCertificates,
)
from twisted.python.failure import Failure
from zope.interface import implementer

from tray.net.errors import CertificateRefused, HostMismatch, RootsUnusable

if TYPE_CHECKING:
    from cryptography.x509 import Name
    from OpenSSL.crypto import X509
    from OpenSSL.SSL import Connection
    from twisted.protocols.tls import TLSMemoryBIOProtocol

log = logging.getLogger(__name__)

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_END = b"-----END CERTIFICATE-----"
_FILE_MOST = 4 * 1024 * 1024  # the system's own collection is a quarter megabyte


def verified(host: str, ca_file: str) -> Verified:
    """How to speak TLS to `host`, trusting the system's roots, or those of `ca_file` (PEM) where it is not empty.

    Raises RootsUnusable. The parsed roots are kept as long as the file is the same: a reconnect costs little.
    """
    host = host.rstrip(".")
    if not ca_file:
        return _verified(host, "", 0)
    try:
        stamp = os.stat(ca_file).st_mtime_ns  # noqa: PTH116 -- no Path object is of use here
    except OSError as error:
        raise RootsUnusable(ca_file, error.strerror or "it cannot be read") from error
    return _verified(host, ca_file, stamp)


@lru_cache(maxsize=16)
def _verified(host: str, ca_file: str, _stamp: int) -> Verified:
    trust = trustRootFromCertificates(_read(ca_file)) if ca_file else platformTrust()
    options = {"raiseMinimumTo": TLSVersion.TLSv1_2}
    return Verified(host, optionsForClientTLS(host, trust, extraCertificateOptions=options))


def _read(path: str) -> list[Certificate]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            text = file.read(_FILE_MOST)
    except OSError as error:
        raise RootsUnusable(path, error.strerror or "it cannot be read") from error
    blocks = [_BEGIN + part.split(_END)[0] + _END for part in text.split(_BEGIN)[1:]]
    if not blocks:
        raise RootsUnusable(path, "it holds no certificate in PEM form")
    from OpenSSL.crypto import Error

    try:
        return [Certificate.loadPEM(block) for block in blocks]
    except (Error, ValueError) as error:
        raise RootsUnusable(path, "it holds a certificate that cannot be read") from error


@implementer(IOpenSSLClientConnectionCreator)
class Verified:
    """Twisted's options for a client, with a verification that names what it refuses.

    OpenSSL tells an application only "certificate verify failed"; the reason is known inside the callback alone.
    """

    def __init__(self, host: str, options: Any) -> None:
        self._host = host
        self._options = options
        numeric = isIPAddress(host) or isIPv6Address(host)
        self._identity = IPAddress_ID(host) if numeric else DNS_ID(_ascii(host))

    def clientConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> Connection:  # noqa: N803 -- Twisted's name
        """An OpenSSL connection that goes on only with a server that is who it should be."""
        connection: Connection = self._options.clientConnectionForTLS(tlsProtocol)
        tls = weakref.ref(tlsProtocol)  # the connection belongs to it: no cycle through C

        def check(_: Connection, certificate: X509, code: int, depth: int, ok: int) -> bool:
            refusal = self._refusal(certificate, code, depth, ok)
            if refusal is not None and (protocol := tls()) is not None:
                protocol.failVerification(Failure(refusal))
            return refusal is None

        connection.set_verify(VERIFY_PEER | VERIFY_FAIL_IF_NO_PEER_CERT, check)
        return connection

    def _refusal(self, certificate: X509, code: int, depth: int, ok: int) -> Exception | None:
        if not ok:
            shown = certificate.to_cryptography()
            return CertificateRefused(code, shown_name(shown.subject), shown_name(shown.issuer))
        if depth == 0:
            try:
                verify_service_identity(extract_patterns(certificate), [self._identity], [])
            except (VerificationError, CertificateError):  # for somebody else; for nobody, or unreadable
                return HostMismatch(self._host, _names(certificate))
        return None


def shown_name(name: Name) -> str:
    """Organisation and common name of a certificate's subject or issuer, fit to be shown."""
    from cryptography.x509.oid import NameOID

    parts = [
        str(attribute.value)
        for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
        for attribute in name.get_attributes_for_oid(kind)
    ]
    return _shown(", ".join(dict.fromkeys(parts)) or "nobody")


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)[:100]


def _names(certificate: X509) -> tuple[str, ...]:
    """The host names that a certificate is for, at most a few."""
    from cryptography import x509

    try:
        found = certificate.to_cryptography().extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return ()
    names = (str(name.value) for name in found.value if isinstance(name, (x509.DNSName, x509.IPAddress)))
    return tuple(map(_shown, names))[:3]


def _ascii(host: str) -> str:
    """The name as it stands in certificates and DNS (RFC 5890)."""
    if host.isascii():
        return host
    import idna

    return idna.encode(host, uts46=True).decode("ascii")
