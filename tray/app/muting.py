"""Mutes an account, or lets it be heard again, from wherever its mails are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.settings_desk import SettingsDesk
    from tray.mail.account import AccountId


class Muting:
    """Changes the settings, as the dialog would."""

    def __init__(self, settings: SettingsDesk, complain: Callable[[str], None]) -> None:
        """Keep it in `settings`; `complain` tells what could not be done."""
        self._settings = settings
        self._complain = complain

    def mute(self, account_id: AccountId, muted: bool) -> None:
        """Have an account tell of no mail, or of every one again; of one that is gone nothing is done."""
        settings = self._settings.current
        accounts = tuple(
            replace(account, muted=muted) if account.id == account_id else account
            for account in settings.accounts
        )
        if accounts != settings.accounts:
            self._settings.apply(replace(settings, accounts=accounts), {}, self._done)

    def _done(self, sentence: str | None) -> None:
        if sentence is not None:
            self._complain(sentence)
