"""The pages of an account's dialog behind the first two, in the order of their tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.ui.pages.alerts import AlertsPage
from tray.ui.pages.folders import FoldersPage
from tray.ui.pages.network import NetworkPage
from tray.ui.pages.opening import OpeningPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.account import Account
    from tray.mail.secret import Secret
    from tray.ui.pages.page import AccountPage
    from tray.ui.services import SettingsServices

    Draft = Callable[[], tuple[Account, Secret | None]]
    """The account as all pages read now, and the password to log in with: None means the stored one."""


def other_pages(account: Account, services: SettingsServices, draft: Draft) -> list[AccountPage]:
    """Made for `account`, each with what it needs."""
    return [
        FoldersPage(account, draft, services.folders),
        AlertsPage(account, services.play_sound),
        NetworkPage(account, services.type_proxy_password),
        OpeningPage(account, services.try_opening),
    ]
