"""The pictures in front of the menu's lines: a dot for an unread message, a square for an account."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QBrush, QColor, QIcon, QImage, QPainter, QPixmap

if TYPE_CHECKING:
    from collections.abc import Callable

_SIZES = (16, 32)
_UNREAD = "#2f7de1"
_NO_COLOUR = "#6b7280"
_DISC, _SQUARE, _CORNER = 8.0, 10.0, 2.5
"""On a field of 16 x 16."""


@lru_cache(maxsize=2)
def message_mark(unread: bool) -> QIcon:
    """The mark of a message; that of a read one is empty, but as large: GTK indents only lines that have a picture."""

    def dot(painter: QPainter) -> None:
        # The white ring sets it off from the ground of a chosen line, and from a dark menu.
        for diameter, colour in ((_DISC + 2, "#ffffff"), (_DISC, _UNREAD)):
            painter.setBrush(QBrush(QColor(colour)))
            painter.drawEllipse(_centred(diameter))

    return _icon(dot if unread else lambda _: None)


@lru_cache(maxsize=64)
def account_mark(colour: str) -> QIcon:
    """The mark of an account of that colour, ``#rrggbb``: another shape than a dot, as colour alone says nothing."""

    def square(painter: QPainter) -> None:
        painter.setBrush(QBrush(QColor(colour or _NO_COLOUR)))
        painter.drawRoundedRect(_centred(_SQUARE), _CORNER, _CORNER)

    return _icon(square)


def _centred(size: float) -> QRectF:
    return QRectF(8 - size / 2, 8 - size / 2, size, size)


def _icon(draw: Callable[[QPainter], None]) -> QIcon:
    icon = QIcon()
    for size in _SIZES:
        image = QImage(size, size, QImage.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        painter.scale(size / 16, size / 16)
        draw(painter)
        painter.end()
        for mode in (QIcon.Normal, QIcon.Disabled):  # else Qt would grey it on a disabled line
            icon.addPixmap(QPixmap.fromImage(image), mode)
    return icon
