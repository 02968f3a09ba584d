"""A card: a rounded area with a thin edge, on which a form stands apart from the window's ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QPainter, QPen
from PyQt5.QtWidgets import QWidget

from tray.ui.widgets.tones import tones

if TYPE_CHECKING:
    from PyQt5.QtGui import QPaintEvent

_RADIUS = 8.0
_DESIGN_LINE = 18
"""Height in pixels of the line of text that all measures are given for."""


def grown(widget: QWidget, pixels: int, lines: int = 1) -> int:
    """A height of so many `pixels` that holds `lines` of text, for the font of `widget`."""
    return pixels + lines * (widget.fontMetrics().lineSpacing() - _DESIGN_LINE)


def scale_of(widget: QWidget) -> float:
    """By what the width of a window grows with the letters of `widget`; never less than 1."""
    return max(1.0, widget.fontMetrics().lineSpacing() / _DESIGN_LINE)


class Card(QWidget):
    """A plain container: give it a layout. Without a name it is passed over by screen readers."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground and edge."""
        draw_card(self)


def draw_card(widget: QWidget) -> None:
    """Draw ground and edge of a card as large as `widget`, from its paint event."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.Antialiasing)
    shades = tones(widget.palette())
    painter.setPen(QPen(shades.hairline))
    painter.setBrush(shades.card)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
    painter.end()


class Hairline(QWidget):
    """A hairline from edge to edge."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), tones(self.palette()).hairline)
        painter.end()
