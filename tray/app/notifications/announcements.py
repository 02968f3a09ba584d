"""Which messages were announced: one counts as announced only after its toast was handed over."""

from __future__ import annotations

import itertools
import logging
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tray.app.notifications.duplicate_index import DuplicateIndex
from tray.desktop.storage.state_store import StateError
from tray.imap.types import Uid
from tray.mail.arrivals.mailbox_state import not_announced, state_to_save
from tray.mail.model.message import MessageKey, UncountedBatch
from tray.mail.model.uid_set import NO_UIDS, UidSet

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from tray.app.notifications.duplicate_index import KeyedMessage
    from tray.desktop.storage.state_store import StateStore
    from tray.imap.types import MailboxName
    from tray.mail.arrivals.mailbox_state import Change, MailboxState
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message

    Place = tuple[AccountId, MailboxName]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SortedArrivals:
    """What became of the messages of a report."""

    done: tuple[MessageKey | UncountedBatch, ...]
    """What needs no toast (any more)."""
    new: tuple[KeyedMessage, ...]
    """To be announced: what was not seen before in any mailbox."""
    batches: tuple[UncountedBatch, ...]
    """To be announced by their number only."""


@dataclass(slots=True)
class _Mailbox:
    """The present state of a mailbox, and what of it waits for its toast."""

    state: MailboxState
    saved: MailboxState | None = None
    """As it stands on disk."""
    single: UidSet = NO_UIDS
    """Messages that wait for toasts which name them."""
    batches: dict[UncountedBatch, UidSet] = field(default_factory=dict)
    """Where the messages lie that a digest will only count."""

    @property
    def waiting(self) -> UidSet:
        """All that waits."""
        counted = (run for uids in self.batches.values() for run in uids.runs)
        return UidSet.of_runs((*self.single.runs, *counted))

    def note_dates(self, dates: Iterable[float] = ()) -> None:
        """Keep the date of the oldest message that waits: after a renumbering it is known by no more than that."""
        known = () if self.state.waiting_since is None else (self.state.waiting_since,)
        since = min([*dates, *known], default=None) if self.single or self.batches else None
        if since != self.state.waiting_since:
            self.state = replace(self.state, waiting_since=since)


