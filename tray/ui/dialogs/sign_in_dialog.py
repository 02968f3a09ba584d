"""Asks for a new sign-in while the program runs, without blocking it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialogButtonBox, QVBoxLayout

from tray.i18n import tr
from tray.ui.dialogs.sign_in_panel import SignInPanel
from tray.ui.widgets.editors import button_box, dialog_button
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.ui.ports import SignInService

Answer = Callable[["Secret | None"], None]
"""Called once, with the secret to keep; with None where the user has not signed in."""


class SignInDialog(FormDialog):
    """The sign-in of one account; closes by itself when it is done."""

    def __init__(self, account: Account, reason: str, service: SignInService, answer: Answer) -> None:
        super().__init__()
        self._answer: Answer | None = answer
        self.setWindowTitle(tr("Sign in for “{account}”").format(account=account.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        reason_label = plain_label(reason, self)
        reason_label.setVisible(bool(reason))
        user = plain_label(tr("{user} at {server}").format(user=account.user, server=account.host), self)
        self.panel = SignInPanel(service, lambda: account, account.oauth)
        self.panel.propose(account.oauth)  # leaves no choice of the provider
        self.panel.setAccessibleDescription(f"{user.text()}. {reason}")
        self.panel.changed.connect(self._changed)
        self.buttons = button_box(self)
        cancel = dialog_button(self.buttons, QDialogButtonBox.StandardButton.Cancel, tr("Cancel"))
        cancel.setAutoDefault(False)
        self.panel.go.setDefault(True)
        layout = QVBoxLayout(self)
        for widget in (reason_label, user, self.panel):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)
        self.panel.setFocus()

    def has_unsaved(self) -> bool:
        """Whether a client id was typed."""
        return self.panel.has_unsaved()

    def done(self, result: int) -> None:
        """Call `answer` once, however the dialog closes."""
        answer, self._answer = self._answer, None
        self.panel.close_down()
        super().done(result)
        if answer is not None:
            answer(self.panel.secret)

    def _changed(self) -> None:
        if self.panel.secret is not None:
            self.accept()
