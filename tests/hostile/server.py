"""A mail server on threads that behaves well until a test has it misbehave, and afterwards behaves again."""

from __future__ import annotations

import contextlib
import itertools
import queue
import re
import select
import shutil
import socket
import ssl
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real.dovecot import make_certificates
from tests.rig.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from typing_extensions import Self

    Attack = Callable[["Connection"], None]
    Answer = Callable[["Connection", str], None]

CAPABILITY = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE ESEARCH LITERAL+ AUTH=PLAIN"
_COMMAND = re.compile(r"(\S+) (UID \S+|\S+) ?(.*)")
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")


@dataclass
class Mail:
    """One mail; `headers` as they go over the wire."""

    uid: int
    headers: bytes
    flags: str = ""


@dataclass
class HostileServer:
    """One user, one mailbox, one certificate; `port_tls` speaks TLS at once."""

    host: str = "localhost"
    user: str = "anna"
    password: str = "p4ssw0rd-of-anna"
    mails: list[Mail] = field(default_factory=list)
    uid_validity: int = 7
    capability: str = CAPABILITY
    accepted: list[float] = field(default_factory=list)
    commands: list[tuple[float, str]] = field(default_factory=list)
    """Time and name of every command."""
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    """What answers a command instead of us, the next times; ``accept`` and ``greeting`` are steps too."""
    always: dict[str, Answer] = field(default_factory=dict)
    """The same, until taken away."""
    bad: set[int] = field(default_factory=set)
    """UIDs of mails for whose sake a whole FETCH is refused."""
    without_headers: list[int] = field(default_factory=list)
    """UIDs of mails that FETCH answers without their headers, once for each time that they stand here."""
    silent: bool = False
    """Whether new mail is announced only in the answer to DONE."""
    _serial: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __enter__(self) -> Self:
        self.home = Path(tempfile.mkdtemp(prefix="hostile-"))
        make_certificates(self.home)
        self.ca_file = str(self.home / "ca.pem")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.home / "server.pem", self.home / "server.key")
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port_tls = self._listener.getsockname()[1]
        self._connections: list[Connection] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()
        for number in range(3):
            self.deliver(f"Old {number}")
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()
        shutil.rmtree(self.home, ignore_errors=True)

    # What a test does.

    def deliver(self, subject: str | bytes, sender: str | bytes = "Bob <bob@example.org>") -> int:
        """A mail comes; its UID."""
        subject, sender = (each.encode() if isinstance(each, str) else each for each in (subject, sender))
        uid = self.mails[-1].uid + 1 if self.mails else 1
        headers = b"Subject: %b\r\nFrom: %b\r\nMessage-ID: <%d@example.org>\r\n\r\n" % (
            subject,
            sender,
            next(self._serial),
        )
        self.mails.append(Mail(uid, headers))
        for connection in self.open:
            connection.do(lambda each: each.idling and not self.silent and each.exists())
        return uid

    @property
    def open(self) -> list[Connection]:
        """The connections that live."""
        with self._lock:
            return [each for each in self._connections if each.alive]

    def idling(self) -> Connection | None:
        """The connection that idles, if there is one."""
        return next((each for each in self.open if each.idling), None)

    def wait_idling(self) -> Connection:
        """Wait for it."""
        wait_until(lambda: self.idling() is not None, "a client that idles")
        return self.idling() or self.wait_idling()

    def drop(self) -> None:
        """End every connection without a word."""
        for connection in self.open:
            connection.do(Connection.close)

    def behave(self) -> None:
        """No more of what a test asked for."""
        self.answers.clear()
        self.always.clear()
        self.capability = CAPABILITY

    def commands_since(self, moment: float) -> list[str]:
        """Names of the commands that came after `moment`."""
        return [name for when, name in self.commands if when >= moment]

    # What it does itself.

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            self.accepted.append(time.monotonic())
            connection = Connection(self, raw)
            with self._lock:
                self._connections.append(connection)
            threading.Thread(target=connection.run, args=(self._context,), daemon=True).start()

    def answer(self, step: str) -> Answer | None:
        """The answer to send instead of ours, if there is one."""
        waiting = self.answers.get(step)
        if waiting:
            return waiting.pop(0)
        return self.always.get(step)


