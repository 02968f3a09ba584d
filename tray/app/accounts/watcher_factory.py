"""Makes the watchers of all mailboxes, and has what they share: the limits of connections to a server."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

from tray.app.notifications.server_alerts import ServerAlertToasts
from tray.net.watch.connection_limits import ConnectionLimits
from tray.net.watch.listener import WatcherPorts
from tray.net.watch.watcher import MailboxWatcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.accounts.account_watch import Heard
    from tray.app.accounts.mail_service import MailService
    from tray.app.credentials.secret_store import SecretStore
    from tray.app.notifications.announcements import Announcements
    from tray.desktop.storage.state_store import StateStore
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.model.toast import Toast


class WatcherFactory:
    """Gives each watcher its ports."""

    def __init__(
        self,
        reactor: Any,
        store: StateStore,
        *,
        secret_store: SecretStore,
        announcements: Announcements,
        mail_service: Callable[[], MailService],
        tell: Callable[[Toast], None],
    ) -> None:
        """Reports go to the `mail_service`; `tell` shows what a server wants its user to read."""
        self._reactor = reactor
        self._secret_store = secret_store
        self._announcements = announcements
        self._mail_service = mail_service
        self._alerts = ServerAlertToasts(store, tell, time.time)
        self.budget = ConnectionLimits(reactor, random.random)

    def make(self, account: Account, mailbox: MailboxName, titles: int, heard: Heard) -> MailboxWatcher:
        """The watcher of one mailbox, that reads so many newest `titles` and tells `heard` how it fares."""
        tried: dict[AccountId, Secret] = {}

        async def secret(account: Account) -> Secret:
            tried[account.id] = found = await self._secret_store.login_secret(account)
            return found

        async def proxy_secret(keeper: Account) -> Secret:
            tried[keeper.id] = found = await self._secret_store.read(keeper)
            return found

        ports = WatcherPorts(
            reactor=self._reactor,
            secret=secret,
            known=lambda: self._announcements.state(account.id, mailbox),
            report=lambda report: self._mail_service().report(account, mailbox, report),
            status=lambda status: heard(status, tuple(tried.values())),
            random=random.random,
            now=time.time,
            turn=self.budget.turn(account, mailbox),
            remark=lambda problem: self._alerts.remarked(self._mail_service().present(account), problem),
            proxy_secret=proxy_secret,
        )
        return MailboxWatcher(account, mailbox, ports, titles=titles)
