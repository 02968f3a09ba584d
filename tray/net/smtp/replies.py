"""Cuts the bytes of an SMTP server into replies (RFC 5321, 4.2), within limits."""

from __future__ import annotations

import re

from tray.imap.errors import RemoteProtocolError
from tray.imap.text import decode_bytes, display_safe
from tray.values import dataclass

_LINE_LIMIT = 4096  # bytes; 512 by RFC 5321, 4.5.3.1.5, which challenges of SASL exceed
_LINES_LIMIT = 200
_TEXT_LIMIT = 500  # characters
_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: +|$)")


@dataclass(frozen=True, slots=True)
class SmtpReply:
    """One reply of a server."""

    code: int
    """200 to 599."""
    lines: tuple[bytes, ...]
    """Its lines without the code."""

    @property
    def positive(self) -> bool:
        """Whether it is 2xx."""
        return self.code // 100 == 2  # noqa: PLR2004 -- RFC 5321, 4.2.1

    @property
    def enhanced(self) -> str:
        """The enhanced status code (RFC 3463), such as ``5.7.8``; empty without one."""
        found = _ENHANCED.match(decode_bytes(self.lines[-1]))
        return found[1] if found is not None and found[1][0] == str(self.code)[0] else ""

    @property
    def text(self) -> str:
        """What it says to people, in one line, safe to display."""
        said = (_ENHANCED.sub("", decode_bytes(line), count=1) for line in self.lines)
        return display_safe(" ".join(said), _TEXT_LIMIT)


class ReplyReader:
    """Keeps what has arrived until a reply is complete."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._code = 0
        self._lines: list[bytes] = []

    @property
    def buffered(self) -> bool:
        """Whether bytes were received beyond the last reply."""
        return bool(self._data or self._lines)

    def feed(self, data: bytes) -> None:
        """Keep `data`."""
        self._data += data

    def next(self) -> SmtpReply | None:
        """The next reply if all of it has arrived; raises RemoteProtocolError for what is none."""
        while (end := self._data.find(b"\n")) >= 0:
            line = bytes(self._data[:end]).removesuffix(b"\r")
            del self._data[: end + 1]
            found = _LINE.fullmatch(line) if len(line) <= _LINE_LIMIT else None
            code = int(found[1]) if found is not None else 0
            if found is None or (self._lines and code != self._code) or len(self._lines) >= _LINES_LIMIT:
                raise RemoteProtocolError("a reply that is not one of SMTP")
            self._code = code
            self._lines.append(found[3] or b"")
            if found[2] != b"-":
                lines, self._lines = tuple(self._lines), []
                return SmtpReply(code, lines)
        if len(self._data) > _LINE_LIMIT:
            raise RemoteProtocolError("a line that does not end")
        return None
