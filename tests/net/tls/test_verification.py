"""Whom we trust: real TLS, both ends in memory."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from OpenSSL.crypto import FILETYPE_PEM, load_certificate
from OpenSSL.SSL import VERIFY_NONE, Connection
from OpenSSL.SSL import Error as TlsError
from twisted.internet import ssl
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.protocols.tls import TLSMemoryBIOFactory
from zope.interface import implementer

from tests.real.dovecot import Certificate, make_certificates
from tray.mail.model.certificate import Certificate as Shown
from tray.mail.model.certificate import CertificateErrorKind
from tray.net.errors import CertificateRefused, CertificateUnverified, RootsUnusable
from tray.net.tls.certificates import certificate_error
from tray.net.tls.verification import ascii_name, verified

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Twisted gives pyOpenSSL its own objects, for a server with a key; our client gives none.
pytestmark = pytest.mark.filterwarnings("ignore:Passing pyOpenSSL:DeprecationWarning")


class End(Protocol):
    """Remembers what it got, and why it ended."""

    def connectionMade(self) -> None:
        self.got = b""
        self.reason: Any = None

    def dataReceived(self, data: bytes) -> None:
        self.got += data

    def connectionLost(self, reason: Any = None) -> None:
        self.reason = reason.value


def tls_factory(creator: Any, is_client: bool, wrapped: Any, clock: Clock) -> TLSMemoryBIOFactory:
    try:
        return TLSMemoryBIOFactory(creator, is_client, wrapped, clock)
    except TypeError:  # Twisted before 23.10
        return TLSMemoryBIOFactory(creator, is_client, wrapped)


def shake(
    creator: Any, folder: Path, on_name: Callable[[Connection], object] | None = None, **options: Any
) -> tuple[End, End]:
    """Client and server after a handshake, each having sent a word; `on_name` is called with the server's end."""
    pem = (folder / "server.key").read_bytes() + (folder / "server.pem").read_bytes()
    certificate = ssl.PrivateCertificate.loadPEM(pem)
    server_options = ssl.CertificateOptions(
        privateKey=certificate.privateKey.original, certificate=certificate.original, **options
    )
    if on_name is not None:
        server_options.getContext().set_tlsext_servername_callback(on_name)
    clock = Clock()  # without one, Twisted would install a reactor
    tls, ends, transports = [], [], []
    for creation, is_client in ((creator, True), (server_options, False)):
        protocol = tls_factory(creation, is_client, Factory.forProtocol(End), clock).buildProtocol(None)
        transport = StringTransport()
        protocol.makeConnection(transport)
        tls.append(protocol)
        ends.append(protocol.wrappedProtocol)
        transports.append(transport)
    ends[0].transport.write(b"secret")
    for _ in range(6):
        clock.advance(0)
        for here, there in ((0, 1), (1, 0)):
            data = transports[here].value()
            transports[here].clear()
            if data and tls[there].connected:
                tls[there].dataReceived(data)
    for protocol, transport in zip(tls, transports, strict=True):
        if transport.disconnecting or transport.disconnected:
            protocol.connectionLost(ssl_closed())
    return ends[0], ends[1]


def refused(ends: tuple[End, End]) -> Shown:
    """The certificate that the client refused; nothing was sent."""
    client, server = ends
    assert isinstance(client.reason, CertificateRefused)
    assert server.got == b""
    return client.reason.certificate


def fingerprint_of(folder: Path) -> str:
    """What `openssl x509 -fingerprint -sha256` says."""
    pem = (folder / "server.pem").read_bytes()
    return load_certificate(FILETYPE_PEM, pem).digest("sha256").decode().replace(":", "").lower()


def ssl_closed() -> Any:
    from twisted.internet.error import ConnectionDone
    from twisted.python.failure import Failure

    return Failure(ConnectionDone())


