"""Asks for a new sign-in while the program runs: says for which account and why, and blocks nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialogButtonBox, QVBoxLayout

from tray.i18n import tr
from tray.ui.dialogs.sign_in_panel import SignInPanel
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.ui.ports import SignInService

Answer = Callable[["Secret | None"], None]
"""Called once, with what to keep; with None where nobody has signed in."""


class SignInDialog(FormDialog):
    """The sign-in of one account; closes by itself when it is done."""

    def __init__(self, account: Account, reason: str, service: SignInService, answer: Answer) -> None:
        super().__init__(None)
        self._answer: Answer | None = answer
        self.setWindowTitle(tr("Sign in for “{account}”").format(account=account.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        why = plain_label(reason, self)
        why.setVisible(bool(reason))
        whose = plain_label(tr("{user} at {server}").format(user=account.user, server=account.host), self)
        self.panel = SignInPanel(service, lambda: account, account.oauth)
        self.panel.propose(account.oauth)  # and no other
        self.panel.setAccessibleDescription(f"{whose.text()}. {reason}")
        self.panel.changed.connect(self._changed)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        assert cancel is not None
        cancel.setText(tr("Cancel"))
        cancel.setAutoDefault(False)
        self.panel.go.setDefault(True)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (why, whose, self.panel):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)
        self.panel.setFocus()

    def has_unsaved(self) -> bool:
        """Whether a client id was typed."""
        return self.panel.has_unsaved()

    def done(self, result: int) -> None:
        """Answer, exactly once however the dialog is closed."""
        answer, self._answer = self._answer, None
        self.panel.close_down()
        super().done(result)
        if answer is not None:
            answer(self.panel.secret)

    def _changed(self) -> None:
        if self.panel.secret is not None:
            self.accept()
