"""The desktop and the mail servers on which a run of the benchmark takes place."""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.proxy import Proxy
from tests.real.dovecot import Dovecot, make_certificates
from tests.rig.desktop import VirtualDesktop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typing_extensions import Self

_BATCH = 50_000  # `bulk` links one file, and ext4 ends at 65,000 links
_FRESH = 25


@dataclass(frozen=True)
class Server:
    """A Dovecot whose INBOX held `size` mails at the beginning, and the proxy before it."""

    size: int
    dovecot: Dovecot
    proxy: Proxy
    ca_file: Path
    """Root of the proxy's certificate."""


class Testbed(contextlib.ExitStack):
    """Up while entered: a private desktop with a recording notification server, and one server for each size."""

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__()
        self._sizes = sizes
        self.desktop = VirtualDesktop(notifier="record")
        self.servers: dict[int, Server] = {}

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            self.enter_context(self.desktop)
            for size in self._sizes:
                self.servers[size] = self._serve(size)
        except BaseException:
            self.close()
            raise
        return self

    def _serve(self, size: int) -> Server:
        dovecot = self.enter_context(Dovecot())
        for batch in range(0, size - _FRESH, _BATCH):
            dovecot.bulk(min(_BATCH, size - _FRESH - batch))
        for number in range(min(size, _FRESH)):
            dovecot.deliver(f"Figures for week {number}", "Anna Example <anna@example.org>")
        with dovecot.imap("INBOX") as client:  # SELECT once, so that the server's own index is warm
            assert client.fetch(f"{max(1, size - 19)}:{size}", "(FLAGS BODY.PEEK[HEADER])")[0] == "OK"
        folder = self.desktop.folder / f"tls-{size}"
        folder.mkdir()
        make_certificates(folder)
        offered = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        offered.load_cert_chain(folder / "server.pem", folder / "server.key")
        trusted = ssl.create_default_context(cafile=dovecot.ca_file)
        proxy = self.enter_context(Proxy(offered, dovecot.port_tls, trusted))
        return Server(size, dovecot, proxy, folder / "ca.pem")
