"""What a watcher and its sessions ask of their owners, and report to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem, Status


class SessionListener(Protocol):
    """Owner of a session."""

    def mailbox_state(self) -> MailboxState | None:
        """What is known of the mailbox; None where it was never seen."""

    def on_report(self, report: MailboxReport) -> None:
        """The session has learnt something of the mailbox."""

    def on_confirmed(self, push: bool) -> None:
        """All is known as of now; `push` is whether the server pushes."""


class WatchListener(Protocol):
    """Owner of a watcher."""

    def mailbox_state(self) -> MailboxState | None:
        """What is known of the mailbox; None where it was never seen."""

    def secret(self, account: Account) -> Awaitable[Secret]:
        """What `account` logs in with; raises SecretUnavailable."""

    def proxy_secret(self, account: Account) -> Awaitable[Secret]:
        """The password of the account's proxy, given as an account of its own; raises SecretUnavailable."""

    def on_report(self, report: MailboxReport) -> None:
        """A session has learnt something of the mailbox."""

    def on_status(self, status: Status) -> None:
        """The mailbox is watched, or not and why, from now on."""

    def on_alert(self, problem: Problem) -> None:
        """The server wants its user to read something, such as an ALERT; called each time."""