@pytest.mark.parametrize(
    ("host", "name"),
    [("localhost", b"localhost"), ("localhost.", b"localhost"), ("127.0.0.1", None), ("::1", None)],
)
def test_a_good_certificate_is_trusted_by_name_and_by_address(
    tmp_path: Path, host: str, name: bytes | None
) -> None:
    """The server is sent the name (RFC 6066, 3), by which it may choose its certificate; addresses are no names."""
    make_certificates(tmp_path)
    names: list[bytes | None] = []
    client, server = shake(
        verified(host, str(tmp_path / "ca.pem")), tmp_path, lambda end: names.append(end.get_servername())
    )
    assert server.got == b"secret"
    assert client.reason is None
    assert names == [name]


@pytest.mark.parametrize(
    ("kind", "host", "errors"),
    [
        (Certificate.EXPIRED, "localhost", (CertificateErrorKind.EXPIRED,)),
        (Certificate.SELF_SIGNED, "localhost", (CertificateErrorKind.SELF_SIGNED,)),
        (
            Certificate.SELF_SIGNED,
            "evil.example",
            (CertificateErrorKind.SELF_SIGNED, CertificateErrorKind.WRONG_HOST),
        ),
        (Certificate.NAMELESS, "localhost", (CertificateErrorKind.WRONG_HOST,)),
        (Certificate.WRONG_HOST, "localhost", (CertificateErrorKind.WRONG_HOST,)),
        (Certificate.GOOD, "evil.example", (CertificateErrorKind.WRONG_HOST,)),
        (Certificate.GOOD, "192.0.2.1", (CertificateErrorKind.WRONG_HOST,)),
        (Certificate.GOOD, "bücher.example", (CertificateErrorKind.WRONG_HOST,)),
    ],
)
def test_a_refused_certificate_says_all_that_is_wrong_and_nothing_is_sent(
    tmp_path: Path, kind: Certificate, host: str, errors: tuple[CertificateErrorKind, ...]
) -> None:
    """Hard case 23."""
    make_certificates(tmp_path, kind)
    shown = refused(shake(verified(host, str(tmp_path / "ca.pem")), tmp_path))
    assert shown.errors == errors
    assert shown.host == host
    assert shown.subject == "Mailbell Test Server, localhost"
    assert shown.self_signed is (kind is Certificate.SELF_SIGNED)
    assert shown.sha256 == fingerprint_of(tmp_path)
    assert shown.not_before < time.time()
    assert (shown.not_after < time.time()) is (kind is Certificate.EXPIRED)
    names = {Certificate.WRONG_HOST: ("mail.example.org",), Certificate.NAMELESS: ()}
    assert shown.names == names.get(kind, ("localhost", "127.0.0.1", "::1"))


def test_the_systems_roots_do_not_know_a_private_authority(tmp_path: Path) -> None:
    """Hard case 23."""
    make_certificates(tmp_path)
    shown = refused(shake(verified("localhost", ""), tmp_path))
    assert shown.errors == (CertificateErrorKind.UNKNOWN_ISSUER,)
    assert shown.issuer == "Mailbell Test CA, Test Root"


def test_a_chain_is_refused_by_the_servers_own_certificate(tmp_path: Path) -> None:
    """OpenSSL complains of the root that was sent along; the user is shown whom the server claims to be."""
    make_certificates(tmp_path)
    chain = [load_certificate(FILETYPE_PEM, (tmp_path / "ca.pem").read_bytes())]
    shown = refused(shake(verified("localhost", ""), tmp_path, extraCertChain=chain))
    assert shown.errors == (CertificateErrorKind.UNKNOWN_ISSUER,)
    assert shown.subject == "Mailbell Test Server, localhost"


@pytest.mark.parametrize("kind", list(Certificate))
def test_a_pinned_certificate_is_trusted_whoever_issued_it(tmp_path: Path, kind: Certificate) -> None:
    """Its name and dates are not asked either: the user has compared this very one."""
    make_certificates(tmp_path, kind)
    client, server = shake(verified("localhost", "/nonexistent", fingerprint_of(tmp_path)), tmp_path)
    assert server.got == b"secret"
    assert client.reason is None


