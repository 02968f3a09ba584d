"""Shows the accounts of other programs, for the user to tick those to import, and their password commands in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QFontDatabase, QTextOption
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr, trn
from tray.mail.importers.candidates import ForeignAccount, ImportResult, missing
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.forms import button_box, dialog_button, fit
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from tray.mail.model.account import Account


Answer = Callable[[Sequence[ForeignAccount]], None]
"""Called with the ticked accounts, if any are."""

_READ_ONLY = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class ImportDialog(FormDialog):
    """A list of accounts that Space ticks; the details of the current one are shown below.

    It is empty until `show_found`.
    """

    def __init__(self, answer: Answer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer = answer
        self._offers: tuple[ForeignAccount, ...] = ()
        self._proposed: tuple[ForeignAccount, ...] = ()
        """Those that are ticked at first."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Import accounts"))
        self.text = plain_label(tr("Looking for accounts of other programs…"), self)
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Accounts of other programs"))
        self.list.setAccessibleDescription(tr("Space ticks an account to import."))
        self.list.setWordWrap(True)
        self.list.setSpacing(2)
        self.details = QPlainTextEdit(self)  # no label: it scrolls on small screens
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setFrameShape(QFrame.Shape.NoFrame)
        self.details.viewport().setAutoFillBackground(False)
        self.details.setAccessibleName(tr("About the account"))
        self.details.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.details.setMaximumHeight(6 * self.fontMetrics().lineSpacing())
        self._make_buttons()
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.details)
        layout.addWidget(self.buttons)
        self.list.currentRowChanged.connect(self._show_details)
        self.list.itemChanged.connect(self._changed)
        self.list.setEnabled(False)
        self._update_import_button()
        letter = self.fontMetrics()
        fit(self, minimum=QSize(letter.averageCharWidth() * 76, letter.lineSpacing() * 28))
        self.cancel.setFocus()

    def has_unsaved(self) -> bool:
        """Whether the user has changed the ticks."""
        return self.chosen() != self._proposed

    def accept(self) -> None:
        """Import the ticked accounts; commands only when the user has agreed to them."""
        with_command = [offer for offer in self.chosen() if offer.account.password_command]
        if with_command:
            CommandsDialog(with_command, self._finish, self).open()
        else:
            self._finish()

    def _finish(self) -> None:
        chosen = self.chosen()
        super().accept()
        if chosen:
            self._answer(chosen)

    def chosen(self) -> tuple[ForeignAccount, ...]:
        """The ticked accounts."""
        return tuple(offer for row, offer in enumerate(self._offers) if self._ticked(row))

    def _make_buttons(self) -> None:
        self.buttons = button_box(self)
        self.take = dialog_button(self.buttons, QDialogButtonBox.ButtonRole.AcceptRole, tr("&Import"))
        self.take.setDefault(True)
        self.cancel = dialog_button(self.buttons, QDialogButtonBox.ButtonRole.RejectRole, tr("Cancel"))

    def show_found(self, found: ImportResult) -> None:
        """Show the accounts that were found, to be called once."""
        self._offers = found.offers
        self.text.setText(_introduction(found))
        for offer in found.offers:
            self.list.addItem(_item(offer))
        for complaint in found.complaints:
            item = QListWidgetItem(complaint)
            item.setFlags(_READ_ONLY)
            self.list.addItem(item)
        self._proposed = self.chosen()
        has_rows = self.list.count() > 0
        self.list.setEnabled(has_rows)
        self._update_import_button()
        if has_rows:
            self.list.setCurrentRow(0)
            self.list.setFocus()
        else:
            self.take.hide()
            self.cancel.setText(tr("Close"))

    def _ticked(self, row: int) -> bool:
        item = self.list.item(row)
        return item is not None and item.checkState() == Qt.CheckState.Checked

    def _update_import_button(self) -> None:
        count = len(self.chosen()) if self.list.count() >= len(self._offers) else 0
        self.take.setEnabled(count > 0)
        text = trn("&Import {n} account", "&Import {n} accounts", count).format(n=count)
        self.take.setText(text if count else tr("&Import"))

    def _changed(self, item: QListWidgetItem) -> None:
        row = self.list.row(item)
        if row < len(self._offers):
            blocked = self.list.blockSignals(True)
            _set_texts(item, self._offers[row])
            self.list.blockSignals(blocked)
        self._update_import_button()

    def _show_details(self, row: int) -> None:
        text = _details(self._offers[row]) if 0 <= row < len(self._offers) else ""
        self.details.setPlainText(text)


