"""Shows the password commands of other programs in full, before any of them is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QSize
from PyQt5.QtGui import QFontDatabase, QTextOption
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from tray.i18n import tr, trn
from tray.ui.widgets.editors import button_box, dialog_button
from tray.ui.widgets.forms import fit
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.importers.candidates import ForeignAccount


class CommandsDialog(QDialog):
    """Cancel has the focus: a command runs only after the user has agreed to it."""

    def __init__(
        self, offers: Sequence[ForeignAccount], on_agreed: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        """`offers` are accounts with a command; `on_agreed` is called when the user agrees to all of them."""
        super().__init__(parent)
        self.accepted.connect(on_agreed)
        count = len(offers)
        self.setWindowTitle(tr("Commands for Passwords"))
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
