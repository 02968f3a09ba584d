"""Watches one account: its watchers, their statuses, and what the tray shows of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from twisted.internet.defer import Deferred, DeferredList

from tray.mail.actions.pending import shown
from tray.mail.model.status import Connecting, Disabled, Watching, only_confirms, worst
from tray.mail.presentation.summary import account_summary
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tray.app.notifications.announcements import Announcements
    from tray.imap.types import MailboxName, Uid
    from tray.mail.actions.pending import PendingAction
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.account import Account
    from tray.mail.model.message import Message
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Status
    from tray.mail.model.uid_set import UidSet
    from tray.mail.presentation.summary import AccountSummary
    from tray.net.watch.mailbox_search import MailboxSearch
    from tray.net.watch.watcher import MailboxWatcher

    MakeWatcher = Callable[[Account, MailboxName, int, "OnStatus"], MailboxWatcher]


class OnStatus(Protocol):
    """Called with the status of a mailbox, and the secrets it has tried to log in with (None: not known)."""

    def __call__(self, status: Status, tried: Collection[Secret] | None = None) -> None:
        """The status has changed, or was confirmed."""


class EndingConnections:
    """Connections that are being ended; a new one to the same server is begun only when they have ended.

    Else a server that limits connections might refuse the new one, and its limit would be assumed to be too low
    (`tray.net.watch.connections.connection_limits`). A watcher ends within about two seconds, whatever its server does.
    """

    def __init__(self) -> None:
        self._ending: list[tuple[Account, Deferred[None]]] = []

    def end(self, watcher: MailboxWatcher) -> Deferred[None]:
        """Stop `watcher`; fires when it has stopped, also if that failed."""
        over = watcher.stop()
        ending = watcher.account, over
        self._ending.append(ending)
        return over.addBoth(lambda _: self._ending.remove(ending))

    async def ended_for(self, account: Account) -> None:
        """Wait until no connection of `account`, and no other one to its server, is being ended."""
        while ending := [over for other, over in self._ending if _share_connections(account, other)]:
            await DeferredList(ending)

    @property
    def all_ended(self) -> list[Deferred[None]]:
        """Each fires when one has ended."""
        return [over for _, over in self._ending]


def _share_connections(account: Account, other: Account) -> bool:
    return account.id == other.id or account.host.lower() == other.host.lower()


class AccountWatch:
    """Watches every mailbox of one account; new settings keep every connection that they do not concern."""

    def __init__(
        self,
        account: Account,
        titles: int,
        make_watcher: MakeWatcher,
        on_status: Callable[[AccountWatch], None],
        now: Callable[[], float],
        ending: EndingConnections | None = None,
    ) -> None:
        """Watch `account` and its newest `titles` once started; `on_status` is called with every new status.

        `ending` are the connections of all accounts that are being ended.
        """
        self.account = account
        self.titles = titles
        self._listed = 0
        self.latest: Status = Disabled()
        """The latest status of any of its mailboxes."""
        self.tried: Collection[Secret] | None = None
        """The secrets that this mailbox has tried to log in with; None where they are not known."""
        self.only_confirmed = False
        """Whether the latest status says nothing new but that the server has answered."""
        self.is_over = False
        """Whether the account is no longer watched: it was removed, or the program ends."""
        self._make_watcher = make_watcher
        self._on_status = on_status
        self._now = now
        self._ending = ending or EndingConnections()
        self._started = False
        self._latest_watcher: MailboxWatcher | None = None
        self._pause: tuple[float | None] | None = None
        self._summary: AccountSummary | None = None
        """The last one, and what it was made of beside the status."""
        self._made_of: tuple[object, ...] = ()
        self._mailboxes: dict[MailboxName, _WatchedMailbox] = {}
        if account.enabled:
            self._mailboxes = {mailbox: self._watched(mailbox) for mailbox in account.mailboxes}

    def apply_settings(self, account: Account, titles: int) -> None:
        """Apply new settings.

        A mailbox keeps its watcher unless a setting of the connection has changed (`Account.connection_key`). New
        watchers begin when the old connections to the server have ended.
        """
        before = self._mailboxes
        stay = before if account.connection_key == self.account.connection_key else {}
        self.account = account
        if titles != self.titles:
            self.titles = titles
            for watched in stay.values():
                watched.watcher.show(self._reported)
        self._mailboxes = {}
        if account.enabled:
            self._mailboxes = {
                mailbox: stay.get(mailbox) or self._watched(mailbox) for mailbox in account.mailboxes
            }
        for mailbox, watched in before.items():
            if self._mailboxes.get(mailbox) is not watched:
                self._ending.end(watched.watcher)
        for mailbox, watched in self._mailboxes.items():
            if before.get(mailbox) is not watched:
                self._begin(mailbox, watched)

    def is_watching(self, mailbox: MailboxName) -> bool:
        """Whether all changes of that mailbox were read, and new ones are followed."""
        watched = self._mailboxes.get(mailbox)
        return watched is not None and isinstance(watched.status, Watching)

    def is_current(self, account: Account, mailbox: MailboxName) -> bool:
        """Whether the watcher that was made for these is still in use: one that is being ended may still report."""
        watched = self._mailboxes.get(mailbox)
        return watched is not None and watched.account is account

    def _watched(self, mailbox: MailboxName) -> _WatchedMailbox:
        def on_status(status: Status, tried: Collection[Secret] | None = None) -> None:
            before, watched.status = watched.status, status
            if self._mailboxes.get(mailbox) is watched:
                self.latest, self.tried, self._latest_watcher = status, tried, watched.watcher
                self.only_confirmed = only_confirms(before, status)
                self._on_status(self)

        watcher = self._make_watcher(self.account, mailbox, self._reported, on_status)
        watched = _WatchedMailbox(self.account, watcher, Connecting(since=self._now()))
        return watched

    def _begin(self, mailbox: MailboxName, watched: _WatchedMailbox) -> None:
        def go(_: object) -> None:
            watched.is_waiting = False
            if self._started and self._mailboxes.get(mailbox) is watched:
                watched.watcher.start()
                if self._pause is not None:
                    watched.watcher.pause(*self._pause)

        if self._started:
            watched.is_waiting = True
            Deferred.fromCoroutine(self._ending.ended_for(self.account)).addCallback(go)

    def list_more(self, listed: int) -> None:
        """Report as many messages of each mailbox as a window lists; 0: no more than the settings say."""
        self._listed = listed
        for watched in self._mailboxes.values():
            watched.watcher.show(self._reported)

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server offers on any of its connections; empty while there is none."""
        return frozenset().union(*(watcher.capabilities for watcher in self._watchers))

    def search(self, make: Callable[[MailboxName], MailboxSearch]) -> None:
        """Search each mailbox."""
        for mailbox, watched in self._mailboxes.items():
            watched.watcher.search(make(mailbox))

    @property
    def _reported(self) -> int:
        return max(self.titles, self._listed)

    @property
    def _watchers(self) -> list[MailboxWatcher]:
        if self.is_over:
            return []
        return [each.watcher for each in self._mailboxes.values() if not each.is_waiting]

    @property
    def status(self) -> Status:
        """The worst status of its mailboxes, with the time of the last data from the server."""
        return worst(each.true_status for each in self._mailboxes.values())

    def summary(
        self,
        announcements: Announcements,
        important: Callable[[MailboxName, Message], bool],
        pending: Collection[PendingAction] = (),
    ) -> AccountSummary:
        """What the tray shows of this account, as if the `pending` actions were done.

        `important` says which messages are marked as such.
        """
        known = self.known(announcements)
        made_of = (self.account, self.titles, important, known, tuple(pending))
        # Most often a server has only said that it is there.
        if self._summary is None or made_of != self._made_of:
            states = {
                name: shown(state, [action for action in pending if action.mailbox == name])
                for name, state in known.items()
            }
            self._summary = account_summary(self.account, self.status, states, self.titles, important)
            self._made_of = made_of
        return replace(self._summary, status=self.status)

    def known(self, announcements: Announcements) -> dict[MailboxName, MailboxState]:
        """The states of its mailboxes; those without a report are left out."""
        states = {name: announcements.state(self.account.id, name) for name in self.account.mailboxes}
        return {name: state for name, state in states.items() if state is not None}

    def start(self) -> None:
        """Begin to watch."""
        self._started = True
        for mailbox, watched in self._mailboxes.items():
            self._begin(mailbox, watched)

    def stop(self) -> Deferred[list[tuple[bool, Any]]]:
        """Log out; the result fires within about two seconds."""
        self._started, self.is_over = False, True
        return DeferredList([self._ending.end(watched.watcher) for watched in self._mailboxes.values()])

    def check_now(self) -> None:
        """Check for mail at once: try again if waiting, ask the server if connected."""
        for watcher in self._watchers:
            watcher.check_now()

    def check_latest(self) -> None:
        """As `check_now`, for the mailbox of the latest status alone."""
        if self._latest_watcher in self._watchers:
            self._latest_watcher.check_now()

    def sleep(self) -> Deferred[list[tuple[bool, Any]]]:
        """Log out before the machine sleeps; nothing more is done until `on_network_back`."""
        return DeferredList([watcher.sleep() for watcher in self._watchers], consumeErrors=True)

    def on_network_back(self) -> None:
        """Connect without a wait where there is no connection, unless the user has to do something first."""
        for watcher in self._watchers:
            watcher.on_network_back()

    def probe(self, since: float) -> None:
        """Probe the connections on which the server sent nothing after `since` (Unix seconds)."""
        for watcher in self._watchers:
            watcher.probe(since)

    def pause(self, until: float | None) -> None:
        """Stop watching until a time (Unix seconds) or until resumed."""
        self._pause = (until,)
        for watcher in self._watchers:
            watcher.pause(until)

    def resume(self) -> None:
        """Watch again after `pause`."""
        self._pause = None
        for watcher in self._watchers:
            watcher.resume()

    def perform(self, action: PendingAction, before_copy: Callable[[Uid], None]) -> Deferred[UidSet] | None:
        """See `MailboxWatcher.perform`; None where the mailbox is not watched (any more)."""
        watched = self._mailboxes.get(action.mailbox)
        return None if watched is None else watched.watcher.perform(action, before_copy)


@dataclass(slots=True)
class _WatchedMailbox:
    """One watched mailbox."""

    account: Account
    """The settings with which the watcher was made; `is_current` compares its reports by them."""
    watcher: MailboxWatcher
    status: Status
    is_waiting: bool = False
    """Whether it is not started yet, because an old connection has to end first."""

    @property
    def true_status(self) -> Status:
        """The status with the time of the last data from the server, which watchers publish only at intervals."""
        last = self.watcher.last_confirmed
        if isinstance(self.status, Watching) and last is not None:
            return replace(self.status, last_confirmed=last)
        return self.status
