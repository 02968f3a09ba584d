"""Keeps the marks on disk: a mail counts as told only after its toast was handed over."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from tray.desktop.state_store import StateError
from tray.mail.mailbox import settled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.imap.types import MailboxName, Uid
    from tray.mail.account import AccountId
    from tray.mail.mailbox import MailboxState
    from tray.mail.message import MessageKey

log = logging.getLogger(__name__)

Place = tuple["AccountId", "MailboxName"]


class Store(Protocol):
    """Where marks are kept; see `tray.desktop.state_store`."""

    def save(self, account: AccountId, mailbox: MailboxName, state: MailboxState) -> None:
        """Keep the state of one mailbox."""

    def forget(self, account: AccountId) -> None:
        """Drop all of one account."""


class Ledger:
    """The present state of every mailbox, and which of its mails are not yet told."""

    def __init__(
        self, store: Store, states: dict[Place, MailboxState], complain: Callable[[str], None]
    ) -> None:
        """Go on from `states`, as loaded at start; `complain` hears a sentence when saving fails."""
        self._store = store
        self._states = states
        self._untold: dict[Place, set[Uid]] = {}
        self._saved = dict(states)
        self._complain = complain
        self._failing = False

    def state(self, account: AccountId, mailbox: MailboxName) -> MailboxState | None:
        """What is known of a mailbox; None before its first sight."""
        return self._states.get((account, mailbox))

    def message_id(self, key: MessageKey) -> str:
        """Message-ID of a mail among the latest; empty where it is not known."""
        state = self._states.get((key.account, key.mailbox))
        if state is None or state.uid_validity != key.uid_validity:
            return ""
        return next((mail.envelope.message_id for mail in state.latest if mail.uid == key.uid), "")

    def update(
        self, account: AccountId, mailbox: MailboxName, state: MailboxState, *, rebased: bool = False
    ) -> None:
        """Take over a new state; it reaches the disk with the next `save`."""
        self._states[account, mailbox] = state
        if rebased:
            self._untold.pop((account, mailbox), None)

    def await_telling(self, keys: Iterable[MessageKey]) -> None:
        """These mails are about to be told; until `told` says so, the mark on disk stays below them."""
        for key in keys:
            self._untold.setdefault((key.account, key.mailbox), set()).add(key.uid)

    def told(self, keys: Collection[MessageKey]) -> None:
        """These mails were told, or no longer need to be; their mailboxes are saved."""
        places = {(key.account, key.mailbox) for key in keys}
        for key in keys:
            self._untold.get((key.account, key.mailbox), set()).discard(key.uid)
        for account, mailbox in places:
            self.save(account, mailbox)

    def save(self, account: AccountId, mailbox: MailboxName) -> None:
        """Write what may be written of a mailbox, where it differs from what is on disk."""
        state = self._states.get((account, mailbox))
        if state is None:
            return
        safe = settled(state, self._untold.get((account, mailbox), ()))
        if self._saved.get((account, mailbox)) == safe:
            return
        try:
            self._store.save(account, mailbox, safe)
        except StateError as error:
            # Nothing is lost while we run: the state is in memory, and the next change tries again.
            log.warning("%s", error)
            if not self._failing:
                self._failing = True
                self._complain(str(error))
        else:
            self._saved[account, mailbox] = safe
            self._failing = False

    def forget(self, account: AccountId) -> None:
        """Drop all that is known of an account."""
        for book in (self._states, self._untold, self._saved):
            for place in [place for place in book if place[0] == account]:
                del book[place]
        try:
            self._store.forget(account)
        except StateError as error:
            log.warning("%s", error)
