"""Entries that tray menu and window share: what an account needs, pauses, and muted accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QAction, QMenu

from tray.i18n import tr
from tray.mail.model.status import NeedsCredentials, mailbox_refused, untrusted_certificate
from tray.mail.presentation import status_texts
from tray.mail.presentation.status_texts import credentials_line
from tray.ui.widgets.plain_text import LabelStyle, menu_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.mail.model.account import AccountId
    from tray.mail.presentation.summary import AccountSummary, Summary
    from tray.ui.ports import AccountCommands, PauseCommands


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


_HOUR = 3600.0


def add_pauses(menu: QMenu, commands: PauseCommands) -> None:
    """Add the three lengths of a pause to `menu`."""
    for text, command in (
        (tr("For one &hour"), lambda: commands.pause(_HOUR)),
        (tr("Until &tomorrow"), commands.pause_until_tomorrow),
        (tr("Until &resumed"), lambda: commands.pause(None)),
    ):
        action = QAction(text, menu)
        action.triggered.connect(lambda _checked=False, command=command: command())
        menu.addAction(action)


def resume_text(summary: Summary, now: float) -> str:
    """The text of the entry that ends the pause, with its end."""
    return tr("&Resume ({paused})").format(paused=status_texts.headline(summary, now))


class PauseMenu:
    """A submenu with pauses, and an entry that ends a pause; one of the two is hidden."""

    def __init__(self, commands: PauseCommands, parent: QMenu) -> None:
        self._menu = QMenu(tr("&Pause"), parent)
        add_pauses(self._menu, commands)
        parent.addMenu(self._menu)
        self._resume = QAction(tr("&Resume"), parent)
        self._resume.setVisible(False)
        self._resume.triggered.connect(lambda _checked=False: commands.resume())
        parent.addAction(self._resume)

    def render(self, summary: Summary, now: float) -> None:
        """Show the entry that fits to `summary`."""
        if summary.paused:
            self._resume.setText(resume_text(summary, now))
        self._resume.setVisible(summary.paused)
        self._menu.menuAction().setVisible(bool(summary.accounts) and not summary.paused)


class MuteMenu:
    """A submenu with one entry for each account, ticked while it is muted; entries are reused."""

    def __init__(self, commands: AccountCommands, parent: QMenu | None = None) -> None:
        self._commands = commands
        self.menu = QMenu(tr("M&ute"), parent)
        self._lines: list[_Line] = []

    def render(self, accounts: Sequence[AccountSummary], style: LabelStyle = LabelStyle.QT) -> None:
        """Show these accounts, in this order; unused entries are hidden."""
        while len(self._lines) < len(accounts):
            self._lines.append(_Line(self.menu, self._commands))
        for number, line in enumerate(self._lines):
            line.render(accounts[number] if number < len(accounts) else None, style)


class _Line:
    def __init__(self, menu: QMenu, commands: AccountCommands) -> None:
        self._commands = commands
        self._account: AccountId | None = None
        self._muted = False
        self._action = QAction(menu)
        self._action.setCheckable(True)
        self._action.triggered.connect(self._toggled)
        menu.addAction(self._action)

    def render(self, account: AccountSummary | None, style: LabelStyle) -> None:
        self._account = account.id if account is not None else None
        if account is not None:
            self._action.setText(menu_label(account.name, style))
            self._muted = account.muted
            self._action.setChecked(account.muted)
        self._action.setVisible(account is not None)

    def _toggled(self, muted: bool) -> None:
        self._action.setChecked(self._muted)  # until the next `render`: the settings may not be writable
        if self._account is not None:
            self._commands.mute(self._account, muted)
