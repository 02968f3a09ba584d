"""The limits of HTTP clients, and TLS for https, against servers on loopback."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.task import deferLater

from tests.net.loopback import certificates, run, serving
from tray.net.errors import CertificateRefused
from tray.net.tls.http_client import bounded_agent, read_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "www.example.org"
LIMIT = 100_000


async def get(reactor: Any, folder: Path, port: int, scheme: str) -> bytes:
    agent = bounded_agent(
        reactor,
        LIMIT,
        lambda host, port: HostnameEndpoint(reactor, host, port),
        ca_file=str(folder / "ca.pem"),
        ports={scheme: port},
    )
    response = await agent.request(b"GET", f"{scheme}://{NAME}/".encode())
    return await read_body(response, LIMIT // 2, ValueError("too large"))


def fetch(
    folder: Path, answer: Callable[[socket.socket], None], scheme: str = "https", name: str = NAME
) -> bytes:
    context = certificates(folder, name)

    def serve(wire: socket.socket) -> None:
        wire.recv(65536)
        with suppress(OSError):
            answer(wire)

    with serving(serve, context if scheme == "https" else None) as port:
        got: bytes = run(lambda reactor: get(reactor, folder, port, scheme))
        return got


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("head", [b"HTTP/1.0 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"])
def test_a_body_is_read_with_and_without_its_length(tmp_path: Path, scheme: str, head: bytes) -> None:
    assert fetch(tmp_path, lambda wire: wire.sendall(head + b"\r\nbody"), scheme) == b"body"


@pytest.mark.parametrize("flood", [b"X-Header: yes\r\n", b"x" * 1000], ids=["headers", "line"])
def test_a_head_without_end_ends_the_connection(tmp_path: Path, flood: bytes) -> None:
    sent: list[int] = []

    def pour(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            wire.sendall(flood * 50)
            sent.append(len(flood) * 50)

    with pytest.raises(Exception, match=r"(?i)response|lost|abort"):
        fetch(tmp_path, pour)
    assert sum(sent) < 20_000_000


def test_a_body_without_end_is_too_large(tmp_path: Path) -> None:
    def pour(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            wire.sendall(b"x" * 16_384)

    with pytest.raises(ValueError, match="too large"):
        fetch(tmp_path, pour)


def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="refused") as refused:
        fetch(tmp_path, lambda _: None, name="www.example.net")
    assert any(reason.check(CertificateRefused) for reason in refused.value.reasons)  # type: ignore[attr-defined]


@pytest.mark.parametrize("length", [2, 9_999_999])
def test_a_connection_that_the_server_does_not_end_is_ended(tmp_path: Path, length: int) -> None:
    """With TLS it may never confirm the end."""
    ended = threading.Event()

    def answer(wire: socket.socket) -> None:
        wire.recv(65536)
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n{}" % length)
        with suppress(OSError):  # it may be ended while we send; below TLS, where a reset is seen
            wire.sendall(b"x" * (LIMIT if length > 2 else 0))
            while socket.socket.recv(wire, 65536):
                pass
        ended.set()

    async def main(reactor: Any) -> None:
        with suppress(ValueError):
            await get(reactor, tmp_path, port, "https")
        for _ in range(100):
            if ended.is_set():
                break
            await deferLater(reactor, 0.05)

    with serving(answer, certificates(tmp_path, NAME)) as port:
        run(main)
    assert ended.is_set()


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"])
def test_a_request_that_is_cancelled_ends_the_connection(tmp_path: Path, begun: bytes) -> None:
    asked, ended = threading.Event(), threading.Event()

    def wait(wire: socket.socket) -> None:
        wire.recv(65536)
        wire.sendall(begun)
        asked.set()
        with suppress(OSError):
            while socket.socket.recv(wire, 65536):
                pass
        ended.set()

    async def main(reactor: Any) -> list[str]:
        outcome: list[str] = []
        getting: Deferred[Any] = Deferred.fromCoroutine(get(reactor, tmp_path, port, "https"))
        getting.addErrback(lambda failure: outcome.append(failure.type.__name__))
        for event in (asked, ended):
            while not event.is_set():
                await deferLater(reactor, 0.05)
            getting.cancel()
        return outcome

    with serving(wait, certificates(tmp_path, NAME)) as port:
        assert len(run(main)) == 1
