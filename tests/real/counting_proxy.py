"""A TLS proxy before Dovecot that counts round trips: by what the client had received when it wrote, not by a clock.

A write of the client is one round trip behind the latest data that it had received; what the server says to a command
belongs to the round trip of that command. So neither a slow machine nor a slow server changes a count.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.wire import Lines
from tests.real.dovecot import make_certificates

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self

_CHUNK = 65536
_PATIENCE = 10.0


@dataclass
class Counted:
    """One connection, counted from the end of TCP's handshake."""

    version: str = ""
    """Of TLS."""
    resumed: bool = False
    writes: list[tuple[int, list[str]]] = field(default_factory=list)
    """The commands of each write (one record of TLS), with its round trip; ``DONE`` among them, no other lines."""
    answers: list[tuple[str, int]] = field(default_factory=list)
    """Each command that was answered, and the round trip of its answer."""
    received: int = 0
    """The round trip of the latest data that was passed to the client."""

    def __post_init__(self) -> None:
        self._client, self._server = Lines(), Lines()
        self._pending: dict[bytes, tuple[str, int]] = {}

    def answered(self, name: str) -> int:
        """The round trip of the first answer to a command of this name."""
        return next(count for answered, count in self.answers if answered == name)

    def from_client(self, data: bytes) -> None:
        """Note one record."""
        count, names = self.received + 1, []
        for line, opens in self._client.feed(data):
            words = line.upper().split()
            if line == b"DONE\r\n":
                names.append("DONE")
            elif opens and len(words) > 1:
                name = b" ".join(words[1 : 3 if words[1] == b"UID" else 2]).decode("ascii", "replace")
                self._pending[words[0]] = name, count
                names.append(name)
        if names:
            self.writes.append((count, names))

    def from_server(self, data: bytes) -> None:
        """Note what is about to be passed on."""
        for line, opens in self._server.feed(data):
            tag = line.partition(b" ")[0]
            if opens and tag in self._pending:
                name, count = self._pending.pop(tag)
                self.answers.append((name, count))
            else:  # of the command that is being answered; what is pushed in IDLE needs no round trip
                count = min((count for name, count in self._pending.values() if name != "IDLE"), default=0)
            self.received = max(self.received, count)


class CountingProxy:
    """Listens on `port` of the loopback while entered; `ca_file` has the root of its certificate."""

    def __init__(self, folder: Path, backend_port: int, newest: ssl.TLSVersion) -> None:
        make_certificates(folder)
        self.ca_file = str(folder / "ca.pem")
        self.connections: list[Counted] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "server.pem", folder / "server.key")
        self._context.maximum_version = newest
        self._backend_port = backend_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self.drop()
        for thread in self._threads:
            thread.join(_PATIENCE)
        self._listener.close()

    def drop(self) -> None:
        """End all connections without a word of TLS."""
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(accepted)
            counted = Counted()
            self.connections.append(counted)
            thread = threading.Thread(target=self._serve, args=(accepted, counted), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket, counted: Counted) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError, ssl.SSLError), client:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = self._context.wrap_bio(incoming, outgoing, server_side=True)
            while True:
                incoming.write(client.recv(_CHUNK) or b"")
                try:
                    tls.do_handshake()
                except ssl.SSLWantReadError:
                    counted.received += 1  # it has to be answered
                    client.sendall(outgoing.read())
                else:
                    break
            counted.received += 1  # the greeting is the answer to the end of the handshake
            counted.version, counted.resumed = tls.version() or "", bool(tls.session_reused)
            client.sendall(outgoing.read())
            with socket.create_connection(("127.0.0.1", self._backend_port), _PATIENCE) as server:
                _relay(client, server, tls, incoming, outgoing, counted)


def _relay(
    client: socket.socket,
    server: socket.socket,
    tls: ssl.SSLObject,
    incoming: ssl.MemoryBIO,
    outgoing: ssl.MemoryBIO,
    counted: Counted,
) -> None:
    while True:
        while True:
            try:
                data = tls.read(_CHUNK)
            except ssl.SSLWantReadError:
                break
            if not data:
                return
            counted.from_client(data)
            server.sendall(data)
        ready, _, _ = select.select([client, server], [], [])
        if server in ready:
            data = server.recv(_CHUNK)
            if not data:
                return
            counted.from_server(data)
            tls.write(data)
            client.sendall(outgoing.read())
        if client in ready:
            data = client.recv(_CHUNK)
            if not data:
                return
            incoming.write(data)
