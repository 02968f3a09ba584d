"""Accounts whose password or token the desktop has (GNOME Online Accounts)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.account import SecretSource

if TYPE_CHECKING:
    from tray.app.mailroom import Mailroom
    from tray.app.safe import Safe
    from tray.desktop.bus import Bus
    from tray.desktop.online_watch import OnlineWatch
    from tray.mail.account import Account
    from tray.mail.secret import Secret


class OnlineAccounts:
    """Gives what the desktop has, and hears when it may be asked again."""

    def __init__(self, safe: Safe, mailroom: Mailroom, session: Bus) -> None:
        """Nothing is loaded, and the `session` bus not listened to, before the first such account is asked for."""
        self._safe = safe
        self._mailroom = mailroom
        self._session = session
        self._watch: OnlineWatch | None = None
        safe.vault.made_by(SecretSource.ONLINE, self._ask)

    async def _ask(self, account: Account, _given: Secret | None) -> Secret:
        if self._watch is None:
            from tray.app.online_wait import OnlineWait
            from tray.desktop.online_watch import OnlineWatch

            self._watch = OnlineWatch(OnlineWait(self._mailroom).mended, self._session)
        return await self._safe.ask_desktop(account)
