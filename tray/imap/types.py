"""Types of IMAP that all packages use (RFC 3501, RFC 9051)."""

from __future__ import annotations

from typing import NewType

from tray.values import dataclass

Uid = NewType("Uid", int)
"""Unique identifier of a message in a mailbox, 1 to 2**32 - 1 (RFC 3501, 2.3.1.1)."""

UidValidity = NewType("UidValidity", int)
"""Changes when the server renumbers a mailbox: earlier UIDs are then invalid (RFC 3501, 2.3.1.1)."""

SequenceNumber = NewType("SequenceNumber", int)
"""Position of a message in the selected mailbox, 1 the oldest; moves with every EXPUNGE."""

MailboxName = NewType("MailboxName", str)
"""Decoded (Unicode) mailbox name; modified UTF-7 exists on the wire only. INBOX is always upper case."""

Flag = NewType("Flag", str)
"""A flag; system flags are spelled canonically (``\\Seen``) however the server wrote them."""

INBOX = MailboxName("INBOX")

SEEN = Flag("\\Seen")
ANSWERED = Flag("\\Answered")
FLAGGED = Flag("\\Flagged")
DELETED = Flag("\\Deleted")
DRAFT = Flag("\\Draft")
RECENT = Flag("\\Recent")
SYSTEM_FLAGS = (SEEN, ANSWERED, FLAGGED, DELETED, DRAFT, RECENT)


@dataclass(frozen=True, slots=True)
class ExtraItems:
    """What is fetched of a message beside its envelope, because somebody asked for it."""

    headers: frozenset[str] = frozenset()
    """Names of header fields in lower case, each an atom."""
    size: bool = False
    previews: bool = False
    """Whether previews of new messages are wanted, for their toasts."""
    listing: bool = False
    """Whether a window lists the messages: then previews of all, and unread messages older than the newest."""


NO_EXTRAS = ExtraItems()


@dataclass(frozen=True, slots=True)
class Address:
    """The sender of a message; both parts are decoded and safe to display, either may be empty."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """The parts of a message's header that are displayed; every text is decoded and safe to display."""

    subject: str
    sender: Address
    date: float | None
    """Unix seconds: the server's INTERNALDATE, else the Date header, else None."""
    message_id: str
    """Message-ID as written in the header, or empty; the sender chooses it, so it alone identifies no message."""
