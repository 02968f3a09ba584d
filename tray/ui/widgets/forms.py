"""The fields of a form, their editors and buttons, and the area in which a form scrolls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QSize, Qt
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr
from tray.mail.settings.fields import PORT_MAX, PORT_MIN
from tray.ui.widgets.plain_text import plain_label
from tray.ui.widgets.style import is_dark
from tray.ui.widgets.tones import Restyled

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtWidgets import QFormLayout


_COLUMNS = 24
"""Characters that a line shows at least."""


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
    box.setKeyboardTracking(False)  # else 9930 would be 9, 99 and 993 for a moment
    box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    box.setValue(port)
    return box


class NamedComboBox(QComboBox):
    """Its accessible name is also that of a hidden label, which ends in the chosen entry.

    On Unix, Qt 5 gives screen readers the chosen entry as the name of a combo box, and as its label a QLabel that has
    the same parent and the box as its buddy (QAccessibleComboBox::text, QAccessibleWidget::relations). Orca 43 reads
    the label instead of the name, and looks for the chosen entry in the list, where Qt has none before it is opened.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(parent)
        self._label.setTextFormat(Qt.PlainText)
        self._label.hide()
        self._label.setBuddy(self)
        self.currentTextChanged.connect(self._tell)

    def setAccessibleName(self, name: str) -> None:
        """Name it."""
        super().setAccessibleName(name)
        self._tell()

    def event(self, event: QEvent) -> bool:
        """Keep the label beside the box."""
        if event.type() == QEvent.ParentChange:
            self._label.setParent(self.parentWidget())  # which hides it
        return super().event(event)

    def _tell(self) -> None:
        parts = filter(None, (self.accessibleName(), self.currentText()))
        self._label.setText(": ".join(parts).replace("&", "&&"))  # a buddy has mnemonics


def combo_box(*options: tuple[str, object]) -> QComboBox:
    """A choice among `options`: the text of each, and its value."""
    box = NamedComboBox()
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


_DARK_RED = QColor("#b3001b")
_LIGHT_RED = QColor("#ffa9a1")


def plain(caption: str) -> str:
    """`caption` for screen readers: without mnemonic, colon and ellipsis."""
    return caption.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip(":…")


class ErrorText(Restyled, QWidget):
    """An icon and a sentence in red; hidden while it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel(self)
        self._text = plain_label(parent=self, narrow=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        self.restyle()
        self.hide()

    def show_text(self, sentence: str) -> None:
        """Show `sentence`, or nothing where it is empty."""
        self._text.setText(sentence)
        self.setVisible(bool(sentence))

    def text(self) -> str:
        """The sentence that is shown."""
        return self._text.text()

    def restyle(self) -> None:
        """Take the colours of the palette."""
        palette = QPalette(self._text.palette())
        red = _LIGHT_RED if is_dark(self.palette()) else _DARK_RED
        palette.setColor(QPalette.ColorRole.WindowText, red)
        self._text.setPalette(palette)
        style = self.style()
        if style is not None:
            size = style.pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
            icon = style.standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
            self._icon.setPixmap(icon.pixmap(size, size))


class Field(QWidget):
    """An editor with its label and the text of its error.

    `beside` are placed in the same line, `below` under the error. An editor without a caption, such as a check box,
    has a text of its own.
    """

    def __init__(
        self,
        caption: str,
        editor: QWidget,
        *beside: QWidget,
        below: QWidget | None = None,
        explanation: str = "",
    ) -> None:
        super().__init__()
        self.editor = editor
        self.label: QLabel | None = None
        if caption:
            self.label = QLabel(caption)
            self.label.setTextFormat(Qt.TextFormat.PlainText)
            self.label.setBuddy(editor)
            editor.setAccessibleName(plain(caption))
        self._explanation = explanation
        self._error = ErrorText(self)
        editor.setAccessibleDescription(explanation)
        row = QHBoxLayout()
        fixed = editor.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Fixed  # as of a number
        row.addWidget(editor, 0 if fixed else 1)
        for widget in beside:
            row.addWidget(widget)
        if fixed:
            row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self._error)
        if below is not None:
            layout.addWidget(below)

    def add_to(self, form: QFormLayout) -> None:
        """Append label and field as a row of `form`; a field without caption is placed `below` another instead."""
        assert self.label is not None
        form.addRow(self.label, self)

    def error(self) -> str:
        """The sentence that is shown, or empty."""
        return self._error.text()

    def show_error(self, sentence: str) -> None:
        """Show the error `sentence`, also to screen readers; empty for none."""
        if sentence == self.error():
            return
        self._error.show_text(sentence)
        self.editor.setAccessibleDescription(sentence or self._explanation)

    def explain(self, explanation: str) -> None:
        """Change the description that screen readers read while there is no error."""
        self._explanation = explanation
        if not self.error():
            self.editor.setAccessibleDescription(explanation)

    def set_shown(self, shown: bool) -> None:
        """Show or hide the whole row."""
        for widget in (self.label, self):
            if widget is not None and (widget.parent() is not None or not shown):
                widget.setVisible(shown)  # without a parent it would become a window of its own


_MARGIN = QSize(32, 64)
"""Pixels for the window's frame and the panel of the desktop."""


class FormArea(QScrollArea):
    """As high as its form where possible (QScrollArea itself: 24 lines at most), and scrolls to the focus."""

    def __init__(self, form: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(form)
        for widget in (form, self.viewport()):  # the background is that of the tab, as on other pages
            widget.setAutoFillBackground(False)
        self._form = form
        app = QApplication.instance()
        if isinstance(app, QApplication):
            # Qt itself scrolls at Tab only, not when the focus is moved by a mnemonic or by the program.
            app.focusChanged.connect(self._scroll_to_focus)

    def sizeHint(self) -> QSize:
        """All of the form, and the scroll bar beside it."""
        return self._form.sizeHint() + QSize(self._scroll_bar_width(), 2)

    def minimumSizeHint(self) -> QSize:
        """The full width of the form: it scrolls up and down only."""
        width = self._form.minimumSizeHint().width() + self._scroll_bar_width()
        return QSize(width, super().minimumSizeHint().height())

    def _scroll_bar_width(self) -> int:
        style = self.style()
        return style.pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent) if style is not None else 0

    def _scroll_to_focus(self, _old: QWidget | None, focused: QWidget | None) -> None:
        if focused is not None and self._form.isAncestorOf(focused):
            self.ensureWidgetVisible(focused)


def fit(dialog: QDialog, *, minimum: QSize | None = None, slack: int = 0) -> None:
    """Give `dialog` its preferred size and `slack` pixels of height, within the limits of the screen."""
    limit = available_size(dialog)
    size = dialog.sizeHint().expandedTo(minimum or QSize()).boundedTo(limit)
    layout = dialog.layout()
    if layout is not None and layout.hasHeightForWidth():  # has texts that wrap
        size = size.expandedTo(QSize(0, layout.totalHeightForWidth(size.width())))
    dialog.resize((size + QSize(0, slack)).boundedTo(limit))


def available_size(widget: QWidget) -> QSize:
    """The largest size of a window on the screen where `widget` is."""
    screen = widget.screen()
    assert screen is not None
    return screen.availableSize() - _MARGIN
