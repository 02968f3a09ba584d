"""What tray menu, window and toasts do with messages: implements `tray.ui.ports.MessageCommands`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.model.action import MessageAction
from tray.mail.model.toast import ToastAction
from tray.mail.settings.open_message import open_target
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.app.accounts.mail_service import MailService
    from tray.app.actions.action_queue import ActionQueue
    from tray.app.actions.message_search import MessageSearch
    from tray.app.notifications.announcements import Announcements
    from tray.app.notifications.gate import NotificationGate
    from tray.desktop.opening.opener import Opener
    from tray.imap.types import MailboxName
    from tray.mail.folders.folders import FolderList
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.message import MessageKey
    from tray.mail.model.status import Problem
    from tray.mail.model.toast import Toast
    from tray.mail.presentation.summary import SearchResults
    from tray.mail.settings.settings import Settings

SNOOZE_SECONDS = 3600.0
_ON_TOASTS = {
    ToastAction.MARK_READ: MessageAction.READ,
    ToastAction.ARCHIVE: MessageAction.ARCHIVE,
    ToastAction.DELETE: MessageAction.DELETE,
    ToastAction.JUNK: MessageAction.JUNK,
    ToastAction.FLAG: MessageAction.FLAG,
}


@dataclass(frozen=True)
class MessageActions:
    """Opens messages, and queues what is to be done with them on their servers."""

    mail_service: MailService
    opener: Opener
    announcements: Announcements
    gate: NotificationGate
    queue: ActionQueue
    settings: Callable[[], Settings]
    list_folders: Callable[[Account, Callable[[FolderList | Problem], None]], Callable[[], None]]
    """See `FolderLists.load`."""
    searches: MessageSearch

    def open_message(self, key: MessageKey, token: str = "") -> None:
        """Open one message; `token` lets the opened window come to the front (xdg-activation)."""
        watch = self.mail_service.watch(key.account)
        if watch is not None:
            message_id = self.announcements.message_id(key) or self.searches.message_id(key)
            self.opener.open(open_target(watch.account, key, message_id), token)

    def open_mail(self, token: str = "") -> None:
        """Open the mail of the first account with unseen messages, or else of the first account."""
        accounts = self.mail_service.summary().accounts
        chosen = next((account for account in accounts if account.unseen), next(iter(accounts), None))
        if chosen is not None:
            self.open_account(chosen.id, token)

    def open_account(self, account_id: AccountId, token: str = "") -> None:
        """Open the mail of one account as a whole."""
        watch = self.mail_service.watch(account_id)
        if watch is not None:
            self.opener.open(open_target(watch.account), token)

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
        for_good = action is MessageAction.DELETE and self.settings().delete_for_good
        self._act(action, keys, target, for_good=for_good)

    def act_unasked(self, action: MessageAction, keys: Sequence[MessageKey]) -> None:
        """As `act` where nothing can ask before: nothing is deleted for good."""
        self._act(action, keys, None, for_good=False)

    def undo(self) -> None:
        """See `MessageCommands.undo`."""
        self.queue.undo()

    def retry_refused(self) -> None:
        """See `MessageCommands.retry_refused`."""
        self.queue.retry_refused()

    def dismiss_refused(self) -> None:
        """See `MessageCommands.dismiss_refused`."""
        self.queue.dismiss_refused()

    def mark_all_read(self, account_id: AccountId | None = None) -> None:
        """See `MessageCommands.mark_all_read`."""
        chosen = [watch for watch in self.mail_service.watches if account_id in {None, watch.account.id}]
        accounts = self.mail_service.summary().accounts
        self.queue.mark_all_read(
            chosen, sum(each.unseen for each in accounts if account_id in {None, each.id})
        )

    def move_targets(
        self, account_id: AccountId, done: Callable[[FolderList | Problem], None]
    ) -> Callable[[], None]:
        """See `MessageCommands.move_targets`."""
        watch = self.mail_service.watch(account_id)
        return _nothing if watch is None else self.list_folders(watch.account, done)

    def list_more(self, wanted: bool) -> None:
        """See `MessageCommands.list_more`."""
        self.mail_service.list_more(wanted)

    def search(
        self, text: str, account_id: AccountId | None, found: Callable[[SearchResults], None]
    ) -> Callable[[], None]:
        """See `MessageCommands.search`."""
        return self.searches.start(text, account_id, found)

    def snooze(self, keys: Sequence[MessageKey]) -> None:
        """See `MessageCommands.snooze`."""
        self.gate.snooze(self.mail_service.arrivals_of(keys), SNOOZE_SECONDS)

    def on_toast(self, toast: Toast, action: ToastAction, token: str) -> None:
        """Do what the user chose on a toast."""
        if action in _ON_TOASTS:
            self.act_unasked(_ON_TOASTS[action], toast.messages)
        elif action is ToastAction.SNOOZE:
            self.snooze(toast.messages)
        elif toast.messages:
            self.open_message(toast.messages[-1], token)
        else:
            self.open_mail(token)

    def _act(
        self,
        action: MessageAction,
        keys: Sequence[MessageKey],
        target: MailboxName | None,
        *,
        for_good: bool,
    ) -> None:
        if action not in {MessageAction.UNREAD, MessageAction.FLAG, MessageAction.UNFLAG}:
            self.gate.withdraw(keys)
            self.announcements.mark_announced(keys)
        self.queue.act(action, keys, target, for_good=for_good)


def _nothing() -> None:
    """Cancel nothing."""
