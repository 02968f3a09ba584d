"""Entries that tray menu and window share: what an account needs, pauses, and muted accounts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QAction, QMenu, QWidget

from tray.i18n import tr
from tray.mail.model.status import NeedsCredentials, mailbox_refused, untrusted_certificate
from tray.mail.presentation import status_texts
from tray.ui.widgets.plain_text import LabelStyle, menu_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.presentation.summary import AccountSummary, Summary
    from tray.ui.ports import AccountCommands, PauseCommands

_HOUR = 3600.0


class Entry(QAction):
    """An entry of a menu, which calls `command`."""

    def __init__(self, menu: QMenu, text: str = "", command: Callable[[], None] | None = None) -> None:
        super().__init__(text, menu)
        self.command = command
        self.triggered.connect(self._run)

    def _run(self) -> None:
        if self.command is not None:
            self.command()


def needed_action(
    account: AccountSummary, commands: AccountCommands
) -> tuple[str, Callable[[], None]] | tuple[()]:
    """Text and command of the action by which the user gets an account watched again; empty where none is needed."""
    if isinstance(account.status, NeedsCredentials):
        return status_texts.credentials_line(account), partial(commands.ask_credentials_or_retry, account.id)
    if untrusted_certificate(account.status) is not None:
        text = tr("Show the certificate of {name}…").format(name=account.name)
        return text, partial(commands.show_certificate, account.id)
    if mailbox_refused(account.status):
        text = tr("Choose the folders of {name}…").format(name=account.name)
        return text, partial(commands.choose_folders, account.id)
    return ()


def add_pauses(menu: QMenu, commands: PauseCommands) -> None:
    """Add the three lengths of a pause to `menu`."""
    menu.addAction(Entry(menu, tr("For one &hour"), lambda: commands.pause(_HOUR)))
    menu.addAction(Entry(menu, tr("Until &tomorrow"), commands.pause_until_tomorrow))
    menu.addAction(Entry(menu, tr("Until &resumed"), lambda: commands.pause(None)))


def resume_text(summary: Summary, now: float) -> str:
    """The text of the entry that ends the pause, with its end."""
    return tr("&Resume ({paused})").format(paused=status_texts.headline(summary, now))


class MuteMenu(QMenu):
    """One entry for each account, ticked while it is muted; entries are reused."""

    def __init__(self, commands: AccountCommands, parent: QWidget | None = None) -> None:
        super().__init__(tr("M&ute"), parent)
        self._commands = commands
        self._entries: list[Entry] = []

    def show_accounts(self, accounts: Sequence[AccountSummary], style: LabelStyle = LabelStyle.QT) -> None:
        """Show these accounts, in this order; unused entries are hidden."""
        while len(self._entries) < len(accounts):
            entry = Entry(self)
            entry.setCheckable(True)
            self.addAction(entry)
            self._entries.append(entry)
        for entry, account in zip(self._entries, accounts, strict=False):
            entry.setText(menu_label(account.name, style))
            entry.setChecked(account.muted)
            entry.command = partial(self._mute, entry, account)
            entry.setVisible(True)
        for entry in self._entries[len(accounts) :]:
            entry.command = None
            entry.setVisible(False)

    def _mute(self, entry: Entry, account: AccountSummary) -> None:
        entry.setChecked(account.muted)  # until it is shown anew: the settings may not be writable
        self._commands.mute(account.id, not account.muted)
