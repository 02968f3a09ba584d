"""The list of accounts: its rows, and the keys that do what the buttons beside it do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QListWidget, QListWidgetItem

from tray.i18n import tr
from tray.ui.widgets.icons import colour_swatch

if TYPE_CHECKING:
    from tray.mail.model.account import Account

FORWARD, BACK = 1, -1
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
    """A list whose keys do what the buttons beside it do; Space ticks, as in every list."""

    edit_asked = pyqtSignal()
    remove_asked = pyqtSignal()
    move_asked = pyqtSignal(int)

    def event(self, event: QEvent) -> bool:
        """Take the keys before anybody makes a shortcut of them."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._meaning(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and F2 edit (and must not press the dialog's OK), Del removes, Alt with an arrow moves."""
        meaning = self._meaning(event)
        if not meaning:
            super().keyPressEvent(event)
            return
        event.accept()
        if meaning == "edit":
            self.edit_asked.emit()
        elif meaning == "remove":
            self.remove_asked.emit()
        else:
            self.move_asked.emit(BACK if meaning == "up" else FORWARD)

    @staticmethod
    def _meaning(event: QKeyEvent) -> str:
        held = int(event.modifiers()) & ~int(Qt.KeyboardModifier.KeypadModifier)
        return _KEYS.get((held, event.key()), "")


def item_of(account: Account) -> QListWidgetItem:
    """A row with a box for whether the account is switched on."""
    item = QListWidgetItem()
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
    style_item(item, account)
    return item


def style_item(item: QListWidgetItem, account: Account) -> None:
    """Make `item` show `account`."""
    name = account.name
    if not account.enabled:  # in words too: in some dark themes an empty box cannot be seen
        name = tr("{account} (switched off)").format(account=name)
    elif account.muted:
        name = tr("{account} (muted)").format(account=name)
    if account.colour or not item.icon().isNull():
        item.setIcon(colour_swatch(account.colour))
    item.setText(f"{name}\n{account.email or account.user}")
    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {account.email or account.user}")
    item.setCheckState(Qt.CheckState.Checked if account.enabled else Qt.CheckState.Unchecked)
