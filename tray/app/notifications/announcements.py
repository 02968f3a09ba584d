"""Keeps the marks on disk: a mail counts as told only after its toast was handed over."""

from __future__ import annotations

import itertools
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from tray.app.notifications.duplicate_index import DuplicateIndex
from tray.desktop.storage.state_store import StateError
from tray.imap.types import Uid
from tray.mail.arrivals.mailbox_state import not_announced, settled
from tray.mail.model.message import MessageKey, UncountedBatch
from tray.mail.model.uid_set import each, holds, runs_of, union, without

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from tray.app.notifications.duplicate_index import Mail
    from tray.imap.types import MailboxName
    from tray.mail.arrivals.duplicates import Fingerprint
    from tray.mail.arrivals.mailbox_state import Change, MailboxState
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message
    from tray.mail.model.uid_set import Runs

log = logging.getLogger(__name__)

Place = tuple["AccountId", "MailboxName"]

_LAST = Uid(2**32 - 1)


class Store(Protocol):
    """Where marks are kept; see `tray.desktop.storage.state_store`."""

    def save(
        self,
        account: AccountId,
        mailbox: MailboxName,
        state: MailboxState,
        met: Collection[Fingerprint] = (),
    ) -> None:
        """Keep the state of one mailbox, and the mails that were met, in one step."""

    def fingerprints(self, account: AccountId) -> Iterable[tuple[Fingerprint, float]]:
        """The mails that were met, and when, oldest first."""

    def forget(self, account: AccountId) -> None:
        """Drop all of one account."""

    def prune(self, watched: Collection[Place]) -> None:
        """Drop what has not been `watched` for a long time."""


