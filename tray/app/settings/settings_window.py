"""Opens the settings dialog with its services, which are imported then, and not before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tray.app.credentials.secret_store import SecretStore
    from tray.app.dialogs import Dialogs
    from tray.app.message_actions import MessageActions
    from tray.app.notifications.notification_service import NotificationService
    from tray.app.settings.settings_service import SettingsService
    from tray.app.settings.sign_in_service import DialogSignIn
    from tray.mail.model.account import AccountId
    from tray.net.watch.connection_limits import ConnectionLimits
    from tray.ui.ports import SettingsServices


@dataclass(frozen=True)
class SettingsWindow:
    """Makes the services of the settings dialog at each opening."""

    reactor: Any
    dialogs: Dialogs
    settings: SettingsService
    secret_store: SecretStore
    sign_in: DialogSignIn
    connection_limits: ConnectionLimits
    notifications: NotificationService
    messages: MessageActions

    def open(self, *, add_account: bool = False, folders_of: AccountId | None = None) -> None:
        """Show the settings, with the form for a new account or with the folders of one."""
        self.dialogs.show_settings(
            self.settings.shown(), self._services(), add_account=add_account, folders_of=folders_of
        )

    def _services(self) -> SettingsServices:
        from tray.app.settings import dialog_services as services
        from tray.app.settings.settings_service import OpenedSettings
        from tray.ui.ports import SettingsServices

        return SettingsServices(
            store=OpenedSettings(self.settings),
            tests=services.AccountTests(self.reactor, self.secret_store),
            servers=services.ServerSearch(self.reactor),
            folders=services.FolderLists(self.reactor, self.secret_store, self.connection_limits),
            others=services.OtherPrograms(self.reactor.callFromThread),
            previews=services.Previews(self.notifications, self.messages),
            sign_in=self.sign_in,
            type_proxy_password=self.secret_store.set_draft,
        )
