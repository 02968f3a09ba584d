"""What we know of one mailbox, and how a report from the server changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.imap.types import Flag, Uid, UidValidity
    from tray.mail.message import Message


@dataclass(frozen=True, slots=True)
class MailboxState:
    """All that is kept of a mailbox between two reports, and between two runs."""

    uid_validity: UidValidity
    announced_uid: Uid
    """The mark: every mail up to this UID was told to the user, or was there at first sight."""
    unseen: int
    """How many mails of the whole mailbox are unseen, as the server counts."""
    latest: tuple[Message, ...] = ()
    """The newest titles, newest (highest UID) first."""


@dataclass(frozen=True, slots=True)
class MailboxReport:
    """What a session has learnt; a field that is None or empty says nothing."""

    uid_validity: UidValidity
    messages: tuple[Message, ...] = ()
    """Mails read whole (with envelope), in any order."""
    flags: tuple[tuple[Uid, frozenset[Flag]], ...] = ()
    """Present flags of mails that were reported whole before."""
    covers: Uid | None = None
    """Every mail with this UID or a higher one is named in `messages` or `flags`: a known one that is not is gone."""
    gone: frozenset[Uid] = frozenset()
    """Mails that are known to have left the mailbox."""
    unseen: int | None = None
    uid_next: Uid | None = None
    """UIDNEXT at the opening of the mailbox; None where the server does not tell."""


@dataclass(frozen=True, slots=True)
class Change:
    """What `advance` found: the new state, and what became of which mail."""

    state: MailboxState
    arrivals: tuple[Message, ...]
    """Mails to tell the user of, oldest first."""
    read: frozenset[Uid]
    """Mails that were unseen and are now read (or marked deleted)."""
    left: frozenset[Uid]
    """Mails that are no longer in the mailbox."""
    rebased: bool = False
    """Whether UIDVALIDITY changed: every key known before is void."""


# advance(state: MailboxState | None, report: MailboxReport, limit: int) -> Change
# settled(state: MailboxState, pending: Collection[Uid]) -> MailboxState
