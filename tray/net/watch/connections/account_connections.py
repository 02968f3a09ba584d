"""The connections of one account: which mailboxes have their own, and which share that of the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.imap.types import INBOX
from tray.mail.model.status import ProblemKind
from tray.net.errors import ActionFailed
from tray.net.watch.connections.connection_plan import Way, plan

if TYPE_CHECKING:
    from collections.abc import Collection

    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem
    from tray.net.watch.session import Session
    from tray.net.watch.watcher import MailboxWatcher


class AccountConnections:
    """Shared by the watchers of one account, from when they are made until they are stopped.

    The first mailbox, INBOX where it is watched, connects first; what the server offers then decides about the others.
    """

    def __init__(self, key: Account | None = None) -> None:
        """`key`: the settings on which all of them depend (`Account.connection_key`)."""
        self.key = key
        self._watchers: list[MailboxWatcher] = []
        self._first: MailboxWatcher | None = None
        self._session: Session | None = None  # of the first, once it has read its mailbox
        self._offered: Collection[str] | None = None
        self._silent = (
            False  # whether the server has not told of new mail in other mailboxes, though it has NOTIFY
        )
        self._unopened: set[MailboxName] = set()  # mailboxes that cannot be opened
        self._waiting: list[Deferred[None]] = []
        self._plan: dict[MailboxName, Way] | None = None
        self._limit: int | None = None  # as of the plan

    def add(self, watcher: MailboxWatcher) -> None:
        """`watcher` is in use."""
        if watcher not in self._watchers:
            self._watchers.append(watcher)
            self._plan = None

    def remove(self, watcher: MailboxWatcher) -> None:
        """`watcher` has been stopped; another one may become the first."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)
        if self._first is watcher:
            self._first = self._session = None
        self._changed()

    def lead(self, watcher: MailboxWatcher) -> MailboxWatcher | None:
        """The watcher whose connection `watcher` uses or waits for; None where it has its own."""
        first = self._choose_first()
        return None if first is watcher or self._way(watcher) is Way.OWN else first

    async def place(self, watcher: MailboxWatcher) -> Session | None:
        """The session whose connection `watcher` is to use, when there is one; None for a connection of its own."""
        self.add(watcher)
        while self.lead(watcher) is not None:
            session = self._session
            if session is not None and session.protocol.ended is None and self._way(watcher) is not None:
                return session
            waiter: Deferred[None] = Deferred()
            self._waiting.append(waiter)
            await waiter
        return None

    def logged_in(self, watcher: MailboxWatcher, offered: Collection[str]) -> None:
        """The server has accepted `watcher`, and offers these capabilities."""
        if watcher is self._first:
            self._offered = offered
            self._changed()

    def confirmed(self, watcher: MailboxWatcher, session: Session) -> None:
        """`watcher` has read its mailbox; others may use its connection."""
        self._unopened.discard(watcher.mailbox)
        if watcher is self._first and self._session is not session:
            self._session = session
            session.others.on_distrust = self._distrust
            self._changed()

    def failed(self, watcher: MailboxWatcher, problem: Problem) -> None:
        """The connection or the mailbox of `watcher` has failed."""
        if problem.kind is ProblemKind.MAILBOX:
            self._unopened.add(watcher.mailbox)
        if watcher is not self._first:
            return
        self._session = None
        if problem.kind is ProblemKind.MAILBOX and len(self._unopened) < len(self._watchers):
            self._first = None  # another one can connect
        self._changed()
        for other in self._watchers:
            if other is not watcher and self.lead(other) is watcher:
                other.memory.refuse(ActionFailed(problem))

    def _distrust(self) -> None:
        self._silent, self._plan = True, None
        for watcher in self._watchers:
            if self._way(watcher) is Way.OWN and watcher is not self._first:
                watcher.connect_apart()

    def _changed(self) -> None:
        self._plan = None
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.called:
                waiter.callback(None)

    def _choose_first(self) -> MailboxWatcher | None:
        if self._first is None and self._watchers:
            self._first = min(self._watchers, key=self._rank)
        return self._first

    def _rank(self, watcher: MailboxWatcher) -> tuple[bool, bool, bool, int]:
        """Those with most mail first, as the highest UID that was announced shows."""
        state = watcher.listener.mailbox_state()
        return (
            watcher is not self._first,
            watcher.mailbox in self._unopened,
            watcher.mailbox != INBOX,
            0 if state is None else -state.announced_uid,
        )

    def _way(self, watcher: MailboxWatcher) -> Way | None:
        """None while it is not known what the server offers."""
        first = self._choose_first()
        if self._offered is None or first is None:
            return None
        limit = first.slot.limit
        if self._plan is None or limit != self._limit:
            offered = set(self._offered) - ({"NOTIFY"} if self._silent else set())
            ranked = [each.mailbox for each in sorted(self._watchers, key=self._rank)]
            self._plan, self._limit = plan(offered, ranked, limit), limit
        return self._plan.get(watcher.mailbox)
