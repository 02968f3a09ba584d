"""Holds an old mail for a moment: word may come from the mailbox that it may have been moved from."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.mail.arrivals.move_detection import PATIENCE, Moves, origins
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from tray.imap.types import MailboxName
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import MessageKey, UncountedBatch
    from tray.mail.notifications.notifier import Arrival
    from tray.net.clock import Clock

log = logging.getLogger(__name__)


class Movements:
    """Of all accounts. What waits here is not announced: a crash loses none."""

    def __init__(
        self,
        clock: Clock,
        moved: Callable[[Collection[MessageKey]], None],
        tell: Callable[[Sequence[Arrival]], None],
    ) -> None:
        """`moved` hears of mails that need no toast, `tell` is given those that do after all, of one account a call."""
        self._clock = clock
        self._moved = moved
        self._tell = tell
        self._accounts: dict[AccountId, Moves] = {}
        self._held: dict[MessageKey, Arrival] = {}
        self._alarm = Timer(clock)

    def departed(self, account: AccountId, mailbox: MailboxName, count: int) -> None:
        """So many unseen mails have left of which the title was never read."""
        if count:
            self._explained(self._moves(account).departed(mailbox, count, self._clock.seconds()))

    def sift(
        self, arrivals: Sequence[Arrival], states: Mapping[MailboxName, MailboxState]
    ) -> tuple[list[Arrival], frozenset[MailboxName]]:
        """Those of `arrivals`, of one account, to be told of at once; and the mailboxes to be asked about the others.

        `states` are those of the account's watched mailboxes.
        """
        new: list[Arrival] = []
        explained: list[MessageKey] = []
        ask: frozenset[MailboxName] = frozenset()
        for arrival in arrivals:
            key = arrival.key
            possible = origins(key.mailbox, arrival.message, states)
            if not possible:
                new.append(arrival)
            elif self._moves(key.account).came(key, possible, self._clock.seconds()):
                explained.append(key)
            else:
                self._held[key] = arrival
                ask |= possible
        self._explained(explained)
        if self._held and self._alarm.remaining is None:
            self._alarm.set(PATIENCE, self._patience_ends)
        return new, ask

    def drop(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """These were read or are gone."""
        for key in [key for key in self._held if key in keys] if self._held else ():
            del self._held[key]
            self._moves(key.account).drop([key])

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> None:
        """Drop what is known of an account's other mailboxes."""
        self.drop({key for key in self._held if key.account == account and key.mailbox not in mailboxes})

    def forget(self, account: AccountId) -> None:
        """Drop all that is known of an account."""
        self._accounts.pop(account, None)
        self._held = {key: arrival for key, arrival in self._held.items() if key.account != account}

    def stop(self) -> None:
        """Forget the timer; what waits is told of in the next run."""
        self._alarm.clear()

    def _moves(self, account: AccountId) -> Moves:
        return self._accounts.setdefault(account, Moves())

    def _explained(self, keys: Sequence[MessageKey]) -> None:
        for key in keys:
            self._held.pop(key, None)
        if keys:
            log.info("%d mails were moved here from another watched mailbox", len(keys))
            self._moved(keys)

    def _patience_ends(self) -> None:
        now = self._clock.seconds()
        late = [moves.overdue(now) for moves in self._accounts.values()]
        new = [[self._held.pop(key) for key in keys if key in self._held] for keys in late]
        if self._held:
            self._alarm.set(PATIENCE / 5, self._patience_ends)
        for arrivals in new:
            if arrivals:
                self._tell(arrivals)
