"""A field for a password, with a button that shows it for as long as it is pressed down."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLineEdit, QPushButton

from tray.i18n import tr


class PasswordEdit(QLineEdit):
    """Hides what is typed, and tells no input method to learn it; `toggle` is to stand beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.toggle = QPushButton(tr("Sh&ow"))
        self.toggle.setCheckable(True)
        self.toggle.setAutoDefault(False)
        self.toggle.setAccessibleName(tr("Show password"))
        self.toggle.toggled.connect(self._reveal)

    def hide_again(self) -> None:
        """Back to dots."""
        self.toggle.setChecked(False)

    def _reveal(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
