"""Opens the first page, and does what it asks of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tray.app.dialogs import WindowStyle
    from tray.app.settings.dialog_services import SettingsWindow
    from tray.app.settings.settings_service import SettingsService
    from tray.app.summary_updates import SummaryUpdates
    from tray.app.windows import Windows
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.presentation.summary import Summary
    from tray.ui.first_page.first_page import FirstPage


class FirstPageWindow:
    """One window at most; implements `tray.ui.ports.FirstPageCommands`, and is a view of the summary."""

    def __init__(
        self,
        reactor: Any,
        style: WindowStyle,
        settings: SettingsService,
        settings_window: SettingsWindow,
        windows: Windows,
        updates: SummaryUpdates,
    ) -> None:
        """Accounts are added to `settings`; what they say then is shown by `updates`."""
        self._reactor = reactor
        self._style = style
        self._settings = settings
        self._settings_window = settings_window
        self._windows = windows
        self._updates = updates
        self._page: FirstPage | None = None

    def open(self) -> None:
        """Show the page, or bring it to the front."""
        self._style.apply()
        from tray.ui.first_page.first_page import FirstPage
        from tray.ui.widgets.standalone import show_until_closed

        def bring_up() -> None:
            if self._page is None:
                services = self._settings_window.services()
                self._page = FirstPage(self._settings.shown(), services, self)
                self._page.finished.connect(self._closed)
            show_until_closed(self._page)

        self._reactor.callLater(0, bring_up)  # one turn of the loop after the import: no long pause

    def render(self, summary: Summary) -> None:
        """Show what the account that was added says now."""
        if self._page is not None:
            self._page.show_summary(summary)

    def network_is_back(self) -> None:
        """Go on where there was no network."""
        if self._page is not None:
            self._page.network_is_back()

    def _closed(self) -> None:
        self._page = None

    # `FirstPageCommands`

    def is_online(self) -> bool:
        """See `FirstPageCommands.is_online`."""
        from tray.net.setup.account_check import has_network

        return has_network()

    def has_tray(self) -> bool:
        """See `FirstPageCommands.has_tray`."""
        return self._windows.has_icon()

    def choose_folders(self, account_id: AccountId) -> None:
        """See `FirstPageCommands.choose_folders`."""
        self._settings_window.open(folders_of=account_id)

    def more_settings(self, draft: Account | None, secret: Secret | None) -> None:
        """See `FirstPageCommands.more_settings`."""
        self._settings_window.open(add_account=True, draft=draft, secret=secret)

    def watched_folders(self, account_id: AccountId) -> tuple[MailboxName, ...]:
        """See `FirstPageCommands.watched_folders`."""
        accounts = self._settings.current.accounts
        return next((account.mailboxes for account in accounts if account.id == account_id), ())

    def show_window(self) -> None:
        """See `FirstPageCommands.show_window`."""
        self._windows.show_window()

    def draw(self) -> None:
        """See `FirstPageCommands.draw`."""
        self._updates.draw()
