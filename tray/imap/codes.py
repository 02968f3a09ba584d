"""Response codes: the bracketed part of a status response (RFC 3501, 7.1; RFC 5530; RFC 9051, 7.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS_MOST = 20  # as a 64-bit number has; Python refuses to read thousands
_NAME = re.compile(r"\[([^\s\[\](){}\"\\]{1,64})(?=[ \]])")
_STEP = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[()\]]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Code:
    """``[NAME argument]``; a code that we do not know is kept as it is."""

    name: str
    """Upper case, such as ``UIDNEXT``, ``AUTHENTICATIONFAILED`` or ``ALERT``."""
    argument: str = ""
    """The rest between the brackets, as text; numbers and capability lists are read from it on demand."""

    @property
    def number(self) -> int | None:
        """The argument as a number (UIDNEXT, UIDVALIDITY, UNSEEN), or None where it is none."""
        digits = self.argument
        return int(digits) if len(digits) <= _DIGITS_MOST and digits.isascii() and digits.isdigit() else None

    @property
    def capabilities(self) -> frozenset[str] | None:
        """The names of a CAPABILITY code in upper case, or None for any other code, and for one that tells nothing."""
        return frozenset(self.argument.upper().split()) or None if self.name == "CAPABILITY" else None


def split_code(text: str) -> tuple[Code | None, str]:
    """Parts the human text of a status response from its code; text that only looks like a code stays text.

    The code ends at the first ``]`` that is not inside parentheses or quotes (``[PERMANENTFLAGS (a] \\*)]``),
    or where these never close, at the first ``]`` of all.
    """
    found = _NAME.match(text)
    if not found:
        return None, text
    end = _end(text, found.end(1))
    if end is None:
        return None, text
    code = Code(found[1].upper(), text[found.end(1) : end].strip())
    return code, text[end + 1 :].strip()


def _end(text: str, start: int) -> int | None:
    depth = 0
    for step in _STEP.finditer(text, start):
        if step[0] == "(":
            depth += 1
        elif step[0] == ")":
            depth -= 1
        elif step[0] == "]" and depth <= 0:
            return step.start()
    first = text.find("]", start)
    return first if first >= 0 else None
