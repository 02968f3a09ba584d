"""A message and its identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.types import DELETED, FLAGGED, SEEN
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tray.imap.types import Envelope, Flag, MailboxName, Uid, UidValidity
    from tray.mail.model.account import AccountId


@dataclass(frozen=True, slots=True)
class MessageKey:
    """Identity of a message: (account, mailbox, UIDVALIDITY, UID)."""

    account: AccountId
    mailbox: MailboxName
    uid_validity: UidValidity
    uid: Uid


@dataclass(frozen=True, slots=True)
class UncountedBatch:
    """New messages that were too many to be fetched; only their number is announced."""

    account: AccountId
    mailbox: MailboxName
    serial: int
    """Unique within one run of the program."""
    count: int

    @property
    def key(self) -> UncountedBatch:
        """The batch itself, which is known by no other key."""
        return self


is_unread: Callable[[Collection[Flag]], bool] = frozenset({SEEN, DELETED}).isdisjoint
"""Whether a message with these flags is unread: neither ``\\Seen`` nor ``\\Deleted``."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What was read of the text of a message; both may be empty, as for an encrypted message."""

    line: str = ""
    """The first line, decoded and safe to display."""
    code: str = ""
    """A one-time code, as it is typed."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message; the context has its mailbox and UIDVALIDITY."""

    uid: Uid
    envelope: Envelope
    flags: frozenset[Flag]
    gmail_id: int | None = None
    preview: str = ""
    """The first line of its text, decoded and safe to display; empty where it was not fetched."""
    code: str = ""
    """A one-time code that was found in its text, as it is typed; empty for none."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers that a rule names, their names in lower case; only where there is such a rule."""
    size: int | None = None
    """Bytes; only where a rule asks for it."""

    @property
    def flagged(self) -> bool:
        r"""Whether it has ``\Flagged``."""
        return FLAGGED in self.flags

    @property
    def unseen(self) -> bool:
        """Whether it is unread: neither ``\\Seen`` nor ``\\Deleted``."""
        return is_unread(self.flags)


def listing_date(message: Message) -> float:
    """The date by which messages are sorted in lists (Unix seconds), 0 without one.

    UIDs need not rise with the date: a bridge that imports a mailbox numbers messages in the order of the import.
    """
    return message.envelope.date or 0.0