class Announcements:
    """The present state of every mailbox, and which of its mails are not yet told."""

    def __init__(
        self,
        store: Store,
        states: dict[Place, MailboxState],
        complain: Callable[[str], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        """Go on from `states`, as loaded at start; `complain` hears a sentence when saving fails."""
        self._store = store
        self._states = states
        self._untold: dict[Place, Runs] = {}
        self._counted: dict[Place, dict[UncountedBatch, Runs]] = {}
        self._batches = itertools.count(1)
        self._saved = dict(states)
        self._complain = complain
        self._failing = False
        self._duplicate_index = DuplicateIndex(self._fingerprints, now)

    def state(self, account: AccountId, mailbox: MailboxName) -> MailboxState | None:
        """What is known of a mailbox; None before its first sight."""
        return self._states.get((account, mailbox))

    def message_id(self, key: MessageKey) -> str:
        """Message-ID of a mail among the latest; empty where it is not known."""
        state = self._states.get((key.account, key.mailbox))
        if state is None or state.uid_validity != key.uid_validity:
            return ""
        return next((mail.envelope.message_id for mail in state.latest if mail.uid == key.uid), "")

    def safe(self, account: AccountId, mailbox: MailboxName) -> MailboxState | None:
        """The state as it may stand on disk: its mark lies below what was not told of yet."""
        place = account, mailbox
        state = self._states.get(place)
        if state is None:
            return None
        return settled(state, self._waiting(place))

    def take(
        self,
        account: AccountId,
        mailbox: MailboxName,
        change: Change,
        messages: Sequence[Message],
        *,
        announce: bool,
    ) -> tuple[list[MessageKey | UncountedBatch], list[Mail], tuple[UncountedBatch, ...]]:
        """Take over what became of a mailbox; `messages` are the mails that were reported whole.

        Gives the keys of mails that need no toast (any more), the mails to tell of, which are those that were not met
        in another mailbox, and what is to be told of by its number only.
        Until `told` says that their toasts were handed over, the mark on disk stays below them.
        It reaches the disk with the next `save`. Where `announce` is not set, every mail counts as told.
        """
        place = account, mailbox
        before, self._states[place] = self._states.get(place), change.state
        orphans: list[Mail] = []
        gone: list[MessageKey] = []
        settled = list(self._counted.pop(place, ())) if change.rebased or change.all_read else []
        known: dict[Uid, Message] = {}
        if before is not None:
            known = {message.uid: message for message in before.latest}
            left = {MessageKey(account, mailbox, before.uid_validity, uid): uid for uid in change.left}
            # After a restart, what waited is not known to wait any more, but the mark lies below it.
            waits = union(self._waiting(place), not_announced(before, Uid(1), _LAST))
            departed = (
                (key, known[uid]) for key, uid in left.items() if uid in known and not holds(waits, uid)
            )
            self._duplicate_index.left(departed)
            gone += left
            if change.rebased:
                # What waits for a toast under a number that is void, is told of under its new one.
                void = each(self._untold.pop(place, ()))
                gone += [MessageKey(account, mailbox, before.uid_validity, uid) for uid in void]
                known = {}
            orphans += self._duplicate_index.gone(gone)

        def key(uid: Uid) -> MessageKey:
            return MessageKey(account, mailbox, change.state.uid_validity, uid)

        gone += self._no_longer_untold([key(uid) for uid in change.read])
        self._discard(gone)
        arrivals = {message.uid: message for message in change.arrivals} if announce else {}
        # One that waits below the titles may be read once more: it is no acquaintance before it was told of.
        waits = self._waiting(place)
        fresh = (
            mail
            for mail in messages
            if mail.uid not in known and mail.uid not in arrivals and not holds(waits, mail.uid)
        )
        self._duplicate_index.met((key(message.uid), message) for message in fresh)
        new = self._sorted([*orphans, *((key(uid), message) for uid, message in arrivals.items())])
        batches = self._count(place, before, change, messages) if announce and before is not None else ()
        self._wait_since(place)
        return [*gone, *settled], new, batches

    def _count(
        self, place: Place, before: MailboxState, change: Change, messages: Sequence[Message]
    ) -> tuple[UncountedBatch, ...]:
        """What came and was not read, whatever became of `messages` above it: all of those may be known."""
        lowest = min((message.uid for message in messages), default=Uid(1))
        below = not_announced(before, Uid(1), Uid(lowest - 1))
        if not change.passed_over or not below:
            return ()
        batch = UncountedBatch(*place, next(self._batches), change.passed_over)
        self._counted.setdefault(place, {})[batch] = below
        # They are not older than what was known before them.
        self._wait_since(place, max((mail.envelope.date or 0.0 for mail in before.latest), default=0.0))
        return (batch,)

    def told(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """The toasts of these mails were handed over; their mailboxes are saved."""
        told = self._no_longer_untold([key for key in keys if isinstance(key, MessageKey)])
        self._discard(told)
        places = dict.fromkeys((key.account, key.mailbox) for key in told)
        for batch in [key for key in keys if isinstance(key, UncountedBatch)]:
            place = batch.account, batch.mailbox
            if self._counted.get(place, {}).pop(batch, None) is not None:
                self._wait_since(place)
                places[place] = None
        for account, mailbox in places:
            self.save(account, mailbox)

    def save(self, account: AccountId, mailbox: MailboxName) -> None:
        """Write what may be written of a mailbox, where it differs from what is on disk."""
        safe = self.safe(account, mailbox)
        met = self._duplicate_index.unsaved(account)
        if safe is None or (self._saved.get((account, mailbox)) == safe and not met):
            return
        try:
            self._store.save(account, mailbox, safe, met)
        except StateError as error:
            # Nothing is lost while we run: the state is in memory, and the next change tries again.
            log.warning("%s", error)
            if not self._failing:
                self._failing = True
                self._complain(str(error))
        else:
            self._saved[account, mailbox] = safe
            self._duplicate_index.saved(account)
            self._failing = False

    def forget(self, account: AccountId) -> None:
        """Drop all that is known of an account."""
        self.keep_only(account, ())
        self._duplicate_index.forget(account)
        try:
            self._store.forget(account)
        except StateError as error:
            log.warning("%s", error)

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> list[Mail]:
        """Drop what is known of an account's other mailboxes: one that is watched again is seen for the first time.

        Gives the mails that are to be told of now: copies, in mailboxes that stay, which waited for the toast of a mail
        in one that does not.
        """
        books: tuple[dict[Place, Any], ...] = self._states, self._untold, self._counted, self._saved
        for book in books:
            for place in [place for place in book if place[0] == account and place[1] not in mailboxes]:
                del book[place]
        return self._sorted(self._duplicate_index.keep_only(account, mailboxes))

    def watched(self, places: Collection[Place]) -> None:
        """These are watched; what is kept of others goes from the disk when its time has come."""
        try:
            self._store.prune(places)
        except StateError as error:
            log.warning("%s", error)

    def _waiting(self, place: Place) -> Runs:
        """The mails that wait for their toasts, also those that a digest will only count."""
        untold, counted = self._untold.get(place, ()), self._counted.get(place)
        return union(untold, *counted.values()) if counted else untold

    def _no_longer_untold(self, keys: Collection[MessageKey]) -> list[MessageKey]:
        """`keys`, and those of the copies that waited for their toasts."""
        return [*keys, *self._duplicate_index.told(keys)]

    def _discard(self, keys: Iterable[MessageKey]) -> None:
        for place, uids in self._by_place(keys).items():
            left = without(self._untold.get(place, ()), runs_of(uids))
            if left:
                self._untold[place] = left
            else:
                self._untold.pop(place, None)
            self._wait_since(place)

    def _by_place(self, keys: Iterable[MessageKey]) -> dict[Place, list[Uid]]:
        """The UIDs of those that are no keys of an earlier numbering."""
        found: dict[Place, list[Uid]] = {}
        for key in keys:
            state = self._states.get((key.account, key.mailbox))
            if state is not None and state.uid_validity == key.uid_validity:
                found.setdefault((key.account, key.mailbox), []).append(key.uid)
        return found

    def _sorted(self, mails: Sequence[Mail]) -> list[Mail]:
        new, waiting = self._duplicate_index.sort(mails)
        for place, uids in self._by_place([*(key for key, _ in new), *waiting]).items():
            self._untold[place] = union(self._untold.get(place, ()), runs_of(uids))
        dates: dict[Place, list[float]] = {}
        for key, message in mails:
            dates.setdefault((key.account, key.mailbox), []).append(message.envelope.date or 0.0)
        for place, these in dates.items():
            self._wait_since(place, *these)
        return new

    def _wait_since(self, place: Place, *dates: float) -> None:
        """Keep the date of the oldest mail that waits for its toast: renumbered, it is known by no more than that."""
        state = self._states.get(place)
        if state is not None:
            known = () if state.waiting_since is None else (state.waiting_since,)
            since = min([*dates, *known], default=None) if self._waiting(place) else None
            if since != state.waiting_since:
                self._states[place] = replace(state, waiting_since=since)

    def _fingerprints(self, account: AccountId) -> Iterable[tuple[Fingerprint, float]]:
        try:
            return self._store.fingerprints(account)
        except StateError as error:
            log.warning("%s", error)
            return ()