@pytest.mark.parametrize("kind", [Certificate.GOOD, Certificate.SELF_SIGNED, Certificate.WRONG_HOST])
def test_another_certificate_than_the_pinned_one_is_refused_even_where_it_is_good(
    tmp_path: Path, kind: Certificate
) -> None:
    """Renewed, or somebody in between: only the user can know."""
    make_certificates(tmp_path, kind)
    pinned = fingerprint_of(tmp_path)
    make_certificates(tmp_path, kind)
    shown = refused(shake(verified("localhost", str(tmp_path / "ca.pem"), pinned), tmp_path))
    assert shown.errors[0] is CertificateErrorKind.CHANGED
    assert (CertificateErrorKind.WRONG_HOST in shown.errors) is (kind is Certificate.WRONG_HOST)
    assert (shown.pinned, shown.sha256) == (pinned, fingerprint_of(tmp_path))
    assert shown.suspicious


def test_a_weak_key_is_not_trusted_even_where_it_is_pinned(tmp_path: Path) -> None:
    """A pin says whose key it is, not that nobody else has it. (No OpenSSL serves a weak key: its word is played.)"""
    make_certificates(tmp_path)
    shown = load_certificate(FILETYPE_PEM, (tmp_path / "server.pem").read_bytes())
    for pinned in ("", fingerprint_of(tmp_path)):
        refusal = verified("localhost", "", pinned)._refusal(shown, [(66, 0)])
        assert refusal is not None
        assert refusal.certificate.errors == (CertificateErrorKind.WEAK,)
        assert not refusal.certificate.can_be_pinned


@pytest.mark.parametrize(
    ("code", "depth", "kind"),
    [
        (2, 0, CertificateErrorKind.UNKNOWN_ISSUER),  # X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT
        (9, 0, CertificateErrorKind.NOT_YET_VALID),  # X509_V_ERR_CERT_NOT_YET_VALID
        (9, 1, CertificateErrorKind.OTHER),
        (10, 0, CertificateErrorKind.EXPIRED),  # X509_V_ERR_CERT_HAS_EXPIRED
        (10, 1, CertificateErrorKind.ISSUER_EXPIRED),
        (18, 0, CertificateErrorKind.SELF_SIGNED),  # X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT
        (19, 1, CertificateErrorKind.UNKNOWN_ISSUER),  # X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN
        (20, 0, CertificateErrorKind.UNKNOWN_ISSUER),  # X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
        (21, 0, CertificateErrorKind.UNKNOWN_ISSUER),  # X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE
        (23, 0, CertificateErrorKind.REVOKED),  # X509_V_ERR_CERT_REVOKED
        (79, 1, CertificateErrorKind.UNKNOWN_ISSUER),  # X509_V_ERR_INVALID_CA
        (27, 1, CertificateErrorKind.UNKNOWN_ISSUER),  # X509_V_ERR_CERT_UNTRUSTED
        (28, 1, CertificateErrorKind.UNKNOWN_ISSUER),  # X509_V_ERR_CERT_REJECTED
        (66, 0, CertificateErrorKind.WEAK),  # X509_V_ERR_EE_KEY_TOO_SMALL
        (67, 1, CertificateErrorKind.WEAK),  # X509_V_ERR_CA_KEY_TOO_SMALL
        (68, 1, CertificateErrorKind.WEAK),  # X509_V_ERR_CA_MD_TOO_WEAK
        (99, 0, CertificateErrorKind.OTHER),
    ],
)
def test_what_openssl_says_is_said_of_the_right_certificate(
    code: int, depth: int, kind: CertificateErrorKind
) -> None:
    assert certificate_error(code, depth) is kind


