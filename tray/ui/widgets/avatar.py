"""The round picture of a sender: letters on the colour of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QRect, Qt
from PyQt5.QtGui import QFont, QPainter

from tray.mail.presentation.colours import ACCOUNT_COLOURS
from tray.mail.presentation.initials import initials
from tray.ui.widgets.symbols import Symbol, draw_symbol

if TYPE_CHECKING:
    from PyQt5.QtGui import QColor

    from tray.ui.widgets.tones import Tones

_LETTERS = 0.36
"""Of the diameter: the height of letters in pixels."""
_ENVELOPE = 0.5


def draw_avatar(
    painter: QPainter,
    rect: QRect,
    name: str,
    colour: str,
    tones: Tones,
    ground: QColor,
    *,
    unread: bool = True,
) -> None:
    """Draw the avatar of `name` into the square `rect`, on `ground`; `colour` is ``#rrggbb`` or empty.

    A name without letters is drawn as a closed envelope.
    """
    disc, ink = tones.avatar(colour or ACCOUNT_COLOURS[0], ground, unread=unread)
    painter.save()
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(Qt.NoPen)
    painter.setBrush(disc)
    painter.drawEllipse(rect)
    letters = initials(name)
    if letters:
        font = QFont(painter.font())
        font.setWeight(QFont.DemiBold)
        font.setPixelSize(max(1, round(rect.width() * _LETTERS)))
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(rect, Qt.AlignCenter | Qt.TextSingleLine, letters)
    else:
        size = round(rect.width() * _ENVELOPE)
        square = QRect(0, 0, size, size)
        square.moveCenter(rect.center())
        draw_symbol(painter, Symbol.MAIL, ink, square)
    painter.restore()
