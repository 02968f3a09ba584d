"""The colour of an account, as discs among which the arrow keys choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QPainter, QPen
from PyQt5.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from tray.i18n import tr
from tray.mail.presentation.colours import ACCOUNT_COLOURS
from tray.ui.rows.controls import Control
from tray.ui.widgets.plain_text import plain_tooltip
from tray.ui.widgets.symbols import Symbol, draw_symbol
from tray.ui.widgets.tones import tones

if TYPE_CHECKING:
    from PyQt5.QtCore import QPoint
    from PyQt5.QtGui import QPaintEvent

_SIZE, _DISC = 28, 18


def _names() -> dict[str, str]:
    names = (tr("Blue"), tr("Green"), tr("Violet"), tr("Orange"), tr("Teal"), tr("Grey"))
    return dict(zip(ACCOUNT_COLOURS, names, strict=True))


class _Disc(QRadioButton):
    """A disc; the chosen one has a ring and a tick."""

    def __init__(self, colour: str, name: str) -> None:
        super().__init__()
        self.colour = colour
        self.setAccessibleName(name)
        self.setToolTip(plain_tooltip(name))
        self.setFixedSize(_SIZE, _SIZE)

    def sizeHint(self) -> QSize:
        """As large as what can be clicked."""
        return QSize(_SIZE, _SIZE)

    def hitButton(self, place: QPoint) -> bool:
        """All of it can be clicked."""
        return self.rect().contains(place)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw disc, ring and tick."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shades = tones(self.palette())
        middle = QRectF(self.rect()).center()
        disc = QRectF(0, 0, _DISC, _DISC)
        disc.moveCenter(middle)
        fill, ink = shades.avatar(self.colour, shades.card, unread=True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawEllipse(disc)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked():
            painter.setPen(QPen(shades.ring_on(shades.card) if self.hasFocus() else shades.text, 2))
            painter.drawEllipse(disc.adjusted(-3, -3, 3, 3))
            tick = QRect(0, 0, 12, 12)
            tick.moveCenter(self.rect().center())
            draw_symbol(painter, Symbol.TICK, ink, tick)
        elif self.hasFocus():
            painter.setPen(QPen(shades.ring_on(shades.card), 2))
            painter.drawEllipse(disc.adjusted(-3, -3, 3, 3))
        painter.end()


class ColourDiscs(Control):
    """Six colours; an account may also have another one, which stands behind them then."""

    def __init__(self) -> None:
        self._row = QWidget()
        self._layout = QHBoxLayout(self._row)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._group = QButtonGroup()
        self.discs: list[_Disc] = []
        for colour, name in _names().items():
            self._add(colour, name)
        super().__init__(self._row)
        self._row.setFocusProxy(self.discs[0])
        self.main = self.discs[0]

    def show_value(self, value: str) -> None:
        """Choose the disc of ``#rrggbb``."""
        disc = next((disc for disc in self.discs if QColor(disc.colour) == QColor(value)), None)
        if disc is None:
            disc = self._add(value, tr("Another colour: {colour}").format(colour=value))
        disc.setChecked(True)
        self.main = disc
        self._row.setFocusProxy(disc)

    def name(self, label: str) -> None:
        """The discs are named by their colours."""
        self._row.setAccessibleName(label)
        for disc in self.discs:  # else it is the tooltip, which is the name once more
            disc.setAccessibleDescription(label)

    def _add(self, colour: str, name: str) -> _Disc:
        disc = _Disc(colour, name)
        self.discs.append(disc)
        self._group.addButton(disc)
        self._layout.addWidget(disc)
        disc.clicked.connect(lambda: self.edited.emit(disc.colour))
        return disc
