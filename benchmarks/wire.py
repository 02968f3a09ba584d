"""What one IMAP connection carried, by the bytes that pass: commands, sizes and moments."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LITERAL = re.compile(rb"\{(\d+)[+-]?\}\r\n$")
_EXISTS = re.compile(rb"\* (\d+) EXISTS\r\n$", re.IGNORECASE)
_LOGINS = frozenset({"LOGIN", "AUTHENTICATE"})


@dataclass(frozen=True)
class Command:
    """A tagged command as the client sent it; `at` is in seconds of the monotonic clock."""

    at: float
    tag: bytes
    name: str


class Lines:
    """Cuts one direction into lines; the contents of literals are stepped over."""

    def __init__(self) -> None:
        self._buffer = b""
        self._literal = 0
        self._continues = False

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bool]]:
        """Each whole line, with its end, and whether it opens a response or command."""
        self._buffer += data
        while self._buffer:
            if self._literal:
                taken = min(self._literal, len(self._buffer))
                self._buffer = self._buffer[taken:]
                self._literal -= taken
                continue
            line, end, rest = self._buffer.partition(b"\r\n")
            if not end:
                return
            self._buffer = rest
            opens, literal = not self._continues, _LITERAL.search(line + end)
            self._continues = literal is not None
            self._literal = int(literal[1]) if literal else 0
            yield line + end, opens


@dataclass
class Transcript:
    """One connection, from its first byte; read it from another thread, it only grows."""

    opened_at: float = field(default_factory=time.monotonic)
    last_at: float = 0.0
    logged_in_at: float | None = None
    titles_at: float | None = None
    """When the tagged reply to the first FETCH went by."""
    idle_at: float | None = None
    """When the server's ``+`` to the first IDLE went by."""
    idles: int = 0
    """How many IDLEs the server has taken up."""
    exists: list[float] = field(default_factory=list)
    """Moments at which ``* n EXISTS`` went by after that."""
    commands: list[Command] = field(default_factory=list)
    """Those after the login."""
    answered: dict[bytes, float] = field(default_factory=dict)
    """Moments of the tagged replies, by tag; where a tag is used again, of the last."""
    sent: int = 0
    """Bytes from the client after its login command."""
    received: int = 0
    """Bytes from the server after the login's tagged reply."""

    def __post_init__(self) -> None:
        self._client, self._server = Lines(), Lines()
        self._login_tag: bytes | None = None
        self._titles_tag: bytes | None = None
        self._idle_asked = False

    def from_client(self, data: bytes) -> None:
        """Note bytes on their way to the server."""
        self.last_at = time.monotonic()
        if self._login_tag is not None:
            self.sent += len(data)
        for line, opens in self._client.feed(data):
            words = line.split()
            if opens and len(words) > 1:
                name = b" ".join(words[1 : 3 if words[1].upper() == b"UID" else 2])
                self._command(words[0], name.decode("ascii", "replace").upper())

    def _command(self, tag: bytes, name: str) -> None:
        if name in _LOGINS:
            self._login_tag = tag
            self.commands, self.sent = [], 0
        elif self._login_tag is not None:
            self.commands.append(Command(self.last_at, tag, name))
            self._idle_asked = self._idle_asked or name == "IDLE"
            if name.endswith("FETCH"):
                self._titles_tag = self._titles_tag or tag

    def from_server(self, data: bytes) -> None:
        """Note bytes on their way to the client."""
        self.last_at = now = time.monotonic()
        if self.logged_in_at is not None:
            self.received += len(data)
        for line, opens in self._server.feed(data):
            if not opens:
                continue
            if self.logged_in_at is None and self._login_tag and line.startswith(self._login_tag + b" OK"):
                self.logged_in_at = now
                self.received = len(data) - data.find(line) - len(line)
            elif not line.startswith((b"*", b"+")):
                tag = line.partition(b" ")[0]
                self.answered[tag] = now
                if self.titles_at is None and tag == self._titles_tag:
                    self.titles_at = now
            elif line.startswith(b"+") and self._idle_asked:
                self._idle_asked = False
                self.idles += 1
                self.idle_at = self.idle_at or now
            elif self.idle_at is not None and _EXISTS.match(line):
                self.exists.append(now)
