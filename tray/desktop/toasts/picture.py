"""The picture on a toast: the mark of the program with the colour of the account, as the specification sends images."""

from __future__ import annotations

from functools import lru_cache

from PyQt5.QtCore import QByteArray, QMetaType, QPointF, Qt
from PyQt5.QtDBus import QDBusArgument
from PyQt5.QtGui import QBrush, QColor, QImage, QImageReader, QPainter

from tray.assets import resource
from tray.mail.colour import RINGS

SIZE = 64
"""Pixels: as large as toasts show it."""


def picture(colour: str) -> QImage:
    """The mark with a dot of `colour` (``#rrggbb``) in its corner."""
    reader = QImageReader(str(resource(f"icons/app/{SIZE}.png")), b"png")
    reader.setAutoDetectImageFormat(False)
    image = reader.read().convertToFormat(QImage.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(Qt.NoPen)
    radius = SIZE * 0.22
    middle = QPointF(SIZE - radius - 1, SIZE - radius - 1)
    for shade, part in ((RINGS[0], 1.0), (RINGS[1], 0.84), (colour, 0.7)):
        painter.setBrush(QBrush(QColor(shade)))
        painter.drawEllipse(middle, radius * part, radius * part)
    painter.end()
    return image


@lru_cache(maxsize=16)
def _pixels(colour: str) -> tuple[int, int, int, bytes]:
    image = picture(colour).convertToFormat(QImage.Format_RGBA8888)
    bits = image.constBits()
    assert bits is not None
    return image.width(), image.height(), image.bytesPerLine(), bits.asstring(image.sizeInBytes())


def image_data(colour: str) -> QDBusArgument:
    """The hint ``image-data``, D-Bus type ``(iiibiiay)``: width, height, row stride, alpha, bits, channels, pixels."""
    width, height, stride, pixels = _pixels(colour)
    argument = QDBusArgument()
    argument.beginStructure()
    for number in (width, height, stride):
        argument.add(number, QMetaType.Int)
    argument.add(True, QMetaType.Bool)
    for number in (8, 4):
        argument.add(number, QMetaType.Int)
    argument.add(QByteArray(pixels), QMetaType.QByteArray)
    argument.endStructure()
    return argument
