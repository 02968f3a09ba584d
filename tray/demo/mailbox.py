"""Mailboxes in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

INBOX: Final = "INBOX"
SEEN: Final = "\\Seen"
ANSWERED: Final = "\\Answered"
FLAGGED: Final = "\\Flagged"
DELETED: Final = "\\Deleted"
SYSTEM_FLAGS: Final = (SEEN, ANSWERED, FLAGGED, DELETED, "\\Draft")


@dataclass(eq=False, slots=True)
class StoredMail:
    """A delivered message: its bytes never change, its flags do."""

    uid: int
    raw: bytes
    arrived: float
    """Unix seconds."""
    flags: frozenset[str]

    @property
    def internal_date(self) -> str:
        """INTERNALDATE in UTC, with months in English in any locale."""
        _, day, month, year, clock, _ = formatdate(self.arrived).split()
        return f"{day}-{month}-{year} {clock} +0000"

    def section(self, name: bytes, fields: bytes) -> bytes | None:
        """The bytes of a section in upper case, such as ``HEADER``; None for one that the demo does not have.

        `fields` are the names of HEADER.FIELDS and HEADER.FIELDS.NOT.
        """
        header, _, body = self.raw.partition(b"\r\n\r\n")
        if name.startswith(b"HEADER.FIELDS"):
            return _fields(header, fields.lower().split(), others=name.endswith(b"NOT"))
        return {b"": self.raw, b"HEADER": header + b"\r\n\r\n", b"TEXT": body}.get(name)


def _fields(header: bytes, names: list[bytes], *, others: bool) -> bytes:
    """The named fields of a header (or all `others`), unchanged."""
    kept: list[bytes] = []
    keep = False
    for line in header.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            keep = (line.partition(b":")[0].strip().lower() in names) != others
        if keep:
            kept.append(line + b"\r\n")
    return b"".join(kept) + b"\r\n"


@dataclass(eq=False, slots=True)
class Mailbox:
    """A mailbox: its messages by UID, oldest first."""

    uid_validity: int
    uid_next: int = 1
    mails: dict[int, StoredMail] = field(default_factory=dict)
    listeners: list[Callable[[], None]] = field(default_factory=list)
    """Called after each change."""
    use: str = ""
    """Its special use (RFC 6154), such as ``\\Archive``; empty for none."""

    def add(self, raw: bytes, arrived: float, flags: frozenset[str]) -> int:
        """Add one message, and return its UID."""
        uid = self.uid_next
        self.uid_next += 1
        self.mails[uid] = StoredMail(uid, raw, arrived, flags)
        self._changed()
        return uid

    def remove(self, uids: Iterable[int]) -> None:
        """Expunge messages; unknown UIDs are ignored."""
        for uid in uids:
            self.mails.pop(uid, None)
        self._changed()

    def flag(self, uid: int, flags: frozenset[str]) -> None:
        """Set the flags of a message; an unknown UID is ignored."""
        if uid in self.mails:
            self.mails[uid].flags = flags
            self._changed()

    def _changed(self) -> None:
        for listener in tuple(self.listeners):
            listener()

    @property
    def unseen(self) -> int:
        """The number of unseen messages."""
        return sum(SEEN not in mail.flags for mail in self.mails.values())
