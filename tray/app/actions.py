"""What tray menu, window, toasts and command line do: the commands of `tray.ui.ports`."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tray import __version__
from tray.i18n import tr
from tray.mail.model.toast import Toast, ToastAction, ToastKey
from tray.mail.settings.open_message import open_target
from tray.net.errors import ActionFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from tray.app.accounts.mail_service import MailService
    from tray.app.dialogs import Dialogs
    from tray.app.notifications.announcements import Announcements
    from tray.app.notifications.notification_center import NotificationCenter
    from tray.app.prompts import Prompts
    from tray.app.settings.dialog_services import SettingsWindow
    from tray.app.settings.settings_service import SettingsService
    from tray.app.windows import Windows
    from tray.desktop.integration.opener import Opener
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.action import MessageAction
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
        """Open one message; `token` lets the opened window come to the front (xdg-activation)."""
        watch = self.mail_service.watch(key.account)
        if watch is not None:
            self.opener.open(open_target(watch.account, key, self.announcements.message_id(key)), token)

    def open_mail(self) -> None:
        """Open the mail of the first account with unseen messages, or else of the first account."""
        accounts = self.mail_service.summary().accounts
        chosen = next((account for account in accounts if account.unseen), next(iter(accounts), None))
        if chosen is not None:
            self.open_account(chosen.id)

    def open_account(self, account_id: AccountId) -> None:
        """Open the mail of one account as a whole."""
        watch = self.mail_service.watch(account_id)
        if watch is not None:
            self.opener.open(open_target(watch.account), "")

    def open_newest(self, account: Account) -> None:
        """Open the newest message of `account`, which may differ from the settings, or its mail as a whole."""
        summaries = self.mail_service.summary().accounts
        latest = next((summary.latest for summary in summaries if summary.id == account.id), ())
        newest = latest[0].key if latest else None
        message_id = "" if newest is None else self.announcements.message_id(newest)
        self.opener.open(open_target(account, newest, message_id), "")

    def act(
        self, action: MessageAction, keys: Sequence[MessageKey], target: MailboxName | None = None
    ) -> None:
        """Do `action` on their servers; `target` is the mailbox of MOVE. What is shown changes at once."""
        raise NotImplementedError  # no view calls it yet

    def mark_read(self, keys: Iterable[MessageKey]) -> None:
        """Mark these messages as read on their servers."""
        for key in keys:
            watch = self.mail_service.watch(key.account)
            self._show_failure_of(None if watch is None else watch.mark_seen(key))

    def mark_all_read(self) -> None:
        """Mark all unread messages of all accounts as read on their servers."""
        for watch in self.mail_service.watches:
            for deferred in watch.mark_all_seen():
                self._show_failure_of(deferred)

    def on_toast(self, toast: Toast, action: ToastAction, token: str) -> None:
        """Do what the user chose on a toast."""
        if action is ToastAction.MARK_READ:
            self.mark_read(toast.messages)
        elif toast.messages:
            self.open_message(toast.messages[-1], token)
        else:
            self.open_mail()

    def _show_failure_of(self, deferred: Deferred[None] | Deferred[int] | None) -> None:
        if deferred is not None:
            deferred.addErrback(self._show_failure)

    def _show_failure(self, failure: Failure) -> None:
        failure.trap(ActionFailed)
        problem = failure.value.problem  # type: ignore[union-attr]
        log.warning("An action failed: %s", problem.kind.value)
        body = f"{problem.sentence} {problem.advice}".strip()
        self.notification_center.show(Toast(_FAILED, tr("That could not be done"), body, messages=()))


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

    def mute(self, account_id: AccountId, muted: bool) -> None:
        """Show no notification for that account, or show them again."""
        self.settings.mute(account_id, muted)


@dataclass(frozen=True)
class ProgramActions:
    """Actions on the program itself."""

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
        """End the program in the next turn of the loop, after the reply to the command line."""
        self.reactor.callLater(0, self.reactor.stop)
