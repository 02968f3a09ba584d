"""Cuts the byte stream of a server into whole responses, within limits."""

from __future__ import annotations

import re

from tray.imap.errors import RemoteProtocolError
from tray.values import dataclass

# A status response (RFC 3501, 7.1) ends in human text, which never has a literal, even if it ends in braces.
_STATUS = re.compile(rb"\* (?:OK|NO|BAD|BYE|PREAUTH)(?: |$)", re.IGNORECASE)
# RFC 3501 `literal`, RFC 3516 `literal8`; a server must not send `{n+}`, but its meaning is clear.
_LITERAL = re.compile(rb"(?:^|(?<=[ (\]]))~?\{([0-9]{1,10})\+?\}$")
_BRACES = re.compile(rb"\{[^{}]*\}[ \t]*$")
_QUOTED = re.compile(
    rb'"(?:[^"\\]|\\.)*(?:(")|\\?\Z)', re.DOTALL
)  # up to the end of the line if it does not end
_LONG_LINE = re.compile(rb"\* E?SEARCH(?: |$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in bytes; a server that exceeds one breaks the protocol."""

    line: int = 65_536
    """One line of text without its line end."""
    literal: int = 262_144
    response: int = 1_048_576
    """One response: all its lines, line ends and literals."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One response of the server, not parsed."""

    parts: tuple[bytes, ...]
    """Text, literal, text, literal, …, text. Text has no line end, but the ``{n}`` of the literal that follows."""


def is_human(line: bytes) -> bool:
    """Whether the first line of a response is a continuation or a status, tagged or not.

    Only a line that begins with ``* `` can be data (RFC 3501, 2.2.2).
    """
    return not line.startswith(b"* ") or _STATUS.match(line) is not None


class Framer:
    """`feed` it with received bytes, then call `next` until it returns None.

    A line ends in CR LF. A bare LF is accepted too, as in all common clients, because a few small servers send it; no
    response can be smuggled in that way, because a bare LF inside a quoted string of data ends the connection. A bare
    CR and a NUL are left to the parser. Empty lines between responses are skipped.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.allow_long_line = False
        """While set, a SEARCH or ESEARCH line may be as long as a whole response."""
        self._limits = limits or Limits()
        self._buffer = bytearray()
        self._scanned = 0  # bytes of the buffer that were searched for LF and have none
        self._parts: list[bytes] = []
        self._size = 0  # bytes of the current response that have left the buffer
        self._literal: int | None = None  # length of the literal that follows
        self._failed = False

    @property
    def buffered(self) -> int:
        """How many received bytes were not returned yet; must be 0 when TLS begins (RFC 3501, 6.2.1)."""
        return len(self._buffer) + self._size

    def feed(self, data: bytes) -> None:
        """Add received bytes; they are ignored once `next` has raised."""
        if not self._failed:
            self._buffer += data

    def next(self) -> Frame | None:
        """The next response, None while it is incomplete; RemoteProtocolError once, then always None."""
        if self._failed:
            return None
        try:
            return self._next()
        except RemoteProtocolError:
            self._failed = True
            self._buffer.clear()
            self._parts.clear()
            self._size = 0
            raise

    def _next(self) -> Frame | None:
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
                self._literal = self._literal_length(line, bare_line_end=len(raw) - len(line) == 1)
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
        """The next line with its line end, None while it is incomplete."""
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

    def _literal_length(self, line: bytes, *, bare_line_end: bool) -> int | None:
        """The length of the literal that follows this line of data, None where the response ends."""
        if not bare_line_end and not _BRACES.search(line):
            return None
        # The content of strings does not matter: make each empty, and one that does not end a single quote.
        bare = _QUOTED.sub(lambda quoted: b'""' if quoted[1] else b'"', line)
        braces = _BRACES.search(bare)
        if bare.count(b'"') % 2 and (bare_line_end or _BRACES.search(line)):
            raise RemoteProtocolError("a quoted string that does not end")
        if not braces:
            return None
        found = _LITERAL.search(bare)
        if found is None:
            raise RemoteProtocolError("braces without the length of a literal")
        length = int(found[1])
        if length > self._limits.literal:
            raise RemoteProtocolError(f"a literal of more than {self._limits.literal} bytes")
        if self._size + length > self._limits.response:
            raise RemoteProtocolError(f"a response of more than {self._limits.response} bytes")
        return length
