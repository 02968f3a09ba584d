"""Shows the commands that other programs have for their passwords, in full, before any of them is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QSize
from PyQt5.QtGui import QFontDatabase, QTextOption
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from tray.i18n import tr, trn
from tray.ui.widgets.editors import dialog_button
from tray.ui.widgets.forms import fit
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.importers.candidates import ForeignAccount


class CommandsDialog(QDialog):
    """Cancel has the focus: a command runs only after the user has agreed to it."""

    def __init__(
        self, offers: Sequence[ForeignAccount], agreed: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        """`offers` are those that have a command; `agreed` is called when the user wants them run."""
        super().__init__(parent)
        self._agreed = agreed
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
        self.commands = QPlainTextEdit("\n\n".join(_shown(offer) for offer in offers), self)
        self.commands.setReadOnly(True)
        self.commands.setTabChangesFocus(True)
        self.commands.setFont(QFontDatabase.systemFont(QFontDatabase.FixedFont))
        self.commands.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)  # so that nothing is out of sight
        self.commands.setAccessibleName(tr("Commands that will be run"))
        buttons = QDialogButtonBox(self)
        agree = trn("&Run this command", "&Run these commands", count)
        self.agree = dialog_button(buttons, QDialogButtonBox.ButtonRole.AcceptRole, agree)
        self.cancel = dialog_button(buttons, QDialogButtonBox.ButtonRole.RejectRole, tr("Cancel"))
        self.agree.setAutoDefault(False)
        self.cancel.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(self.commands, 1)
        layout.addWidget(buttons)
        letter = self.fontMetrics()
        fit(self, minimum=QSize(letter.averageCharWidth() * 70, letter.lineSpacing() * 16))
        self.cancel.setFocus()

    def accept(self) -> None:
        """Hand the agreement on."""
        super().accept()
        self._agreed()


def _shown(offer: ForeignAccount) -> str:
    head = tr("{account}, from {file}:").format(account=offer.account.name, file=offer.place)
    return f"{head}\n{offer.account.password_command}"