class Announcements:
    """The present state of every mailbox, and which of its messages are not announced yet."""

    def __init__(
        self,
        store: StateStore,
        states: Mapping[Place, MailboxState],
        complain: Callable[[str], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        """Go on from `states`, as loaded at start; `complain` is called with a sentence when saving fails."""
        self._store = store
        self._mailboxes = {place: _Mailbox(state, saved=state) for place, state in states.items()}
        self._serials = itertools.count(1)
        self._complain = complain
        self._failing = False
        self._duplicates = DuplicateIndex(store, now)

    def state(self, account: AccountId, mailbox: MailboxName) -> MailboxState | None:
        """What is known of a mailbox; None before its first sight."""
        found = self._mailboxes.get((account, mailbox))
        return None if found is None else found.state

    def message_id(self, key: MessageKey) -> str:
        """Message-ID of a message among the newest; empty where it is not known."""
        found = self._mailbox_of(key)
        latest = () if found is None else found.state.latest
        return next((message.envelope.message_id for message in latest if message.uid == key.uid), "")

    def state_to_save(self, account: AccountId, mailbox: MailboxName) -> MailboxState | None:
        """The state as it may stand on disk: its announced UID lies below what was not announced yet."""
        found = self._mailboxes.get((account, mailbox))
        return None if found is None else state_to_save(found.state, found.waiting)

    def sort_arrivals(
        self,
        account: AccountId,
        mailbox: MailboxName,
        change: Change,
        messages: Sequence[Message],
        *,
        announce: bool,
    ) -> SortedArrivals:
        """Take in what became of a mailbox; `messages` are those that were fetched.

        Until `mark_announced` is called for what is new, the announced UID on disk stays below it; the rest reaches the
        disk with the next `save`. Where `announce` is not set, every message counts as announced.
        """
        place = account, mailbox
        known = self._mailboxes.get(place)
        before = None if known is None else known.state
        here = self._mailboxes.setdefault(place, _Mailbox(change.state))
        here.state = change.state
        done: list[MessageKey] = []
        orphans: list[KeyedMessage] = []
        void_batches: tuple[UncountedBatch, ...] = ()
        if change.renumbered or change.all_read:
            void_batches, here.batches = tuple(here.batches), {}
        latest: dict[Uid, Message] = {}
        if before is not None:
            latest = {message.uid: message for message in before.latest}
            left = {MessageKey(account, mailbox, before.uid_validity, uid): uid for uid in change.left}
            # After a restart, what waited is not known to wait any more, but the announced UID lies below it.
            waiting = here.waiting | not_announced(before)
            self._duplicates.add_departed(
                (key, latest[uid]) for key, uid in left.items() if uid in latest and uid not in waiting
            )
            done += left
            if change.renumbered:
                # What waits for a toast under a UID that is void, is announced under its new one.
                done += [MessageKey(account, mailbox, before.uid_validity, uid) for uid in here.single]
                here.single, latest = NO_UIDS, {}
            orphans = self._duplicates.mark_gone(done)

        def key(uid: Uid) -> MessageKey:
            return MessageKey(account, mailbox, change.state.uid_validity, uid)

        read = [key(uid) for uid in change.read]
        done += [*read, *self._duplicates.mark_announced(read)]
        self._discard(done)
        arrivals = {message.uid: message for message in change.arrivals} if announce else {}
        # One that waits below the newest may be fetched once more: it was not seen before it was announced.
        waiting = here.waiting
        self._duplicates.add_known(
            (key(message.uid), message)
            for message in messages
            if message.uid not in latest and message.uid not in arrivals and message.uid not in waiting
        )
        new = self._sort([*orphans, *((key(uid), message) for uid, message in arrivals.items())])
        batches = self._count(place, before, change, messages) if announce and before is not None else ()
        here.note_dates()
        return SortedArrivals((*done, *void_batches), tuple(new), batches)

    def _count(
        self, place: Place, before: MailboxState, change: Change, messages: Sequence[Message]
    ) -> tuple[UncountedBatch, ...]:
        """What came and was not fetched, whatever became of `messages` above it: all of those may have been seen."""
        lowest = min((message.uid for message in messages), default=Uid(1))
        below = not_announced(before, Uid(lowest - 1))
        if not change.passed_over or not below:
            return ()
        batch = UncountedBatch(*place, next(self._serials), change.passed_over)
        self._mailboxes[place].batches[batch] = below
        # They are not older than what was known before them.
        self._mailboxes[place].note_dates([max((_date(message) for message in before.latest), default=0.0)])
        return (batch,)

    def mark_announced(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """The toasts of these were handed over; their mailboxes are saved."""
        messages = [key for key in keys if isinstance(key, MessageKey)]
        messages += self._duplicates.mark_announced(messages)
        self._discard(messages)
        places = dict.fromkeys((key.account, key.mailbox) for key in messages)
        for batch in [key for key in keys if isinstance(key, UncountedBatch)]:
            here = self._mailboxes.get((batch.account, batch.mailbox))
            if here is not None and here.batches.pop(batch, None) is not None:
                here.note_dates()
                places[batch.account, batch.mailbox] = None
        for account, mailbox in places:
            self.save(account, mailbox)

    def save(self, account: AccountId, mailbox: MailboxName) -> None:
        """Write what may be written of a mailbox, where it differs from what is on disk."""
        state = self.state_to_save(account, mailbox)
        seen = self._duplicates.unsaved(account)
        if state is None or (self._mailboxes[account, mailbox].saved == state and not seen):
            return
        try:
            self._store.save(account, mailbox, state, seen)
        except StateError as error:
            # Nothing is lost while we run: the state is in memory, and the next change tries again.
            log.warning("%s", error)
            if not self._failing:
                self._failing = True
                self._complain(str(error))
        else:
            self._mailboxes[account, mailbox].saved = state
            self._duplicates.mark_saved(account)
            self._failing = False

    def forget(self, account: AccountId) -> None:
        """Drop all that is known of an account."""
        self.keep_only(account, ())
        self._duplicates.forget(account)
        try:
            self._store.forget(account)
        except StateError as error:
            log.warning("%s", error)

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> list[KeyedMessage]:
        """Drop what is known of an account's other mailboxes: one that is watched again is seen for the first time.

        Gives what is to be announced now: copies, in mailboxes that stay, which waited for the toast of a message in
        one that does not.
        """
        for place in [
            place for place in self._mailboxes if place[0] == account and place[1] not in mailboxes
        ]:
            del self._mailboxes[place]
        return self._sort(self._duplicates.keep_only(account, mailboxes))

    def prune(self, watched: Collection[Place]) -> None:
        """These are watched; what is kept of others goes from the disk when its time has come."""
        try:
            self._store.prune(watched)
        except StateError as error:
            log.warning("%s", error)

    def _mailbox_of(self, key: MessageKey) -> _Mailbox | None:
        """The mailbox of `key`; None for a key from before a renumbering."""
        found = self._mailboxes.get((key.account, key.mailbox))
        return found if found is not None and found.state.uid_validity == key.uid_validity else None

    def _uids(self, keys: Iterable[MessageKey]) -> list[tuple[_Mailbox, UidSet]]:
        """The UIDs of `keys` by mailbox, but for keys from before a renumbering."""
        found: dict[Place, list[Uid]] = {}
        for key in keys:
            if self._mailbox_of(key) is not None:
                found.setdefault((key.account, key.mailbox), []).append(key.uid)
        return [(self._mailboxes[place], UidSet.of(uids)) for place, uids in found.items()]

    def _discard(self, keys: Iterable[MessageKey]) -> None:
        for here, uids in self._uids(keys):
            here.single -= uids
            here.note_dates()

    def _sort(self, messages: Sequence[KeyedMessage]) -> list[KeyedMessage]:
        new, waiting = self._duplicates.sort(messages)
        for here, uids in self._uids([*(key for key, _ in new), *waiting]):
            here.single |= uids
        for key, message in messages:
            here_or_none = self._mailbox_of(key)
            if here_or_none is not None:
                here_or_none.note_dates([_date(message)])
        return new


def _date(message: Message) -> float:
    return message.envelope.date or 0.0
