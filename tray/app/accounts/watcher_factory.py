"""Makes the watchers of all mailboxes, with shared connection limits for each server."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from tray.app.notifications.server_alerts import ServerAlertToasts
from tray.net.watch.connections.account_connections import AccountConnections
from tray.net.watch.connections.connection_limits import ConnectionLimits
from tray.net.watch.listener import WatchListener
from tray.net.watch.watcher import MailboxWatcher

if TYPE_CHECKING:
    from tray.app.accounts.account_watch import OnStatus
    from tray.app.accounts.mail_service import MailService
    from tray.app.credentials.secret_store import SecretStore
    from tray.app.notifications.announcements import Announcements
    from tray.app.notifications.gate import NotificationGate
    from tray.desktop.storage.state_store import StateStore
    from tray.imap.types import ExtraItems, MailboxName
    from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem, Status


_AFTER_WRITE = 0.0005
"""Seconds; with none it would come before the write, which Twisted's TLS puts off to the next turn of the reactor."""


class WatcherFactory:
    """Gives each watcher a listener, and a slot among the connections of its server."""

    def __init__(
        self,
        reactor: Any,
        store: StateStore,
        *,
        secret_store: SecretStore,
        announcements: Announcements,
        gate: NotificationGate,
    ) -> None:
        """Alerts of servers are shown through `gate`."""
        self.reactor = reactor
        self.secret_store = secret_store
        self.announcements = announcements
        self.gate = gate
        self.alerts = ServerAlertToasts(store, gate, time.time)
        self.connection_limits = ConnectionLimits(reactor, random.random)
        self._connections: WeakValueDictionary[AccountId, AccountConnections] = WeakValueDictionary()

    def connect(self, mail_service: MailService) -> None:
        """Give all reports to `mail_service`, which is made with this factory."""
        self.mail_service = mail_service

    def make(
        self, account: Account, mailbox: MailboxName, titles: int, on_status: OnStatus
    ) -> MailboxWatcher:
        """The watcher of one mailbox; it reports the newest `titles` messages, and calls `on_status`."""
        return MailboxWatcher(
            account,
            mailbox,
            _Listener(self, account, mailbox, on_status),
            titles,
            reactor=self.reactor,
            limits=self.connection_limits,
            random=random.random,
            now=time.time,
            connections=self._connections_of(account),
        )

    def _connections_of(self, account: Account) -> AccountConnections:
        """The connections that the mailboxes of an account share; other ones where its settings concern them."""
        connections = self._connections.get(account.id)
        if connections is None or connections.key != account.connection_key:
            connections = self._connections[account.id] = AccountConnections(account.connection_key)
        return connections


class _Listener(WatchListener):
    """Owner of one watcher: gives its reports to the mail service, and its statuses to the `AccountWatch`."""

    def __init__(
        self, shared: WatcherFactory, account: Account, mailbox: MailboxName, on_status: OnStatus
    ) -> None:
        self._shared = shared
        self._account = account
        self._mailbox = mailbox
        self._on_status = on_status
        self._tried: dict[AccountId, Secret] = {}

    def mailbox_state(self) -> MailboxState | None:
        """The present state of the mailbox."""
        return self._shared.announcements.state(self._account.id, self._mailbox)

    def extra_items(self) -> ExtraItems:
        """The headers and the size that the rules of the user name."""
        return self._shared.mail_service.extra_items()

    async def secret(self, account: Account) -> Secret:
        """The secret with which `account` logs in."""
        self._tried[account.id] = found = await self._shared.secret_store.login_secret(account)
        return found

    async def proxy_secret(self, account: Account) -> Secret:
        """The password of the account's proxy."""
        self._tried[account.id] = found = await self._shared.secret_store.read(account)
        return found

    def on_new_mail_requested(self) -> None:
        """The server has announced new mail, and the request for it is about to be written: nothing may delay that."""
        self._shared.reactor.callLater(_AFTER_WRITE, self._shared.gate.expect_mail)

    def on_report(self, report: MailboxReport) -> None:
        """Pass a report of the mailbox on to the mail service."""
        self._shared.mail_service.on_report(self._account, self._mailbox, report)

    def on_status(self, status: Status) -> None:
        """Pass the status of the mailbox on."""
        self._on_status(status, tuple(self._tried.values()))

    def on_alert(self, problem: Problem) -> None:
        """Show an alert of the server."""
        self._shared.alerts.on_alert(self._shared.mail_service.current_account(self._account), problem)
