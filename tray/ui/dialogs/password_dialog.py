"""Asks for the password of an account while the program runs, without blocking it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QCheckBox, QDialog, QFormLayout, QVBoxLayout

from tray.i18n import tr
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import Secret
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.forms import Field, PasswordEdit, ok_and_cancel
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from tray.mail.model.account import Account

Answer = Callable[["Secret | None", bool], None]
"""Called once, with the secret and whether to keep it; with None where the user cancelled."""


class PasswordDialog(FormDialog):
    """Asks for the password of one account; `answer` is called at OK, Cancel, Esc and closing."""

    def __init__(self, account: Account, reason: str, answer: Answer) -> None:
        super().__init__()
        self._answer = answer
        self.setWindowTitle(tr("Password for “{account}”").format(account=account.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        reason_label = plain_label(reason, self)
        reason_label.setVisible(bool(reason))
        # The server is named, because the password will be sent to it.
        user_text = tr("{user} at {server}").format(user=account.user, server=account.host)
        user = plain_label(user_text, self)
        user.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

        token = account.login is Login.TOKEN
        self.password = PasswordEdit()
        self.field = Field(
            tr("Access to&ken:") if token else tr("&Password:"), self.password, self.password.toggle
        )
        self.password.setAccessibleDescription(f"{user_text}. {reason}")
        in_file = account.secret is SecretSource.FILE
        caption = tr("&Remember in the file, not encrypted") if in_file else tr("&Remember in the keyring")
        self.remember = QCheckBox(caption, self)
        self.remember.setChecked(account.secret.is_kept)
        # Otherwise the settings say that it is asked for at each start.
        self.remember.setVisible(account.secret.is_kept)
        self.remember.setAccessibleDescription(tr("Otherwise it is kept until Mailbell ends."))
        form = QFormLayout()
        form.addRow(tr("Account:"), user)
        self.field.add_to(form)
        form.addRow(self.remember)

        self.buttons, ok = ok_and_cancel(self)
        ok.setEnabled(False)
        self.password.textChanged.connect(lambda text: ok.setEnabled(bool(text)))

        layout = QVBoxLayout(self)
        layout.addWidget(reason_label)
        layout.addLayout(form)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)
        self.password.setFocus()

    def has_unsaved(self) -> bool:
        """Whether something was typed."""
        return bool(self.password.text())

    def done(self, result: int) -> None:
        """Call `answer`, however the dialog closes, and wipe the password."""
        given = Secret(self.password.text()) if result == QDialog.DialogCode.Accepted else None
        super().done(result)
        self.password.clear()
        self._answer(given, given is not None and self.remember.isChecked())
