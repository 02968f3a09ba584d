"""The Accounts page of the settings: add, edit, remove, enable and order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr
from tray.mail.importers.candidates import imported_accounts
from tray.mail.settings.checks import free_name
from tray.mail.settings.proxy import credential_account, with_credential_accounts
from tray.ui.account.account_dialog import AccountDialog
from tray.ui.settings.import_dialog import ImportDialog
from tray.ui.widgets.action_line import UndoLine
from tray.ui.widgets.icons import colour_swatch
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tray.mail.importers.candidates import ForeignAccount, ImportResult
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.ui.ports import SettingsServices


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


class AccountsPage(QWidget):
    """The accounts as they are to be; `changed` announces each change."""

    changed = pyqtSignal()

    def __init__(self, accounts: Sequence[Account], services: SettingsServices) -> None:
        super().__init__()
        self._services = services
        self._accounts = list(accounts)
        self._secrets: dict[AccountId, Secret] = {}
        self._dialog: QDialog | None = None
        self._cancel_search: Callable[[], None] = lambda: None
        self._removed: list[tuple[int, Account]] = []
        """Row and account of each removal that can be undone, the newest last."""
        self.list = AccountList(self)
        self.list.setAccessibleName(tr("Accounts in the order of the menu"))
        self.list.setAccessibleDescription(
            tr("Space switches an account on or off, Enter edits, Alt and arrows move it.")
        )
        self.add_button = self._button(tr("A&dd…"), tr("Add an account"))
        self.import_button = self._button(tr("&Import…"), tr("Import accounts of other programs"))
        self.edit_button = self._button(tr("&Edit…"), tr("Edit the account"))
        self.remove_button = self._button(tr("&Remove"), tr("Remove the account"))
        self.up_button = self._button(tr("Move &up"), tr("Move the account up"))
        self.down_button = self._button(tr("Move do&wn"), tr("Move the account down"))
        self.undo = UndoLine(self)
        self._lay_out()
        self._connect()
        for account in self._accounts:
            self.list.addItem(item_of(account))
        self.list.setCurrentRow(0)
        self._update()

    def accounts(self, *, with_removed: bool = False) -> tuple[Account, ...]:
        """The accounts of the list; `with_removed` also those that can be restored, switched off."""
        accounts = list(self._accounts)
        for row, account in reversed(self._removed if with_removed else ()):
            _restore(accounts, row, replace(account, enabled=False))
        return tuple(accounts)

    def secrets(self) -> Mapping[AccountId, Secret]:
        """The passwords that were typed and are not `saved`, of accounts of the list and their proxies."""
        ids = {account.id for account in with_credential_accounts(self._accounts)}
        return {key: secret for key, secret in self._secrets.items() if key in ids}

    def saved(self, secrets: Mapping[AccountId, Secret]) -> None:
        """Drop these passwords, which were saved."""
        self._secrets = {key: secret for key, secret in self._secrets.items() if secrets.get(key) != secret}

    def add(self) -> None:
        """Open the dialog for a new account."""
        self._open(None)

    def add_first(self) -> None:
        """Offer the accounts of other programs, where there are any; else open the dialog for a new account."""
        self._cancel_search = self._services.others.find_accounts(self._accounts, self._offer_first)

    def import_accounts(self) -> None:
        """Open the dialog with the accounts of other programs."""
        if self._dialog is not None:
            self._dialog.raise_()
        else:
            dialog = ImportDialog(self.add_imported, parent=self.window())
            cancel = self._services.others.find_accounts(self._accounts, dialog.show_found)
            dialog.finished.connect(cancel)
            self._show(dialog)

    def edit(self, account_id: AccountId, field: str = "") -> None:
        """Open the dialog for that account, where it exists, at that field, named as in `Account`."""
        for row, account in enumerate(self._accounts):
            if account.id == account_id:
                self.list.setCurrentRow(row)
                self._open(account)
                if field and isinstance(self._dialog, AccountDialog):
                    self._dialog.tabs.focus_first({field})

    def close_dialogs(self) -> None:
        """Cancel the dialog that is open on top of this page, and the search for what to offer."""
        self._cancel_search()
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.done(QDialog.DialogCode.Rejected)

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(True)  # else Enter would press the dialog's Close
        button.setAccessibleName(name)
        return button

    def _lay_out(self) -> None:
        caption = QLabel(tr("Accounts, in the &order of the menu:"), self)
        caption.setBuddy(self.list)
        no_account = plain_label(tr("There is no account yet. Add one to be notified of its new mail."), self)
        no_account.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(no_account)
        buttons = QVBoxLayout()
        for button in (self.add_button, self.import_button, self.edit_button, self.remove_button):
            buttons.addWidget(button)
        buttons.addSpacing(12)
        buttons.addWidget(self.up_button)
        buttons.addWidget(self.down_button)
        buttons.addStretch(1)
        layout = QGridLayout(self)
        layout.addWidget(caption, 0, 0)
        layout.addWidget(self._stack, 1, 0)
        layout.addLayout(buttons, 1, 1, 2, 1)
        layout.addWidget(self.undo, 2, 0)

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.add)
        self.import_button.clicked.connect(self.import_accounts)
        self.edit_button.clicked.connect(self._edit_current)
        self.remove_button.clicked.connect(self._remove_current)
        self.undo.clicked.connect(self._undo_removal)
        self.up_button.clicked.connect(lambda: self._move(UP))
        self.down_button.clicked.connect(lambda: self._move(DOWN))
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
        up, down = (self.up_button, row > 0), (self.down_button, 0 <= row < count - 1)
        # A button that is disabled loses the focus to the next widget: move it to the opposite button instead.
        for (button, enabled), (opposite, opposite_enabled) in ((up, down), (down, up)):
            if button.hasFocus() and not enabled and opposite_enabled:
                opposite.setEnabled(True)
                opposite.setFocus()
        for button, enabled in (up, down):
            button.setEnabled(enabled)

    def _ticked(self, item: QListWidgetItem) -> None:
        row = self.list.row(item)
        enabled = item.checkState() == Qt.CheckState.Checked
        if self._accounts[row].enabled != enabled:
            self._accounts[row] = replace(self._accounts[row], enabled=enabled)
            self._draw(row)
            self.changed.emit()

    def _move(self, step: int) -> None:
        row = self.list.currentRow()
        new_row = row + step
        if row < 0 or not 0 <= new_row < len(self._accounts):
            return
        self._accounts[row], self._accounts[new_row] = self._accounts[new_row], self._accounts[row]
        self._draw(row)
        self._draw(new_row)
        self.list.setCurrentRow(new_row)
        self.changed.emit()

    def _draw(self, row: int) -> None:
        item = self.list.item(row)
        assert item is not None
        style_item(item, self._accounts[row])

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
        dialog = AccountDialog(
            account,
            others,
            self._services,
            self._put_and_announce,
            pending=pending,
            keep=self._secrets.update,
            parent=self.window(),
        )
        proxy = credential_account(account) if account is not None else None
        if (
            proxy is not None and proxy.id in self._secrets
        ):  # typed before, and not stored yet: the test uses it
            proxy_id = proxy.id
            self._services.type_proxy_password(proxy_id, self._secrets[proxy_id])
            dialog.finished.connect(lambda: self._services.type_proxy_password(proxy_id, None))
        self._show(dialog)

    def _show(self, dialog: QDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _offer_first(self, found: ImportResult) -> None:
        if self._dialog is not None or self._accounts or not self.isVisible():
            return  # the user has opened another dialog or page meanwhile
        if not found.selected:
            self.add()
            return
        dialog = ImportDialog(self.add_imported, self.add, self.window())
        dialog.show_found(found)
        self._show(dialog)

    def add_imported(self, offers: Sequence[ForeignAccount]) -> None:
        """Add accounts of other programs."""
        for account in imported_accounts(offers, self._accounts, self._services.store.new_account_id):
            self._put(account)
        self.changed.emit()

    def _put_and_announce(self, account: Account, secret: Secret | None) -> None:
        self._put(account, secret)
        self.changed.emit()

    def _put(self, account: Account, secret: Secret | None = None) -> None:
        """Replace the account of that id, or append a new one."""
        rows = [row for row, present in enumerate(self._accounts) if present.id == account.id]
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

    def _remove_current(self) -> None:
        row = self.list.currentRow()
        if row < 0 or self._dialog is not None:
            return
        # Before takeItem, which changes the current row: its slots expect rows and accounts to agree.
        self._removed.append((row, self._accounts.pop(row)))
        self.list.takeItem(row)
        self._update()
        self._offer_undo()
        (self.list if self._accounts else self.add_button).setFocus()
        self.changed.emit()

    def _undo_removal(self) -> None:
        if self._dialog is not None:
            return
        row = _restore(self._accounts, *self._removed.pop())
        self.list.insertItem(row, item_of(self._accounts[row]))
        self.list.setCurrentRow(row)
        self._update()
        self._offer_undo()
        self.list.setFocus()
        self.changed.emit()

    def _offer_undo(self) -> None:
        self.undo.show_text(_removal_text(self._removed[-1][1]) if self._removed else "")


def _restore(accounts: list[Account], row: int, account: Account) -> int:
    """Put `account` back, with another name where its own is in use now; returns its row."""
    row = min(row, len(accounts))
    accounts.insert(row, replace(account, name=free_name(account.name, [other.name for other in accounts])))
    return row


def _removal_text(account: Account) -> str:
    if account.secret.is_kept:
        effect = tr("Closing this window deletes its settings and its stored password, but no mail.")
    else:
        effect = tr("Closing this window deletes its settings, but no mail.")
    return " ".join((tr("“{name}” was removed.").format(name=account.name), effect))