@pytest.mark.parametrize("pinned", [False, True])
def test_a_handshake_without_a_look_at_the_certificate_is_no_proof(tmp_path: Path, *, pinned: bool) -> None:
    """Whatever keeps OpenSSL from asking us."""
    make_certificates(tmp_path)
    creator = verified("localhost", str(tmp_path / "ca.pem"), fingerprint_of(tmp_path) if pinned else "")

    @implementer(IOpenSSLClientConnectionCreator)
    class Careless:
        def clientConnectionForTLS(self, tlsProtocol: Any) -> Any:  # noqa: N803
            connection = creator.clientConnectionForTLS(tlsProtocol)
            connection.set_verify(VERIFY_NONE, lambda *_: True)
            return connection

    client, server = shake(Careless(), tmp_path)
    assert isinstance(client.reason, CertificateUnverified)
    assert server.got == b""


def test_old_tls_is_not_spoken(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    client, server = shake(
        verified("localhost", str(tmp_path / "ca.pem")),
        tmp_path,
        insecurelyLowerMinimumTo=ssl.TLSVersion.TLSv1_0,
        lowerMaximumSecurityTo=ssl.TLSVersion.TLSv1_1,
    )
    assert isinstance(client.reason, TlsError)
    assert server.got == b""


def test_several_roots_in_one_file_are_all_trusted(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        make_certificates(tmp_path / name)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(
        b"# ours\n" + b"\n".join((tmp_path / name / "ca.pem").read_bytes() for name in ("a", "b"))
    )
    for name in ("a", "b"):
        assert shake(verified("localhost", str(roots)), tmp_path / name)[1].got == b"secret"


def test_the_parsed_roots_are_kept_until_the_file_changes(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    path = tmp_path / "ca.pem"
    first = verified("localhost", str(path))
    assert verified("localhost", str(path)) is first
    make_certificates(tmp_path)
    assert verified("localhost", str(path)) is not first


@pytest.mark.parametrize("resuming", [True, False])
def test_hosts_share_the_parsed_roots_and_no_trust(tmp_path: Path, *, resuming: bool) -> None:
    """The system's are nearly a megabyte; each connection is checked for its own host, in any order."""
    make_certificates(tmp_path)
    other, own = (
        verified(host, str(tmp_path / "ca.pem"), resuming=resuming)
        for host in ("mail.example.org", "localhost")
    )
    assert other._context is own._context
    for _ in range(2):
        client, server = shake(own, tmp_path)
        assert (client.reason, server.got) == (None, b"secret")
        shown = refused(shake(other, tmp_path))
        assert (shown.host, shown.errors) == ("mail.example.org", (CertificateErrorKind.WRONG_HOST,))


def test_what_changes_the_trust_is_not_shared(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    path = str(tmp_path / "ca.pem")
    identity = str(tmp_path / "server.pem"), str(tmp_path / "server.key")
    found = [
        verified("localhost", path),
        verified("localhost", path, resuming=True),
        verified("localhost", path, "0" * 64),
        verified("localhost", ""),
        verified("localhost", path, "", *identity),
    ]
    assert len({id(each._context) for each in found}) == len(found)
    assert verified("mail.example.org", path, "1" * 64)._context is found[2]._context


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no root"),
        (b"#" * 4 * 2**20, "no root"),
        (b"#" * 4 * 2**20 + b"#", "it is too large"),
        (b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n", "bad root"),
    ],
    ids=["empty", "at the limit", "too large", "no certificate"],
)
def test_a_file_that_holds_no_roots_is_named(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(content)
    with pytest.raises(RootsUnusable, match=why):
        verified("localhost", str(path))


@pytest.mark.parametrize("host", ["ü" * 70, "\u2603.example", "ü..x"])
def test_a_name_that_no_dns_holds_is_not_found(host: str) -> None:
    with pytest.raises(DNSLookupError):
        ascii_name(host)


def test_a_folder_or_a_pipe_is_no_file_of_roots(tmp_path: Path) -> None:
    """A pipe would be waited for."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(RootsUnusable, match=r"it is (a folder|no regular file)"):
            verified("localhost", str(path))
