"""What tray menu, window and toasts do with messages: implements `tray.ui.ports.MessageCommands`."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.action import MessageAction
from tray.mail.model.toast import Toast, ToastAction, ToastKey
from tray.mail.presentation.summary import SearchResults
from tray.mail.settings.open_message import open_target
from tray.net.errors import ActionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from tray.app.accounts.mail_service import MailService
    from tray.app.notifications.announcements import Announcements
    from tray.app.notifications.notification_center import NotificationCenter
    from tray.desktop.integration.opener import Opener
    from tray.imap.types import MailboxName
    from tray.mail.folders.folders import FolderList
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.message import MessageKey
    from tray.mail.model.status import Problem

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
        """See `MessageCommands.act`."""
        del target
        if action is MessageAction.READ:  # the others follow
            self.mark_read(keys)

    def undo(self) -> None:
        """See `MessageCommands.undo`."""

    def retry_refused(self) -> None:
        """See `MessageCommands.retry_refused`."""

    def dismiss_refused(self) -> None:
        """See `MessageCommands.dismiss_refused`."""

    def move_targets(
        self, account_id: AccountId, done: Callable[[FolderList | Problem], None]
    ) -> Callable[[], None]:
        """See `MessageCommands.move_targets`."""
        del account_id, done
        return lambda: None

    def list_more(self, wanted: bool) -> None:
        """See `MessageCommands.list_more`."""

    def search(
        self, text: str, account_id: AccountId | None, found: Callable[[SearchResults], None]
    ) -> Callable[[], None]:
        """See `MessageCommands.search`."""
        del text, account_id
        found(SearchResults())
        return lambda: None

    def mark_read(self, keys: Iterable[MessageKey]) -> None:
        """Mark these messages as read on their servers."""
        for key in keys:
            watch = self.mail_service.watch(key.account)
            self._show_failure_of(None if watch is None else watch.mark_seen(key))

    def mark_all_read(self, account_id: AccountId | None = None) -> None:
        """See `MessageCommands.mark_all_read`."""
        for watch in self.mail_service.watches:
            for deferred in watch.mark_all_seen() if account_id in {None, watch.account.id} else ():
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
