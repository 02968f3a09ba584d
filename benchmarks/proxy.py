"""Stands between a program and Dovecot, TLS on both sides, and keeps a transcript of each connection."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from typing import TYPE_CHECKING

from benchmarks.wire import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

_CHUNK = 65536
_PATIENCE = 10.0


class Proxy:
    """Listens on a free port of the loopback while entered; `transcripts` are in order of connection.

    One thread and one `poll` a connection: an asyncio proxy took three times as long to pass a line on,
    and that time is part of every latency measured through it.
    """

    def __init__(self, offered: ssl.SSLContext, backend_port: int, backend: ssl.SSLContext) -> None:
        self.transcripts: list[Transcript] = []
        self._offered = offered
        self._backend_port = backend_port
        self._backend = backend
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._clients: set[socket.socket] = set()

    def __enter__(self) -> Self:
        self._run(self._accept, self._listener)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self.shut()
        for thread in self._threads:
            thread.join(_PATIENCE)

    def cut(self) -> None:
        """End every connection without a word, as a server whose process dies."""
        for client in tuple(self._clients):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def shut(self) -> None:
        """End every connection, and refuse new ones from now on."""
        with contextlib.suppress(OSError):  # it is shut already
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def open(self) -> None:
        """Take connections again."""
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=50)
        self._run(self._accept, self._listener)

    def _run(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="proxy", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # it is shut
            while True:
                self._run(self._serve, listener.accept()[0])

    def _serve(self, accepted: socket.socket) -> None:
        transcript = Transcript()
        self.transcripts.append(transcript)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            accepted.settimeout(_PATIENCE)
            client = stack.enter_context(self._offered.wrap_socket(accepted, server_side=True))
            self._clients.add(client)
            stack.callback(self._clients.discard, client)
            plain = socket.create_connection(("127.0.0.1", self._backend_port), _PATIENCE)
            server = stack.enter_context(self._backend.wrap_socket(plain, server_hostname="localhost"))
            self._relay(client, server, transcript)

    def _relay(self, client: ssl.SSLSocket, server: ssl.SSLSocket, transcript: Transcript) -> None:
        ways = {
            client.fileno(): (client, server, transcript.from_client),
            server.fileno(): (server, client, transcript.from_server),
        }
        poll = select.poll()
        for source, _, _ in ways.values():
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            source.setblocking(False)
            poll.register(source, select.POLLIN)
        while not self._closing.is_set():
            for descriptor, _ in poll.poll(200):
                source, sink, note = ways[descriptor]
                if not _pass_on(source, sink, note):
                    return


def _pass_on(source: ssl.SSLSocket, sink: ssl.SSLSocket, note: Callable[[bytes], None]) -> bool:
    """Pass on all that has come; False at the end of the connection."""
    while True:
        try:
            data = source.recv(_CHUNK)
        except ssl.SSLWantReadError:
            return True
        if not data:
            return False
        note(data)
        sink.settimeout(_PATIENCE)
        sink.sendall(data)
        sink.setblocking(False)
