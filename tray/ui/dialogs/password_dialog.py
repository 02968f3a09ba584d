"""Asks for the password of an account while the program runs, without blocking it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout

from tray.i18n import tr
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import Secret
from tray.ui.widgets.editors import PasswordEdit, dialog_button
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.forms import Field
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from tray.mail.model.account import Account

Answer = Callable[["Secret | None", bool], None]
"""Called once, with the secret and whether to remember it; with None where the user cancelled."""


class PasswordDialog(FormDialog):
    """Password of one account; the caller learns of OK, Cancel, Esc and closing alike by `answer`."""

    def __init__(self, account: Account, reason: str, answer: Answer) -> None:
        super().__init__(None)
        self._answer: Answer | None = answer
        self.setWindowTitle(tr("Password for “{account}”").format(account=account.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)

        why = plain_label(reason, self)
        why.setVisible(bool(reason))
        # The server is named, because the password will be given to it.
        to_whom = tr("{user} at {server}").format(user=account.user, server=account.host)
        whose = plain_label(to_whom, self)
        whose.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

        token = account.login is Login.TOKEN
        self.password = PasswordEdit()
        self.field = Field(
            tr("Access to&ken:") if token else tr("&Password:"), self.password, self.password.toggle
        )
        self.password.setAccessibleDescription(f"{to_whom}. {reason}")
        in_file = account.secret is SecretSource.FILE
        where = tr("&Remember in the file, not encrypted") if in_file else tr("&Remember in the keyring")
        self.remember = QCheckBox(where, self)
        self.remember.setChecked(account.secret.is_kept)
        self.remember.setVisible(
            account.secret.is_kept
        )  # else it is asked for at each start, by the settings
        self.remember.setAccessibleDescription(tr("Otherwise it is kept until Mailbell ends."))
        form = QFormLayout()
        form.addRow(tr("Account:"), whose)
        self.field.add_to(form)
        form.addRow(self.remember)

        self.buttons = QDialogButtonBox(self)
        ok = dialog_button(self.buttons, QDialogButtonBox.StandardButton.Ok, tr("OK"))
        dialog_button(self.buttons, QDialogButtonBox.StandardButton.Cancel, tr("Cancel"))
        ok.setDefault(True)
        ok.setEnabled(False)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.password.textChanged.connect(lambda text: ok.setEnabled(bool(text)))

        layout = QVBoxLayout(self)
        layout.addWidget(why)
        layout.addLayout(form)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)
        self.password.setFocus()

    def has_unsaved(self) -> bool:
        """Whether something was typed."""
        return bool(self.password.text())

    def done(self, result: int) -> None:
        """Answer, exactly once however the dialog is closed, and wipe what was typed."""
        answer, self._answer = self._answer, None
        given = Secret(self.password.text()) if result == QDialog.DialogCode.Accepted else None
        remember = given is not None and self.remember.isChecked()
        super().done(result)
        self.password.clear()
        if answer is not None:
            answer(given, remember)
