"""TLS 1.2 or later with verified or pinned certificates, an error for each refusal, and client certificates."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, ref

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from OpenSSL.crypto import Error as CryptoError
from OpenSSL.SSL import (
    OP_NO_RENEGOTIATION,
    SSL_CB_HANDSHAKE_DONE,
    VERIFY_FAIL_IF_NO_PEER_CERT,
    VERIFY_PEER,
    Connection,
)
from OpenSSL.SSL import Error as TlsError
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import (
    Certificate,
    CertificateOptions,
    TLSVersion,
    trustRootFromCertificates,
)
from twisted.python.failure import Failure
from zope.interface import implementer

from tray.files import read_regular_file
from tray.mail.model.certificate import CertificateErrorKind
from tray.mail.model.host_names import BadHost, ascii_host, parse_address
from tray.net.errors import (
    CertificateRefused,
    CertificateUnverified,
    FileUnusable,
    IdentityUnusable,
    RootsUnusable,
)
from tray.net.tls.certificates import (
    UNREADABLE,
    WEAK_KEY,
    certificate_error,
    is_for_host,
    is_pinned,
    read,
)
from tray.net.tls.sessions import Sessions, is_resumed
from tray.net.tls.system_roots import system_roots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from OpenSSL.crypto import X509
    from OpenSSL.SSL import Context
    from twisted.protocols.tls import TLSMemoryBIOProtocol

    from tray.mail.model.account import Account

    Files = tuple[str, str, int, int]
    """Client certificate and key, each with the time of its last change."""

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_END = b"-----END CERTIFICATE-----"
_OP_IGNORE_UNEXPECTED_EOF = 0x80  # by this name in pyOpenSSL since 23.2
"""Without it, OpenSSL 3 makes a session useless whose connection was not closed in form (`tray.net.tls.sessions`).

An end that is cut off is no danger to IMAP and SMTP, where every answer says where it ends.
"""
_FILE_LIMIT = 4 * 1024 * 1024  # the system's own file has a quarter megabyte


def tls_creator(account: Account) -> Verified:
    """TLS for the server of `account`; raises RootsUnusable, IdentityUnusable."""
    return verified(
        account.host,
        account.ca_file,
        account.pinned,
        account.client_certificate,
        account.client_key,
        resuming=not account.proxy,  # Tor has a circuit for each account: a session would say that they belong together
    )


def verified(
    host: str,
    ca_file: str,
    pinned: str = "",
    certificate: str = "",
    key: str = "",
    *,
    resuming: bool = False,
) -> Verified:
    """TLS for `host`, with the system's roots, or those of `ca_file` (PEM) if it is not empty.

    With `pinned` (SHA-256, lower-case hexadecimal digits) only that certificate is trusted, whoever issued it.
    `certificate` (PEM, with its `key` or that of another file) is the client certificate, sent only to this host and
    if it asks. `resuming`: whether connections resume the sessions of earlier ones (`tray.net.tls.sessions`).
    Files are read again only after a change, so that a reconnect costs little. Raises RootsUnusable, IdentityUnusable.
    """
    host = host.strip().removesuffix(".")  # as it is displayed
    identity = None
    if certificate:
        key_stamp = _stamp_of(key, IdentityUnusable) if key else 0
        identity = certificate, key, _stamp_of(certificate, IdentityUnusable), key_stamp
    if pinned or not ca_file:
        return _verified(host, "", 0, pinned, identity, resuming)
    return _verified(host, ca_file, _stamp_of(ca_file, RootsUnusable), "", identity, resuming)


@lru_cache(maxsize=64)
def _verified(
    host: str, ca_file: str, stamp: int, pinned: str, identity: Files | None, resuming: bool
) -> Verified:
    context = _context(ca_file, stamp, bool(pinned), identity, resuming)
    return Verified(host, context, pinned, resuming=resuming)


@lru_cache(maxsize=16)
def _context(ca_file: str, _stamp: int, pins: bool, identity: Files | None, resuming: bool) -> Context:
    """Shared by hosts: OpenSSL makes 0.9 MB of the system's roots for each."""
    trust = None
    if not pins:
        trust = trustRootFromCertificates(_roots(ca_file)) if ca_file else system_roots()
    options = CertificateOptions(
        trustRoot=trust, raiseMinimumTo=TLSVersion.TLSv1_2, enableSessionTickets=resuming
    )
    context = options.getContext()
    if identity is not None:
        _use_identity(context, *identity[:2])
    # With TLS 1.2 a server could keep the program busy with handshakes, or change its identity after the login.
    context.set_options(OP_NO_RENEGOTIATION)
    if resuming:
        context.set_options(_OP_IGNORE_UNEXPECTED_EOF)
    context.set_info_callback(_on_progress)
    return context


_makers: WeakKeyDictionary[Connection, Verified] = WeakKeyDictionary()
"""What made each connection; its application data is taken by Twisted."""


def _on_progress(connection: Connection, where: int, _: int) -> None:
    if where & SSL_CB_HANDSHAKE_DONE:
        _makers[connection].handshake_done(connection)


def _stamp_of(path: str, unusable: type[FileUnusable]) -> int:
    """The time of the last change of a file, in nanoseconds."""
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 -- no Path object is of use here
    except OSError as error:
        raise unusable(path, "unreadable", error) from error


def _read(path: str, unusable: type[FileUnusable]) -> bytes:
    try:
        return read_regular_file(path, _FILE_LIMIT)
    except OSError as error:
        raise unusable(path, "unreadable", error) from error


