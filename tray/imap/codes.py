"""Response codes: the bracketed part of a status response (RFC 3501, 7.1; RFC 5530; RFC 9051, 7.1)."""

from __future__ import annotations

from dataclasses import dataclass


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
        return int(self.argument) if self.argument.isascii() and self.argument.isdigit() else None

    @property
    def capabilities(self) -> frozenset[str] | None:
        """The names of a CAPABILITY code in upper case, or None for any other code."""
        return frozenset(self.argument.upper().split()) if self.name == "CAPABILITY" else None
