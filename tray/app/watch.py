"""One account under watch: its watchers, their statuses, and what the tray shows of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import DeferredList

from tray.mail.connection import connection_of
from tray.mail.status import Connecting, Disabled, Watching, worst
from tray.mail.summary import account_summary

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from twisted.internet.defer import Deferred

    from tray.app.ledger import Ledger
    from tray.imap.types import MailboxName
    from tray.mail.account import Account
    from tray.mail.mailbox import MailboxState
    from tray.mail.message import MessageKey
    from tray.mail.status import Status
    from tray.mail.summary import AccountSummary
    from tray.net.watcher import Watcher

    WatcherFactory = Callable[[Account, MailboxName, int, Callable[[Status], None]], Watcher]


class AccountWatch:
    """Watches every mailbox of one account; `take` has it follow the settings without disturbing what stays."""

    def __init__(
        self,
        account: Account,
        titles: int,
        make_watcher: WatcherFactory,
        changed: Callable[[AccountWatch], None],
        now: Callable[[], float],
    ) -> None:
        """Watch `account` and its newest `titles` once started; `changed` hears of every new status."""
        self.account = account
        self.titles = titles
        self._make_watcher = make_watcher
        self._changed = changed
        self._now = now
        self._started = False
        self._pause: tuple[float | None] | None = None
        self._posts: dict[MailboxName, _Post] = {}
        if account.enabled:
            self._posts = {mailbox: self._post(mailbox) for mailbox in account.mailboxes}

    def take(self, account: Account, titles: int) -> bool:
        """Go on with other settings; False where those need connections of their own, and nothing was done.

        Mailboxes that are no longer watched are left, new ones are begun with, all others keep their connections.
        """
        if connection_of(account) != connection_of(self.account):
            return False
        before, self.account = self._posts, account
        if titles != self.titles:
            self.titles = titles
            for post in before.values():
                post.watcher.show(titles)
        if account.enabled:
            self._posts = {
                mailbox: before.get(mailbox) or self._post(mailbox) for mailbox in account.mailboxes
            }
        for mailbox, post in before.items():
            if mailbox not in self._posts:
                post.watcher.stop()
        for mailbox, post in self._posts.items():
            if mailbox not in before:
                self._begin(post.watcher)
        return True

    def hears(self, account: Account, mailbox: MailboxName) -> bool:
        """Whether the watcher that was made for these still belongs to it: one that was left says a last word."""
        post = self._posts.get(mailbox)
        return post is not None and post.account is account

    def _post(self, mailbox: MailboxName) -> _Post:
        def heard(status: Status) -> None:
            post.status = status
            if self._posts.get(mailbox) is post:
                self._changed(self)

        watcher = self._make_watcher(self.account, mailbox, self.titles, heard)
        post = _Post(self.account, watcher, Connecting(since=self._now()))
        return post

    def _begin(self, watcher: Watcher) -> None:
        if self._started:
            watcher.start()
            if self._pause is not None:
                watcher.pause(*self._pause)

    @property
    def _watchers(self) -> list[Watcher]:
        return [post.watcher for post in self._posts.values()]

    @property
    def status(self) -> Status:
        """The worst status of its mailboxes, confirmed when the server was truly last heard of."""
        return worst(post.true_status for post in self._posts.values()) if self._posts else Disabled()

    def summary(self, ledger: Ledger) -> AccountSummary:
        """What the tray shows of this account."""
        return account_summary(self.account, self.status, self.known(ledger), self.titles)

    def known(self, ledger: Ledger) -> dict[MailboxName, MailboxState]:
        """What is known of its mailboxes; those never seen are left out."""
        states = {name: ledger.state(self.account.id, name) for name in self.account.mailboxes}
        return {name: state for name, state in states.items() if state is not None}

    def start(self) -> None:
        """Begin to watch."""
        self._started = True
        for watcher in self._watchers:
            watcher.start()

    def stop(self) -> Deferred[list[tuple[bool, Any]]]:
        """Say goodbye to the server; the result fires within about two seconds."""
        self._started = False
        return DeferredList([watcher.stop() for watcher in self._watchers], consumeErrors=True)

    def check_now(self) -> None:
        """Look at once: try again if waiting, ask the server if connected."""
        for watcher in self._watchers:
            watcher.check_now()

    def look(self, mailboxes: Collection[MailboxName]) -> None:
        """Look at these at once, where they are watched now."""
        for mailbox, post in self._posts.items():
            if mailbox in mailboxes and isinstance(post.status, Watching):
                post.watcher.check_now()

    def sleep(self) -> Deferred[list[tuple[bool, Any]]]:
        """Say goodbye before the machine sleeps; nothing more is done until `retry`."""
        return DeferredList([watcher.sleep() for watcher in self._watchers], consumeErrors=True)

    def retry(self) -> None:
        """Connect without a wait where there is no connection, unless somebody has to do something first."""
        for watcher in self._watchers:
            watcher.retry()

    def prove(self, since: float) -> None:
        """Have the connections prove themselves where the server was not heard of after `since` (Unix seconds)."""
        for watcher in self._watchers:
            watcher.prove(since)

    def pause(self, until: float | None) -> None:
        """Stop watching until a time (Unix seconds) or until resumed."""
        self._pause = (until,)
        for watcher in self._watchers:
            watcher.pause(until)

    def resume(self) -> None:
        """Go on watching."""
        self._pause = None
        for watcher in self._watchers:
            watcher.resume()

    def mark_seen(self, key: MessageKey) -> Deferred[None] | None:
        """Mark one mail as read on the server; None where its mailbox is not watched (any more)."""
        post = self._posts.get(key.mailbox)
        return None if post is None else post.watcher.mark_seen(key.uid_validity, [key.uid])

    def mark_all_seen(self) -> list[Deferred[int]]:
        """Mark everything that is known as read, in each mailbox."""
        return [watcher.mark_all_seen() for watcher in self._watchers]


@dataclass(slots=True)
class _Post:
    """One mailbox under watch."""

    account: Account
    """As it was when the watcher was made, by which its reports are known."""
    watcher: Watcher
    status: Status

    @property
    def true_status(self) -> Status:
        """A watcher tells of the server's words now and then only."""
        last = self.watcher.last_confirmed
        if isinstance(self.status, Watching) and last is not None:
            return replace(self.status, last_confirmed=last)
        return self.status
