"""Secrets for whoever logs in: fetched off the GUI thread, kept in memory only where that spares a prompt."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.mail.account import SecretSource

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from tray.app.blocking import BlockingThread
    from tray.desktop.secrets import Secrets
    from tray.mail.account import Account, AccountId
    from tray.mail.secret import Secret

log = logging.getLogger(__name__)


class Vault:
    """Gives, keeps and forgets the secrets of accounts."""

    def __init__(self, secrets: Secrets, blocking: BlockingThread) -> None:
        """Ask `secrets`, whose calls may block, in the thread of `blocking`."""
        self._secrets = secrets
        self._blocking = blocking
        self._remembered: dict[AccountId, Secret] = {}

    async def get(self, account: Account) -> Secret:
        """The secret of `account`; raises `SecretUnavailable` with the reason in words."""
        remembered = self._remembered.get(account.id)
        if remembered is not None:
            return remembered
        secret = await self._blocking.run(lambda: self._secrets.get(account))
        if account.secret is SecretSource.KEYRING:
            # A reconnect must not depend on a keyring that was locked or restarted meanwhile.
            # A command is run anew each time: the tokens that it prints expire.
            self._remembered[account.id] = secret
        return secret

    def remember(self, account: AccountId, secret: Secret) -> None:
        """Use `secret` until the program ends."""
        self._remembered[account] = secret

    def drop(self, account: AccountId) -> None:
        """No longer use what is in memory: it was refused, or the account is gone."""
        self._remembered.pop(account, None)

    def put(self, account: Account, secret: Secret) -> Deferred[None]:
        """Keep `secret` where the account says; fires when it is kept, fails with `SecretUnavailable`."""
        self._remembered[account.id] = secret
        return self._blocking.run(lambda: self._secrets.put(account, secret))

    def forget(self, account: Account) -> Deferred[None]:
        """Remove the account's secret everywhere."""
        self.drop(account.id)
        done = self._blocking.run(lambda: self._secrets.forget(account))
        return done.addErrback(_not_removed)


def _not_removed(failure: Failure) -> None:
    log.warning("A secret could not be removed: %s", type(failure.value).__name__)
