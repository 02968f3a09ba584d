"""Which messages of an account were seen before, in any mailbox, and which wait for the toast of another copy."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.desktop.storage.state_store import StateError
from tray.mail.arrivals.duplicates import KnownMessages, fingerprint_of, is_same_message, moved_away

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.desktop.storage.state_store import StateStore
    from tray.imap.types import MailboxName
    from tray.mail.arrivals.duplicates import Fingerprint
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message, MessageKey

    KeyedMessage = tuple[MessageKey, Message]

log = logging.getLogger(__name__)

_CANDIDATES = 16
"""Messages alike in one mailbox that are compared with a copy: somebody may send a thousand."""

_PENDING_LIMIT = 2000
"""Messages that wait for their toasts and are known by their fingerprints; copies of others are announced too."""


@dataclass(slots=True)
class _Pending:
    """A message whose toast was not handed over yet, and its copies, which the same toast announces."""

    fingerprint: Fingerprint
    copies: dict[MessageKey, Message] = field(default_factory=dict)


class DuplicateIndex:
    """Of all accounts; what is known of one is loaded when it is first needed."""

    def __init__(self, store: StateStore, now: Callable[[], float]) -> None:
        """`now` gives Unix seconds."""
        self._store = store
        self._now = now
        self._seen: dict[AccountId, KnownMessages] = {}
        self._pending: dict[MessageKey, _Pending] = {}
        self._by_digest: dict[bytes, list[MessageKey]] = {}
        self._unsaved: dict[AccountId, list[Fingerprint]] = {}

    def add_known(self, messages: Iterable[KeyedMessage]) -> None:
        """These need not be announced: they were there at first sight, are read already, or were announced."""
        for key, message in messages:
            self._add(key.account, _fingerprint(key, message))

    def add_departed(self, messages: Iterable[KeyedMessage]) -> None:
        """These have left their mailbox, and had been announced: wherever they come, they are not new."""
        for key, message in messages:
            self._add(key.account, moved_away(_fingerprint(key, message)))

    def sort(self, messages: Iterable[KeyedMessage]) -> tuple[list[KeyedMessage], list[MessageKey]]:
        """Those to be announced, and the keys of those that wait for the toast of a copy; the others were seen."""
        new: list[KeyedMessage] = []
        waiting: list[MessageKey] = []
        for key, message in messages:
            fingerprint = _fingerprint(key, message)
            if self._seen_of(key.account).knows(fingerprint, self._now()):
                self._add(key.account, fingerprint)
                continue
            first = self._first(fingerprint)
            if first is not None:
                self._pending[first].copies[key] = message
                waiting.append(key)
            else:
                self._pending[key] = _Pending(fingerprint)
                self._by_digest.setdefault(fingerprint.digest, []).append(key)
                new.append((key, message))
        if len(self._pending) > _PENDING_LIMIT:
            self._drop_the_oldest()
        return new, waiting

    def mark_announced(self, keys: Collection[MessageKey]) -> list[MessageKey]:
        """The toasts of these were handed over; the keys of their copies, which are announced by that."""
        copies: list[MessageKey] = []
        for key, pending in self._remove(keys):
            self._add(key.account, pending.fingerprint)
            self.add_known(pending.copies.items())
            copies += pending.copies
        return copies

    def mark_gone(self, keys: Collection[MessageKey]) -> list[KeyedMessage]:
        """These need no toast any more; copies that waited for it are still there, and are to be announced now."""
        return [copy for _, pending in self._remove(keys) for copy in pending.copies.items()]

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> list[KeyedMessage]:
        """As `mark_gone`, of all in the account's other mailboxes, which are no longer watched."""
        keys = dict.fromkeys(self._pending)
        for pending in self._pending.values():
            keys |= dict.fromkeys(pending.copies)
        return self.mark_gone(
            [key for key in keys if key.account == account and key.mailbox not in mailboxes]
        )

    def unsaved(self, account: AccountId) -> tuple[Fingerprint, ...]:
        """What is not on disk yet."""
        return tuple(self._unsaved.get(account, ()))

    def mark_saved(self, account: AccountId) -> None:
        """All of it is on disk now."""
        self._unsaved.pop(account, None)

    def forget(self, account: AccountId) -> None:
        """Drop all that is known of an account."""
        self._seen.pop(account, None)
        self._unsaved.pop(account, None)
        self.keep_only(account, ())

    def _seen_of(self, account: AccountId) -> KnownMessages:
        if account not in self._seen:
            try:
                kept = self._store.fingerprints(account)
            except StateError as error:
                log.warning("%s", error)
                kept = []
            self._seen[account] = KnownMessages(kept)
        return self._seen[account]

    def _add(self, account: AccountId, fingerprint: Fingerprint) -> None:
        self._seen_of(account).add(fingerprint, self._now())
        self._unsaved.setdefault(account, []).append(fingerprint)

    def _first(self, fingerprint: Fingerprint) -> MessageKey | None:
        """The message of which this is a copy, if it waits for its toast."""
        candidates = self._by_digest.get(fingerprint.digest, [])[:_CANDIDATES]
        return next(
            (key for key in candidates if is_same_message(self._pending[key].fingerprint, fingerprint)), None
        )

    def _drop_the_oldest(self) -> None:
        excess = len(self._pending) - _PENDING_LIMIT
        alone = [key for key, pending in self._pending.items() if not pending.copies]
        self._remove(alone[:excess])

    def _remove(self, keys: Collection[MessageKey]) -> list[tuple[MessageKey, _Pending]]:
        """None of these waits any more, for its own toast or that of another copy; those that waited for their own."""
        wanted = frozenset(keys)
        for pending in self._pending.values():
            for key in pending.copies.keys() & wanted:
                del pending.copies[key]
        removed = [(key, self._pending.pop(key)) for key in dict.fromkeys(keys) if key in self._pending]
        for key, pending in removed:
            alike = self._by_digest[pending.fingerprint.digest]
            alike.remove(key)
            if not alike:
                del self._by_digest[pending.fingerprint.digest]
        return removed


def _fingerprint(key: MessageKey, message: Message) -> Fingerprint:
    return fingerprint_of(key.account, key.mailbox, key.uid_validity, message)
