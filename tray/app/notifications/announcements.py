"""Keeps which messages were announced: a message counts only after its toast was handed over."""

from __future__ import annotations

import itertools
import logging
import time
from dataclasses import field, replace
from typing import TYPE_CHECKING

from tray.app.notifications.duplicate_index import DuplicateIndex
from tray.desktop.storage.state_store import StateError
from tray.imap.types import Uid
from tray.mail.arrivals.mailbox_state import not_announced, state_to_save
from tray.mail.model.message import MessageKey, UncountedBatch
from tray.mail.model.uid_set import NO_UIDS, UidSet
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from tray.app.notifications.duplicate_index import KeyedMessage
    from tray.desktop.storage.state_store import StateStore
    from tray.imap.types import MailboxName
    from tray.mail.arrivals.mailbox_state import Change, MailboxReport, MailboxState
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message

    Place = tuple[AccountId, MailboxName]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SortedArrivals:
    """The messages of a report, sorted."""

    done: tuple[MessageKey | UncountedBatch, ...]
    """Those that need no toast, or no longer."""
    new: tuple[KeyedMessage, ...]
    """Those to be announced: not known before, from any mailbox."""
    batches: tuple[UncountedBatch, ...]
    """Those to be announced by their number only."""


@dataclass(slots=True)
class _Mailbox:
    """The state of a mailbox, and its pending messages: those that wait for their toast."""

    state: MailboxState
    saved: MailboxState | None = None
    """The state on disk."""
    single: UidSet = NO_UIDS
    """Messages that wait for toasts that name them."""
    batches: dict[UncountedBatch, UidSet] = field(default_factory=dict)
    """UIDs of messages that wait for a digest that only counts them."""

    @property
    def pending(self) -> UidSet:
        """All messages that wait for their toast, those that are copies of others among them."""
        counted = (run for uids in self.batches.values() for run in uids.runs)
        return UidSet.of_runs((*self.single.runs, *counted))

    def note_dates(self, dates: Iterable[float] = ()) -> None:
        """Keep the date of the oldest message that waits: after a renumbering nothing else identifies it."""
        before = () if self.state.waiting_since is None else (self.state.waiting_since,)
        since = min([*dates, *before], default=None) if self.single or self.batches else None
        if since != self.state.waiting_since:
            self.state = replace(self.state, waiting_since=since)