def _roots(path: str) -> list[Certificate]:
    text = _read(path, RootsUnusable)
    blocks = [_BEGIN + part.split(_END)[0] + _END for part in text.split(_BEGIN)[1:]]
    if not blocks:
        raise RootsUnusable(path, "no root")
    try:
        return [Certificate.loadPEM(block) for block in blocks]
    except (CryptoError, ValueError) as error:
        raise RootsUnusable(path, "bad root") from error


def _use_identity(context: Context, certificate_file: str, key_file: str) -> None:
    """Use a client certificate, with its chain in the same file; the key, too, if `key_file` is empty."""
    key_file = key_file or certificate_file
    # First, because OpenSSL would ask for the password of an encrypted key on the terminal.
    _check_identity(certificate_file, key_file)
    try:
        context.use_certificate_chain_file(certificate_file)
        context.use_privatekey_file(key_file)
        context.check_privatekey()
    except TlsError as error:  # a key too short or of a kind that TLS does not use
        raise IdentityUnusable(certificate_file, "weak") from error


def _check_identity(certificate_file: str, key_file: str) -> None:
    """Raise IdentityUnusable unless certificate and key can be read and belong together."""
    certificate, key = (_read(path, IdentityUnusable) for path in (certificate_file, key_file))
    try:
        public = x509.load_pem_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise IdentityUnusable(certificate_file, "no certificate") from error
    try:
        private = serialization.load_pem_private_key(key, None)
    except TypeError as error:
        raise IdentityUnusable(key_file, "encrypted key") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise IdentityUnusable(key_file, "no key") from error
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if private.public_key().public_bytes(*form) != public.public_bytes(*form):
        raise IdentityUnusable(key_file, "other key")


@implementer(IOpenSSLClientConnectionCreator)
class Verified:
    """Makes TLS connections that verify the server and fail with the reason of a refusal.

    OpenSSL reports only "certificate verify failed"; the reason is available only in its callback. It has the sessions
    that later connections resume; with other settings of certificates there is another object, which has none of them.

    Of a pinned certificate neither name nor dates nor issuer are checked: the handshake proves that the server has its
    key, and the user has compared the fingerprint. TLS 1.2 and a key that is not too short for OpenSSL are always
    required.
    """

    def __init__(self, host: str, context: Context, pinned: str, *, resuming: bool) -> None:
        self._host = host
        self._context = context
        self._pinned = pinned
        self._name = ascii_name(host)
        self._server_name = self._name if parse_address(self._name) is None else None
        self._unverified: WeakKeyDictionary[Connection, ref[TLSMemoryBIOProtocol]] = WeakKeyDictionary()
        self._sessions = Sessions(self._is_trusted) if resuming else None

    def clientConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> Connection:  # noqa: N803 -- Twisted's name
        """An OpenSSL connection that verifies the server during the handshake."""
        connection = (
            Connection(self._context) if self._sessions is None else self._sessions.connection(self._context)
        )
        _makers[connection] = self
        if self._server_name is not None:
            connection.set_tlsext_host_name(self._server_name.encode())
        tls = ref(tlsProtocol)  # a weak reference: no cycle through C
        failures: list[tuple[int, int]] = []

        def check(connection: Connection, shown: X509, code: int, depth: int, ok: int) -> bool:
            if not ok:
                failures.append((code, depth))
            if depth:
                return True  # refused with the server's own certificate, which comes last
            refusal = self._refusal(shown, failures)
            if refusal is None:
                self._unverified.pop(connection, None)
            else:
                if self._sessions is not None:
                    self._sessions.clear()
                _fail(tls, refusal)
            return refusal is None

        self._unverified[connection] = tls
        connection.set_verify(VERIFY_PEER | VERIFY_FAIL_IF_NO_PEER_CERT, check)
        return connection

    def handshake_done(self, connection: Connection) -> None:
        """Fail a handshake that has ended without a call of `check`, unless it resumed a session."""
        tls = self._unverified.get(connection)
        if tls is not None and not is_resumed(connection):
            _fail(tls, CertificateUnverified(self._host))
        elif self._sessions is not None:
            self._sessions.trust(connection)

    def _is_trusted(self, shown: X509, failures: Sequence[tuple[int, int]]) -> bool:
        return self._refusal(shown, failures) is None

    def _refusal(self, shown: X509, failures: Sequence[tuple[int, int]]) -> CertificateRefused | None:
        """Why the server's certificate is not trusted, or None; `failures`: OpenSSL's codes with their depth."""
        wrong_host = not self._is_for_host(shown)
        if not self._pinned:
            errors = [certificate_error(*reason) for reason in failures]
            if not errors and not wrong_host:
                return None
        elif is_pinned(shown, self._pinned):
            if (WEAK_KEY, 0) not in failures:
                return None
            errors = [CertificateErrorKind.WEAK]
        else:
            errors = [CertificateErrorKind.CHANGED]
        code = failures[0][0] if failures else 0
        return CertificateRefused(
            read(shown, self._host, errors, wrong_host=wrong_host, pinned=self._pinned, code=code)
        )

    def _is_for_host(self, shown: X509) -> bool:
        try:
            return is_for_host(shown, self._name)
        except UNREADABLE:
            return False


def _fail(tls: ref[TLSMemoryBIOProtocol], error: Exception) -> None:
    if (protocol := tls()) is not None:
        protocol.failVerification(Failure(error))


def ascii_name(host: str) -> str:
    """`tray.mail.model.host_names.ascii_host`; raises DNSLookupError for an invalid name."""
    try:
        return ascii_host(host)
    except BadHost as error:
        raise DNSLookupError(host) from error
