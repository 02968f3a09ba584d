"""The desktop and the mail servers on which a run of the benchmark takes place."""

from __future__ import annotations

import contextlib
import ssl
import time
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING

from benchmarks.proxy import Proxy
from tests.real.dovecot import Dovecot, mail, make_certificates
from tests.rig.desktop import VirtualDesktop

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self

_BATCH = 50_000  # `bulk` links one file, and ext4 ends at 65,000 links
_FRESH = 25


class _Dovecot(Dovecot):
    """With a password that every program can send, and mails that say when they were received: Evolution asks that."""

    password = "correct-horse"

    def post(self, subject: str) -> None:
        """A mail comes from outside."""
        now = time.time()
        received = f"Received: from mx.example.org by localhost; {formatdate(now)}\r\n".encode()
        text = mail(subject, "Anna Example <anna@example.org>", "Hello.\n", next(self._serial), now)
        self._maildir_add(self._maildir("INBOX"), received + text)


@dataclass(frozen=True)
class Server:
    """A Dovecot whose INBOX held `size` mails at the beginning, and the proxy before it."""

    size: int
    dovecot: _Dovecot
    proxy: Proxy
    ca_file: Path
    """Root of the proxy's certificate."""
    port: int
    """Where a program is to connect: the proxy's, unless something stands before it."""

    def read_all(self) -> None:
        """Mark all mails as read: some programs fetch every unread one, and each trial adds some."""
        with self.dovecot.imap("INBOX") as client:
            (found,) = client.search(None, "UNSEEN")[1]
            if found:
                client.store(found.decode().replace(" ", ","), "+FLAGS.SILENT", "(\\Seen)")


class Testbed(contextlib.ExitStack):
    """Up while entered: a desktop that records notifications, and a mail server for each size that is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.desktop = VirtualDesktop(notifier="record")
        self._servers: dict[int, Server] = {}

    def __enter__(self) -> Self:
        super().__enter__()
        self.enter_context(self.desktop)
        return self

    def server(self, size: int) -> Server:
        """The one whose INBOX held `size` mails at the beginning; it is made when it is first asked for."""
        if size not in self._servers:
            self._servers[size] = self._serve(size)
        return self._servers[size]

    def _serve(self, size: int) -> Server:
        dovecot = self.enter_context(_Dovecot())
        for batch in range(0, size - _FRESH, _BATCH):
            dovecot.bulk(min(_BATCH, size - _FRESH - batch))
        for number in range(min(size, _FRESH)):
            dovecot.post(f"Figures for week {number}")
        with dovecot.imap("INBOX") as client:  # SELECT once, so that the server's own index is warm
            assert client.fetch(f"{max(1, size - 19)}:{size}", "(FLAGS BODY.PEEK[HEADER])")[0] == "OK"
        folder = self.desktop.folder / f"tls-{size}"
        folder.mkdir()
        make_certificates(folder)
        offered = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        offered.load_cert_chain(folder / "server.pem", folder / "server.key")
        trusted = ssl.create_default_context(cafile=dovecot.ca_file)
        proxy = self.enter_context(Proxy(offered, dovecot.port_tls, trusted))
        return Server(size, dovecot, proxy, folder / "ca.pem", proxy.port)
