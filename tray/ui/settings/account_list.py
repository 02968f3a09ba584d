"""The list of accounts, with keys for the buttons beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QListWidget, QListWidgetItem

from tray.i18n import tr
from tray.ui.widgets.icons import colour_swatch

if TYPE_CHECKING:
    from tray.mail.model.account import Account

UP, DOWN = -1, 1
"""Steps of a row."""
_ALT = int(Qt.KeyboardModifier.AltModifier)
_KEYS = {
    (0, int(Qt.Key.Key_Return)): "edit",
    (0, int(Qt.Key.Key_Enter)): "edit",
    (0, int(Qt.Key.Key_F2)): "edit",
    (0, int(Qt.Key.Key_Delete)): "remove",
    (_ALT, int(Qt.Key.Key_Up)): "up",
    (_ALT, int(Qt.Key.Key_Down)): "down",
}


class AccountList(QListWidget):
    """Keys are announced by signals; Space ticks, as in every list."""

    edit_asked = pyqtSignal()
    remove_asked = pyqtSignal()
    move_asked = pyqtSignal(int)

    def event(self, event: QEvent) -> bool:
        """Accept the keys, which would be shortcuts of the dialog otherwise."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _action(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and F2 edit (and must not press the dialog's OK), Del removes, Alt with an arrow moves."""
        action = _action(event)
        if not action:
            super().keyPressEvent(event)
            return
        event.accept()
        if action == "edit":
            self.edit_asked.emit()
        elif action == "remove":
            self.remove_asked.emit()
        else:
            self.move_asked.emit(UP if action == "up" else DOWN)


def _action(event: QKeyEvent) -> str:
    modifiers = int(event.modifiers()) & ~int(Qt.KeyboardModifier.KeypadModifier)
    return _KEYS.get((modifiers, event.key()), "")


def item_of(account: Account) -> QListWidgetItem:
    """A row with a check box for whether the account is switched on."""
    item = QListWidgetItem()
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
    style_item(item, account)
    return item


def style_item(item: QListWidgetItem, account: Account) -> None:
    """Make `item` show `account`."""
    name = account.name
    if not account.enabled:  # in the text, too: some dark themes make an empty check box invisible
        name = tr("{account} (switched off)").format(account=name)
    elif account.muted:
        name = tr("{account} (muted)").format(account=name)
    if account.colour or not item.icon().isNull():
        item.setIcon(colour_swatch(account.colour))
    item.setText(f"{name}\n{account.email or account.user}")
    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {account.email or account.user}")
    item.setCheckState(Qt.CheckState.Checked if account.enabled else Qt.CheckState.Unchecked)
