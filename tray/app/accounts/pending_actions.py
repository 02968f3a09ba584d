"""The actions on messages that their servers have not done yet: in memory, and on disk over outages and restarts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.desktop.storage.state_store import StateError
from tray.mail.model.uid_set import NO_UIDS, UidSet
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.desktop.storage.state_store import StateStore
    from tray.mail.actions.pending import PendingAction
    from tray.mail.model.account import AccountId
    from tray.mail.model.action import RefusedAction, UndoOffer

log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class QueuedAction:
    """An action of this run or of an earlier one."""

    action: PendingAction
    changes: UidSet = NO_UIDS
    """The messages that it changes, as far as known; the others were as wanted before."""
    running: bool = False
    attempts: int = 0
    undone: bool = False
    """Whether it has to be reversed when it is done."""
    done: bool = False


class PendingActions:
    """`tray.app.actions.action_queue.ActionQueue` fills and sends them; mailboxes are shown as if they were done."""

    def __init__(self, store: StateStore) -> None:
        """Go on with the actions on disk."""
        self._store = store
        self.undo_offer: UndoOffer | None = None
        """See `Summary.undo`; it may be over."""
        self.refused: tuple[RefusedAction, ...] = ()
        """See `Summary.refused`."""
        self.queue = [QueuedAction(action) for action in self._load()]
        """In the order in which they are sent."""
        self._last_id = max((entry.action.id for entry in self.queue), default=0)

    def of(self, account: AccountId) -> list[PendingAction]:
        """The actions of an account that are not done, in their order."""
        return [entry.action for entry in self.queue if entry.action.account == account and not entry.undone]

    def new_id(self) -> int:
        """An id for a new action."""
        self._last_id += 1
        return self._last_id

    def add(self, entries: Iterable[QueuedAction]) -> None:
        """Queue these, and keep them on disk."""
        entries = list(entries)
        self.queue += entries
        self.save(entry.action for entry in entries)

    def save(self, actions: Iterable[PendingAction]) -> None:
        """Keep these on disk as they are now."""
        try:
            self._store.save_actions(actions)
        except StateError as error:
            # They are done from memory; only a restart would lose them.
            log.warning("%s", error)

    def drop(self, entry: QueuedAction) -> None:
        """Remove one that is done, refused or undone; one that is not queued is ignored."""
        if entry in self.queue:
            self.queue.remove(entry)
            try:
                self._store.delete_actions([entry.action.id])
            except StateError as error:
                log.warning("%s", error)

    def forget(self, account: AccountId) -> None:
        """The account is gone, or its mailboxes are others: drop its actions, which are no longer on disk."""
        self.queue = [entry for entry in self.queue if entry.action.account != account]

    def _load(self) -> list[PendingAction]:
        try:
            return self._store.actions()
        except StateError as error:
            log.warning("%s", error)
            return []
