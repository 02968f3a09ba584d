"""Whom we trust: real TLS, both ends in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from OpenSSL.SSL import Error as TlsError
from twisted.internet import ssl
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.protocols.tls import TLSMemoryBIOFactory

from tests.real.dovecot import Certificate, make_certificates
from tray.net.errors import CertificateRefused, HostMismatch, RootsUnusable
from tray.net.trust import verified

if TYPE_CHECKING:
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


def shake(creator: Any, folder: Path, **options: Any) -> tuple[End, End]:
    """Client and server after a handshake, each having sent a word."""
    pem = (folder / "server.key").read_bytes() + (folder / "server.pem").read_bytes()
    certificate = ssl.PrivateCertificate.loadPEM(pem)
    server_options = ssl.CertificateOptions(
        privateKey=certificate.privateKey.original, certificate=certificate.original, **options
    )
    clock = Clock()  # without one, Twisted would install a reactor
    tls, ends, transports = [], [], []
    for creation, is_client in ((creator, True), (server_options, False)):
        protocol = TLSMemoryBIOFactory(creation, is_client, Factory.forProtocol(End), clock).buildProtocol(
            None
        )
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


def ssl_closed() -> Any:
    from twisted.internet.error import ConnectionDone
    from twisted.python.failure import Failure

    return Failure(ConnectionDone())


@pytest.mark.parametrize("host", ["localhost", "localhost.", "127.0.0.1", "::1"])
def test_a_good_certificate_is_trusted_by_name_and_by_address(tmp_path: Path, host: str) -> None:
    make_certificates(tmp_path)
    client, server = shake(verified(host, str(tmp_path / "ca.pem")), tmp_path)
    assert server.got == b"secret"
    assert client.reason is None


@pytest.mark.parametrize(
    ("kind", "host", "code"),
    [
        (Certificate.EXPIRED, "localhost", 10),
        (Certificate.SELF_SIGNED, "localhost", 18),
    ],
)
def test_a_refused_certificate_says_why_and_nothing_is_sent(
    tmp_path: Path, kind: Certificate, host: str, code: int
) -> None:
    """Hard case 23."""
    make_certificates(tmp_path, kind)
    client, server = shake(verified(host, str(tmp_path / "ca.pem")), tmp_path)
    assert isinstance(client.reason, CertificateRefused)
    assert client.reason.code == code
    assert "Mailbell Test Server" in client.reason.subject
    assert server.got == b""


@pytest.mark.parametrize(
    ("kind", "host", "names"),
    [
        (Certificate.WRONG_HOST, "localhost", ("mail.example.org",)),
        (Certificate.GOOD, "evil.example", ("localhost", "127.0.0.1", "::1")),
        (Certificate.GOOD, "192.0.2.1", ("localhost", "127.0.0.1", "::1")),
        (Certificate.GOOD, "bücher.example", ("localhost", "127.0.0.1", "::1")),
    ],
)
def test_a_certificate_for_another_host_is_refused(
    tmp_path: Path, kind: Certificate, host: str, names: tuple[str, ...]
) -> None:
    """Hard case 23."""
    make_certificates(tmp_path, kind)
    client, server = shake(verified(host, str(tmp_path / "ca.pem")), tmp_path)
    assert isinstance(client.reason, HostMismatch)
    assert client.reason.names == names
    assert server.got == b""


def test_the_systems_roots_do_not_know_a_private_authority(tmp_path: Path) -> None:
    """Hard case 23."""
    make_certificates(tmp_path)
    client, server = shake(verified("localhost", ""), tmp_path)
    assert isinstance(client.reason, CertificateRefused)
    assert client.reason.code == 20
    assert client.reason.issuer == "Mailbell Test CA, Test Root"
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


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no certificate"),
        (b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n", "cannot be read"),
    ],
)
def test_a_file_that_holds_no_roots_is_named(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(content)
    with pytest.raises(RootsUnusable, match=why):
        verified("localhost", str(path))


def test_a_folder_is_no_file_of_roots(tmp_path: Path) -> None:
    with pytest.raises(RootsUnusable, match="directory"):
        verified("localhost", str(tmp_path))


def test_a_certificate_without_any_name_is_for_no_host(tmp_path: Path) -> None:
    make_certificates(tmp_path, Certificate.NAMELESS)
    client, _ = shake(verified("localhost", str(tmp_path / "ca.pem")), tmp_path)
    assert isinstance(client.reason, HostMismatch)
    assert client.reason.names == ()