class Connection:
    """One client. All input and output happens in its own thread; `do` hands work to it."""

    def __init__(self, server: HostileServer, raw: socket.socket) -> None:
        self.server = server
        self.raw = raw
        self.descriptor = raw.fileno()
        self.alive = True
        self.idling = False
        self._idle_tag = ""
        self._socket: socket.socket = raw
        self._work: queue.Queue[Callable[[Connection], object]] = queue.Queue()
        self._waker, self._bell = socket.socketpair()
        self._buffer = b""

    def do(self, work: Callable[[Connection], object]) -> None:
        """Have the thread of the connection call `work` as soon as it is free."""
        self._work.put(work)
        with contextlib.suppress(OSError):
            self._bell.send(b"!")

    def say(self, *lines: str) -> None:
        """Send lines."""
        self.send("".join(f"{line}\r\n" for line in lines).encode())

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._socket.sendall(data)

    def close(self) -> None:
        """End it."""
        self.alive = False
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def exists(self) -> None:
        """Tell how many mails there are."""
        self.say(f"* {len(self.server.mails)} EXISTS")

    def run(self, context: ssl.SSLContext) -> None:
        """The thread."""
        try:
            self.raw.settimeout(15)
            if not self._replaced("accept", ""):
                self._socket = context.wrap_socket(self.raw, server_side=True)
                if not self._replaced("greeting", ""):
                    self.say(f"* OK [CAPABILITY {self.server.capability}] ready")
                while self.alive:
                    self._command(self._line())
        except (OSError, EOFError, ValueError):
            pass
        finally:
            self.close()
            self._waker.close()
            self._bell.close()

    def _replaced(self, step: str, tag: str) -> bool:
        answer = self.server.answer(step)
        if answer is not None:
            answer(self, tag)
        return answer is not None

    def _line(self) -> bytes:
        while True:
            line, end, rest = self._buffer.partition(b"\r\n")
            literal = _LITERAL.search(line + end)
            if end and not literal:
                self._buffer = rest
                return line
            if literal and len(rest) >= int(literal[1]):
                text = rest[: int(literal[1])]
                self._buffer = line[: literal.start()] + b"<" + text + b">" + rest[int(literal[1]) :]
                continue
            self._more()

    def _more(self) -> None:
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()
        ready = [] if pending else select.select([self._socket, self._waker], [], [], 30)[0]
        if self._waker in ready:
            self._waker.recv(100)
            while not self._work.empty():
                self._work.get()(self)
            return
        data = self._socket.recv(65536)
        if not data:
            raise EOFError
        self._buffer += data

    def _command(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace")
        if text == "DONE":
            self.idling = False
            if self.server.silent:
                self.exists()
            if not self._replaced("DONE", self._idle_tag):
                self.say(f"{self._idle_tag} OK")
            return
        found = _COMMAND.fullmatch(text)
        if not found:
            raise ValueError(text)
        tag, name, arguments = found.groups()
        self.server.commands.append((time.monotonic(), name))
        if name == "IDLE":
            self._idle_tag = tag
        if not self._replaced("text" if "BODY.PEEK[TEXT]" in arguments else name, tag):
            getattr(self, "on_" + name.replace(" ", "_").lower(), self.on_other)(tag, arguments)

    def on_other(self, tag: str, arguments: str) -> None:
        self.say(f"{tag} OK done")

    def on_capability(self, tag: str, arguments: str) -> None:
        self.say(f"* CAPABILITY {self.server.capability}", f"{tag} OK")

    def on_authenticate(self, tag: str, arguments: str) -> None:
        self.say(f"{tag} OK [CAPABILITY {self.server.capability}] in")

    def on_examine(self, tag: str, arguments: str) -> None:
        mails = self.server.mails
        self.say(
            "* FLAGS (\\Seen)",
            f"* {len(mails)} EXISTS",
            f"* OK [UIDVALIDITY {self.server.uid_validity}] .",
            f"* OK [UIDNEXT {mails[-1].uid + 1 if mails else 1}] .",
            f"{tag} OK [READ-ONLY] open",
        )

    on_select = on_examine

    def on_fetch(self, tag: str, arguments: str) -> None:
        self.fetch_responses(tag, self.positions(arguments, range(1, len(self.server.mails) + 1)))

    def on_uid_fetch(self, tag: str, arguments: str) -> None:
        self.fetch_responses(tag, self.positions(arguments, [mail.uid for mail in self.server.mails]))

    @staticmethod
    def positions(arguments: str, there: Sequence[int]) -> list[int]:
        """Places in the mailbox, from 1, of those of `there` that a set names."""
        found = []
        for span in arguments.split(" ", maxsplit=1)[0].split(","):
            low, _, high = span.partition(":")
            ends = [there[-1] if end == "*" else int(end) for end in (low, high or low)] if there else [0]
            found += [place for place, number in enumerate(there, 1) if min(ends) <= number <= max(ends)]
        return found

    def fetch_responses(self, tag: str, places: list[int]) -> None:
        """The end of a FETCH: refused where it names a bad mail."""
        if self.server.bad & {self.server.mails[place - 1].uid for place in places}:
            self.say(f"{tag} NO [UNAVAILABLE] FETCH Server error while fetching messages")
            return
        for place in places:
            self.fetch_response(place)
        self.say(f"{tag} OK")

    def fetch_response(self, number: int) -> None:
        """A FETCH response with everything."""
        mail = self.server.mails[number - 1]
        start = f'* {number} FETCH (UID {mail.uid} FLAGS ({mail.flags}) INTERNALDATE "17-Jul-2026 02:44:25 +0000" '
        section = f"BODY[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID)] {{{len(mail.headers)}}}\r\n"
        if mail.uid in self.server.without_headers:
            self.say(f"* {number} FETCH (UID {mail.uid} FLAGS ({mail.flags}))")
            self.server.without_headers.remove(mail.uid)
            return
        self.send((start + section).encode() + mail.headers + b")\r\n")

    def on_uid_search(self, tag: str, arguments: str) -> None:
        uids = [mail.uid for mail in self.server.mails]
        if "COUNT" in arguments:
            self.say(f'* ESEARCH (TAG "{tag}") UID COUNT {len(uids)}', f"{tag} OK")
            return
        there = uids if arguments.startswith("UID ") else range(1, len(uids) + 1)
        found = self.positions(arguments.removeprefix("UID "), there)
        self.say("* SEARCH " + " ".join(str(uids[place - 1]) for place in found), f"{tag} OK")

    def on_status(self, tag: str, arguments: str) -> None:
        count = len(self.server.mails)
        self.say(f"* STATUS INBOX (MESSAGES {count} UNSEEN {count})", f"{tag} OK")

    def on_idle(self, tag: str, arguments: str) -> None:
        self.idling = True
        self.say("+ idling")
        if not self.server.silent:
            self.exists()

    def on_logout(self, tag: str, arguments: str) -> None:
        self.say("* BYE", f"{tag} OK")
        self.close()
