"""A field of the first page: its label above, notes beneath, and a ring around it where something is to be mended."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QFont, QPainter, QPalette, QPen
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.ui.widgets.card import grown
from tray.ui.widgets.forms import PasswordEdit, plain
from tray.ui.widgets.letters import strong
from tray.ui.widgets.plain_text import plain_label
from tray.ui.widgets.solid_button import RING_ROOM
from tray.ui.widgets.symbols import Symbol, symbol_icon, symbol_pixmap
from tray.ui.widgets.tones import Restyled, set_placeholder_colour, tones

if TYPE_CHECKING:
    from PyQt5.QtGui import QColor, QPaintEvent, QResizeEvent

_HEIGHT, _INNER, _ICON = 36, 6, 16
_RADIUS = 6.0


class Tone(enum.Enum):
    """What a note is; never told by its colour alone."""

    GOOD = Symbol.TICK
    INFO = Symbol.INFO
    BAD = Symbol.ALERT
    WARN = Symbol.TRIANGLE
    """Of a bar: nothing is wrong with a field."""


class LinkButton(QPushButton):
    """A button that looks like a link."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFlat(True)
        self.setCursor(Qt.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """No wider than its text, and easy to hit."""
        letters = self.fontMetrics()
        size = letters.size(Qt.TextShowMnemonic, self.text())
        size.setWidth(size.width() + 4)
        size.setHeight(max(size.height() + 4, grown(self, 22)))
        return size

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text underlined, and the ring where it has the keyboard."""
        painter = QPainter(self)
        font = self.font()
        font.setUnderline(True)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.Link))
        area = self.rect().adjusted(2, 0, -2, 0)
        painter.drawText(area, int(Qt.AlignLeading | Qt.AlignVCenter | Qt.TextShowMnemonic), self.text())
        if self.hasFocus():
            painter.setRenderHint(QPainter.Antialiasing)
            shades = tones(self.palette())
            painter.setPen(QPen(shades.ring_on(shades.window), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()


class Note(Restyled, QWidget):
    """A symbol, a sentence and a link, as far as there are any; hidden while there is nothing."""

    followed = pyqtSignal()
    """The link was pressed."""
    _margins = RING_ROOM, 4, RING_ROOM, 0
    _gap = 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.INFO
        self._icon = QLabel(self)
        self.text = plain_label(parent=self, narrow=True)
        self.link = LinkButton(self)
        self.link.clicked.connect(self.followed)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.text)
        column.addWidget(self.link, 0, Qt.AlignLeading)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(*self._margins)
        layout.setSpacing(self._gap)
        layout.addWidget(self._icon, 0, Qt.AlignTop)
        layout.addLayout(column, 1)
        self.show_text(Tone.INFO, "")

    def show_text(self, tone: Tone, sentence: str, link: str = "") -> None:
        """Show `sentence` and `link`, each where it is not empty."""
        self._tone = tone
        self.text.setText(sentence)
        self.text.setVisible(bool(sentence))
        self.link.setText(link)
        self.link.setVisible(bool(link))
        self.link.setAccessibleDescription(sentence)
        self.setVisible(bool(sentence or link))
        self.restyle()

    def restyle(self) -> None:
        """Take the colours of the palette."""
        shades = tones(self.palette())
        colour = {Tone.GOOD: shades.good, Tone.BAD: shades.bad}.get(self._tone, shades.window_second)
        tint(self.text, colour)
        self._icon.setPixmap(symbol_pixmap(self._tone.value, colour, _ICON, self.devicePixelRatioF()))
        line = self.fontMetrics().lineSpacing()
        self._icon.setFixedHeight(max(line, _ICON))


def tint(label: QWidget, colour: QColor) -> None:
    """Give `label` that colour of text; call it again when the palette changes."""
    palette = QPalette()  # with this one colour, so that the rest follows the desktop
    palette.setColor(QPalette.WindowText, colour)
    if label.palette().color(QPalette.WindowText) != colour:
        label.setPalette(palette)


class _Eye(Restyled, QToolButton):
    """Shows or hides the password; at the end of its field, and Tab comes to it."""

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.TabFocus)
        self.setCursor(Qt.ArrowCursor)
        self.setAccessibleName(tr("Show password"))
        self.setAccessibleDescription(
            tr("Show password")
        )  # else the tooltip, which changes, as the state does
        self.setToolTip(tr("Show password"))
        self.toggled.connect(self._reveal)
        self.restyle()

    def _reveal(self, shown: bool) -> None:
        self._edit.setEchoMode(QLineEdit.Normal if shown else QLineEdit.Password)
        self.setToolTip(tr("Hide password") if shown else tr("Show password"))

    def restyle(self) -> None:
        """Take the colours of the palette."""
        self.setIcon(symbol_icon(Symbol.EYE, tones(self.palette()).second, _ICON))


class LabelledField(QWidget):
    """A line edit of 36 pixels with its label; the ring of an error has room around it."""

    followed = pyqtSignal()
    """The link of the note about the field, or of the error, was pressed."""

    def __init__(self, label: str, edit: QLineEdit | None = None) -> None:
        super().__init__()
        self.edit = edit or QLineEdit()
        self._explanation = ""
        self.label = QLabel(label, self)
        self.label.setTextFormat(Qt.PlainText)
        self.label.setBuddy(self.edit)
        self.label.setFont(strong(QFont()))
        self.label.setIndent(RING_ROOM - 1)
        self.edit.setPalette(set_placeholder_colour(self.edit.palette()))
        self.eye: QToolButton | None = None
        if isinstance(self.edit, PasswordEdit):
            self.edit.toggle.setParent(None)  # type: ignore[call-overload]  # its eye is inside
            self.eye = _Eye(self.edit)
        self.notes = (Note(self), Note(self))
        for note in self.notes:
            note.followed.connect(self.followed)
        self._error = False
        row = QHBoxLayout()
        row.setContentsMargins(RING_ROOM, RING_ROOM, RING_ROOM, RING_ROOM)
        row.addWidget(self.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.label)
        layout.addLayout(row)
        for note in self.notes:
            layout.addWidget(note)
        self.edit.setFixedHeight(grown(self.edit, _HEIGHT))
        self.set_label(label)
        self._place_eye()

    def set_label(self, label: str) -> None:
        """Change the label, which is also the name of the field."""
        self.label.setText(label)
        self.edit.setAccessibleName(plain(label))

    def show_notes(self, *notes: tuple[Tone, str, str]) -> None:
        """Show at most two notes: tone, sentence and link of each; and no ring."""
        self._show(notes, error="")

    def show_error(self, sentence: str, hint: str = "", link: str = "") -> None:
        """Show the ring and `sentence`; beneath it a hint and a link, where they are not empty."""
        second = ((Tone.INFO, hint, link),) if hint or link else ()
        self._show(((Tone.BAD, sentence, ""), *second), error=" ".join(filter(None, (sentence, hint))))

    def has_error(self) -> bool:
        """Whether the ring is shown."""
        return self._error

    def _show(self, notes: tuple[tuple[Tone, str, str], ...], error: str) -> None:
        empty = (Tone.INFO, "", "")
        for note, shown in zip(self.notes, (*notes, empty, empty), strict=False):
            note.show_text(*shown)
        self._error = bool(error)
        self.edit.setAccessibleDescription(
            error or " ".join(sentence for _, sentence, _ in notes if sentence)
        )
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font and the direction of the desktop."""
        super().changeEvent(event)
        if event.type() in {QEvent.FontChange, QEvent.ApplicationFontChange}:
            self.edit.setFixedHeight(grown(self.edit, _HEIGHT))
        if event.type() in {QEvent.LayoutDirectionChange, QEvent.FontChange}:
            self._place_eye()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the eye at the end of the field."""
        super().resizeEvent(event)
        self._place_eye()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring of an error."""
        if not self._error:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(tones(self.palette()).bad, 2))
        painter.drawRoundedRect(QRectF(self.edit.geometry()).adjusted(-2, -2, 2, 2), _RADIUS, _RADIUS)
        painter.end()

    def _place_eye(self) -> None:
        if self.eye is None:
            self.edit.setTextMargins(_INNER, 0, _INNER, 0)
            return
        height = self.edit.height()
        side = height - 8
        backwards = self.layoutDirection() == Qt.RightToLeft
        self.edit.setTextMargins(side if backwards else _INNER, 0, _INNER if backwards else side, 0)
        self.eye.setGeometry(4 if backwards else self.edit.width() - side - 4, 4, side, side)
