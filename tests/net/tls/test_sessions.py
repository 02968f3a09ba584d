"""A later connection resumes the session of an earlier one, and no certificate is trusted for that."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.net.accounts import TLS
from tests.net.loopback import certificates, run, serving
from tray.mail.model.certificate import CertificateErrorKind
from tray.net.errors import CertificateRefused, CertificateUnverified, Stopped
from tray.net.imap.factory import connect
from tray.net.imap.login import await_greeting
from tray.net.tls import sessions, verification
from tray.net.tls.verification import tls_creator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tray.mail.model.account import Account


class Server:
    """Greets, and notes of each connection its version, and whether a session was resumed."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context
        self.connections: list[tuple[str | None, bool | None]] = []
        self.port = 0

    def handle(self, wire: Any) -> None:
        self.connections.append((wire.version(), wire.session_reused))
        wire.sendall(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
        wire.recv(1000)
        wire.detach()  # an end without a word, such as that of a lost connection

    @property
    def resumed(self) -> list[bool | None]:
        return [resumed for _, resumed in self.connections]


@pytest.fixture(params=["TLSv1.2", "TLSv1.3"])
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    verification._verified.cache_clear()
    verification._context.cache_clear()
    context = certificates(tmp_path, "localhost")
    context.maximum_version = ssl.TLSVersion[request.param.replace(".", "_")]
    server = Server(context)
    with serving(server.handle, context) as server.port:
        yield server
    assert {version for version, _ in server.connections} <= {request.param}
    verification._verified.cache_clear()
    verification._context.cache_clear()


@pytest.fixture
def account(server: Server, tmp_path: Path) -> Account:
    return replace(TLS, host="localhost", port=server.port, ca_file=str(tmp_path / "ca.pem"))


def pin(folder: Path) -> str:
    """The fingerprint of the server's certificate."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert((folder / "ca.pem").read_text())).hexdigest()


def greeted(*accounts: Account) -> None:
    """Connect with one account after the other, up to the greeting."""

    async def main(reactor: Any) -> None:
        for account in accounts:
            protocol = await connect(reactor, account)
            await await_greeting(protocol, account)
            protocol.abort(Stopped())
            await protocol.lost.wait()

    run(main)


def test_each_connection_resumes_the_one_before(server: Server, account: Account) -> None:
    greeted(account, account, account)
    assert server.resumed == [False, True, True]


def test_a_connection_beside_another_resumes_its_session_once(server: Server, account: Account) -> None:
    async def main(reactor: Any) -> None:
        protocols = []
        for _ in range(3):
            protocols.append(await connect(reactor, account))
            await await_greeting(protocols[-1], account)
        for protocol in protocols:
            protocol.abort(Stopped())
            await protocol.lost.wait()

    run(main)
    assert server.resumed[:2] == [False, True]


def test_after_a_refused_certificate_no_session_is_resumed(
    server: Server, account: Account, tmp_path: Path
) -> None:
    """Two are kept: the other server is offered one, and the second is dropped."""

    async def main(reactor: Any) -> None:
        for protocol in [await connect(reactor, account) for _ in range(2)]:
            await await_greeting(protocol, account)
            protocol.abort(Stopped())
            await protocol.lost.wait()

    run(main)
    (tmp_path / "other").mkdir()
    other = Server(certificates(tmp_path / "other", "localhost"))
    with serving(other.handle, other.context) as other.port, pytest.raises(CertificateRefused):
        greeted(replace(account, port=other.port))
    greeted(account)
    assert server.resumed[-1] is False


def test_a_pinned_certificate_is_no_obstacle(server: Server, account: Account, tmp_path: Path) -> None:
    pinned = replace(account, ca_file="", pinned=pin(tmp_path))
    greeted(pinned, pinned)
    assert server.resumed == [False, True]


def test_other_settings_of_certificates_have_no_part_in_a_session(
    server: Server, account: Account, tmp_path: Path
) -> None:
    greeted(account, replace(account, ca_file="", pinned=pin(tmp_path)))
    assert server.resumed == [False, False]
    with pytest.raises(CertificateRefused):
        greeted(replace(account, ca_file="", pinned="0" * 64))
    with pytest.raises(CertificateRefused):
        greeted(replace(account, ca_file=""))  # of no authority that the system knows


def test_another_file_of_authorities_has_no_part_in_a_session(
    server: Server, account: Account, tmp_path: Path
) -> None:
    """The file has another name, or the same and another time."""
    greeted(account)
    (tmp_path / "other").mkdir()
    certificates(tmp_path / "other", "localhost")
    with pytest.raises(CertificateRefused):
        greeted(replace(account, ca_file=str(tmp_path / "other" / "ca.pem")))
    assert server.resumed == [False]
    (tmp_path / "other" / "ca.pem").replace(tmp_path / "ca.pem")
    with pytest.raises(CertificateRefused):
        greeted(account)


def test_a_certificate_that_has_expired_since_is_not_trusted_for_its_session(
    server: Server, account: Account
) -> None:
    greeted(account)
    store = tls_creator(account)._context.get_cert_store()
    store.set_time(datetime.now(timezone.utc) + timedelta(days=30))
    with pytest.raises(CertificateRefused) as refused:
        greeted(account)
    assert CertificateErrorKind.EXPIRED in refused.value.certificate.errors
    assert server.resumed == [False]


def test_a_server_that_has_forgotten_the_session_shows_its_certificate(
    server: Server, account: Account, tmp_path: Path
) -> None:
    """After its restart, as another machine behind the same name, or with a new certificate."""
    greeted(account)
    again = Server(certificates(tmp_path, "localhost"))
    with serving(again.handle, again.context) as again.port:
        with pytest.raises(CertificateRefused):
            greeted(replace(account, port=again.port, ca_file="", pinned="0" * 64))
        greeted(replace(account, port=again.port))
    assert again.resumed == [False]


def test_nothing_is_resumed_through_a_proxy(account: Account) -> None:
    """Tor: a session would tell that two circuits belong together."""
    proxied = tls_creator(replace(account, proxy="tor"))
    assert proxied is not tls_creator(account)
    assert proxied._sessions is None


def test_what_is_kept_is_limited(server: Server, account: Account) -> None:
    async def main(reactor: Any) -> None:
        protocols = [await connect(reactor, account) for _ in range(6)]
        for protocol in protocols:
            await await_greeting(protocol, account)
        for protocol in protocols:
            protocol.abort(Stopped())
            await protocol.lost.wait()

    run(main)
    assert len(tls_creator(account)._sessions._kept) == sessions._LIMIT


def test_a_resumed_handshake_with_another_certificate_fails(
    server: Server, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot be; if it were, it would not be trusted."""
    greeted(account)
    digests = iter("ab")
    monkeypatch.setattr(sessions, "sha256", lambda _: next(digests))
    with pytest.raises(CertificateUnverified):
        greeted(account)
    greeted(account)
    assert server.resumed[-1] is False