def _introduction(found: ImportResult) -> str:
    if found.offers:
        return tr("These accounts were found in other programs. Their passwords stay where they are.")
    if found.complaints:
        return tr("No account was found that can be imported.")
    return tr(
        "No accounts were found. Mailbell looks into Thunderbird, Geary, mbsync, goimapnotify, Mailnag and the "
        "desktop's Online Accounts."
    )


def _item(offer: ForeignAccount) -> QListWidgetItem:
    item = QListWidgetItem()
    if offer.present:
        item.setFlags(_READ_ONLY)  # without a check box: the settings have this account already
    else:
        item.setFlags(_READ_ONLY | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if offer.selected else Qt.CheckState.Unchecked)
    # A screen reader does not read the details below the list by itself.
    item.setData(int(Qt.ItemDataRole.AccessibleDescriptionRole), _details(offer))
    _set_texts(item, offer)
    return item


def _set_texts(item: QListWidgetItem, offer: ForeignAccount) -> None:
    """Set the texts, which also name what is not ticked: some dark themes make an empty check box invisible."""
    title = tr("{program}: {account}").format(program=offer.origin.title, account=_who(offer.account))
    parts = [offer.account.host]
    if offer.present:
        parts.append(tr("you have it already"))
    elif item.checkState() == Qt.CheckState.Checked:
        parts.append(missing(offer.account).rstrip("."))
    else:
        parts.append(tr("left out"))
        if offer.same_as is not None:
            parts.append(tr("the same as from {program}").format(program=offer.same_as.title))
        if offer.off:
            parts.append(tr("switched off there"))
    item.setText(f"{title}\n{' · '.join(parts)}")
    item.setData(int(Qt.ItemDataRole.AccessibleTextRole), ", ".join((title, *parts)))


def _who(account: Account) -> str:
    email = account.email or account.user
    return email if account.name in {email, ""} else f"{account.name} ({email})"


def _details(offer: ForeignAccount) -> str:
    account = offer.account
    server = tr("{host}, port {port}, user {user}").format(
        host=account.host, port=account.port, user=account.user
    )
    lines = [server, *offer.notes, missing(account)]
    if account.password_command:
        lines.append(tr("Command: {command}").format(command=account.password_command))
    if offer.place:
        lines.append(tr("From {file}").format(file=offer.place))
    return "\n".join(lines)


class CommandsDialog(QDialog):
    """Cancel has the focus: a command runs only after the user has agreed to it."""

    def __init__(
        self, offers: Sequence[ForeignAccount], on_agreed: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        """`offers` are accounts with a command; `on_agreed` is called when the user agrees to all of them."""
        super().__init__(parent)
        self.accepted.connect(on_agreed)
        count = len(offers)
        self.setWindowTitle(tr("Commands for passwords"))
        self.text = plain_label(
            trn(
                "To get the password, Mailbell will run this command in a shell, as you, whenever the password is "
                "needed. It was found in the file that is named. Agree only if you know it.",
                "To get the passwords, Mailbell will run these commands in a shell, as you, whenever a password is "
                "needed. They were found in the files that are named. Agree only if you know them.",
                count,
            ),
            self,
        )
        self.commands = QPlainTextEdit("\n\n".join(_command_text(offer) for offer in offers), self)
        self.commands.setReadOnly(True)
        self.commands.setTabChangesFocus(True)
        self.commands.setFont(QFontDatabase.systemFont(QFontDatabase.FixedFont))
        self.commands.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)  # so that all of it is visible
        self.commands.setAccessibleName(tr("Commands that will be run"))
        buttons = button_box(self)
        agree = trn("&Run this command", "&Run these commands", count)
        self.agree = dialog_button(buttons, QDialogButtonBox.ButtonRole.AcceptRole, agree)
        self.cancel = dialog_button(buttons, QDialogButtonBox.ButtonRole.RejectRole, tr("Cancel"))
        self.agree.setAutoDefault(False)
        self.cancel.setDefault(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(self.commands, 1)
        layout.addWidget(buttons)
        letter = self.fontMetrics()
        fit(self, minimum=QSize(letter.averageCharWidth() * 70, letter.lineSpacing() * 16))
        self.cancel.setFocus()


def _command_text(offer: ForeignAccount) -> str:
    caption = tr("{account}, from {file}:").format(account=offer.account.name, file=offer.place)
    return f"{caption}\n{offer.account.password_command}"
