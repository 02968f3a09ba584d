"""The mail service with true watchers, on a server in memory: all between the wire and the toasts."""

from __future__ import annotations

import random

from tests.app.house import House
from tests.fakes.values import account
from tests.net.accounts import SECRET
from tests.net.wire import Reactor
from tests.scale.large_server import CAPABILITY, LargeMailbox, LargeServer
from tray.app.accounts.watcher_factory import WatcherFactory
from tray.imap.types import MailboxName

HOST = "localhost"  # of one address: of several, a second connection might be begun


class ScaleHouse(House):
    """Accounts on one server; `run` is their program's next run, with the state that the last one kept."""

    def __init__(self, server: LargeServer, *accounts, store=None, **settings) -> None:
        random.seed(1)  # by which the pauses between log-ins are chosen
        self.server = server
        self.factory = None
        super().__init__(*accounts, store=store, now=1, clock=server.reactor, **settings)
        self.factory.connect(self.mail_service)
        self.mail_service.start()
        server.settle()

    @classmethod
    def with_mailbox(cls, size: int, capability: str = CAPABILITY, **settings) -> ScaleHouse:
        """One account, whose INBOX holds `size` messages."""
        server = LargeServer(Reactor(), {"INBOX": LargeMailbox(size)}, capability)
        return cls(server, account("work", host=HOST), **settings)

    def gate(self):
        self.the_gate = super().gate()
        return self.the_gate

    def make_watcher(self, account, mailbox, titles, on_status):
        if self.factory is None:
            self.factory = WatcherFactory(
                self.clock,
                self.store,
                secret_store=self,
                announcements=self.announcements,
                gate=self.the_gate,
            )
        watcher = self.factory.make(account, MailboxName(mailbox), titles, on_status)
        self.watchers.append(watcher)
        return watcher

    async def login_secret(self, _account):
        """The secret store's answer."""
        return SECRET

    def again(self, **settings) -> ScaleHouse:
        """The program ends and is started again."""
        self.stop()
        return ScaleHouse(self.server, *self.mail_service.settings.accounts, store=self.store, **settings)

    def stop(self) -> None:
        self.mail_service.stop()
        self.server.settle()
