"""A distance between program and server: everything on the way takes so long, in each direction."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self


class Distance:
    """Listens on a free port of the loopback while entered; passes on what comes to `port`, `one_way` seconds later.

    Below TLS, whose handshake travels, too; the connection itself is made at once.
    """

    def __init__(self, port: int, one_way: float) -> None:
        self._port = port
        self._one_way = one_way
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    @staticmethod
    def _run(work: object, *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, name="distance", daemon=True).start()  # type: ignore[arg-type]

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                for source, sink in ((client, server), (server, client)):
                    source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
                    self._run(self._receive, source, way)
                    self._run(self._send, sink, way)

    def _receive(self, source: socket.socket, way: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        data = b"begin"
        while data:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            way.put((time.monotonic() + self._one_way, data))

    @staticmethod
    def _send(sink: socket.socket, way: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        with contextlib.suppress(OSError), sink:
            while True:
                due, data = way.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if not data:
                    sink.shutdown(socket.SHUT_RDWR)
                    return
                sink.sendall(data)
