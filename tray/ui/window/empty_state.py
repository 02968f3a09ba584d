"""What stands in the list while it is empty: a picture, a headline, a sentence, and at most one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QPainter, QPalette, QPen, QPolygonF
from PyQt5.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.presentation.window_texts import EmptyKind
from tray.ui.widgets.letters import scaled, strong
from tray.ui.widgets.plain_text import plain_label
from tray.ui.widgets.tones import tones

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtGui import QPaintEvent

    from tray.mail.presentation.window_texts import EmptyTexts
    from tray.ui.widgets.tones import Tones

_WIDTH, _HEIGHT = 150, 118
_HEADLINE = 1.4


class EmptyPicture(QWidget):
    """An open envelope with a ticked letter, or a magnifier, in the colours of the desktop."""

    def __init__(self) -> None:
        super().__init__()
        self._kind = EmptyKind.ALL_READ
        self.setFixedSize(_WIDTH, _HEIGHT)

    def show_kind(self, kind: EmptyKind) -> None:
        """Draw the picture of `kind`."""
        self._kind = kind
        self.setVisible(kind is not EmptyKind.CONNECTING)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        shades = tones(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        painter.setBrush(shades.mixed(shades.base, shades.highlight, 0.12))
        painter.drawEllipse(QPointF(_WIDTH / 2, _HEIGHT / 2), 56, 56)
        if self._kind is EmptyKind.NOTHING_FOUND:
            _magnifier(painter, shades)
        else:
            _envelope(painter, shades)
        painter.end()


def _pen(shades: Tones, width: float = 2.0) -> QPen:
    pen = QPen(shades.mixed(shades.base, shades.highlight, 0.75), width)
    pen.setCapStyle(Qt.RoundCap)
    pen.setJoinStyle(Qt.RoundJoin)
    return pen


def _magnifier(painter: QPainter, shades: Tones) -> None:
    painter.setPen(_pen(shades))
    painter.setBrush(shades.mixed(shades.base, shades.highlight, 0.3))
    painter.drawEllipse(QPointF(68, 52), 24, 24)
    painter.setPen(_pen(shades, 6))
    painter.drawLine(QPointF(87, 71), QPointF(103, 87))


def _envelope(painter: QPainter, shades: Tones) -> None:
    left, right, top, bottom, middle = 35.0, 115.0, 53.0, 92.0, 75.0
    fill = shades.mixed(shades.base, shades.highlight, 0.3)
    painter.setPen(_pen(shades))
    painter.setBrush(fill)
    back = QPolygonF([QPointF(left, top), QPointF(middle, 30), QPointF(right, top), QPointF(right, bottom)])
    back.append(QPointF(left, bottom))
    painter.drawPolygon(back)
    painter.setBrush(shades.base)
    painter.drawRoundedRect(QRectF(46, 17, 58, 58), 4, 4)
    tick = QPen(shades.good, 5)
    tick.setCapStyle(Qt.RoundCap)
    tick.setJoinStyle(Qt.RoundJoin)
    painter.setPen(tick)
    painter.drawPolyline(QPolygonF([QPointF(62, 42), QPointF(71, 51), QPointF(89, 31)]))
    painter.setPen(_pen(shades))
    painter.setBrush(shades.mixed(shades.base, shades.highlight, 0.2))
    front = QPolygonF([QPointF(left, top), QPointF(middle, 75), QPointF(right, top), QPointF(right, bottom)])
    front.append(QPointF(left, bottom))
    painter.drawPolygon(front)


class EmptyState(QWidget):
    """Centred, a little above the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.Base)
        self._picture = EmptyPicture()
        self._headline = QLabel()
        self._headline.setTextFormat(Qt.PlainText)
        self._headline.setFont(scaled(strong(self.font()), _HEADLINE))
        self._headline.setAlignment(Qt.AlignCenter)
        self._headline.setWordWrap(True)
        self._text = plain_label(narrow=True)
        self._text.setAlignment(Qt.AlignCenter)
        self._button = QPushButton()
        self._button.setAutoDefault(False)
        self.setFocusProxy(self._button)
        self._command: Callable[[], None] = lambda: None
        self._button.clicked.connect(lambda _checked=False: self._command())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 12, 20, 12)
        layout.setSpacing(0)
        layout.addStretch(4)
        layout.addWidget(self._picture, 0, Qt.AlignHCenter)
        layout.addSpacing(16)
        layout.addWidget(self._headline)
        layout.addSpacing(6)
        layout.addWidget(self._text)
        layout.addSpacing(18)
        layout.addWidget(self._button, 0, Qt.AlignHCenter)
        layout.addStretch(5)

    def show_texts(
        self, texts: EmptyTexts, label: str = "", command: Callable[[], None] = lambda: None
    ) -> None:
        """Show `texts`, with a button where it has a `label`."""
        self._command = command
        self._picture.show_kind(texts.kind)
        if self._headline.text() != texts.headline:
            self._headline.setText(texts.headline)
        if self._text.text() != texts.text:
            self._text.setText(texts.text)
        self._text.setVisible(bool(texts.text))
        self._button.setText(label)
        self._button.setVisible(bool(label))


def button_label(kind: EmptyKind) -> str:
    """What the button says; empty where there is none."""
    labels = {
        EmptyKind.ALL_READ: tr("Show the latest mail"),
        EmptyKind.NOTHING_FOUND: tr("Search on the server"),
        EmptyKind.NO_ACCOUNT: tr("Add an account…"),
    }
    return labels.get(kind, "")
