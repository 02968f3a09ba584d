"""A real SMTP server (aiosmtpd) in a process of its own: it takes mail from one user, with a Dovecot's certificate."""

from __future__ import annotations

import json
import os
import socket
import ssl
import sys
import warnings
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.real.dovecot import _free_ports
from tests.rig.processes import Child, wait_until

if TYPE_CHECKING:
    from typing_extensions import Self

    from tests.real.dovecot import Dovecot

_ROOT = Path(__file__).resolve().parents[2]
_ACCEPT = "250 2.0.0 queued"


class SubmissionServer:
    """Keeps every mail: sender, recipients and content; `answer` is what it says to the next ones."""

    def __init__(self, dovecot: Dovecot, folder: Path, *, starttls: bool = False) -> None:
        self._folder = folder
        self._child: Child | None = None
        self._log, self._answer = folder / "submitted.jsonl", folder / "answer"
        (self.port,) = _free_ports(1)
        self.address = f"{'smtp' if starttls else 'smtps'}://{dovecot.host}:{self.port}"
        self._arguments = [str(self.port), str(int(starttls)), str(dovecot.home), str(folder), dovecot.user]
        self._env = {**os.environ, "SUBMISSION_PASSWORD": dovecot.password}
        self.answer(_ACCEPT)

    def answer(self, text: str) -> None:
        """Say this to every mail from now on; it is kept all the same."""
        self._answer.write_text(text, "utf-8")

    @property
    def mails(self) -> list[tuple[str, list[str], bytes]]:
        """The mails so far."""
        lines = self._log.read_text("utf-8").split("\n")[:-1] if self._log.exists() else []
        return [
            (sender, recipients, b64decode(content)) for sender, recipients, content in map(json.loads, lines)
        ]

    def start(self) -> None:
        """Start it, and wait until it listens."""
        argv = [sys.executable, "-m", "tests.real.submission_server", *self._arguments]
        self._child = Child(argv, self._env, self._folder / "submission.log", cwd=_ROOT, tied=True)
        wait_until(self._listens, "the outgoing server", 60)

    def stop(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


# -- what runs in the child ------------------------------------------------------------------------------


class _Handler:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        content = b64encode(envelope.content).decode()
        with (self._folder / "submitted.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps([envelope.mail_from, envelope.rcpt_tos, content]) + "\n")
        return (self._folder / "answer").read_text("utf-8")


def _main(port: str, starttls: str, home: str, folder: str, user: str) -> None:
    import threading

    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, LoginPassword

    password = os.environ["SUBMISSION_PASSWORD"]

    def check(*asked: Any) -> AuthResult:
        given = asked[-1]
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (
            user.encode(),
            password.encode(),
        )
        return AuthResult(success=right)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(home, "server.pem"), Path(home, "server.key"))
    more: dict[str, Any] = {"ssl_context": context, "auth_require_tls": False}
    if int(starttls):
        more = {"tls_context": context, "require_starttls": True}
    warnings.simplefilter("ignore")  # it says that it does not know of the TLS around it
    Controller(
        _Handler(Path(folder)), "127.0.0.1", int(port), auth_required=True, authenticator=check, **more
    ).start()
    threading.Event().wait()


if __name__ == "__main__":
    _main(*sys.argv[1:])
