"""Arrivals that wait for the end of quiet hours or of a pause, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.model.message import MessageKey
from tray.mail.model.uid_set import MessageKeySet
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tray.imap.types import MailboxName
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import UncountedBatch
    from tray.mail.model.toast import Arrival

ARRIVALS_LIMIT = 200
"""Arrivals of an account that are kept; older ones are only counted."""


@dataclass(frozen=True, slots=True)
class Postponed:
    """Messages to be announced later, in one toast."""

    arrivals: tuple[Arrival, ...] = ()
    """Oldest first."""
    others: tuple[MessageKey, ...] = ()
    """Messages that are only counted."""
    batches: tuple[UncountedBatch, ...] = ()
    """Messages that are only counted, and were never fetched."""

    @property
    def keys(self) -> tuple[MessageKey | UncountedBatch, ...]:
        """The keys of all messages."""
        return *[arrival.key for arrival in self.arrivals], *self.others, *self.batches

    @property
    def account(self) -> AccountId | None:
        """The account of the first message; None where there is no message."""
        keys = self.keys
        return keys[0].account if keys else None

    def __bool__(self) -> bool:
        return bool(self.arrivals or self.others or self.batches)

    def of(self, account: AccountId) -> Postponed:
        """The messages of `account`."""
        return Postponed(
            tuple(arrival for arrival in self.arrivals if arrival.key.account == account),
            tuple(key for key in self.others if key.account == account),
            tuple(batch for batch in self.batches if batch.account == account),
        )


class PostponedArrivals:
    """The postponed messages of one account."""

    def __init__(self) -> None:
        self._known: dict[MessageKey, Arrival] = {}
        self._others = MessageKeySet()
        self._batches: dict[UncountedBatch, None] = {}

    def __bool__(self) -> bool:
        return bool(self._known or self._batches or self._others)

    def add(self, postponed: Postponed) -> None:
        """Add messages; one that is there already is skipped."""
        self._batches |= dict.fromkeys(postponed.batches)
        self._others.add(postponed.others)
        for arrival in postponed.arrivals:
            self._known.setdefault(arrival.key, arrival)
        oldest = list(self._known)[: max(0, len(self._known) - ARRIVALS_LIMIT)]
        for key in oldest:
            del self._known[key]
        self._others.add(oldest)

    def discard(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """Remove messages that were read or have left their mailbox."""
        messages = [key for key in keys if isinstance(key, MessageKey)]
        for key in messages:
            self._known.pop(key, None)
        self._others.remove(MessageKeySet(messages))
        self._batches = {batch: None for batch in self._batches if batch not in keys}

    def keep_only(self, mailboxes: Collection[MailboxName]) -> None:
        """Remove the messages of all other mailboxes."""
        keys: Iterable[MessageKey | UncountedBatch] = (*self._known, *self._others, *self._batches)
        self.discard([key for key in keys if key.mailbox not in mailboxes])

    def release(self) -> Postponed:
        """Return all messages and forget them."""
        released = Postponed(tuple(self._known.values()), tuple(self._others), tuple(self._batches))
        self._known, self._others, self._batches = {}, MessageKeySet(), {}
        return released
