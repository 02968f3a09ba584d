"""The messages of an account that are known, from any mailbox, or whose toast is pending, with their copies."""

from __future__ import annotations

import logging
from dataclasses import field
from typing import TYPE_CHECKING

from tray.desktop.storage.state_store import StateError
from tray.mail.arrivals.duplicates import KnownMessages, fingerprint_of, is_same_message, moved_away
from tray.values import dataclass

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
"""Pending messages of the same digest that a copy is compared with: there may be thousands."""

_PENDING_LIMIT = 2000
"""Messages that wait for their toasts and whose copies are recognised; copies of further ones are announced, too."""


@dataclass(slots=True)
class _Pending:
    """A message whose toast was not handed over yet, and its copies, which need no toast of their own."""

    fingerprint: Fingerprint
    copies: dict[MessageKey, Message] = field(default_factory=dict)


class DuplicateIndex:
    """The index of all accounts; that of one account is loaded when it is first needed."""

    def __init__(self, store: StateStore, now: Callable[[], float]) -> None:
        """`now` gives Unix seconds."""
        self._store = store
        self._now = now
        self._known: dict[AccountId, KnownMessages] = {}
        self._pending: dict[MessageKey, _Pending] = {}
        self._by_digest: dict[bytes, list[MessageKey]] = {}
        self._unsaved: dict[AccountId, list[Fingerprint]] = {}

    def add_known(self, messages: Iterable[KeyedMessage]) -> None:
        """Add messages that need no toast: present at the first report, read, or announced."""
        for key, message in messages:
            self._add(key.account, _fingerprint(key, message))

    def add_departed(self, messages: Iterable[KeyedMessage]) -> None:
        """Add announced messages that have left their mailbox: in another one they are not new."""
        for key, message in messages:
            self._add(key.account, moved_away(_fingerprint(key, message)))

    def sort(self, messages: Iterable[KeyedMessage]) -> tuple[list[KeyedMessage], list[MessageKey]]:
        """Those to be announced, and the keys of copies of these or of pending ones; known ones are left out."""
        new: list[KeyedMessage] = []
        copies: list[MessageKey] = []
        for key, message in messages:
            fingerprint = _fingerprint(key, message)
            if self._known_of(key.account).knows(fingerprint, self._now()):
                self._add(key.account, fingerprint)
                continue
            first = self._first(fingerprint)
            if first is not None:
                self._pending[first].copies[key] = message
                copies.append(key)
            else:
                self._pending[key] = _Pending(fingerprint)
                self._by_digest.setdefault(fingerprint.digest, []).append(key)
                new.append((key, message))
        if len(self._pending) > _PENDING_LIMIT:
            self._drop_the_oldest()
        return new, copies

    def mark_announced(self, keys: Collection[MessageKey]) -> list[MessageKey]:
        """Add messages whose toasts were handed over; returns the keys of their copies, which count as announced."""
        copies: list[MessageKey] = []
        for key, pending in self._remove(keys):
            self._add(key.account, pending.fingerprint)
            self.add_known(pending.copies.items())
            copies += pending.copies
        return copies

    def mark_gone(self, keys: Collection[MessageKey]) -> list[KeyedMessage]:
        """Drop messages that need no toast any more; returns the copies that waited for it, to be announced now."""
        return [copy for _, pending in self._remove(keys) for copy in pending.copies.items()]

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> list[KeyedMessage]:
        """As `mark_gone`, for all messages in the account's other mailboxes, which are no longer watched."""
        keys = dict.fromkeys(self._pending)
        for pending in self._pending.values():
            keys |= dict.fromkeys(pending.copies)
        return self.mark_gone(
            [key for key in keys if key.account == account and key.mailbox not in mailboxes]
        )

    def unsaved(self, account: AccountId) -> tuple[Fingerprint, ...]:
        """The fingerprints that are not on disk yet."""
        return tuple(self._unsaved.get(account, ()))

    def mark_saved(self, account: AccountId) -> None:
        """Called when they are on disk."""
        self._unsaved.pop(account, None)

    def forget(self, account: AccountId) -> None:
        """Drop the index of an account none of whose messages waits any more, see `keep_only`."""
        self._known.pop(account, None)
        self._unsaved.pop(account, None)

    def _known_of(self, account: AccountId) -> KnownMessages:
        if account not in self._known:
            try:
                kept = self._store.fingerprints(account)
            except StateError as error:
                log.warning("%s", error)
                kept = []
            self._known[account] = KnownMessages(kept)
        return self._known[account]

    def _add(self, account: AccountId, fingerprint: Fingerprint) -> None:
        self._known_of(account).add(fingerprint, self._now())
        self._unsaved.setdefault(account, []).append(fingerprint)

    def _first(self, fingerprint: Fingerprint) -> MessageKey | None:
        """The pending message of which this is a copy."""
        candidates = self._by_digest.get(fingerprint.digest, [])[:_CANDIDATES]
        return next(
            (key for key in candidates if is_same_message(self._pending[key].fingerprint, fingerprint)), None
        )

    def _drop_the_oldest(self) -> None:
        excess = len(self._pending) - _PENDING_LIMIT
        alone = [key for key, pending in self._pending.items() if not pending.copies]
        self._remove(alone[:excess])

    def _remove(self, keys: Collection[MessageKey]) -> list[tuple[MessageKey, _Pending]]:
        """Remove pending messages and copies; returns the pending messages among them."""
        wanted = set(keys)  # with a frozenset each intersection would look at all of them
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
