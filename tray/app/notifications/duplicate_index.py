"""Which mails of an account were met before, wherever they stand, and which wait for the toast of another copy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.mail.arrivals.duplicates import SeenMessages, fingerprint, is_same_message, moved_away

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.imap.types import MailboxName
    from tray.mail.arrivals.duplicates import Fingerprint
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message, MessageKey

    Mail = tuple[MessageKey, Message]

_CANDIDATES = 16
"""Mails alike in one mailbox that are compared with a copy: somebody may send a thousand."""

_PENDING_MOST = 2000
"""Mails that wait for their toasts and are known by what they are; a copy of one beyond them is told of by itself."""


@dataclass(slots=True)
class _Pending:
    """A mail whose toast was not handed over yet, and its copies, which are told of by the same toast."""

    mark: Fingerprint
    copies: dict[MessageKey, Message] = field(default_factory=dict)


class DuplicateIndex:
    """Of all accounts; what is known of one is loaded when it is first needed."""

    def __init__(
        self, load: Callable[[AccountId], Iterable[tuple[Fingerprint, float]]], now: Callable[[], float]
    ) -> None:
        self._load = load
        self._now = now
        self._known: dict[AccountId, SeenMessages] = {}
        self._pending: dict[MessageKey, _Pending] = {}
        self._by_digest: dict[bytes, list[MessageKey]] = {}
        self._unsaved: dict[AccountId, list[Fingerprint]] = {}

    def met(self, mails: Iterable[Mail]) -> None:
        """These need not be told of: they were there at first sight, are read already, or were told of."""
        for key, message in mails:
            self._add(key.account, _fingerprint(key, message))

    def left(self, mails: Iterable[Mail]) -> None:
        """These have left their mailbox, and did not wait for their toasts: such a one is no acquaintance."""
        for key, message in mails:
            self._add(key.account, moved_away(_fingerprint(key, message)))

    def sort(self, mails: Iterable[Mail]) -> tuple[list[Mail], list[MessageKey]]:
        """The mails to tell of, and the keys of those that wait for the toast of a copy; the others are known."""
        new: list[Mail] = []
        waiting: list[MessageKey] = []
        for key, message in mails:
            mark = _fingerprint(key, message)
            if self._book(key.account).knows(mark, self._now()):
                self._add(key.account, mark)
                continue
            first = self._first(mark)
            if first is not None:
                self._pending[first].copies[key] = message
                waiting.append(key)
            else:
                self._pending[key] = _Pending(mark)
                self._by_digest.setdefault(mark.digest, []).append(key)
                new.append((key, message))
        if len(self._pending) > _PENDING_MOST:
            self._forget_the_oldest()
        return new, waiting

    def told(self, keys: Iterable[MessageKey]) -> list[MessageKey]:
        """The toasts of these were handed over; the keys of their copies, which are told of as well."""
        copies: list[MessageKey] = []
        keys = tuple(keys)
        self._strike(keys)
        for key in keys:
            pending = self._take(key)
            if pending is not None:
                self._add(key.account, pending.mark)
                self.met(pending.copies.items())
                copies += pending.copies
        return copies

    def gone(self, keys: Collection[MessageKey]) -> list[Mail]:
        """These need no toast any more; copies that waited for it are still there, and are to be told of now."""
        orphans: list[Mail] = []
        self._strike(keys)
        for key in keys:
            taken = self._take(key)
            if taken is not None:
                orphans += taken.copies.items()
        return orphans

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> list[Mail]:
        """As `gone`, of all that stands in the account's other mailboxes, which are no longer watched."""

        def is_void(key: MessageKey) -> bool:
            return key.account == account and key.mailbox not in mailboxes

        keys = dict.fromkeys(key for key in self._pending if is_void(key))
        for pending in self._pending.values():
            keys |= dict.fromkeys(key for key in pending.copies if is_void(key))
        return self.gone(keys.keys())

    def unsaved(self, account: AccountId) -> tuple[Fingerprint, ...]:
        """What is not on disk yet."""
        return tuple(self._unsaved.get(account, ()))

    def saved(self, account: AccountId) -> None:
        """All of it is on disk now."""
        self._unsaved.pop(account, None)

    def forget(self, account: AccountId) -> None:
        """Drop all that is known of an account."""
        self._known.pop(account, None)
        self._unsaved.pop(account, None)
        for key in [key for key in self._pending if key.account == account]:
            self._take(key)

    def _book(self, account: AccountId) -> SeenMessages:
        book = self._known.get(account)
        if book is None:
            book = self._known[account] = SeenMessages(self._load(account))
        return book

    def _add(self, account: AccountId, mark: Fingerprint) -> None:
        self._book(account).add(mark, self._now())
        self._unsaved.setdefault(account, []).append(mark)

    def _first(self, mark: Fingerprint) -> MessageKey | None:
        """The mail of which this is a copy, if it waits for its toast."""
        candidates = self._by_digest.get(mark.digest, [])[:_CANDIDATES]
        return next((key for key in candidates if is_same_message(self._pending[key].mark, mark)), None)

    def _strike(self, keys: Collection[MessageKey]) -> None:
        """These wait for the toast of another copy no more."""
        wanted = frozenset(keys)
        for pending in self._pending.values():
            for key in pending.copies.keys() & wanted:
                del pending.copies[key]

    def _forget_the_oldest(self) -> None:
        excess = len(self._pending) - _PENDING_MOST
        alone = [key for key, pending in self._pending.items() if not pending.copies]
        for key in alone[:excess]:
            self._take(key)

    def _take(self, key: MessageKey) -> _Pending | None:
        pending = self._pending.pop(key, None)
        if pending is not None:
            keys = self._by_digest[pending.mark.digest]
            keys.remove(key)
            if not keys:
                del self._by_digest[pending.mark.digest]
        return pending


def _fingerprint(key: MessageKey, message: Message) -> Fingerprint:
    return fingerprint(key.account, key.mailbox, key.uid_validity, message)
