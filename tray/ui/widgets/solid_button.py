"""The one solid button of a window: white letters on the accent colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PyQt5.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QWidget

from tray.ui.widgets.card import grown
from tray.ui.widgets.letters import strong
from tray.ui.widgets.tones import tones

if TYPE_CHECKING:
    from PyQt5.QtGui import QFocusEvent, QPaintEvent

RING_ROOM = 4
"""Pixels around a button or field: a gap of 2, and a ring of 2."""
_HEIGHT, _WIDTH, _SIDE = 36, 150, 24
_RADIUS = 5.0
BY_KEYBOARD = frozenset({Qt.TabFocusReason, Qt.BacktabFocusReason, Qt.ShortcutFocusReason})
"""Reasons of a focus that is shown by a ring: a click needs none."""


class SolidButton(QPushButton):
    """The default button of its dialog, drawn here: Fusion bleaches a coloured one until white does not read on it.

    It has `RING_ROOM` around it for the focus ring.
    """

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._ring = False
        self.setDefault(True)
        self.setFont(strong(QFont()))

    def sizeHint(self) -> QSize:
        """At least 150 x 36, and the room for the ring."""
        letters = QFontMetrics(self.font())
        width = letters.size(Qt.TextShowMnemonic, self.text()).width() + 2 * _SIDE
        return QSize(max(width, _WIDTH) + 2 * RING_ROOM, grown(self, _HEIGHT) + 2 * RING_ROOM)

    def minimumSizeHint(self) -> QSize:
        """Never less."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring where the keyboard brought the focus."""
        self._ring = event.reason() in BY_KEYBOARD
        super().focusInEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, letters and ring."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        if option.state & QStyle.State_KeyboardFocusChange:
            self._ring = self.hasFocus()
        shades = tones(self.palette())
        ground = shades.accent
        if option.state & QStyle.State_Sunken:
            ground = ground.darker(115)
        elif option.state & QStyle.State_MouseOver:
            ground = ground.darker(107)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        area = QRectF(self.rect()).adjusted(RING_ROOM, RING_ROOM, -RING_ROOM, -RING_ROOM)
        painter.setPen(Qt.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)
        if self._ring and self.hasFocus():
            painter.setBrush(Qt.NoBrush)
            painter.setPen(QPen(shades.ring_on(shades.window), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS + 3, _RADIUS + 3)
        painter.setPen(QColor("white"))
        painter.drawText(area, int(Qt.AlignCenter | Qt.TextShowMnemonic), self.text())
        painter.end()
