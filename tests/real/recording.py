"""A TLS server on loopback that begins like a mail server and writes down every byte that a client sends it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import warnings
from typing import TYPE_CHECKING

from tests.real.dovecot import Certificate, make_certificates

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self


class RecordingServer:
    """TLS at once, or STARTTLS; `clear` and `private` hold what came before and inside of TLS."""

    def __init__(
        self, folder: Path, kind: Certificate, *, starttls: bool = False, newest: ssl.TLSVersion | None = None
    ) -> None:
        self.folder = folder
        self.starttls = starttls
        self.newest = newest
        self.clear = b""
        self.private = b""
        self.connections = 0
        self.show(kind)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def show(self, kind: Certificate) -> None:
        """From the next connection on, show another certificate of that kind."""
        make_certificates(self.folder, kind)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if self.newest is not None:
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # old on purpose
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = self.newest
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        self._context = context

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            client.settimeout(10)
            with client, contextlib.suppress(OSError):
                if self.starttls:
                    self._upgrade(client)
                self._speak(client)

    def _upgrade(self, client: socket.socket) -> None:
        client.sendall(b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hello\r\n")
        line = client.recv(1000)
        self.clear += line
        client.sendall(line.split()[0] + b" OK now\r\n")

    def _speak(self, client: socket.socket) -> None:
        with self._context.wrap_socket(client, server_side=True) as private:
            if not self.starttls:
                private.sendall(b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n")
            while got := private.recv(1000):
                self.private += got
                for line in got.splitlines():
                    tag, name, *_ = [*line.split(), b"", b""]
                    if name == b"CAPABILITY":
                        private.sendall(b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n" + tag + b" OK\r\n")
                    else:
                        private.sendall(tag + b" NO [AUTHENTICATIONFAILED] no\r\n")
