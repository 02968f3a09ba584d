"""What tray menu and window do with accounts and with the program: the other commands of `tray.ui.ports`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.values import dataclass

if TYPE_CHECKING:
    from tray.app.accounts.mail_service import MailService
    from tray.app.first_page import FirstPageWindow
    from tray.app.prompts import Prompts
    from tray.app.settings.dialog_services import SettingsWindow
    from tray.app.settings.settings_service import SettingsService
    from tray.app.windows import Windows
    from tray.mail.model.account import AccountId


@dataclass(frozen=True)
class AccountActions:
    """Actions on one account, or on all of them."""

    mail_service: MailService
    settings: SettingsService
    settings_window: SettingsWindow
    prompts: Prompts

    def check_now(self) -> None:
        """Check all accounts for new mail."""
        self.mail_service.check_now()

    def ask_credentials_or_retry(self, account_id: AccountId) -> None:
        """Ask the user for the credentials of that account, or try again where they come from elsewhere."""
        watch = self.mail_service.watch(account_id)
        if watch is not None:
            self.prompts.ask_credentials_or_retry(watch)

    def show_certificate(self, account_id: AccountId) -> None:
        """Show the untrusted certificate of that account's server, so that the user can pin it."""
        watch = self.mail_service.watch(account_id)
        if watch is not None:
            self.prompts.ask_certificate(watch)

    def choose_folders(self, account_id: AccountId) -> None:
        """Show the folders of that account, to choose which are watched."""
        self.settings_window.open(folders_of=account_id)

    def open_settings(self, account_id: AccountId) -> None:
        """Open the settings of that account."""
        self.settings_window.open(account=account_id)

    def mute(self, account_id: AccountId, muted: bool) -> None:
        """Show no notification for that account, or show them again."""
        self.settings.mute(account_id, muted)


@dataclass(frozen=True)
class ProgramActions:
    """Actions on the program itself."""

    reactor: Any
    windows: Windows
    settings_window: SettingsWindow
    first_page: FirstPageWindow

    def show_window(self) -> None:
        """Show the window with the newest messages."""
        self.windows.show_window()

    def toggle_window(self) -> None:
        """Show the window with the newest messages, or close it where it is open."""
        self.windows.toggle_window()

    def open_settings(self) -> None:
        """Open the settings."""
        self.settings_window.open()

    def add_account(self) -> None:
        """Open the first page, to add an account."""
        self.first_page.open()

    def open_about(self) -> None:
        """Show the name, the version and the licence."""
        self.settings_window.open(page="about")

    def quit(self) -> None:
        """End the program in the next turn of the loop, after the reply to the command line."""
        self.reactor.callLater(0, self.reactor.stop)
