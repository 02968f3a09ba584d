"""What tray menu, window, toasts and the command line ask for: the commands of `tray.ui.ports`, carried out."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tray import __version__
from tray.i18n import tr
from tray.mail.model.toast import Action, Toast, ToastKey
from tray.mail.settings.open_message import open_target
from tray.net.errors import ActionFailed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from tray.app.accounts.mail_service import MailService
    from tray.app.dialogs import Dialogs
    from tray.app.notifications.announcements import Announcements
    from tray.app.notifications.notification_center import NotificationCenter
    from tray.app.prompts import Prompts
    from tray.app.settings.settings_service import SettingsService
    from tray.app.settings.settings_window import SettingsWindow
    from tray.app.windows import Windows
    from tray.desktop.integration.opener import Opener
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import MessageKey

log = logging.getLogger(__name__)

_FAILED = ToastKey("action-failed")


@dataclass(frozen=True)
class MessageActions:
    """Opens messages and marks them as read; a failure is shown as a toast."""

    mail_service: MailService
    opener: Opener
    notification_center: NotificationCenter
    announcements: Announcements

    def open_message(self, key: MessageKey, token: str = "") -> None:
        """Open one mail; `token` lets the opened window come to the front (xdg-activation)."""
        watch = self.mail_service.watch(key.account)
        if watch is not None:
            self.opener.open(open_target(watch.account, key, self.announcements.message_id(key)), token)

    def open_mail(self) -> None:
        """Open the mail of the first account with something unseen, or else of the first."""
        accounts = self.mail_service.summary().accounts
        chosen = next((account for account in accounts if account.unseen), next(iter(accounts), None))
        if chosen is not None:
            self.open_account(chosen.id)

    def open_account(self, account_id: AccountId) -> None:
        """Open the mail of one account as a whole."""
        watch = self.mail_service.watch(account_id)
        if watch is not None:
            self.opener.open(open_target(watch.account), "")

    def mark_read(self, keys: Iterable[MessageKey]) -> None:
        """Mark these mails as read on their servers."""
        for key in keys:
            watch = self.mail_service.watch(key.account)
            self._watch_over(None if watch is None else watch.mark_seen(key))

    def mark_all_read(self) -> None:
        """Mark everything that we know of as read, in all accounts."""
        for watch in self.mail_service.watches:
            for deferred in watch.mark_all_seen():
                self._watch_over(deferred)

    def on_toast(self, toast: Toast, action: Action, token: str) -> None:
        """A toast or one of its buttons was clicked."""
        if action is Action.MARK_READ:
            self.mark_read(toast.messages)
        elif toast.messages:
            self.open_message(toast.messages[-1], token)
        else:
            self.open_mail()

    def _watch_over(self, deferred: Deferred[None] | Deferred[int] | None) -> None:
        if deferred is not None:
            deferred.addErrback(self._say_failure)

    def _say_failure(self, failure: Failure) -> None:
        failure.trap(ActionFailed)
        problem = failure.value.problem  # type: ignore[union-attr]
        log.warning("An action failed: %s", problem.kind.value)
        body = f"{problem.sentence} {problem.advice}".strip()
        self.notification_center.show(Toast(_FAILED, tr("That could not be done"), body, messages=()))


@dataclass(frozen=True)
class AccountActions:
    """What the user does with one account, or with all of them."""

    mail_service: MailService
    settings: SettingsService
    settings_window: SettingsWindow
    prompts: Prompts

    def check_now(self) -> None:
        """Check all accounts for new mail."""
        self.mail_service.check_now()

    def ask_credentials(self, account_id: AccountId) -> None:
        """Ask the user for the credentials of that account."""
        watch = self.mail_service.watch(account_id)
        if watch is not None:
            self.prompts.password.ask(watch)

    def show_certificate(self, account_id: AccountId) -> None:
        """Show the certificate that keeps that account from being watched, to be trusted or not."""
        watch = self.mail_service.watch(account_id)
        if watch is not None:
            self.prompts.certificate.ask(watch)

    def choose_folders(self, account_id: AccountId) -> None:
        """Show the folders of that account, to choose which are watched."""
        self.settings_window.open(folders_of=account_id)

    def mute(self, account_id: AccountId, muted: bool) -> None:
        """Show no notification for that account, or show them again."""
        self.settings.mute(account_id, muted)


@dataclass(frozen=True)
class ProgramActions:
    """What the user does with the program itself."""

    reactor: Any
    windows: Windows
    dialogs: Dialogs
    settings_window: SettingsWindow

    def show_window(self) -> None:
        """Show the window with the newest messages."""
        self.windows.show_window()

    def open_settings(self) -> None:
        """Open the settings."""
        self.settings_window.open()

    def open_about(self) -> None:
        """Show the name, the version and the licence."""
        self.dialogs.show_about(__version__)

    def quit(self) -> None:
        """End the program in the next turn of the loop, so that the command line still gets an answer."""
        self.reactor.callLater(0, self.reactor.stop)
