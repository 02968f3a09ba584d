"""What a watcher tells, kept for scenarios with a real server."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

from tray.imap.types import NO_EXTRAS
from tray.mail.arrivals.mailbox_state import advance
from tray.mail.model.status import Watching
from tray.net.watch.watcher import MailboxWatcher

if TYPE_CHECKING:
    from tests.real.scenarios import ScenarioFixture
    from tray.imap.commands import Request
    from tray.imap.types import ExtraItems, MailboxName, Uid
    from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.net.watch.connections.account_connections import AccountConnections
    from tray.net.watch.connections.connection_limits import ConnectionLimits


class WatchedMailbox:
    """Listens to the watcher of one mailbox; what has secrets is a subclass."""

    def __init__(self, titles: int) -> None:
        self.titles = titles
        self.more = 0
        self.extra = NO_EXTRAS
        self.statuses: list[Any] = []
        self.reports: list[MailboxReport] = []
        self.state: MailboxState | None = None
        self.arrivals: list[str] = []
        self.read: set[Uid] = set()
        self.left: set[Uid] = set()

    async def secret(self, account: Account) -> Secret:
        raise NotImplementedError

    async def proxy_secret(self, account: Account) -> Secret:
        raise NotImplementedError

    def mailbox_state(self) -> MailboxState | None:
        return self.state

    def extra_items(self) -> ExtraItems:
        return self.extra

    def on_status(self, status: Any) -> None:
        self.statuses.append(status)

    def on_alert(self, problem: Any) -> None:
        """No scenario looks at it."""

    def on_new_mail_requested(self) -> None:
        """Nor at this."""

    def on_report(self, report: MailboxReport) -> None:
        self.reports.append(report)
        change = advance(self.state, report, self.titles, more=self.more)
        self.state = change.state
        self.arrivals += [message.envelope.subject for message in change.arrivals]
        self.read |= change.read
        self.left |= change.left

    @property
    def is_watching(self) -> bool:
        return bool(self.statuses) and isinstance(self.statuses[-1], Watching)

    def new_watcher(
        self,
        reactor: Any,
        account: Account,
        mailbox: MailboxName,
        limits: ConnectionLimits,
        connections: AccountConnections | None = None,
    ) -> MailboxWatcher:
        return MailboxWatcher(
            account,
            mailbox,
            self,
            self.titles,
            reactor=reactor,
            limits=limits,
            random=random.random,
            now=time.time,
            connections=connections,
        )


class WatchedFolder(WatchedMailbox):
    """One of several mailboxes of the account of a fixture, with its watcher."""

    def __init__(
        self, fixture: ScenarioFixture, mailbox: MailboxName, connections: AccountConnections | None = None
    ) -> None:
        super().__init__(fixture.titles)
        self.mailbox = mailbox
        self.secret = fixture.secret  # type: ignore[method-assign]
        self.proxy_secret = fixture.proxy_secret  # type: ignore[method-assign]
        self.watcher = self.new_watcher(
            fixture.reactor, fixture.account, mailbox, fixture.limits, connections
        )


def commands_from_now_on(watcher: MailboxWatcher) -> list[str]:
    """The names of the commands that are sent over the connection of `watcher`; the list grows."""
    protocol: Any = watcher._protocol
    request, sent = protocol.request, []

    def recorded(command: Request, *arguments: Any) -> Any:
        sent.append(command.name)
        return request(command, *arguments)

    protocol.request = recorded
    return sent
