"""A card with a symbol, a sentence, an explanation and a button; and the bar across the top of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QPainter
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tray.ui.widgets.card import Card, grown
from tray.ui.widgets.labelled_field import Note, Tone, tint
from tray.ui.widgets.letters import SECOND, scaled
from tray.ui.widgets.plain_text import plain_label
from tray.ui.widgets.symbols import Symbol, symbol_pixmap
from tray.ui.widgets.tones import Restyled, tones

if TYPE_CHECKING:
    from PyQt5.QtGui import QPaintEvent

_ICON, _BUTTON = 20, 32


def small(label: QLabel) -> QLabel:
    """`label` with letters for second text."""
    label.setFont(scaled(label.font(), SECOND))
    return label


class ActionCard(Restyled, Card):
    """Hidden while it has no title."""

    pressed = pyqtSignal()

    def __init__(self, symbol: Symbol, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbol = symbol
        self._icon = QLabel(self)
        self._icon.setFixedWidth(_ICON)
        self.title = plain_label(parent=self, narrow=True)
        self.explanation = small(plain_label(parent=self, narrow=True))
        self.button = QPushButton(self)
        self.button.setMinimumSize(82, grown(self, _BUTTON))
        self.button.clicked.connect(self.pressed)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.title)
        texts.addWidget(self.explanation)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 10, 8)
        layout.setSpacing(12)
        layout.addWidget(self._icon)
        layout.addLayout(texts, 1)
        layout.addWidget(self.button)
        self.show_text("", "", "")

    def show_text(self, title: str, explanation: str, button: str) -> None:
        """Show them; `button` may be empty for none."""
        self.title.setText(title)
        self.explanation.setText(explanation)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.button.setAccessibleDescription(". ".join(filter(None, (title, explanation))))
        self.setVisible(bool(title))
        self.restyle()

    def show_symbol(self, symbol: Symbol) -> None:
        """Change the symbol."""
        self._symbol = symbol
        self.restyle()

    def restyle(self) -> None:
        """Take the colours of the palette."""
        shades = tones(self.palette())
        tint(self.explanation, shades.second_on(shades.card))
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(symbol_pixmap(self._symbol, shades.window_text, _ICON, ratio))


class Bar(Note):
    """A sentence about what is to be mended in no field: grey, or amber where it warns."""

    _margins = 16, 8, 12, 8
    _gap = 12

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground, and an edge at its start."""
        shades, warns = tones(self.palette()), self._tone is Tone.WARN
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        painter.setBrush(shades.warn_edge if warns else shades.edge)
        area = QRectF(self.rect())
        painter.drawRoundedRect(area, 4, 4)
        painter.setBrush(shades.warn_ground if warns else shades.hairline)
        backwards = self.layoutDirection() == Qt.RightToLeft
        painter.drawRect(area.adjusted(0 if backwards else 4, 0, -4 if backwards else 0, 0))
        painter.end()

    def restyle(self) -> None:
        """Take the colours of the palette."""
        shades = tones(self.palette())
        colour = shades.warn if self._tone is Tone.WARN else shades.window_text
        self._icon.setPixmap(symbol_pixmap(self._tone.value, colour, _ICON, self.devicePixelRatioF()))
