"""The menu that mutes accounts: one line with a tick for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QAction, QMenu

from tray.i18n import tr
from tray.ui.labels import LabelStyle, menu_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.mail.account import AccountId
    from tray.mail.summary import AccountSummary
    from tray.ui.commands import TrayCommands


class MuteMenu:
    """Lasting actions: a change sets what differs, in place."""

    def __init__(self, commands: TrayCommands, parent: QMenu | None = None) -> None:
        self._commands = commands
        self.menu = QMenu(tr("M&ute"), parent)
        self._lines: list[_Line] = []

    def render(self, accounts: Sequence[AccountSummary], style: LabelStyle = LabelStyle.QT) -> None:
        """Show these accounts, in this order; spare lines are hidden, not removed."""
        while len(self._lines) < len(accounts):
            self._lines.append(_Line(self.menu, self._commands))
        for number, line in enumerate(self._lines):
            line.render(accounts[number] if number < len(accounts) else None, style)


class _Line:
    def __init__(self, menu: QMenu, commands: TrayCommands) -> None:
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
        self._action.setChecked(self._muted)  # the tick comes when it is so: the settings may not be writable
        if self._account is not None:
            self._commands.mute(self._account, muted)
