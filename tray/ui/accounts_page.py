"""The Accounts page of the settings: add, edit, remove, enable and order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr
from tray.ui.account_dialog import AccountDialog
from tray.ui.account_list import BACK, FORWARD, AccountList, dress, item_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tray.mail.account import Account, AccountId
    from tray.mail.secret import Secret
    from tray.ui.services import SettingsServices


class AccountsPage(QWidget):
    """A draft of the accounts: nothing here reaches the program before the settings are applied."""

    changed = pyqtSignal()

    def __init__(
        self, accounts: Sequence[Account], services: SettingsServices, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._accounts = list(accounts)
        self._secrets: dict[AccountId, Secret] = {}
        self._dialog: QDialog | None = None
        self.list = AccountList(self)
        self.list.setAccessibleName(tr("Accounts in the order of the menu"))
        self.list.setAccessibleDescription(
            tr("Space switches an account on or off, Enter edits, Alt and arrows move it.")
        )
        self.add_button = self._button(tr("A&dd…"), tr("Add an account"))
        self.edit_button = self._button(tr("&Edit…"), tr("Edit the account"))
        self.remove_button = self._button(tr("&Remove…"), tr("Remove the account"))
        self.up_button = self._button(tr("Move &up"), tr("Move the account up"))
        self.down_button = self._button(tr("Move do&wn"), tr("Move the account down"))
        self._lay_out()
        self._connect()
        for account in self._accounts:
            self.list.addItem(item_of(account))
        self.list.setCurrentRow(0)
        self._update()

    def accounts(self) -> tuple[Account, ...]:
        """The accounts as they stand in the draft."""
        return tuple(self._accounts)

    def secrets(self) -> Mapping[AccountId, Secret]:
        """The passwords typed since the last `saved`, of accounts that are still there."""
        there = {account.id for account in self._accounts}
        return {key: secret for key, secret in self._secrets.items() if key in there}

    def saved(self) -> None:
        """The draft was applied: the passwords are kept elsewhere now."""
        self._secrets.clear()

    def add(self) -> None:
        """Open the dialog for a new account."""
        self._open(None)

    def edit(self, account_id: AccountId) -> None:
        """Open the dialog for that account, where it exists."""
        for row, account in enumerate(self._accounts):
            if account.id == account_id:
                self.list.setCurrentRow(row)
                self._open(account)

    def close_dialogs(self) -> None:
        """Cancel what is open on top of this page."""
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.reject()

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.setAccessibleName(name)
        return button

    def _lay_out(self) -> None:
        caption = QLabel(tr("Accounts, in the &order of the menu:"), self)
        caption.setBuddy(self.list)
        nothing = QLabel(tr("No account yet. Add one to be told of its new mail."), self)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setWordWrap(True)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(nothing)
        buttons = QVBoxLayout()
        for button in (self.add_button, self.edit_button, self.remove_button):
            buttons.addWidget(button)
        buttons.addSpacing(12)
        buttons.addWidget(self.up_button)
        buttons.addWidget(self.down_button)
        buttons.addStretch(1)
        layout = QGridLayout(self)
        layout.addWidget(caption, 0, 0)
        layout.addWidget(self._stack, 1, 0)
        layout.addLayout(buttons, 1, 1)

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.add)
        self.edit_button.clicked.connect(self._edit_current)
        self.remove_button.clicked.connect(self._remove_current)
        self.up_button.clicked.connect(lambda: self._move(BACK))
        self.down_button.clicked.connect(lambda: self._move(FORWARD))
        self.list.edit_asked.connect(self._edit_current)
        self.list.remove_asked.connect(self._remove_current)
        self.list.move_asked.connect(self._move)
        self.list.itemDoubleClicked.connect(self._edit_current)
        self.list.itemChanged.connect(self._ticked)
        self.list.currentRowChanged.connect(self._update)

    def _update(self) -> None:
        row, count = self.list.currentRow(), self.list.count()
        self._stack.setCurrentIndex(0 if count else 1)
        self.edit_button.setEnabled(row >= 0)
        self.remove_button.setEnabled(row >= 0)
        self._enable_moves(row, count)

    def _enable_moves(self, row: int, count: int) -> None:
        up, down = row > 0, 0 <= row < count - 1
        # A button that is switched off loses the focus to whoever is next: give it to its counterpart instead.
        if self.up_button.hasFocus() and not up and down:
            self.down_button.setEnabled(True)
            self.down_button.setFocus()
        if self.down_button.hasFocus() and not down and up:
            self.up_button.setEnabled(True)
            self.up_button.setFocus()
        self.up_button.setEnabled(up)
        self.down_button.setEnabled(down)

    def _ticked(self, item: QListWidgetItem) -> None:
        row = self.list.row(item)
        enabled = item.checkState() == Qt.CheckState.Checked
        if self._accounts[row].enabled != enabled:
            self._accounts[row] = replace(self._accounts[row], enabled=enabled)
            self._draw(row)
            self.changed.emit()

    def _move(self, way: int) -> None:
        row = self.list.currentRow()
        to = row + way
        if row < 0 or not 0 <= to < len(self._accounts):
            return
        self._accounts[row], self._accounts[to] = self._accounts[to], self._accounts[row]
        self._draw(row)
        self._draw(to)
        self.list.setCurrentRow(to)
        self.changed.emit()

    def _draw(self, row: int) -> None:
        item = self.list.item(row)
        assert item is not None
        dress(item, self._accounts[row])

    def _edit_current(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            self._open(self._accounts[row])

    def _open(self, account: Account | None) -> None:
        if self._dialog is not None:
            self._dialog.raise_()
            return
        others = [other for other in self._accounts if account is None or other.id != account.id]
        pending = self._secrets.get(account.id) if account is not None else None
        self._show(
            AccountDialog(account, others, self._services, self._take, pending=pending, parent=self.window())
        )

    def _show(self, dialog: QDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _take(self, account: Account, secret: Secret | None) -> None:
        rows = [row for row, known in enumerate(self._accounts) if known.id == account.id]
        row = rows[0] if rows else len(self._accounts)
        if rows:
            if account.secret is not self._accounts[row].secret:
                self._secrets.pop(account.id, None)
            self._accounts[row] = account
            self._draw(row)
        else:
            self._accounts.append(account)
            self.list.addItem(item_of(account))
        if secret is not None:
            self._secrets[account.id] = secret
        self.list.setCurrentRow(row)
        self._update()
        self.list.setFocus()
        self.changed.emit()

    def _remove_current(self) -> None:
        row = self.list.currentRow()
        if row < 0 or self._dialog is not None:
            return
        account = self._accounts[row]
        box = QMessageBox(self.window())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(tr("Remove Account"))
        box.setText(tr("Remove the account “{name}”?").format(name=account.name))
        box.setInformativeText(_loss(account))
        remove = box.addButton(tr("&Remove"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(tr("&Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        assert remove is not None
        remove.clicked.connect(lambda: self._remove(account.id))
        self._show(box)

    def _remove(self, account_id: AccountId) -> None:
        row = next(row for row, account in enumerate(self._accounts) if account.id == account_id)
        # Gone from the draft before the list moves its current row and asks which account that is.
        del self._accounts[row]
        self.list.takeItem(row)
        self._update()
        (self.list if self._accounts else self.add_button).setFocus()
        self.changed.emit()


def _loss(account: Account) -> str:
    if account.secret.is_kept:
        lost = tr("Its settings and its stored password are deleted.")
    else:
        lost = tr("Its settings are deleted.")
    return " ".join((lost, tr("No mail is deleted."), tr("Nothing happens before you press OK or Apply.")))
