"""Real proxies for tests, each a process of its own: microsocks (SOCKS5) and tinyproxy (HTTP CONNECT)."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real.dovecot import _free_ports

if TYPE_CHECKING:
    from typing_extensions import Self

MISSING = (
    "{name} is not installed: these tests need it (Debian, Ubuntu: apt-get install microsocks tinyproxy-bin)."
)
_TINYPROXY = """
Port {port}
Listen 127.0.0.1
Timeout 600
LogFile "{log}"
LogLevel Connect
MaxClients 50
ConnectPort {allowed}
{log_in}
"""


class RealProxy:
    """A proxy on `port` of the loopback, while entered; it may be killed and started again."""

    name = ""

    def __init__(self, user: str = "", password: str = "") -> None:
        self.user = user
        self.password = password
        (self.port,) = _free_ports(1)
        self.home = Path(tempfile.mkdtemp(prefix="proxy-"))
        binary = shutil.which(self.name)
        if binary is None:
            raise RuntimeError(MISSING.format(name=self.name))
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> None:
        """Start it and return when it takes connections."""
        with (self.home / "said").open("ab") as said:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:  # noqa: PERF203 -- it waits
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return

    def kill(self) -> None:
        """End it at once, with all its connections."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def log_text(self) -> str:
        """What it has logged."""
        return "".join(path.read_text(errors="replace") for path in self.home.glob("said*"))

    def _command(self) -> list[str]:
        raise NotImplementedError


class Microsocks(RealProxy):
    """SOCKS5; with `user` it wants that log-in."""

    name = "microsocks"

    def _command(self) -> list[str]:
        log_in = ["-u", self.user, "-P", self.password] if self.user else []
        return [self._binary, "-i", "127.0.0.1", "-p", str(self.port), *log_in]


class Tinyproxy(RealProxy):
    """HTTP; leads to the port `allowed` alone, and with `user` wants that log-in."""

    name = "tinyproxy"

    def __init__(self, allowed: int, user: str = "", password: str = "") -> None:
        super().__init__(user, password)
        self.allowed = allowed

    def _command(self) -> list[str]:
        configuration = self.home / "conf"
        configuration.write_text(
            _TINYPROXY.format(
                port=self.port,
                log=self.home / "said.log",
                allowed=self.allowed,
                log_in=f"BasicAuth {self.user} {self.password}" if self.user else "",
            )
        )
        return [self._binary, "-d", "-c", os.fspath(configuration)]
