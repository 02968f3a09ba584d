"""Accounts and their newest messages as a list for keyboard and screen reader."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from tray.i18n import tr
from tray.mail.presentation import status_texts
from tray.ui.tray.shared_entries import needed_action
from tray.ui.widgets.icons import colour_swatch
from tray.ui.widgets.plain_text import isolated, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.presentation.summary import AccountSummary, MessageLine
    from tray.ui.ports import TrayCommands

_SENDER, _SUBJECT, _WHEN = range(3)
_TEXT_LIMIT = 200


class MessageList(QTreeWidget):
    """Enter or a double click opens a message, or starts the action that an account needs."""

    def __init__(self, commands: TrayCommands, now: Callable[[], float]) -> None:
        super().__init__()
        self._commands = commands
        self._now = now
        self.setAccessibleName(tr("Newest mail"))
        self.setHeaderLabels([tr("From"), tr("Subject"), tr("Received")])
        self.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.setUniformRowHeights(True)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_SUBJECT, QHeaderView.Stretch)
        header.resizeSection(_SENDER, 170)
        header.setSectionResizeMode(_WHEN, QHeaderView.ResizeToContents)
        self.itemActivated.connect(self._activated)

    def show_accounts(self, accounts: Sequence[AccountSummary], now: float) -> None:
        """Show `accounts` in the present lines; lines are added and removed at the end only."""
        _resize(self.invisibleRootItem(), len(accounts))
        for number, account in enumerate(accounts):
            self._render_account(_child(self.invisibleRootItem(), number), account, now)

    def _render_account(self, item: _Line, account: AccountSummary, now: float) -> None:
        _set_text(item, _SENDER, status_texts.account_line(account, now))
        item.explain = lambda: status_texts.status_sentence(account.status, self._now())
        if item.colour != account.colour:
            item.colour = account.colour
            item.setIcon(_SENDER, colour_swatch(account.colour))
        item.setFirstColumnSpanned(True)
        needed = needed_action(account, self._commands.accounts)
        _resize(item, len(account.latest) + bool(needed))
        if needed:
            line = _child(item, 0)
            text, line.command = needed
            _set_text(line, _SENDER, text)
            _set_text(line, _SUBJECT, "")
            _set_text(line, _WHEN, "")
            line.setFirstColumnSpanned(True)
            _set_bold(line, on=True)
        for number, title in enumerate(account.latest, start=int(bool(needed))):
            line = _child(item, number)
            line.setFirstColumnSpanned(False)
            self._render_title(line, title, now)
        if item.childCount() and not item.was_expanded:
            item.was_expanded = True  # once, so that the user can fold it
            item.setExpanded(True)

    def _render_title(self, line: _Line, title: MessageLine, now: float) -> None:
        parts = status_texts.message_line_parts(title, now, _TEXT_LIMIT)
        _set_text(line, _SENDER, parts.mark + isolated(parts.sender))
        _set_text(line, _SUBJECT, isolated(parts.subject))
        _set_text(line, _WHEN, parts.when)
        unseen = tr("Unseen") if title.unseen else ""
        line.setData(_SENDER, Qt.AccessibleDescriptionRole, unseen)
        _set_bold(line, on=title.unseen)
        line.command = partial(self._commands.messages.open_message, title.key)

    def _activated(self, item: QTreeWidgetItem) -> None:
        if isinstance(item, _Line) and item.command is not None:
            item.command()


class _Line(QTreeWidgetItem):
    """A line, and what activating it does."""

    command: Callable[[], None] | None = None
    colour = ""
    was_expanded = False
    explain: Callable[[], str] | None = None
    """Gives the tooltip when it is shown: it may contain a duration until now."""

    def data(self, column: int, role: int) -> Any:
        """Qt's own, but for the tooltip."""
        if role == Qt.ToolTipRole and self.explain is not None and column == _SENDER:
            return plain_tooltip(self.explain())
        return super().data(column, role)


def _child(parent: QTreeWidgetItem, number: int) -> _Line:
    child = parent.child(number)
    assert isinstance(child, _Line)
    return child


def _resize(parent: QTreeWidgetItem, count: int) -> None:
    while parent.childCount() < count:
        parent.addChild(_Line())
    while parent.childCount() > count:
        parent.removeChild(parent.child(parent.childCount() - 1))


def _set_text(item: QTreeWidgetItem, column: int, text: str) -> None:
    if item.text(column) != text:
        item.setText(column, text)


def _set_bold(item: QTreeWidgetItem, *, on: bool) -> None:
    font = item.font(_SENDER)
    if font.bold() != on:
        font.setBold(on)
        for column in (_SENDER, _SUBJECT, _WHEN):
            item.setFont(column, font)
