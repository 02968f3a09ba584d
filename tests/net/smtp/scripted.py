"""An SMTP server on loopback that answers as the test says, over real TLS, and writes down what it is told."""

from __future__ import annotations

import ssl
from base64 import b64decode, b64encode
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest import mock

from tests.fakes.values import account, key
from tests.net.loopback import certificates, run, server_context, serving
from tray.mail.model.account import Security
from tray.mail.model.secret import Secret
from tray.mail.reply.reply import Reply
from tray.mail.settings.outgoing import Outgoing, submission_account
from tray.net.smtp.submission import submit

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from tray.mail.model.account import Account

HOST = "smtp.example.org"
PASSWORD = "correct horse battery"
MAIL = b"Subject: Re: Lunch?\r\n\r\nYes\r\n.\r\n..two\r\n"


class Smtp:
    """Answers each command by its first word; `answers` has what differs from a good server.

    An answer is a reply with line ends as it stands; None closes the connection, and "" says nothing.
    """

    def __init__(
        self,
        *,
        offers: tuple[str, ...] = ("AUTH PLAIN LOGIN", "SIZE 1000000"),
        starttls: bool = False,
        **answers: Any,
    ) -> None:
        self.offers = offers
        self.starttls = starttls
        self.answers = {
            "greeting": "220 ready\r\n",
            "AUTH": "235 2.7.0 welcome\r\n",
            "MAIL": "250 2.1.0 ok\r\n",
            "RCPT": "250 2.1.5 ok\r\n",
            "DATA": "354 go ahead\r\n",
            "mail": "250 2.0.0 queued as 7\r\n",
            "STARTTLS": "220 go on\r\n",
            "QUIT": "221 bye\r\n",
        } | answers
        self.lines: list[str] = []
        self.mails: list[bytes] = []
        self.context: ssl.SSLContext | None = None
        self.connections = 0

    def __call__(self, wire: socket.socket) -> None:
        """One connection."""
        self.connections += 1
        with ExitStack() as opened:
            self._serve(wire, opened)

    def _serve(self, wire: socket.socket, opened: ExitStack) -> None:
        encrypted = isinstance(wire, ssl.SSLSocket)
        if not self._say(wire, self.answers["greeting"]):
            return
        file = wire.makefile("rb")
        while line := file.readline():
            text = line.decode().rstrip("\r\n")
            self.lines.append(text)
            word = text.partition(" ")[0].upper()
            if word == "EHLO":
                offers = [*self.offers] + (["STARTTLS"] if self.starttls and not encrypted else [])
                said = (
                    self.answers.get("EHLO")
                    or "".join(f"250-{each}\r\n" for each in ("me", *offers)) + "250 HELP\r\n"
                )
            else:
                said = self.answers.get(word, "250 ok\r\n")
            if callable(said):
                said = said(self, text)
            if not self._say(wire, said):
                return
            if word == "STARTTLS" and str(said).startswith("220"):
                assert self.context is not None
                wire = opened.enter_context(self.context.wrap_socket(wire, server_side=True))
                encrypted, file = True, wire.makefile("rb")
            if word == "DATA" and str(said).startswith("354"):
                mail = b""
                while not mail.endswith(b"\r\n.\r\n"):
                    piece = file.readline()
                    if not piece:
                        return
                    mail += piece
                self.mails.append(mail)
                if not self._say(wire, self.answers["mail"]):
                    return

    @staticmethod
    def _say(wire: socket.socket, text: str | None) -> bool:
        if text is None:
            return False
        wire.sendall(text.encode())
        return True


@contextmanager
def listening(server: Smtp, folder: Path, *names: str) -> Iterator[int]:
    """Have `server` listen, with a certificate for `names`; its port."""
    is_known = (folder / "ca.pem").exists()  # of another server of the test
    context = server_context(folder) if is_known else certificates(folder, *(names or (HOST,)))
    server.context = context
    with serving(server, None if server.starttls or server.answers.get("plain") else context) as port:
        yield port


def reply(**fields: Any) -> Reply:
    values = {
        "id": 1, "key": key(1), "typed_at": 0.0, "name": "Anna", "sender": "me@example.org",
        "recipient": "anna@example.org", "text": "Yes", "mail": MAIL, "message_id": "<t@example.org>",
    }  # fmt: skip
    return Reply(**values | fields)


def sent(
    server: Smtp,
    folder: Path,
    *names: str,
    secret: Secret | None = None,
    reply: Reply = reply(),  # noqa: B008
    **fields: Any,
) -> list[str]:
    """Hand `reply` to `server`; what was called back before the mail. Raises what `submit` raises."""
    noted: list[str] = []
    with listening(server, folder, *names) as port:
        security = Security.STARTTLS if server.starttls else Security.TLS
        work = account("work", user="me", ca_file=str(folder / "ca.pem"), **fields)
        outgoing = submission_account(work, Outgoing(HOST, port, security))
        run(partial(_submit, outgoing, secret or Secret(PASSWORD), reply, noted))
    return noted


async def _submit(outgoing: Account, secret: Secret, reply: Reply, noted: list[str], reactor: Any) -> None:
    # A TLS connection of Twisted gathers small writes by the global reactor, which does not run here.
    with mock.patch("twisted.protocols.tls._get_default_clock", create=True, return_value=reactor):
        await submit(reactor, outgoing, secret, reply, lambda: noted.append("mail"))


def plain(user: str, password: str) -> str:
    """The line of AUTH PLAIN."""
    return "AUTH PLAIN " + b64encode(f"\0{user}\0{password}".encode()).decode()


def decoded(line: str) -> str:
    return b64decode(line.rpartition(" ")[2]).decode()
