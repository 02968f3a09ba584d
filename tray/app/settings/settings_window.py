"""Opens the settings with what their pages need; all of that is loaded then, and not before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tray.app.actions import MessageActions
    from tray.app.credentials.secret_store import SecretStore
    from tray.app.credentials.sign_in import SignIn
    from tray.app.notifications.notification_service import NotificationService
    from tray.app.settings.settings_service import SettingsService
    from tray.app.windows import Windows
    from tray.mail.model.account import AccountId
    from tray.net.watch.connection_limits import ConnectionLimits
    from tray.ui.ports import SettingsServices


@dataclass(frozen=True)
class SettingsWindow:
    """Between the settings' pages and whoever does for them what they cannot."""

    reactor: Any
    windows: Windows
    desk: SettingsService
    secret_store: SecretStore
    sign_ins: SignIn
    budget: ConnectionLimits
    actions: MessageActions
    notifications: NotificationService

    def open(self, *, add_account: bool = False, folders_of: AccountId | None = None) -> None:
        """Show them: at once with a new account, or with the folders of one."""
        self.windows.show_settings(
            self.desk.shown(), self._services(), add_account=add_account, folders_of=folders_of
        )

    def _services(self) -> SettingsServices:
        from tray.app.settings.dialog_services import AccountCheck, AccountImport, FolderLists, ServerSearch
        from tray.ui.ports import FolderService, SettingsServices

        check = AccountCheck(self.reactor, self.secret_store)
        folders = FolderLists(self.reactor, self.secret_store)
        others = AccountImport(self.reactor.callFromThread)
        sign_ins = self.sign_ins.service()
        return SettingsServices(
            apply=self.desk.for_dialog(),
            starts_at_login=lambda: self.desk.shown().start_at_login,
            check=check.start,
            report=check.report,
            new_account_id=self.desk.new_account_id,
            discover=ServerSearch(self.reactor).start,
            folders=FolderService(folders.load, self.budget.most),
            play_sound=self.notifications.play,
            type_proxy_password=self.secret_store.set_draft,
            try_opening=self.actions.try_opening,
            open_page=sign_ins.open_page,
            sign_in=sign_ins,
            take_over=others.look,
            online_title=others.online_title,
        )
