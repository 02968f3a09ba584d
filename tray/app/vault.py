"""Secrets for whoever logs in: fetched off the GUI thread, kept in memory only where that spares a prompt."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.secret import KeyringUnavailable
from tray.mail.status import Trouble, TroubleKind

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

    def __init__(self, secrets: Secrets, keyring: BlockingThread, others: BlockingThread) -> None:
        """Ask `secrets`, whose calls may block, in the threads of `keyring` and of `others`.

        Nobody's password command has to wait until somebody else's keyring is unlocked.
        """
        self._secrets = secrets
        self._keyring = keyring
        self._others = others
        self._remembered: dict[AccountId, Secret] = {}
        self._asked = 0  # how often the keyring was asked for a secret
        self._refused: tuple[int, KeyringUnavailable] | None = (
            None  # its last refusal, and `_asked` at that time
        )

    async def get(self, account: Account) -> Secret:
        """The secret of `account`; raises `SecretUnavailable` with the reason in words."""
        remembered = self._remembered.get(account.id)
        if remembered is not None:
            return remembered
        if not account.secret.in_keyring:
            # A command is run anew each time: the tokens that it prints expire.
            return await self._others.run(lambda: self._secrets.get(account))
        self._asked += 1
        number = self._asked
        secret = await self._keyring.run(lambda: self._ask_keyring(account, number))
        # A reconnect must not depend on a keyring that was locked or restarted meanwhile.
        self._remembered[account.id] = secret
        return secret

    def keyring_gone(self) -> None:
        """Nobody will answer what it was asked: whoever waits for it is told so."""
        error = KeyringUnavailable(
            Trouble(
                TroubleKind.NO_SECRET, tr("The keyring is gone."), tr("Look whether the keyring is running.")
            )
        )
        self._keyring.give_up(error)

    def keyring_is_open(self) -> Deferred[bool]:
        """Whether the keyring would answer without a prompt."""
        return self._keyring.run(self._secrets.keyring_is_open)

    def remember(self, account: AccountId, secret: Secret) -> None:
        """Use `secret` until the program ends."""
        self._remembered[account] = secret

    def drop(self, account: AccountId) -> None:
        """No longer use what is in memory: it was refused, or the account is gone."""
        self._remembered.pop(account, None)

    def put(self, account: Account, secret: Secret) -> Deferred[None]:
        """Keep `secret` where the account says; fires when it is kept, fails with `SecretUnavailable`."""
        self._remembered[account.id] = secret
        return self._thread_for(account).run(lambda: self._secrets.put(account, secret))

    def forget(self, account: Account) -> Deferred[None]:
        """Remove the account's secret everywhere."""
        self.drop(account.id)
        done = self._thread_for(account).run(lambda: self._secrets.forget(account))
        return done.addErrback(_not_removed)

    def _thread_for(self, account: Account) -> BlockingThread:
        return self._keyring if account.secret.in_keyring else self._others

    def _ask_keyring(self, account: Account, number: int) -> Secret:
        """In the thread: a user who has just dismissed its prompt is not asked again for each other account."""
        if self._refused is not None and number <= self._refused[0]:
            raise KeyringUnavailable(self._refused[1].trouble)
        try:
            return self._secrets.get(account)
        except KeyringUnavailable as error:
            self._refused = self._asked, error
            raise


def _not_removed(failure: Failure) -> None:
    log.warning("A secret could not be removed: %s", type(failure.value).__name__)
