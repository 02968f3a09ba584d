"""A field of a form: label, editor and, right beneath, in words what is wrong with what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QSize, Qt
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QFormLayout

_DARK_RED = QColor(0xB3, 0x00, 0x1B)
_LIGHT_RED = QColor(0xFF, 0xA9, 0xA1)
_MIDDLE = 128


def plain(caption: str) -> str:
    """`caption` as a screen reader should read it: without mnemonic, colon and ellipsis."""
    return caption.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip(":…")


class ErrorText(QWidget):
    """An icon and a sentence, so that it is not shown by colour alone; hidden while it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        self._dress()
        self.hide()

    def show_text(self, sentence: str) -> None:
        """Show `sentence`, or hide where it is empty."""
        self._text.setText(sentence)
        self.setVisible(bool(sentence))

    def text(self) -> str:
        """The sentence that is shown."""
        return self._text.text()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme when it turns dark or light."""
        super().changeEvent(event)
        if event.type() in {
            QEvent.Type.PaletteChange,
            QEvent.Type.StyleChange,
        }:
            self._dress()

    def _dress(self) -> None:
        ground = self.palette().color(QPalette.ColorRole.Window)
        ink = _LIGHT_RED if ground.lightness() < _MIDDLE else _DARK_RED
        palette = QPalette(self._text.palette())
        palette.setColor(QPalette.ColorRole.WindowText, ink)
        self._text.setPalette(palette)
        style = self.style()
        if style is not None:
            size = style.pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
            icon = style.standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
            self._icon.setPixmap(icon.pixmap(size, size))


class Field(QWidget):
    """An editor, its label as buddy, and the text of its error.

    `beside` stands in the same line, `below` beneath the error. Without a caption the editor names itself.
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
        # A number gets the width of its longest value.
        fixed = editor.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Fixed
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
        """Append label and field as a row of `form`; a field without caption stands `below` another instead."""
        assert self.label is not None
        form.addRow(self.label, self)

    def error(self) -> str:
        """The sentence that is shown, or empty."""
        return self._error.text()

    def show_error(self, sentence: str) -> None:
        """Show what is wrong, or nothing where `sentence` is empty; a screen reader gets it as the description."""
        if sentence == self.error():
            return
        self._error.show_text(sentence)
        self.editor.setAccessibleDescription(sentence or self._explanation)

    def explain(self, explanation: str) -> None:
        """Change what a screen reader adds to the name while nothing is wrong."""
        self._explanation = explanation
        if not self.error():
            self.editor.setAccessibleDescription(explanation)

    def set_shown(self, shown: bool) -> None:
        """Show or hide the whole row."""
        if self.label is not None:
            self.label.setVisible(shown)
        self.setVisible(shown)


_MARGIN = QSize(32, 64)
"""Pixels left for the window's frame and the panel of the desktop."""


class FormArea(QScrollArea):
    """Asks for all the room its form needs (QScrollArea itself asks for 24 lines at most) and follows the focus."""

    def __init__(self, form: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(form)
        for widget in (form, self.viewport()):  # the ground is that of the tab, as on every other page
            widget.setAutoFillBackground(False)
        self._form = form
        app = QApplication.instance()
        if isinstance(app, QApplication):
            # Qt follows Tab by itself, but not a mnemonic or a focus that was set.
            app.focusChanged.connect(self._follow)

    def sizeHint(self) -> QSize:
        """All of the form, and the bar beside it."""
        return self._form.sizeHint() + QSize(self._bar(), 2)

    def minimumSizeHint(self) -> QSize:
        """The form's full width: it scrolls up and down only."""
        return QSize(self._form.minimumSizeHint().width() + self._bar(), super().minimumSizeHint().height())

    def _bar(self) -> int:
        style = self.style()
        return style.pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent) if style is not None else 0

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._form.isAncestorOf(now):
            self.ensureWidgetVisible(now)


def fit(dialog: QDialog, *, minimum: QSize | None = None, slack: int = 0) -> None:
    """Give `dialog` the size that it would like and `slack` pixels of height, but never more than the screen has."""
    limit = available_size(dialog)
    wanted = dialog.sizeHint().expandedTo(minimum or QSize()).boundedTo(limit)
    layout = dialog.layout()
    if (
        layout is not None and layout.hasHeightForWidth()
    ):  # words that wrap; Qt asks of a window for a width of its own
        wanted = wanted.expandedTo(QSize(0, layout.totalHeightForWidth(wanted.width())))
    dialog.resize((wanted + QSize(0, slack)).boundedTo(limit))


def available_size(widget: QWidget) -> QSize:
    """The size that a window can have at most on the screen where `widget` is."""
    screen = widget.screen()
    assert screen is not None
    return screen.availableSize() - _MARGIN
