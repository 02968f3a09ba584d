"""Mails of an account that wait for the end of its quiet hours; a night's worth of any size in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.mail.model.message import MessageKey
from tray.mail.model.uid_set import MessageKeySet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tray.imap.types import MailboxName
    from tray.mail.model.message import UncountedBatch
    from tray.mail.model.toast import Arrival

KNOWN = 200
"""Mails of an account that are kept whole; of the older ones only the numbers are."""


@dataclass(frozen=True, slots=True)
class Released:
    """What is to be told of at last."""

    arrivals: tuple[Arrival, ...]
    """Oldest first."""
    others: tuple[MessageKey, ...]
    """Mails that are told of by their number only."""
    batches: tuple[UncountedBatch, ...]
    """More of these, of which not even the names are known."""


class PostponedArrivals:
    """The mails of one account."""

    def __init__(self) -> None:
        self._known: dict[MessageKey, Arrival] = {}
        self._others = MessageKeySet()
        self._batches: dict[UncountedBatch, None] = {}

    def __bool__(self) -> bool:
        return bool(self._known or self._batches or self._others)

    def add(
        self,
        arrivals: Iterable[Arrival],
        batches: Iterable[UncountedBatch] = (),
        others: Iterable[MessageKey] = (),
    ) -> None:
        """These came, and the `others`, which are only counted; one that waits already is passed over."""
        self._batches |= dict.fromkeys(batches)
        self._others.add(others)
        for arrival in arrivals:
            self._known.setdefault(arrival.key, arrival)
        oldest = list(self._known)[: max(0, len(self._known) - KNOWN)]
        for key in oldest:
            del self._known[key]
        self._others.add(oldest)

    def discard(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """These were read or are gone, and need not be told of."""
        mails = [key for key in keys if isinstance(key, MessageKey)]
        for key in mails:
            self._known.pop(key, None)
        self._others.remove(MessageKeySet(mails))
        self._batches = {batch: None for batch in self._batches if batch not in keys}

    def keep_only(self, mailboxes: Collection[MailboxName]) -> None:
        """Those of other mailboxes need not be told of."""
        others = self._others.matching(lambda _account, mailbox: mailbox not in mailboxes)
        keys: list[MessageKey | UncountedBatch] = [*self._known, *others, *self._batches]
        self.discard([key for key in keys if key.mailbox not in mailboxes])

    def release(self) -> Released:
        """All of them; none are kept."""
        released = Released(tuple(self._known.values()), tuple(self._others), tuple(self._batches))
        self._known, self._others, self._batches = {}, MessageKeySet(), {}
        return released
