"""The action by which the user gets an account watched again: one line in the menu and in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.status import NeedsCredentials, mailbox_refused, untrusted_certificate
from tray.mail.presentation.status_texts import credentials_line

if TYPE_CHECKING:
    from tray.mail.presentation.summary import AccountSummary
    from tray.ui.ports import AccountCommands


def needed_action_text(account: AccountSummary) -> str:
    """The text of the line; empty where no action is needed."""
    if isinstance(account.status, NeedsCredentials):
        return credentials_line(account)
    if untrusted_certificate(account.status) is not None:
        return tr("Show the certificate of {name}…").format(name=account.name)
    if mailbox_refused(account.status):
        return tr("Choose the folders of {name}…").format(name=account.name)
    return ""


def start_needed_action(commands: AccountCommands, account: AccountSummary) -> None:
    """Start the action of that line."""
    if isinstance(account.status, NeedsCredentials):
        commands.ask_credentials(account.id)
    elif untrusted_certificate(account.status) is not None:
        commands.show_certificate(account.id)
    elif mailbox_refused(account.status):
        commands.choose_folders(account.id)
