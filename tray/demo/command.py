"""Reads the words of a client's command (RFC 3501, section 9)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_ATOM: Final = re.compile(rb" ?([^ ()\"{]+)")
_QUOTED: Final = re.compile(rb' ?"((?:[^"\\]|\\.)*)"')
_LITERAL: Final = re.compile(rb" ?\{[0-9]+\+?\}$")
_LIST: Final = re.compile(rb" ?\(([^()]*)\)")


class Refused(Exception):  # noqa: N818 -- an answer
    """NO or BAD, with its text."""

    def __init__(self, text: bytes, status: bytes = b"NO") -> None:
        super().__init__(status + b" " + text)


class Command:
    """A command: `parts` are text, literal, text, … without line ends.

    Each method reads on from the last one, and raises ValueError where something else stands.
    """

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = list(parts)

    def atom(self) -> bytes:
        """A word, such as a tag, a name, or a set of numbers."""
        return self._read(_ATOM)

    def astring(self) -> bytes:
        """An atom, a quoted string or a literal."""
        if _LITERAL.fullmatch(self._parts[0]) and len(self._parts) > 1:
            _, literal, *self._parts = self._parts
            return literal
        if self._parts[0].lstrip(b" ").startswith(b'"'):
            return re.sub(rb"\\(.)", rb"\1", self._read(_QUOTED))
        return self.atom()

    def words(self) -> list[bytes]:
        """The words in parentheses."""
        return self._read(_LIST).split()

    def skip_parentheses(self) -> None:
        """Read on inside parentheses around all that is left, if there are any."""
        if self._parts[0].lstrip(b" ").startswith(b"("):
            self._parts[0] = self._parts[0].lstrip(b" ")[1:]
            self._parts[-1] = self._parts[-1].rstrip(b")")

    def rest(self) -> bytes:
        """All that is left."""
        return b"".join(self._parts).strip(b" ")

    def _read(self, pattern: re.Pattern[bytes]) -> bytes:
        found = pattern.match(self._parts[0])
        if found is None:
            raise ValueError("not what was expected")
        self._parts[0] = self._parts[0][found.end() :]
        return found[1]
