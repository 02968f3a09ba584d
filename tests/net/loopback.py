"""Real servers on loopback under names of our choice, and a reactor of one's own that believes in those names."""

from __future__ import annotations

import datetime as dt
import socket
import socketserver
import ssl
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IHostnameResolver
from twisted.internet.selectreactor import SelectReactor
from zope.interface import implementer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path


@implementer(IHostnameResolver)
class _Everything:
    """Every name is this machine, so that no test asks a real name server."""

    def resolveHostName(
        self,
        receiver: Any,
        hostName: str,  # noqa: N803 -- Twisted's name
        portNumber: int = 0,  # noqa: N803
        **_: object,
    ) -> Any:
        receiver.resolutionBegan(None)
        receiver.addressResolved(IPv4Address("TCP", "127.0.0.1", portNumber))
        receiver.resolutionComplete()


def run(main: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    """What ``main(reactor)`` gives or raises, on a reactor that exists for this call."""
    reactor = SelectReactor()
    reactor.installNameResolver(_Everything())
    outcome: list[Any] = []

    def finish(result: Any) -> None:
        outcome.append(result)
        reactor.callLater(0, reactor.stop)  # sockets are closed a turn after they were asked to

    reactor.callWhenRunning(lambda: Deferred.fromCoroutine(main(reactor)).addBoth(finish))
    patience = reactor.callLater(30, reactor.stop)
    reactor.run(installSignalHandlers=False)
    if patience.active():
        patience.cancel()
    (result,) = outcome
    if hasattr(result, "raiseException"):
        result.raiseException()
    return result


def certificates(folder: Path, *names: str) -> ssl.SSLContext:
    """A server's context for `names`; the root lies in ``ca.pem``."""
    now = dt.datetime.now(dt.timezone.utc)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Loopback")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    return server_context(folder)


class _Closing(ssl.SSLSocket):
    """Is closed when it is given up: wrap_socket leaves it open where the client has left meanwhile."""

    def __del__(self) -> None:
        self.close()


def server_context(folder: Path) -> ssl.SSLContext:
    """TLS for a server with the certificate that `certificates` has put into `folder`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslsocket_class = _Closing
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


@contextmanager
def serving(handle: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A TCP server in a thread that calls `handle` with each connection; its port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(20)
            with suppress(OSError):  # the client has left, or trusts us not
                if context is None:
                    handle(self.request)
                    return
                with context.wrap_socket(
                    self.request, server_side=True, do_handshake_on_connect=False
                ) as wire:
                    wire.do_handshake()
                    handle(wire)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


@contextmanager
def answering(answer: Callable[[bytes], bytes | None]) -> Iterator[int]:
    """A UDP server in a thread that answers each datagram, or does not where that is None; its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                data, peer = wire.recvfrom(4096)
                if not data:
                    return
                reply = answer(data)
                if reply is not None:
                    wire.sendto(reply, peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield wire.getsockname()[1]
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", wire.getsockname())
            thread.join(5)
