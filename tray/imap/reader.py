"""Reads the data of one response piece by piece: atoms, numbers, strings, lists (RFC 3501, 4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from tray.imap.errors import Malformed, RemoteProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tray.imap.framer import Frame

T = TypeVar("T")

NESTING_LIMIT = 24
STEPS_LIMIT = 30_000
"""Calls of `peek` for one response, about three for each word; more would take a second or longer."""
MAX_NUMBER = 2**32 - 1
MAX_UNSIGNED_64 = 2**64 - 1

_ATOM = re.compile(rb'[^ ()"{\r\n\0][^ ()"\r\n\0]*')
_ITEM = re.compile(rb'[^ ()"{\[\r\n\0]+')
_DIGITS = re.compile(rb"[0-9]{1,20}(?=[ )]|\Z)")
_NUMBERS = re.compile(rb"[0-9 ]+")
_NUMBER_DIGITS = 10
_QUOTED = re.compile(rb'"((?:[^"\\\r\n\0]|\\[^\r\n\0])*)"')
_BARE_BACKSLASH = re.compile(rb'"\\"(?=[ )]|\Z)')
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_LITERAL = re.compile(rb"~?\{[0-9]{1,10}\+?\}\Z")
_ORIGIN = re.compile(rb"<[0-9]{1,20}>")
_SECTION = re.compile(rb"[0-9A-Za-z.\-]+")


def to_number(digits: bytes, minimum: int = 0, maximum: int = MAX_NUMBER) -> int:
    """`digits` as a number; Malformed where it is out of bounds."""
    if (
        len(digits) <= len(str(MAX_UNSIGNED_64))
        and digits.isdigit()
        and minimum <= (number := int(digits)) <= maximum
    ):
        return number
    raise Malformed("a number out of its bounds")


class Reader:
    """Reads a response from a position on; each method raises Malformed where something else follows.

    RemoteProtocolError, which ends the connection, is for a response that would take too long to read. Several spaces,
    and none before a parenthesis or quote, are accepted, because some servers send them.
    """

    def __init__(self, frame: Frame, offset: int) -> None:
        self._parts = frame.parts
        self._part = 0
        self._line = frame.parts[0]
        self._at = offset
        self._steps = 0
        self.passed_literal = False
        """Whether a literal was read; its length, as stated by the server, may be wrong."""

    def peek(self) -> bytes:
        """The next byte after spaces, empty at the end."""
        self._steps += 1
        if self._steps > STEPS_LIMIT:
            raise RemoteProtocolError("a response of too many words")
        while (byte := self._line[self._at : self._at + 1]) == b" ":
            self._at += 1
        return byte

    def at_end(self) -> bool:
        """Whether only spaces are left."""
        return not self.peek()

    def _match(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        found = pattern.match(self._line, self._at)
        if found:
            self._at = found.end()
        return found

    def take(self, byte: bytes) -> bool:
        """Whether `byte` follows; if so, skip it."""
        if self.peek() != byte:
            return False
        self._at += 1
        return True

    def expect(self, byte: bytes) -> None:
        """Skip `byte`."""
        if not self.take(byte):
            raise Malformed(f"{byte.decode('ascii')!r} is missing")

    def atom(self) -> bytes:
        """Bytes up to a space, a parenthesis or a quote; more of them are accepted than in the grammar."""
        self.peek()
        found = self._match(_ATOM)
        if not found:
            raise Malformed("a word is missing")
        return found[0]

    def number(self, minimum: int = 0, maximum: int = MAX_NUMBER) -> int:
        """A number within bounds."""
        self.peek()
        found = self._match(_DIGITS)
        if not found:
            raise Malformed("a number is missing")
        return to_number(found[0], minimum, maximum)

    def numbers(self) -> tuple[int, ...]:
        """All message numbers that follow; fast, because a SEARCH may find a hundred thousand."""
        self.peek()
        found = self._match(_NUMBERS)
        words = found[0].split() if found else []
        if max(map(len, words), default=0) > _NUMBER_DIGITS:
            raise Malformed("a number out of its bounds")
        numbers = tuple(map(int, words))
        if numbers and not 1 <= min(numbers) <= max(numbers) <= MAX_NUMBER:
            raise Malformed("a number out of its bounds")
        return numbers

    def string(self) -> bytes | None:
        """A quoted string, literal or literal8; None where something else follows."""
        if self.peek() == b'"':
            quoted = self._match(_QUOTED)
            if not quoted:
                raise Malformed("a quoted string that does not end")
            return _ESCAPE.sub(rb"\1", quoted[1]) if b"\\" in quoted[1] else quoted[1]
        if not self._match(_LITERAL):
            return None
        if self._part + 2 >= len(self._parts):
            raise RemoteProtocolError("a literal is missing")
        self._part += 2
        self.passed_literal = True
        self._line = self._parts[self._part]
        self._at = 0
        return self._parts[self._part - 1]

    def nstring(self) -> bytes | None:
        """A string, or None for NIL."""
        text = self.string()
        if text is None and self.atom().upper() != b"NIL":
            raise Malformed("a string is missing")
        return text

    def value(self, read: Callable[[Reader], T]) -> T | None:
        """Read the next value with `read`; None where that raises Malformed, and the value is skipped."""
        position = self._part, self._line, self._at
        try:
            return read(self)
        except Malformed:
            self._part, self._line, self._at = position
            self.skip()
            return None

    def delimiter(self) -> bytes | None:
        """The hierarchy delimiter, or None for NIL; some servers do not escape a backslash."""
        self.peek()
        return b"\\" if self._match(_BARE_BACKSLASH) else self.nastring()

    def astring(self) -> bytes:
        """A string or a word."""
        text = self.string()
        return self.atom() if text is None else text

    def nastring(self) -> bytes | None:
        """A string or a word, or None for NIL."""
        text = self.string()
        if text is None and (text := self.atom()).upper() == b"NIL":
            return None
        return text

    def rest(self) -> list[bytes]:
        """All words that follow, of any bytes."""
        return self._line[self._at :].split()

    def words(self) -> Iterator[bytes]:
        """The members of a flat list of words or strings."""
        self.expect(b"(")
        while not self.take(b")"):
            yield self.astring()

    def flags(self) -> Iterator[bytes]:
        """The words of a list of flags; NIL, a flag without a list, and lists within the list are accepted."""
        if not self.take(b"("):
            word = self.nastring()
            if word is not None:
                yield word
            return
        while not self.take(b")"):
            if self.peek() == b"(":
                self.skip()
            else:
                yield self.astring()

    def next_item(self) -> bytes | None:
        """The name of the next FETCH item in upper case, with its section such as ``BODY[HEADER.FIELDS]``.

        None at the end of the list, or of a response without its parenthesis, as some servers send it. The header
        names of a section and an origin such as ``<0>`` are skipped: servers spell them differently, and only one set
        of headers is ever requested.
        """
        if self.peek() in {b"", b")"}:
            return None
        found = self._match(_ITEM)
        if not found:
            raise Malformed("a FETCH item without a name")
        name = found[0].upper()
        if self.peek() != b"[":
            return name
        self._at += 1
        section = b""
        while not self.take(b"]"):
            if self.peek() == b"(":
                self.skip()
            else:
                word = self._section_word()
                section = section or word  # old servers list the headers without parentheses
        self._match(_ORIGIN)
        return name + b"[" + section + b"]"

    def _section_word(self) -> bytes:
        if self.peek() == b'"':
            return (self.string() or b"").upper()
        word = self._match(_SECTION)
        if not word:
            raise Malformed("a section that does not end")
        return word[0].upper()

    def skip(self) -> None:
        """Skip one value of any kind; lists may be nested to a bounded depth."""
        depth = 0
        while True:
            if self.take(b"("):
                depth += 1
                if depth > NESTING_LIMIT:
                    raise RemoteProtocolError(f"lists nested more than {NESTING_LIMIT} deep")
            elif depth and self.take(b")"):
                depth -= 1
            else:
                self.astring()
            if not depth:
                return
