"""What a watcher and its sessions tell their owner, and ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tray.imap.types import ExtraItems
    from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem, Status


class WatchListener(Protocol):
    """Owner of a watcher."""

    def mailbox_state(self) -> MailboxState | None:
        """The state of the mailbox; None before its first report."""

    def extra_items(self) -> ExtraItems:
        """What is to be fetched of new messages beside their envelopes."""

    def secret(self, account: Account) -> Awaitable[Secret]:
        """The password or token of `account`; raises SecretUnavailable."""

    def proxy_secret(self, account: Account) -> Awaitable[Secret]:
        """The password of a proxy, for its `credential_account`; raises SecretUnavailable."""

    def on_new_mail_requested(self) -> None:
        """The server has announced new mail, which is being read."""

    def on_report(self, report: MailboxReport) -> None:
        """A session has read the mailbox, or changes of it."""

    def on_status(self, status: Status) -> None:
        """The status has changed, or was confirmed."""

    def on_alert(self, problem: Problem) -> None:
        """The server sent a message for the user, such as an ALERT; called each time."""
