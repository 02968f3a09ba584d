"""Messages that the user wants to be reminded of, if they are unread then: in memory, and on disk over restarts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.desktop.storage.state_store import StateError
from tray.mail.model.message import MessageKey
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.app.notifications.duplicate_index import KeyedMessage
    from tray.desktop.storage.state_store import StateStore
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.message import Message, UncountedBatch
    from tray.mail.model.toast import Arrival
    from tray.net.clock import Clock

log = logging.getLogger(__name__)

_LIMIT = 500
"""Messages that are kept; a reminder of further ones drops the one that was asked for first."""
_LONGEST = 86400.0
"""Seconds that a reminder of an earlier run may still take: a longer time was made with a wrong clock."""


class Reminders:
    """Gives messages back at their times; one timer, while there is any.

    A reminder stays on disk until its toast was handed over, so that a restart in the meantime does not lose it.
    """

    def __init__(self, clock: Clock, due: Callable[[list[Arrival]], None]) -> None:
        """`due` is called with messages whose time has come."""
        self._clock = clock
        self._due = due
        self._waiting: dict[MessageKey, tuple[float, Arrival]] = {}
        self._given: set[MessageKey] = set()
        """Messages that were given back, and not announced yet."""
        self._earlier: dict[MessageKey, tuple[float, Message]] = {}
        """Those of earlier runs, until it is known whether they are still unread."""
        self._store: StateStore | None = None
        self._arrivals: Callable[[Account, Iterable[KeyedMessage]], list[Arrival]] | None = None
        self._timer = Timer(clock)

    def keep_in(
        self, store: StateStore, arrivals: Callable[[Account, Iterable[KeyedMessage]], list[Arrival]]
    ) -> None:
        """Go on with the reminders in `store`, and keep new ones there.

        `arrivals` gives to messages of an account what their toasts need.
        """
        self._store, self._arrivals = store, arrivals
        try:
            self._earlier = store.reminders()
        except StateError as error:
            log.warning("%s", error)

    def add(self, arrivals: Iterable[Arrival], seconds: float) -> None:
        """Remind of these in so many seconds, in place of an earlier time."""
        arrivals = list(arrivals)
        at = self._clock.seconds() + seconds
        for arrival in arrivals:
            self._waiting.pop(arrival.key, None)
            self._waiting[arrival.key] = at, arrival
        for key in list(self._waiting)[: max(0, len(self._waiting) - _LIMIT)]:
            del self._waiting[key]
            self._delete([key])
        if self._store is not None:
            try:
                self._store.save_reminders(
                    [(each.key, each.message) for each in arrivals if each.key in self._waiting], at
                )
            except StateError as error:  # they come from memory; only a restart would lose them
                log.warning("%s", error)
        self.look()

    def discard(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """Remind of none of these: they were read or have left their mailbox."""
        if not (self._waiting or self._earlier or self._given):
            return
        gone = {key for key in keys if isinstance(key, MessageKey) and self._is_kept(key)}
        if gone:
            self._given -= gone
            for kept in (self._waiting, self._earlier):
                for key in gone & kept.keys():
                    del kept[key]
            self._delete(gone)
            self.look()

    def _is_kept(self, key: MessageKey) -> bool:
        return key in self._waiting or key in self._earlier or key in self._given

    def announced(self, keys: Iterable[MessageKey | UncountedBatch]) -> None:
        """The toasts of these were handed over, or are not wanted."""
        if self._given:
            came = self._given.intersection(keys)
            self._given -= came
            self._delete(came)

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> None:
        """Remind of nothing in an account's other mailboxes."""
        kept = (*self._waiting, *self._earlier, *self._given)
        self.discard([key for key in kept if key.account == account and key.mailbox not in mailboxes])

    def on_status(self, account: Account, is_watching: Callable[[MailboxName], bool]) -> None:
        """An account has a new status; of mailboxes that are watched it is known what was read in the meantime."""
        if not self._earlier or self._arrivals is None:
            return
        now = self._clock.seconds()
        known = [key for key in self._earlier if key.account == account.id and is_watching(key.mailbox)]
        for key in known:
            at, message = self._earlier.pop(key)
            for arrival in self._arrivals(account, [(key, message)]):
                self._waiting.setdefault(key, (min(at, now + _LONGEST), arrival))
        if known:
            self.look()

    def look(self) -> None:
        """Give back what is due; to be called when the clock may have been set."""
        now = self._clock.seconds()
        due = [arrival for at, arrival in self._waiting.values() if at <= now]
        for arrival in due:
            del self._waiting[arrival.key]
        if self._waiting:
            self._timer.set(min(at for at, _ in self._waiting.values()) - now, self.look)
        else:
            self._timer.clear()
        if due:
            self._given.update(arrival.key for arrival in due)
            self._due(due)

    def stop(self) -> None:
        """Remind of nothing more in this run."""
        self._timer.clear()
        self._waiting.clear()
        self._earlier.clear()
        self._given.clear()

    def _delete(self, keys: Collection[MessageKey]) -> None:
        if keys and self._store is not None:
            try:
                self._store.delete_reminders(keys)
            except StateError as error:
                log.warning("%s", error)
