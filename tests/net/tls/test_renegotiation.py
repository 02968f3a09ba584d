"""A server that wants a second handshake inside TLS 1.2: to keep us busy, or to become another one."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from OpenSSL import SSL
from twisted.internet.task import deferLater

from tests.net.accounts import TLS
from tests.net.loopback import certificates, run
from tray.net.errors import Stopped
from tray.net.imap.factory import connect
from tray.net.imap.login import await_greeting
from tray.net.tls import verification

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Renegotiating:
    """Greets, asks for further handshakes, and says what it made of that."""

    def __init__(self, folder: Path) -> None:
        certificates(folder, "localhost")
        self.context = SSL.Context(SSL.TLS_SERVER_METHOD)
        self.context.set_max_proto_version(SSL.TLS1_2_VERSION)
        self.context.use_certificate_chain_file(str(folder / "ca.pem"))
        self.context.use_privatekey_file(str(folder / "key.pem"))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.done = 0
        """Handshakes beyond the first."""
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        wire, _ = self.listener.accept()
        wire.setblocking(False)
        connection = SSL.Connection(self.context, wire)
        connection.set_accept_state()
        try:
            self._patiently(connection.do_handshake)
            connection.sendall(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
            for _ in range(5):
                connection.renegotiate()
                self._patiently(connection.do_handshake)
                self._patiently(lambda: connection.renegotiate_pending() and connection.recv(1))
                self.done += 1
        except (SSL.Error, OSError):
            pass
        finally:
            self.ended.set()
            wire.close()

    def _patiently(self, step: Callable[[], object]) -> None:
        """Again and again, until it has what it waits for."""
        until = time.monotonic() + 1
        while time.monotonic() < until:
            try:
                step()
            except SSL.WantReadError:  # noqa: PERF203 -- it waits
                time.sleep(0.005)
            else:
                return
        raise OSError("the client does not")


@pytest.mark.parametrize("forbidden", [True, False])
def test_there_is_one_handshake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, forbidden: bool) -> None:
    """Without what forbids it, there would be as many as the server likes: that shows that this test can tell."""
    if not forbidden:
        monkeypatch.setattr(verification, "OP_NO_RENEGOTIATION", 0)
    verification._verified.cache_clear()
    verification._context.cache_clear()
    server = Renegotiating(tmp_path)

    async def main(reactor: Any) -> None:
        account = replace(TLS, host="localhost", port=server.port, ca_file=str(tmp_path / "ca.pem"))
        protocol = await connect(reactor, account)
        await await_greeting(protocol, account)
        while not server.ended.is_set():
            await deferLater(reactor, 0.01, lambda: None)
        protocol.abort(Stopped())

    try:
        run(main)
    finally:
        server.close()
        verification._verified.cache_clear()
        verification._context.cache_clear()
    assert (server.done == 0) is forbidden
