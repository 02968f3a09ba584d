"""An account's colour as a dot that stands out from dark and from light ground."""

from __future__ import annotations

from functools import lru_cache

from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QBrush, QColor, QIcon, QImage, QPainter, QPixmap

from tray.mail.colour import RINGS

_SIZES = (16, 22, 32, 48)


@lru_cache(maxsize=64)
def dot(colour: str) -> QIcon:
    """The dot of ``#rrggbb``; an empty icon for no colour. Needs a QGuiApplication."""
    icon = QIcon()
    for size in _SIZES if colour else ():
        pixmap = QPixmap.fromImage(picture(colour, size))
        icon.addPixmap(pixmap)
        icon.addPixmap(
            pixmap, QIcon.Disabled
        )  # Qt would grey it, and a line that does nothing is not less coloured
    return icon


def picture(colour: str, size: int) -> QImage:
    """The dot in a square of `size` pixels."""
    image = QImage(size, size, QImage.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(Qt.NoPen)
    radius, ring = size * 0.44, max(1.0, size / 18)
    for number, shade in enumerate((*RINGS, colour)):
        painter.setBrush(QBrush(QColor(shade)))
        painter.drawEllipse(QPointF(size / 2, size / 2), radius - number * ring, radius - number * ring)
    painter.end()
    return image
