"""Retries accounts that need a secret: when the keyring comes back, and when online accounts of the desktop change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.desktop.secrets.availability import watch_keyring, watch_online_accounts
from tray.mail.model.account import SecretSource
from tray.mail.model.secret import KeyringUnavailable
from tray.mail.model.status import NeedsCredentials, ProblemKind

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from tray.app.accounts.mail_service import MailService
    from tray.app.credentials.secret_store import SecretStore
    from tray.desktop.bus import Bus
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret


class SecretRetry:
    """Watches the keyring; and online accounts, as soon as one of them is asked for a secret."""

    def __init__(self, secret_store: SecretStore, mail_service: MailService, session: Bus) -> None:
        """Watch them on the `session` bus."""
        self._secret_store = secret_store
        self._mail_service = mail_service
        self._session = session
        self._follows_online_accounts = False
        watch_keyring(
            session, self.on_keyring_appeared, secret_store.keyring_vanished, self.on_keyring_changed
        )
        secret_store.set_provider(SecretSource.ONLINE, self._online_secret)

    def on_keyring_appeared(self) -> None:
        """Read secrets at once, as at the start; a locked keyring prompts the user."""
        for watch in self._mail_service.watches:
            status = watch.status
            if (
                (watch.account.secret.in_keyring or watch.account.proxy)
                and isinstance(status, NeedsCredentials)
                and status.problem.kind is ProblemKind.NO_SECRET
            ):
                watch.check_now()

    def on_keyring_changed(self) -> None:
        """Retry where it is unlocked now; one that is still locked must not prompt repeatedly."""
        is_open = self._secret_store.keyring_is_open()
        is_open.addCallbacks(
            lambda is_open: self.on_keyring_appeared() if is_open else None, _ignore_vanished
        )

    def on_online_accounts_changed(self) -> None:
        """Retry accounts without a secret, and those whose secret was refused: there may be a new one."""
        for watch in self._mail_service.watches:
            if watch.account.secret is SecretSource.ONLINE and isinstance(watch.status, NeedsCredentials):
                watch.check_now()

    async def _online_secret(self, account: Account, _draft: Secret | None) -> Secret:
        if not self._follows_online_accounts:
            self._follows_online_accounts = True
            watch_online_accounts(self._session, self.on_online_accounts_changed)
        return await self._secret_store.read(account)


def _ignore_vanished(failure: Failure) -> None:
    failure.trap(KeyringUnavailable)
