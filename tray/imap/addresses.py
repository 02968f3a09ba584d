"""Finds the first mailbox in a From header (RFC 5322, 3.4), including malformed ones."""

from __future__ import annotations

import re
from typing import NamedTuple

from tray.imap.encoded_words import decode_encoded_words, find_words, read_raw
from tray.imap.text import as_bytes, display_safe
from tray.imap.types import Address

_READ_LIMIT = 8192  # bytes
_ADDRESS_LIMIT = 320  # RFC 3696 with its erratum 1003: 64 + 1 + 255
_NAME_LIMIT = 200
_QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*){0,200})"', re.DOTALL)  # bounded, as thousands may not end
_ANGLE = re.compile(r"<[<\s]*([^<>]*)>*")
_ORDINARY = re.compile(r'(?:@\[[^\[\]\s]{0,80}\]|[^"(<,;:=\\])+')  # RFC 5321, 4.1.3: jane@[IPv6:2001:db8::1]
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")
_COMMENT_BEHIND = re.compile(r"[\s>]*\(")
_LIKE_AN_ADDRESS = re.compile(r"[^\s@]@[^\s@]")
_SPACED = re.compile(r"\s{0,9}([@.])\s{0,9}")
_SPACED_AT = re.compile(r"(?<=\S)\s{0,9}@\s{0,9}[^\s@]{1,99}\.[^\s.]\S*")  # not in "Jane @ work"
_IN_QUOTES = re.compile("'.+'")
_ROUTE = re.compile(r"\A@[^:]*:")  # RFC 5322, 4.4: <@relay,@relay2:jane@example.org>
_SCHEME = re.compile(r"\Amailto:", re.IGNORECASE)
_AROUND = "<>' \t\r\n,;"


class _Piece(NamedTuple):
    """A part of the text before an address: an encoded word, a quoted string, or text."""

    read: str
    """Without quoting; encoded words are not decoded yet."""
    written: str
    bare: str
    """As long as `written`, with blanks for what cannot be part of an address, and quotes for quoted text."""


def parse_address(raw: bytes | str, own: str | None = None) -> Address:
    """The first mailbox of an address list, decoded and safe to display. Never raises.

    An empty group (``Undisclosed recipients:;``) is a name without address, as is text without an address.
    `own` is the codec of the message itself, for bytes without a declared charset.
    """
    name, address = _Scan(read_raw(as_bytes(raw)[:_READ_LIMIT], own), own).mailbox()
    if not address and _LIKE_AN_ADDRESS.search(name):  # all of it was quoted or encoded
        within = _Scan(name, own).mailbox()
        name, address = within if within[1] else (name, address)
    return Address(_safe_name(name), display_safe(address, _ADDRESS_LIMIT))


def _safe_name(text: str) -> str:
    name = display_safe(text, _NAME_LIMIT).strip(",; ").rstrip("\\")
    return display_safe(name[1:-1]) if _IN_QUOTES.fullmatch(name) else name


