"""Editors and buttons as the dialogs use them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from tray.i18n import tr
from tray.mail.settings.fields import PORT_MAX, PORT_MIN

if TYPE_CHECKING:
    from collections.abc import Callable

_COLUMNS = 34
"""Characters that a line shows without scrolling: an address of common length."""


def line_edit(text: str, example: str = "") -> QLineEdit:
    """One line of text; `example` is shown while it is empty."""
    edit = QLineEdit(text)
    edit.setPlaceholderText(example)
    edit.setMinimumWidth(edit.fontMetrics().averageCharWidth() * _COLUMNS)
    edit.setCursorPosition(0)
    return edit


def typed_path(edit: QLineEdit) -> str:
    """The path typed into `edit`, with the home folder in place of ``~``; empty where there is none."""
    return os.path.expanduser(edit.text().strip())  # noqa: PTH111 -- Path would make "." of an empty text


def port_box(port: int) -> QSpinBox:
    """A box for the number of a TCP port."""
    box = QSpinBox()
    box.setRange(PORT_MIN, PORT_MAX)
    box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    box.setValue(port)
    return box


def combo_box(*options: tuple[str, object]) -> QComboBox:
    """A choice among `options`: the text of each, and its value."""
    box = QComboBox()
    for text, value in options:
        box.addItem(text, value)
    return box


def push_button(text: str, name: str) -> QPushButton:
    """A button that Enter presses only while it has the focus; `name` is for screen readers."""
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.setAccessibleName(name)
    return button


def button_box(dialog: QDialog) -> QDialogButtonBox:
    """The row of buttons of `dialog`, which closes it."""
    box = QDialogButtonBox(dialog)
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    return box


def dialog_button(
    box: QDialogButtonBox, kind: QDialogButtonBox.StandardButton | QDialogButtonBox.ButtonRole, text: str
) -> QPushButton:
    """Add a button of `kind` to `box`, with a text from Mailbell's own translation in place of Qt's."""
    if isinstance(kind, QDialogButtonBox.StandardButton):
        button = box.addButton(kind)
        assert button is not None
        button.setText(text)
    else:
        button = box.addButton(text, kind)
        assert button is not None
    return button


def ok_and_cancel(dialog: QDialog) -> tuple[QDialogButtonBox, QPushButton]:
    """The row with OK, the default button, and Cancel; and OK alone."""
    box = button_box(dialog)
    ok = dialog_button(box, QDialogButtonBox.StandardButton.Ok, tr("OK"))
    ok.setDefault(True)
    dialog_button(box, QDialogButtonBox.StandardButton.Cancel, tr("Cancel"))
    return box, ok


def choose_file(
    parent: QWidget, title: str, path: str, file_filter: str, on_chosen: Callable[[str], None]
) -> QFileDialog:
    """Open a dialog that calls `on_chosen` with the path of an existing file; `path` is chosen at first."""
    dialog = QFileDialog(parent, title, path)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([file_filter, tr("All files (*)")])
    dialog.fileSelected.connect(on_chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def browse(edit: QLineEdit, title: str, file_filter: str) -> None:
    """Let the user choose a file for `edit`, as if its path was typed there."""

    def fill(path: str) -> None:
        edit.setText(path)
        edit.setModified(True)
        edit.editingFinished.emit()

    choose_file(edit, title, edit.text(), file_filter, fill)


class PasswordEdit(QLineEdit):
    """Hides what is typed, and asks input methods not to learn it; `toggle` is a button to place beside it."""

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

    def _reveal(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
