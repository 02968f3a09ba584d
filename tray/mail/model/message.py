"""One message as we know it, and its identity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.imap.types import DELETED, SEEN

if TYPE_CHECKING:
    from collections.abc import Collection

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
    """Messages that came to a mailbox and were too many to be fetched: they are announced by their number only."""

    account: AccountId
    mailbox: MailboxName
    serial: int
    """Distinguishes it from every other one of this run."""
    count: int
    """How many they are."""


def is_unread(flags: Collection[Flag]) -> bool:
    """Whether a message with these flags is unread: neither ``\\Seen`` nor ``\\Deleted``."""
    return SEEN not in flags and DELETED not in flags


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a mailbox whose UIDVALIDITY is known from the context."""

    uid: Uid
    envelope: Envelope
    flags: frozenset[Flag]
    gmail_id: int | None = None

    @property
    def unseen(self) -> bool:
        """Whether it is unread: neither ``\\Seen`` nor ``\\Deleted``."""
        return is_unread(self.flags)


def listing_date(message: Message) -> float:
    """By what messages are listed, the highest first: the date, for UIDs need not rise with it.

    A bridge that imports a mailbox numbers its messages as it reads them. Messages without a date come last.
    """
    return message.envelope.date or 0.0