class Announcements:
    """The state of every mailbox, and which of its messages are not announced yet."""

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
        self._on_announced: Callable[[Collection[MessageKey | UncountedBatch]], None] | None = None

    def connect(self, on_announced: Callable[[Collection[MessageKey | UncountedBatch]], None]) -> None:
        """Call `on_announced` with what `mark_announced` is called with."""
        self._on_announced = on_announced

    def state(self, account: AccountId, mailbox: MailboxName) -> MailboxState | None:
        """The state of a mailbox; None before its first report."""
        found = self._mailboxes.get((account, mailbox))
        return None if found is None else found.state

    def message(self, key: MessageKey) -> Message | None:
        """A message among the newest; None where it is not known."""
        found = self._mailbox_of(key)
        listed = () if found is None else (*found.state.latest, *found.state.more)
        return next((message for message in listed if message.uid == key.uid), None)

    def message_id(self, key: MessageKey) -> str:
        """Message-ID of a message among the newest; empty where it is not known."""
        message = self.message(key)
        return "" if message is None else message.envelope.message_id

    def list_no_more(self) -> None:
        """Drop the older messages that a window has listed."""
        for mailbox in self._mailboxes.values():
            mailbox.state = replace(mailbox.state, more=())

    def state_to_save(self, account: AccountId, mailbox: MailboxName) -> MailboxState | None:
        """The state to write to disk: its announced UID is below every message that was not announced yet."""
        found = self._mailboxes.get((account, mailbox))
        return None if found is None else state_to_save(found.state, found.pending)

    def sort_arrivals(
        self, account: AccountId, mailbox: MailboxName, change: Change, report: MailboxReport
    ) -> SortedArrivals:
        """Use the new state of a mailbox, and sort its messages; `change` is what `report` changed.

        The announced UID on disk stays below the new ones until `mark_announced` is called for them; the rest is
        written by the next `save`.
        """
        place = account, mailbox
        previous = self._mailboxes.get(place)
        before = None if previous is None else previous.state
        entry = self._mailboxes.setdefault(place, _Mailbox(change.state))
        entry.state = change.state
        done: list[MessageKey] = []
        orphans: list[KeyedMessage] = []
        void_batches: tuple[UncountedBatch, ...] = ()
        if change.renumbered or report.unseen == 0:
            void_batches, entry.batches = tuple(entry.batches), {}
        latest: dict[Uid, Message] = {}
        if before is not None:
            latest = {message.uid: message for message in before.latest}
            left = {MessageKey(account, mailbox, before.uid_validity, uid): uid for uid in change.left}
            if left:
                # After a restart, messages that waited are only known by an announced UID below them.
                pending = entry.pending | not_announced(before)
                self._duplicates.add_departed(
                    (key, latest[uid]) for key, uid in left.items() if uid in latest and uid not in pending
                )
            done += left
            if change.renumbered:
                # Messages that wait under a UID that is void are announced under their new one.
                done += [MessageKey(account, mailbox, before.uid_validity, uid) for uid in entry.single]
                entry.single, latest = NO_UIDS, {}
            if done:
                orphans = self._duplicates.mark_gone(done)

        def key(uid: Uid) -> MessageKey:
            return MessageKey(account, mailbox, change.state.uid_validity, uid)

        if change.read:
            read = [key(uid) for uid in change.read]
            done += [*read, *self._duplicates.mark_announced(read)]
        if done:
            self._discard(done)
        arrivals = {message.uid: message for message in change.arrivals}
        # A message that waits may be fetched again: it does not count as known before it was announced.
        pending = entry.pending
        # Old messages that only a window lists would fill the disk with fingerprints.
        listed = {
            message.uid for message in change.state.more if before and message.uid <= before.announced_uid
        }
        self._duplicates.add_known(
            (key(message.uid), message)
            for message in report.messages
            if not (
                message.uid in latest
                or message.uid in arrivals
                or message.uid in listed
                or message.uid in pending
            )
        )
        new = self._sort([*orphans, *((key(uid), message) for uid, message in arrivals.items())])
        batches = self._count(place, before, report) if before is not None else ()
        entry.note_dates()
        return SortedArrivals((*done, *void_batches), tuple(new), batches)

    def _count(self, place: Place, before: MailboxState, report: MailboxReport) -> tuple[UncountedBatch, ...]:
        """The batch of new messages that were not fetched: their UIDs are below those of `report`."""
        if not report.passed_over:
            return ()
        lowest = min((message.uid for message in report.messages), default=Uid(1))
        below = not_announced(before, Uid(lowest - 1))
        if not below:
            return ()
        batch = UncountedBatch(*place, next(self._serials), report.passed_over)
        self._mailboxes[place].batches[batch] = below
        # They are not older than the messages before them.
        self._mailboxes[place].note_dates([max((_date(message) for message in before.latest), default=0.0)])
        return (batch,)

    def mark_announced(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """The toasts of these were handed over; their mailboxes are saved."""
        if self._on_announced is not None:
            self._on_announced(keys)
        messages = [key for key in keys if isinstance(key, MessageKey)]
        messages += self._duplicates.mark_announced(messages)
        self._discard(messages)
        places = dict.fromkeys((key.account, key.mailbox) for key in messages)
        for batch in [key for key in keys if isinstance(key, UncountedBatch)]:
            entry = self._mailboxes.get((batch.account, batch.mailbox))
            if entry is not None and entry.batches.pop(batch, None) is not None:
                entry.note_dates()
                places[batch.account, batch.mailbox] = None
        for account, mailbox in places:
            self.save(account, mailbox)

    def save(self, account: AccountId, mailbox: MailboxName) -> None:
        """Write the state of a mailbox, where it differs from that on disk."""
        state = self.state_to_save(account, mailbox)
        fingerprints = self._duplicates.unsaved(account)
        if state is None or (self._mailboxes[account, mailbox].saved == state and not fingerprints):
            return
        try:
            self._store.save(account, mailbox, state, fingerprints)
        except StateError as error:
            # The state is kept in memory, and the next change tries again.
            log.warning("%s", error)
            if not self._failing:
                self._failing = True
                self._complain(str(error))
        else:
            self._mailboxes[account, mailbox].saved = state
            self._duplicates.mark_saved(account)
            self._failing = False

    def forget(self, account: AccountId) -> None:
        """Delete the states and fingerprints of an account."""
        self.keep_only(account, ())
        self._duplicates.forget(account)
        try:
            self._store.forget(account)
        except StateError as error:
            log.warning("%s", error)

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> list[KeyedMessage]:
        """Drop the state of an account's other mailboxes.

        Returns messages to be announced now: copies in the mailboxes that stay, which waited for the toast of a
        message in one of the others.
        """
        for place in [
            place for place in self._mailboxes if place[0] == account and place[1] not in mailboxes
        ]:
            del self._mailboxes[place]
        return self._sort(self._duplicates.keep_only(account, mailboxes))

    def prune(self, watched: Collection[Place]) -> None:
        """Delete from disk what has not been `watched` for a long time."""
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
        for entry, uids in self._uids(keys):
            entry.single -= uids
            entry.note_dates()

    def _sort(self, messages: Sequence[KeyedMessage]) -> list[KeyedMessage]:
        new, copies = self._duplicates.sort(messages)
        for entry, uids in self._uids([*(key for key, _ in new), *copies]):
            entry.single |= uids
        for key, message in messages:
            mailbox = self._mailbox_of(key)
            if mailbox is not None:
                mailbox.note_dates([_date(message)])
        return new


def _date(message: Message) -> float:
    return message.envelope.date or 0.0
