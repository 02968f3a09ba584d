"""One account under watch: its watchers, their statuses, and what the tray shows of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from twisted.internet.defer import Deferred, DeferredList

from tray.mail.model.status import Connecting, Disabled, Watching, worst
from tray.mail.presentation.summary import account_summary

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tray.app.notifications.announcements import Announcements
    from tray.imap.types import MailboxName
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.account import Account
    from tray.mail.model.message import MessageKey
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Status
    from tray.mail.presentation.summary import AccountSummary
    from tray.net.watch.watcher import MailboxWatcher

    WatcherFactory = Callable[[Account, MailboxName, int, "Heard"], MailboxWatcher]


class Heard(Protocol):
    """Hears how a watcher fares, and what it has tried to log in with (None: that is not known)."""

    def __call__(self, status: Status, tried: Collection[Secret] | None = None) -> None:
        """Take note of it."""


class Endings:
    """Connections that are being ended: none is begun in their place before the server has seen them go.

    A server that counts connections would refuse the new one, and be taken for one that takes fewer than it does.
    A watcher ends within about two seconds, whatever its server does.
    """

    def __init__(self) -> None:
        self._under_way: list[tuple[Account, Deferred[None]]] = []
        self._waiting: list[tuple[Account, Callable[[], None]]] = []

    def end(self, watcher: MailboxWatcher) -> Deferred[None]:
        """Stop it; fires when it has stopped."""
        over: Deferred[None] = Deferred()
        ending = watcher.account, over
        self._under_way.append(ending)

        def ended(_: object) -> None:
            self._under_way.remove(ending)
            over.callback(None)
            self._go_on()

        watcher.stop().addBoth(ended)
        return over

    def begin(self, account: Account, call: Callable[[], None]) -> None:
        """Call when no connection of `account`, nor any other to its server, is being ended."""
        self._waiting.append((account, call))
        self._go_on()

    @property
    def under_way(self) -> list[Deferred[None]]:
        """Fire when they have ended."""
        return [over for _, over in self._under_way]

    def _go_on(self) -> None:
        ready = [each for each in self._waiting if not self._has_to_wait(each[0])]
        self._waiting = [each for each in self._waiting if each not in ready]
        for _, call in ready:
            call()

    def _has_to_wait(self, account: Account) -> bool:
        host = account.host.lower()
        return any(account.id == other.id or host == other.host.lower() for other, _ in self._under_way)


class AccountWatch:
    """Watches every mailbox of one account; `take` has it follow the settings without disturbing what stays."""

    def __init__(
        self,
        account: Account,
        titles: int,
        make_watcher: WatcherFactory,
        changed: Callable[[AccountWatch], None],
        now: Callable[[], float],
        endings: Endings | None = None,
    ) -> None:
        """Watch `account` and its newest `titles` once started; `changed` hears of every new status.

        `endings` are those of all accounts.
        """
        self.account = account
        self.titles = titles
        self.latest: Status = Disabled()
        """What one of its mailboxes has said last."""
        self.tried: Collection[Secret] | None = None
        """What that mailbox has tried to log in with; None where that is not known."""
        self.is_over = False
        """Whether the account is watched no more: it was removed, or the program ends."""
        self._make_watcher = make_watcher
        self._changed = changed
        self._now = now
        self._endings = endings or Endings()
        self._started = False
        self._speaker: MailboxWatcher | None = None
        self._pause: tuple[float | None] | None = None
        self._posts: dict[MailboxName, _WatchedMailbox] = {}
        if account.enabled:
            self._posts = {mailbox: self._post(mailbox) for mailbox in account.mailboxes}

    def take(self, account: Account, titles: int) -> None:
        """Go on with other settings.

        Mailboxes that are no longer watched are left, new ones are begun with, all others keep their connections,
        where the new settings do not need others. What is new is begun when what it takes the place of has ended.
        """
        posts = self._posts
        stay = posts if account.connection_key == self.account.connection_key else {}
        self.account = account
        if titles != self.titles:
            self.titles = titles
            for post in stay.values():
                post.watcher.show(titles)
        self._posts = {}
        if account.enabled:
            self._posts = {mailbox: stay.get(mailbox) or self._post(mailbox) for mailbox in account.mailboxes}
        for mailbox, post in posts.items():
            if self._posts.get(mailbox) is not post:
                self._endings.end(post.watcher)
        for mailbox, post in self._posts.items():
            if posts.get(mailbox) is not post:
                self._begin(mailbox, post)

    def hears(self, account: Account, mailbox: MailboxName) -> bool:
        """Whether the watcher that was made for these still belongs to it: one that was left says a last word."""
        post = self._posts.get(mailbox)
        return post is not None and post.account is account

    def _post(self, mailbox: MailboxName) -> _WatchedMailbox:
        def heard(status: Status, tried: Collection[Secret] | None = None) -> None:
            post.status = status
            if self._posts.get(mailbox) is post:
                self.latest, self.tried, self._speaker = status, tried, post.watcher
                self._changed(self)

        watcher = self._make_watcher(self.account, mailbox, self.titles, heard)
        post = _WatchedMailbox(self.account, watcher, Connecting(since=self._now()))
        return post

    def _begin(self, mailbox: MailboxName, post: _WatchedMailbox) -> None:
        def go() -> None:
            post.waits = False
            if self._started and self._posts.get(mailbox) is post:
                post.watcher.start()
                if self._pause is not None:
                    post.watcher.pause(*self._pause)

        if self._started:
            post.waits = True
            self._endings.begin(self.account, go)

    @property
    def _watchers(self) -> list[MailboxWatcher]:
        return [] if self.is_over else [post.watcher for post in self._posts.values() if not post.waits]

    @property
    def status(self) -> Status:
        """The worst status of its mailboxes, confirmed when the server was truly last heard of."""
        return worst(post.true_status for post in self._posts.values()) if self._posts else Disabled()

    def summary(self, announcements: Announcements) -> AccountSummary:
        """What the tray shows of this account."""
        return account_summary(self.account, self.status, self.known(announcements), self.titles)

    def known(self, announcements: Announcements) -> dict[MailboxName, MailboxState]:
        """What is known of its mailboxes; those never seen are left out."""
        states = {name: announcements.state(self.account.id, name) for name in self.account.mailboxes}
        return {name: state for name, state in states.items() if state is not None}

    def start(self) -> None:
        """Begin to watch."""
        self._started = True
        for mailbox, post in self._posts.items():
            self._begin(mailbox, post)

    def stop(self) -> Deferred[list[tuple[bool, Any]]]:
        """Say goodbye to the server; the result fires within about two seconds."""
        self._started, self.is_over = False, True
        return DeferredList([self._endings.end(post.watcher) for post in self._posts.values()])

    def check_now(self) -> None:
        """Look at once: try again if waiting, ask the server if connected."""
        for watcher in self._watchers:
            watcher.check_now()

    def check_latest(self) -> None:
        """As `check_now`, for the mailbox that has said the latest status alone."""
        if self._speaker in self._watchers:
            self._speaker.check_now()

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
class _WatchedMailbox:
    """One mailbox under watch."""

    account: Account
    """As it was when the watcher was made, by which its reports are known."""
    watcher: MailboxWatcher
    status: Status
    waits: bool = False
    """For a connection to end, before it is begun."""

    @property
    def true_status(self) -> Status:
        """A watcher tells of the server's words now and then only."""
        last = self.watcher.last_confirmed
        if isinstance(self.status, Watching) and last is not None:
            return replace(self.status, last_confirmed=last)
        return self.status
