"""Messages that the user wants to be reminded of, if they are still unread then; kept in memory only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.imap.types import MailboxName
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import MessageKey, UncountedBatch
    from tray.mail.model.toast import Arrival
    from tray.net.clock import Clock

_LIMIT = 500
"""Messages that are kept; a reminder of further ones drops the one that was asked for first."""


class Reminders:
    """Gives messages back at their times; one timer, while there is any."""

    def __init__(self, clock: Clock, due: Callable[[list[Arrival]], None]) -> None:
        """`due` is called with messages whose time has come."""
        self._clock = clock
        self._due = due
        self._waiting: dict[MessageKey, tuple[float, Arrival]] = {}
        self._timer = Timer(clock)

    def add(self, arrivals: Iterable[Arrival], seconds: float) -> None:
        """Remind of these in so many seconds, in place of an earlier time."""
        at = self._clock.seconds() + seconds
        for arrival in arrivals:
            self._waiting.pop(arrival.key, None)
            self._waiting[arrival.key] = at, arrival
        for key in list(self._waiting)[: max(0, len(self._waiting) - _LIMIT)]:
            del self._waiting[key]
        self.look()

    def discard(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """Remind of none of these: they were read or have left their mailbox."""
        if self._waiting:
            self._waiting = {key: entry for key, entry in self._waiting.items() if key not in keys}
            self.look()

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> None:
        """Remind of nothing in an account's other mailboxes."""
        self.discard(
            [key for key in self._waiting if key.account == account and key.mailbox not in mailboxes]
        )

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
            self._due(due)

    def stop(self) -> None:
        """Remind of nothing more."""
        self._timer.clear()
        self._waiting.clear()
