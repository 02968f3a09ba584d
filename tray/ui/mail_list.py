"""Accounts and their newest titles as a list that keyboard and screen reader can walk through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from tray.i18n import tr
from tray.mail import wording
from tray.mail.message import MessageKey
from tray.mail.status import NeedsCredentials
from tray.ui.labels import isolated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.mail.account import AccountId
    from tray.mail.summary import AccountSummary, Title
    from tray.ui.commands import TrayCommands

_SENDER, _SUBJECT, _WHEN = range(3)
_TEXT_LIMIT = 200


class MailList(QTreeWidget):
    """Enter or a double click opens a mail, or asks for the credentials that an account waits for."""

    def __init__(self, commands: TrayCommands) -> None:
        super().__init__()
        self._commands = commands
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
        """Show `accounts` in the lines that are there, adding and taking away at the ends only."""
        _resize(self.invisibleRootItem(), len(accounts))
        for number, account in enumerate(accounts):
            self._render_account(_child(self.invisibleRootItem(), number), account, now)

    def _render_account(self, item: _Line, account: AccountSummary, now: float) -> None:
        _say(item, _SENDER, wording.account_line(account, now))
        item.setToolTip(_SENDER, wording.status_sentence(account.status, now))
        item.setFirstColumnSpanned(True)
        asks = isinstance(account.status, NeedsCredentials)
        _resize(item, len(account.latest) + asks)
        if asks:
            line = _child(item, 0)
            _say(line, _SENDER, tr("Enter the password for {name}…").format(name=account.name))
            _say(line, _SUBJECT, "")
            _say(line, _WHEN, "")
            line.setFirstColumnSpanned(True)
            _embolden(line, on=True)
            line.target = account.id
        for number, title in enumerate(account.latest, start=int(asks)):
            line = _child(item, number)
            line.setFirstColumnSpanned(False)
            self._render_title(line, title, now)
        if item.childCount() and not item.unfolded:
            item.unfolded = True  # once: what the user folds stays folded
            item.setExpanded(True)

    def _render_title(self, line: _Line, title: Title, now: float) -> None:
        parts = wording.title_parts(title, now, _TEXT_LIMIT)
        _say(line, _SENDER, parts.mark + isolated(parts.sender))
        _say(line, _SUBJECT, isolated(parts.subject))
        _say(line, _WHEN, parts.when)
        unseen = tr("Unseen") if title.unseen else ""
        line.setData(_SENDER, Qt.AccessibleDescriptionRole, unseen)
        _embolden(line, on=title.unseen)
        line.target = title.key

    def _activated(self, item: QTreeWidgetItem) -> None:
        if not isinstance(item, _Line) or item.target is None:
            return
        if isinstance(item.target, MessageKey):
            self._commands.open_message(item.target)
        else:
            self._commands.give_password(item.target)


class _Line(QTreeWidgetItem):
    """A line, and what activating it opens or asks for."""

    target: MessageKey | AccountId | None = None
    unfolded = False


def _child(parent: QTreeWidgetItem, number: int) -> _Line:
    child = parent.child(number)
    assert isinstance(child, _Line)
    return child


def _resize(parent: QTreeWidgetItem, count: int) -> None:
    while parent.childCount() < count:
        parent.addChild(_Line())
    while parent.childCount() > count:
        parent.removeChild(parent.child(parent.childCount() - 1))


def _say(item: QTreeWidgetItem, column: int, text: str) -> None:
    if item.text(column) != text:
        item.setText(column, text)


def _embolden(item: QTreeWidgetItem, *, on: bool) -> None:
    font = item.font(_SENDER)
    if font.bold() != on:
        font.setBold(on)
        for column in (_SENDER, _SUBJECT, _WHEN):
            item.setFont(column, font)
