"""Accounts whose password or token the desktop has (GNOME Online Accounts)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.model.account import SecretSource
from tray.mail.model.status import NeedsCredentials

if TYPE_CHECKING:
    from tray.app.accounts.mail_service import MailService
    from tray.app.credentials.secret_store import SecretStore
    from tray.desktop.bus import Bus
    from tray.desktop.secrets.online_accounts_watch import OnlineAccountsWatch
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret


class OnlineAccounts:
    """Gives what the desktop has, and hears when it may be asked again."""

    def __init__(self, secret_store: SecretStore, mail_service: MailService, session: Bus) -> None:
        """Nothing is loaded, and the `session` bus not listened to, before the first such account is asked for."""
        self._secret_store = secret_store
        self._mail_service = mail_service
        self._session = session
        self._watch: OnlineAccountsWatch | None = None
        secret_store.set_provider(SecretSource.ONLINE, self._ask)

    async def _ask(self, account: Account, _given: Secret | None) -> Secret:
        if self._watch is None:
            from tray.desktop.secrets.online_accounts_watch import OnlineAccountsWatch

            self._watch = OnlineAccountsWatch(OnlineWait(self._mail_service).mended, self._session)
        return await self._secret_store.read(account)


class OnlineWait:
    """Between the desktop's online accounts and the accounts that wait for them."""

    def __init__(self, mail_service: MailService) -> None:
        """Wake the accounts of `mail_service`."""
        self._mail_service = mail_service

    def mended(self) -> None:
        """Ask again for those that had no secret, and for those whose secret was refused: there is a new one."""
        for watch in self._mail_service.watches:
            if watch.account.secret is SecretSource.ONLINE and isinstance(watch.status, NeedsCredentials):
                watch.check_now()
