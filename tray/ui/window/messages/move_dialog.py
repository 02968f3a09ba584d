"""Asks for the folder to move messages to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr, trn
from tray.mail.folders.special_use import SpecialUse
from tray.mail.folders.tree import flat, tree
from tray.mail.model.status import Problem
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PyQt5.QtGui import QKeyEvent

    from tray.imap.types import MailboxName
    from tray.mail.folders.folders import FolderList
    from tray.mail.model.message import MessageKey
    from tray.ui.ports import MessageCommands


class MoveDialog(QDialog):
    """Lists the folders of one account, filtered as one types."""

    def __init__(
        self,
        parent: QWidget,
        commands: MessageCommands,
        keys: Sequence[MessageKey],
        chosen: Callable[[MailboxName], None],
        left_out: int = 0,
    ) -> None:
        """`keys` are of one account; `left_out` other messages cannot be moved there."""
        super().__init__(parent)
        self.setWindowTitle(tr("Move to a folder"))
        self.setAttribute(Qt.WA_DeleteOnClose)
        self._chosen = chosen
        self._here = {key.mailbox for key in keys}
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(tr("Folder"))
        self._filter.setAccessibleName(tr("Folder"))
        self._filter.textChanged.connect(self._show_matching)
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Folders"))
        self._list.itemActivated.connect(self._take)
        self._note = plain_label(tr("Fetching the folders…"))
        buttons = QDialogButtonBox(QDialogButtonBox.Cancel)
        self._move = buttons.addButton(tr("Move"), QDialogButtonBox.AcceptRole)
        buttons.accepted.connect(lambda: self._take(self._list.currentItem()))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self._filter, self._list, self._note, buttons):
            layout.addWidget(widget)
        if left_out:
            text = trn(
                "{n} mail of another account stays where it is.",
                "{n} mails of other accounts stay where they are.",
                left_out,
            )
            layout.insertWidget(0, plain_label(text.format(n=left_out)))
        self.resize(320, 360)
        self._cancel = commands.move_targets(keys[0].account, self._show)
        self.finished.connect(lambda _result: self._cancel())

    def _show(self, folders: FolderList | Problem) -> None:
        if isinstance(folders, Problem):
            self._note.setText(f"{folders.sentence} {folders.advice}".strip())
            return
        self._note.hide()
        for folder in flat(tree(folders.folders)):
            if {folder.name} == self._here:
                continue  # they are there
            item = QListWidgetItem(folder.label if folder.use is SpecialUse.INBOX else folder.path)
            item.setData(Qt.UserRole, folder.name)
            self._list.addItem(item)
        self._show_matching(self._filter.text())

    def _show_matching(self, typed: str) -> None:
        wanted = typed.casefold()
        first = None
        for number in range(self._list.count()):
            item = self._list.item(number)
            assert item is not None
            item.setHidden(wanted not in item.text().casefold())
            if first is None and not item.isHidden():
                first = item
        if first is not None:
            self._list.setCurrentItem(first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows choose a folder while one types."""
        if event.key() in (Qt.Key_Up, Qt.Key_Down) and self._filter.hasFocus():
            self._list.setFocus()
            self._list.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is not None and not item.isHidden():
            self.accept()
            self._chosen(item.data(Qt.UserRole))
