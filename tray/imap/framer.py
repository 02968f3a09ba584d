"""Cuts the byte stream of a server into whole responses, within limits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tray.imap.errors import RemoteProtocolError

# A status response (RFC 3501, 7.1) ends in human text, which never carries a literal whatever it ends with.
_STATUS = re.compile(rb"\* (?:OK|NO|BAD|BYE|PREAUTH)(?: |$)", re.IGNORECASE)
# RFC 3501 `literal`, RFC 3516 `literal8`; a server must not send `{n+}`, but its meaning would be plain.
_LITERAL = re.compile(rb"(?:^|(?<=[ (\]]))~?\{([0-9]{1,10})\+?\}$")
_BRACES = re.compile(rb"\{[^{}]*\}[ \t]*$")
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*(?:(")|\\?\Z)', re.DOTALL)  # or the rest, where it does not end
_LONG_LINE = re.compile(rb"\* E?SEARCH(?: |$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is accepted, in bytes; anything above is a breach of protocol."""

    line: int = 65_536
    """One line of text, without its line end."""
    literal: int = 262_144
    response: int = 1_048_576
    """A whole response: all its lines, line ends and literals."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole response of the server, cut but not parsed."""

    parts: tuple[bytes, ...]
    """Text, literal, text, literal, …, text: text without its line end and with the ``{n}`` that announced
    the literal; odd indexes are literals."""


def is_human(line: bytes) -> bool:
    """Whether this first line of a response is a continuation or a status, tagged or not: text for people.

    Only a line that begins with ``* `` can be data; a tagged response is always a status (RFC 3501, 2.2.2).
    """
    return not line.startswith(b"* ") or _STATUS.match(line) is not None


class Framer:
    """Feed it what the socket gives, then call `next` until it gives None.

    A line ends in CR LF. A bare LF is taken for a line end too, as all common clients do, because a few small
    servers send it; this opens no way to smuggle a response in, because a bare LF inside a quoted string of a
    data response is fatal. A bare CR and a NUL are bytes like others here; the parser judges them.
    Empty lines between responses are passed over.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.allow_long_line = False
        """While set, a SEARCH or ESEARCH line may be as long as a whole response: we have asked for it."""
        self._limits = limits or Limits()
        self._buffer = bytearray()
        self._scanned = (
            0  # how much of the buffer is known to hold no LF, so that each byte is looked at once
        )
        self._parts: list[bytes] = []
        self._size = 0  # bytes of the present response that have left the buffer
        self._literal: int | None = None  # length of the literal that comes next
        self._dead = False

    @property
    def buffered(self) -> int:
        """How many bytes were received and not handed out; must be 0 where TLS begins (RFC 3501, 6.2.1)."""
        return len(self._buffer) + self._size

    def feed(self, data: bytes) -> None:
        """Take what arrived; ignored once `next` has raised, because nothing after a breach can be trusted."""
        if not self._dead:
            self._buffer += data

    def next(self) -> Frame | None:
        """The next whole response, or None while it is incomplete; RemoteProtocolError once, then None for ever."""
        if self._dead:
            return None
        try:
            return self._cut()
        except RemoteProtocolError:
            self._dead = True
            self._buffer.clear()
            self._parts.clear()
            self._size = 0
            raise

    def _cut(self) -> Frame | None:
        while True:
            if self._literal is not None:
                if len(self._buffer) < self._literal:
                    return None
                self._parts.append(self._take(self._literal))
                self._literal = None
            raw = self._take_line()
            if raw is None:
                return None
            line = raw[:-2] if raw.endswith(b"\r\n") else raw[:-1]
            if not line and not self._parts:
                self._size = 0
                continue
            self._parts.append(line)
            if not is_human(self._parts[0]):
                self._literal = self._announced(line, bare_line_end=len(raw) - len(line) == 1)
            if self._literal is None:
                frame = Frame(tuple(self._parts))
                self._parts.clear()
                self._size = 0
                return frame

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        self._scanned = 0
        self._size += count
        return taken

    def _take_line(self) -> bytes | None:
        """The next line with its line end, or None where it has none yet."""
        end = self._buffer.find(b"\n", self._scanned)
        length = len(self._buffer) if end < 0 else end
        if self._buffer.endswith(b"\r", 0, length):
            length -= 1
        if length > self._limits.line and length > self._line_limit():
            raise RemoteProtocolError(f"a line of more than {self._line_limit()} bytes")
        if self._size + length > self._limits.response:
            raise RemoteProtocolError(f"a response of more than {self._limits.response} bytes")
        if end < 0:
            self._scanned = len(self._buffer)
            return None
        return self._take(end + 1)

    def _line_limit(self) -> int:
        search = self.allow_long_line and not self._parts and _LONG_LINE.match(self._buffer)
        return self._limits.response if search else self._limits.line

    def _announced(self, line: bytes, *, bare_line_end: bool) -> int | None:
        """The length of the literal that follows this line of data, or None where the response ends here."""
        if not bare_line_end and not _BRACES.search(line):
            return None
        # What strings hold means nothing here: make them empty, and one that does not end a single quote.
        bare = _QUOTED.sub(lambda quoted: b'""' if quoted[1] else b'"', line)
        braces = _BRACES.search(bare)
        if bare.count(b'"') % 2 and (bare_line_end or _BRACES.search(line)):
            raise RemoteProtocolError("a quoted string that does not end")
        if not braces:
            return None
        found = _LITERAL.search(bare)
        if found is None:
            raise RemoteProtocolError("braces that announce no literal")
        length = int(found[1])
        if length > self._limits.literal:
            raise RemoteProtocolError(f"a literal of more than {self._limits.literal} bytes")
        if self._size + length > self._limits.response:
            raise RemoteProtocolError(f"a response of more than {self._limits.response} bytes")
        return length
