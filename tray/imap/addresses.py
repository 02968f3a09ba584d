"""Finds the first mailbox in a From header (RFC 5322, 3.4), however it is written."""

from __future__ import annotations

import re

from tray.imap.text import decode_bytes, display_safe
from tray.imap.types import Address
from tray.imap.words import decode_words, match_word

_READ_MOST = 8192  # characters; who needs more for one name has no name
_ADDRESS_MOST = 320  # RFC 3696 with its erratum 1003: 64 + 1 + 255
_NAME_MOST = 200
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)("|\\?\Z)', re.DOTALL)
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\]|\\.)*"@\S+')
_ANGLE = re.compile(r"<([^>]*)(?:>|\Z)")
_ORDINARY = re.compile(r'[^"(<,;:=\\]+')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_BLANK = re.compile(r"\s+")
_ROUTE = re.compile(r"\A@[^:]*:")  # RFC 5322, 4.4: <@relay,@relay2:jane@example.org>


def parse_address(raw: bytes | str) -> Address:
    """The first mailbox of an address list, decoded and safe to display. Never raises.

    An empty group (``Undisclosed recipients:;``) is a name without address, as is text in which no address is found.
    """
    text = (decode_bytes(raw) if isinstance(raw, bytes) else raw)[:_READ_MOST]
    return _Scan(text).mailbox()


def _safe_address(text: str) -> str:
    return display_safe(_ROUTE.sub("", text.strip(), count=1), _ADDRESS_MOST)


class _Scan:
    """One pass over a list of addresses, which ends behind its first mailbox."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._phrase = ""  # what stands before an angle: as a person reads it, once decoded
        self._bare = ""  # the same as it is written, for an address without angles
        self._comment = ""
        self._group = ""

    def mailbox(self) -> Address:
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == "<" and (angle := _ANGLE.match(self._text, self._at)):
                return self._named(angle[1])
            if char in ",;":
                if self._bare.strip():
                    break
                self._at += 1
            elif char == ":" and ";" in self._text[self._at :]:
                self._group, self._phrase, self._bare = self._phrase, "", ""
                self._at += 1
            else:
                self._piece(char)
        return self._unnamed()

    def _piece(self, char: str) -> None:
        """Takes what stands next: an encoded word, a quoted string, a comment, or text."""
        if char == "=" and (word := match_word(self._text, self._at)):
            self._keep(word[0], word[0], word.end())
        elif char == '"' and (quoted := _QUOTED.match(self._text, self._at)):
            self._keep(_ESCAPE.sub(r"\1", quoted[1]), quoted[0], quoted.end())
        elif char == "(":
            self._at = self._skip_comment()
        elif ordinary := _ORDINARY.match(self._text, self._at):
            self._keep(ordinary[0], ordinary[0], ordinary.end())
        else:
            self._keep(char, char, self._at + 1)

    def _keep(self, read: str, written: str, end: int) -> None:
        self._phrase += read
        self._bare += written
        self._at = end

    def _skip_comment(self) -> int:
        """Keeps what a comment says, comments within it included; gives the place behind it."""
        depth = 0
        for place in range(self._at, len(self._text)):
            char = self._text[place]
            if self._text[place - 1 : place] == "\\":
                continue
            depth += (char == "(") - (char == ")")
            if not depth:
                break
        else:
            place = len(self._text)
        self._comment = self._comment or _ESCAPE.sub(r"\1", self._text[self._at + 1 : place])
        return place + 1

    def _name(self, text: str) -> str:
        name = display_safe(decode_words(text), _NAME_MOST)
        return display_safe(name[1:-1]) if len(name) > 2 and name[0] == name[-1] == "'" else name  # noqa: PLR2004 -- two quotes

    def _named(self, angle: str) -> Address:
        return Address(self._name(self._phrase) or self._name(self._comment), _safe_address(angle))

    def _unnamed(self) -> Address:
        bare = self._bare.strip()
        if "@" not in bare:
            return Address(self._name(self._phrase) or self._name(self._group or self._comment), "")
        if _QUOTED_LOCAL.fullmatch(bare) or not _BLANK.search(bare):
            return Address(self._name(self._comment), _safe_address(bare))
        # Several words of which one is an address: no grammar allows that, some senders do it.
        words = self._phrase.split()
        place = next(index for index, word in enumerate(words) if "@" in word)
        return Address(self._name(" ".join(words[:place] + words[place + 1 :])), _safe_address(words[place]))
