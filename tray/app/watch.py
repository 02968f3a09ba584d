"""One account under watch: its watchers, their statuses, and what the tray shows of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import DeferredList

from tray.mail.status import Connecting, Disabled, Watching, worst
from tray.mail.summary import account_summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred

    from tray.app.ledger import Ledger
    from tray.imap.types import MailboxName
    from tray.mail.account import Account
    from tray.mail.message import MessageKey
    from tray.mail.status import Status
    from tray.mail.summary import AccountSummary
    from tray.net.watcher import Watcher

    WatcherFactory = Callable[[Account, MailboxName, int, Callable[[Status], None]], Watcher]


class AccountWatch:
    """Watches every mailbox of one account; a fresh one is made when the account's settings change."""

    def __init__(
        self,
        account: Account,
        titles: int,
        make_watcher: WatcherFactory,
        changed: Callable[[AccountWatch], None],
        now: float,
    ) -> None:
        """Watch `account` and its newest `titles` once started; `changed` hears of every new status."""
        self.account = account
        self.titles = titles
        self._changed = changed
        self._statuses: dict[MailboxName, Status] = {}
        self._watchers: dict[MailboxName, Watcher] = {}
        if account.enabled:
            for mailbox in account.mailboxes:
                self._statuses[mailbox] = Connecting(since=now)
                self._watchers[mailbox] = make_watcher(account, mailbox, titles, self._listener(mailbox))

    def _listener(self, mailbox: MailboxName) -> Callable[[Status], None]:
        def heard(status: Status) -> None:
            self._statuses[mailbox] = status
            self._changed(self)

        return heard

    @property
    def status(self) -> Status:
        """The worst status of its mailboxes, confirmed when the server was truly last heard of."""
        return worst(map(self._true_status, self._statuses)) if self._statuses else Disabled()

    def _true_status(self, mailbox: MailboxName) -> Status:
        """A watcher tells of the server's words now and then only."""
        status, last = self._statuses[mailbox], self._watchers[mailbox].last_confirmed
        if isinstance(status, Watching) and last is not None:
            return replace(status, last_confirmed=last)
        return status

    def summary(self, ledger: Ledger) -> AccountSummary:
        """What the tray shows of this account."""
        known = {}
        for mailbox in self.account.mailboxes:
            state = ledger.state(self.account.id, mailbox)
            if state is not None:
                known[mailbox] = state
        return account_summary(self.account, self.status, known, self.titles)

    def start(self) -> None:
        """Begin to watch."""
        for watcher in self._watchers.values():
            watcher.start()

    def stop(self) -> Deferred[list[tuple[bool, Any]]]:
        """Say goodbye to the server; the result fires within about two seconds."""
        return DeferredList([watcher.stop() for watcher in self._watchers.values()], consumeErrors=True)

    def check_now(self) -> None:
        """Look at once: try again if waiting, ask the server if connected."""
        for watcher in self._watchers.values():
            watcher.check_now()

    def sleep(self) -> Deferred[list[tuple[bool, Any]]]:
        """Say goodbye before the machine sleeps; nothing more is done until `retry`."""
        return DeferredList([watcher.sleep() for watcher in self._watchers.values()], consumeErrors=True)

    def retry(self) -> None:
        """Connect without a wait where there is no connection, unless somebody has to do something first."""
        for watcher in self._watchers.values():
            watcher.retry()

    def prove(self, since: float) -> None:
        """Have the connections prove themselves where the server was not heard of after `since` (Unix seconds)."""
        for watcher in self._watchers.values():
            watcher.prove(since)

    def pause(self, until: float | None) -> None:
        """Stop watching until a time (Unix seconds) or until resumed."""
        for watcher in self._watchers.values():
            watcher.pause(until)

    def resume(self) -> None:
        """Go on watching."""
        for watcher in self._watchers.values():
            watcher.resume()

    def mark_seen(self, key: MessageKey) -> Deferred[None] | None:
        """Mark one mail as read on the server; None where its mailbox is not watched (any more)."""
        watcher = self._watchers.get(key.mailbox)
        return None if watcher is None else watcher.mark_seen(key.uid_validity, [key.uid])

    def mark_all_seen(self) -> list[Deferred[int]]:
        """Mark everything that is known as read, in each mailbox."""
        return [watcher.mark_all_seen() for watcher in self._watchers.values()]
