"""Passwords of proxies: kept like those of accounts, and tried as they were typed before they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.app.vault import Vault
    from tray.mail.account import Account, AccountId
    from tray.mail.secret import Secret


class ProxyPasswords:
    """Gives passwords by what `tray.mail.proxy.keeper` gives for an account."""

    def __init__(self, vault: Vault) -> None:
        """Those that are kept, `vault` has."""
        self._vault = vault
        self._typed: dict[AccountId, Secret] = {}

    def type(self, key: AccountId, secret: Secret | None) -> None:
        """What stands in a dialog's field now; None: the dialog is closed, or the field empty."""
        if secret is None:
            self._typed.pop(key, None)
        else:
            self._typed[key] = secret

    async def kept(self, keeper: Account) -> Secret:
        """For an account that is watched; raises `SecretUnavailable`."""
        return await self._vault.kept(keeper)

    async def tried(self, keeper: Account) -> Secret:
        """For an account in a dialog: what was typed there, else what is kept; raises `SecretUnavailable`."""
        typed = self._typed.get(keeper.id)
        return await self._vault.kept(keeper) if typed is None else typed
