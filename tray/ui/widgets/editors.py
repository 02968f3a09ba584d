"""Editors as the pages of an account use them."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QComboBox, QDialogButtonBox, QFileDialog, QLineEdit, QPushButton

from tray.i18n import tr

_COLUMNS = 34
"""Characters that a line shows without scrolling: an address of common length."""


def line_edit(text: str, example: str = "") -> QLineEdit:
    """One line of text; the example shows while it is empty."""
    edit = QLineEdit(text)
    edit.setPlaceholderText(example)
    edit.setMinimumWidth(edit.fontMetrics().averageCharWidth() * _COLUMNS)
    edit.setCursorPosition(0)
    return edit


def combo_box(*options: tuple[str, object]) -> QComboBox:
    """A box of words with a value each."""
    box = QComboBox()
    for text, value in options:
        box.addItem(text, value)
    return box


def push_button(text: str, name: str) -> QPushButton:
    """A button that Enter does not press from elsewhere; `name` is for screen readers."""
    push = QPushButton(text)
    push.setAutoDefault(False)
    push.setAccessibleName(name)
    return push


def dialog_button(
    box: QDialogButtonBox, kind: QDialogButtonBox.StandardButton | QDialogButtonBox.ButtonRole, text: str
) -> QPushButton:
    """A button of `kind` in `box`, with our own text: Qt's own is translated by Qt."""
    if isinstance(kind, QDialogButtonBox.StandardButton):
        button = box.addButton(kind)
        assert button is not None
        button.setText(text)
    else:
        button = box.addButton(text, kind)
        assert button is not None
    return button


def browse_button(edit: QLineEdit, title: str, filters: list[str]) -> QFileDialog:
    """Have a file chosen for `edit`, as if its path was typed there."""
    dialog = QFileDialog(edit, title, edit.text())
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([*filters, tr("All files (*)")])

    def take(path: str) -> None:
        edit.setText(path)
        edit.setModified(True)
        edit.editingFinished.emit()

    dialog.fileSelected.connect(take)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


class PasswordEdit(QLineEdit):
    """Hides what is typed, and asks input methods not to learn it; `toggle` is to stand beside it."""

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
