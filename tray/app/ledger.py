"""Keeps the marks on disk: a mail counts as told only after its toast was handed over."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Protocol

from tray.app.recognition import Recognition
from tray.desktop.state_store import StateError
from tray.mail.mailbox import settled
from tray.mail.message import MessageKey

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from tray.app.recognition import Mail
    from tray.imap.types import MailboxName, Uid
    from tray.mail.account import AccountId
    from tray.mail.duplicates import Fingerprint
    from tray.mail.mailbox import Change, MailboxState
    from tray.mail.message import Message

log = logging.getLogger(__name__)

Place = tuple["AccountId", "MailboxName"]


class Store(Protocol):
    """Where marks are kept; see `tray.desktop.state_store`."""

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


class Ledger:
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
        self._untold: dict[Place, set[Uid]] = {}
        self._saved = dict(states)
        self._complain = complain
        self._failing = False
        self._recognition = Recognition(self._fingerprints, now)

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
        state = self._states.get((account, mailbox))
        return None if state is None else settled(state, self._untold.get((account, mailbox), ()))

    def take(
        self,
        account: AccountId,
        mailbox: MailboxName,
        change: Change,
        messages: Sequence[Message],
        *,
        telling: bool,
    ) -> tuple[list[MessageKey], list[Mail]]:
        """Take over what became of a mailbox; `messages` are the mails that were reported whole.

        Gives the keys of mails that need no toast (any more), and the mails to tell of: those that were not met in
        another mailbox. Until `told` says that their toasts were handed over, the mark on disk stays below them.
        It reaches the disk with the next `save`. Not `telling`, every mail counts as told.
        """
        place = account, mailbox
        before, self._states[place] = self._states.get(place), change.state
        orphans: list[Mail] = []
        gone: list[MessageKey] = []
        known: dict[Uid, Message] = {}
        if before is not None:
            known = {message.uid: message for message in before.latest}
            left = {MessageKey(account, mailbox, before.uid_validity, uid): uid for uid in change.left}
            self._recognition.left((key, known[uid]) for key, uid in left.items() if uid in known)
            gone += left
            if (
                change.rebased
            ):  # what waits for a toast under a number that is void, is told of under its new one
                void = self._untold.pop(place, ())
                gone += [MessageKey(account, mailbox, before.uid_validity, uid) for uid in void]
                known = {}
            orphans += self._recognition.gone(gone)

        def key(uid: Uid) -> MessageKey:
            return MessageKey(account, mailbox, change.state.uid_validity, uid)

        gone += self._no_longer_untold([key(uid) for uid in change.read])
        self._discard(gone)
        arrivals = {message.uid: message for message in change.arrivals} if telling else {}
        fresh = (each for each in messages if each.uid not in known and each.uid not in arrivals)
        self._recognition.met((key(message.uid), message) for message in fresh)
        return gone, self._sorted([*orphans, *((key(uid), message) for uid, message in arrivals.items())])

    def told(self, keys: Collection[MessageKey]) -> None:
        """The toasts of these mails were handed over; their mailboxes are saved."""
        told = self._no_longer_untold(keys)
        self._discard(told)
        for account, mailbox in dict.fromkeys((key.account, key.mailbox) for key in told):
            self.save(account, mailbox)

    def save(self, account: AccountId, mailbox: MailboxName) -> None:
        """Write what may be written of a mailbox, where it differs from what is on disk."""
        safe = self.safe(account, mailbox)
        met = self._recognition.unsaved(account)
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
            self._recognition.saved(account)
            self._failing = False

    def forget(self, account: AccountId) -> None:
        """Drop all that is known of an account."""
        for book in (self._states, self._untold, self._saved):
            for place in [place for place in book if place[0] == account]:
                del book[place]
        self._recognition.forget(account)
        try:
            self._store.forget(account)
        except StateError as error:
            log.warning("%s", error)

    def _no_longer_untold(self, keys: Collection[MessageKey]) -> list[MessageKey]:
        """`keys`, and those of the copies that waited for their toasts."""
        return [*keys, *self._recognition.told(keys)]

    def _discard(self, keys: Iterable[MessageKey]) -> None:
        for key in keys:
            state = self._states.get((key.account, key.mailbox))
            if state is not None and state.uid_validity == key.uid_validity:
                self._untold.get((key.account, key.mailbox), set()).discard(key.uid)

    def _sorted(self, mails: Sequence[Mail]) -> list[Mail]:
        new, waiting = self._recognition.sort(mails)
        for key in (*(key for key, _ in new), *waiting):
            self._untold.setdefault((key.account, key.mailbox), set()).add(key.uid)
        return new

    def _fingerprints(self, account: AccountId) -> Iterable[tuple[Fingerprint, float]]:
        try:
            return self._store.fingerprints(account)
        except StateError as error:
            log.warning("%s", error)
            return ()