class _Scan:
    """Reads a list of addresses up to the end of its first mailbox."""

    def __init__(self, text: str, own: str | None) -> None:
        self._text = text
        self._own = own
        self._at = 0
        self._words = {word.start: word.end for word in find_words(text)}
        self._comments = _comments(text) if "(" in text else {}
        self._pieces: list[_Piece] = []
        self._last = ""  # the last two characters of `bare`
        self._complete = False  # whether an address without angle brackets was read
        self._comment = ""
        self._group = ""
        self._angle: tuple[str, str] | None = (
            None  # name and content of the first angle brackets without an address
        )

    def mailbox(self) -> tuple[str, str]:
        """Name and address, either of which may be empty."""
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == "<" and (angle := _ANGLE.match(self._text, self._at)):
                content = self._content(angle[1])
                if span := _span(_without_quoted(content)):
                    return self._named(angle.end(), content, *span)
                self._without_address(angle)
            elif char in ",;":
                if self._complete or self._angle or (char == ";" and self._group):
                    break
                self._at += 1
                if self._pieces:
                    self._keep(char, char, char)
            elif char == ":" and not self._complete and self._text.find(";", self._at) > 0:
                self._group = self._phrase() or self._group
                self._pieces.clear()
                self._at += 1
            else:
                self._piece(char)
        return self._unnamed()

    def _piece(self, char: str) -> None:
        """Read an encoded word, a quoted string, a comment, or text."""
        at = self._at
        if char == "=" and (end := self._words.get(at)):
            self._at = end
            self._keep(self._text[at:end], self._text[at:end], " " * (end - at))
        elif char == '"':
            quoted = _QUOTED.match(self._text, at)
            self._at = quoted.end() if quoted else at + 1  # one that does not end is ignored
            if quoted:
                self._keep(_ESCAPE.sub(r"\1", quoted[1]), quoted[0], '"' * len(quoted[0]))
        elif char == "(":
            end = self._comments.get(at)
            self._at = at + 1 if end is None else end + 1
            if end is not None:
                self._comment = self._comment or _ESCAPE.sub(r"\1", self._text[at + 1 : end])
        else:
            ordinary = _ORDINARY.match(self._text, at)
            self._at = ordinary.end() if ordinary else at + 1
            text = self._text[at : self._at]
            self._keep(text, text, text)

    def _keep(self, read: str, written: str, bare: str) -> None:
        self._pieces.append(_Piece(read, written, bare))
        seam = self._last + bare
        self._complete = self._complete or _LIKE_AN_ADDRESS.search(seam) is not None
        self._last = seam[-2:]

    def _without_address(self, angle: re.Match[str]) -> None:
        """``<>``, or a name in angle brackets: counts as an address only where there is no other."""
        if self._angle is None:
            self._angle = self._phrase(), angle[1]
        self._at = angle.end()
        if angle[1].strip():
            self._keep(angle[0], angle[0], " " * len(angle[0]))

    def _phrase(self) -> str:
        return decode_encoded_words("".join(piece.read for piece in self._pieces), self._own).strip()

    def _decoded_comment(self) -> str:
        return decode_encoded_words(self._comment, self._own)

    def _content(self, angle: str) -> str:
        content = decode_encoded_words(angle, self._own)
        content = content if '"' in content else _COMMENT.sub("", content)
        return _SPACED.sub(r"\1", content) if len(content.split()) > 1 else content

    def _named(self, behind: int, content: str, start: int, end: int) -> tuple[str, str]:
        if not self._comment and (comment := _COMMENT_BEHIND.match(self._text, behind)):
            self._at = comment.end() - 1
            self._piece("(")
        name = self._phrase() or self._decoded_comment() or content[:start] + content[end:]
        return name, _trimmed(content[start:end])

    def _unnamed(self) -> tuple[str, str]:
        written = "".join(piece.written for piece in self._pieces)
        bare = "".join(piece.bare for piece in self._pieces)
        span = _span(bare) if self._complete else None
        if span is None and (spaced := _SPACED_AT.search(bare)):
            span = _last_word(bare, spaced.start())[0], spaced.end()
        if span is not None:
            address = _SPACED.sub(r"\1", written[slice(*span)])
            return self._around(*span) or self._decoded_comment(), _trimmed(address)
        if self._angle is not None:
            name, content = self._angle
            return name or self._decoded_comment(), _trimmed(decode_encoded_words(content, self._own))
        comment = self._decoded_comment()
        if self._pieces and (span := _span(comment)):
            return self._phrase(), _trimmed(comment[slice(*span)])
        return self._phrase() or self._group or comment, ""

    def _around(self, start: int, end: int) -> str:
        """The name written around an address, which no grammar allows but some senders write."""
        read: list[str] = []
        at = 0
        for piece in self._pieces:
            first, last = max(start - at, 0), max(min(end - at, len(piece.written)), 0)
            at += len(piece.written)
            read.append(piece.read if first >= last else piece.written[:first] + " " + piece.written[last:])
        return decode_encoded_words("".join(read), self._own).strip(_AROUND + '"[]')


def _without_quoted(text: str) -> str:
    """`text` with quotes in place of all quoted characters, so that a quoted string is one word."""
    return _QUOTED.sub(lambda quoted: '"' * len(quoted[0]), text)


def _span(text: str) -> tuple[int, int] | None:
    """Start and end of the first word that looks like an address; commas and semicolons separate words."""
    text = text.replace(",", " ").replace(";", " ")
    found = _LIKE_AN_ADDRESS.search(text)
    return _last_word(text, found.start() + 1) if found else None


def _last_word(text: str, end: int) -> tuple[int, int]:
    """Start and end of the word in which the first `end` characters end."""
    start = end - len(text[:end].rsplit(maxsplit=1)[-1])
    return start, start + len(text[start:].split(maxsplit=1)[0])


def _trimmed(text: str) -> str:
    """An address without brackets, quotes, a scheme or a route around it."""
    address = text.strip(_AROUND)
    if address.count('"') % 2 or (address[:1] == address[-1:] == '"'):
        address = address.strip('"')
    if "@[" not in address:
        address = address.strip("[]")
    return _ROUTE.sub("", _SCHEME.sub("", address), count=1)


def _comments(text: str) -> dict[int, int]:
    """Start and end of each comment; comments may be nested."""
    found: dict[int, int] = {}
    open_at: list[int] = []
    for match in re.finditer(r"\\.|[()]", text, re.DOTALL):
        if match[0] == "(":
            open_at.append(match.start())
        elif match[0] == ")" and open_at:
            found[open_at.pop()] = match.start()
    return found
