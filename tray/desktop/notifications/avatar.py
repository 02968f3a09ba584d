"""The round picture of a sender in a toast: letters on the colour of the account."""

from __future__ import annotations

from functools import lru_cache

from PyQt5.QtCore import QByteArray, QMetaType, QPointF, QRect, QRectF, Qt
from PyQt5.QtDBus import QDBusArgument
from PyQt5.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter, QPen

from tray.desktop.notifications.letters import HEIGHT, STROKE, strokes
from tray.mail.model.toast import ENVELOPE
from tray.mail.presentation.colours import ACCOUNT_COLOURS, rgb, solid

_LETTERS = 0.4
"""Size of a font, of the diameter."""
_CAPITALS = 0.3
"""Height of a capital letter of that size."""


def avatar(initials: str, colour: str, size: int) -> QImage:
    """White `initials`, or an envelope for `ENVELOPE`, on a disc of `colour`, `size` pixels wide.

    `colour` is ``#rrggbb``, or empty for the first colour.
    """
    image = QImage(size, size, QImage.Format_RGBA8888_Premultiplied)
    image.fill(Qt.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(Qt.NoPen)
    painter.setBrush(QColor(*solid(rgb(colour or ACCOUNT_COLOURS[0]))))
    painter.drawEllipse(0, 0, size, size)
    if initials == ENVELOPE:
        _draw_envelope(painter, size)
    else:
        _draw_letters(painter, size, initials)
    painter.end()
    return image.convertToFormat(QImage.Format_RGBA8888)


def _draw_letters(painter: QPainter, size: int, letters: str) -> None:
    line = strokes(letters)
    if line is None:
        font = QFont(QGuiApplication.font())
        font.setWeight(QFont.DemiBold)
        font.setPixelSize(round(size * _LETTERS))
        painter.setFont(font)
        painter.setPen(QColor(Qt.white))
        painter.drawText(QRect(0, 0, size, size), Qt.AlignCenter | Qt.TextSingleLine, letters)
        return
    scale = size * _CAPITALS / (HEIGHT + STROKE)
    painter.translate(size / 2, size / 2)
    painter.scale(scale, scale)
    painter.translate(-line.boundingRect().center().x(), -HEIGHT / 2)
    painter.strokePath(line, QPen(Qt.white, STROKE, Qt.SolidLine, Qt.RoundCap, Qt.RoundJoin))


def _draw_envelope(painter: QPainter, size: int) -> None:
    """As resources/icons/symbols/mail.svg has it, on half of the width; the library for SVG is not loaded for it."""
    painter.translate(size / 4, size / 4)
    painter.scale(size / 32, size / 32)
    painter.setPen(QPen(Qt.white, 1.35, Qt.SolidLine, Qt.RoundCap, Qt.RoundJoin))
    painter.setBrush(Qt.NoBrush)
    painter.drawRoundedRect(QRectF(1.9, 3.2, 12.2, 9.6), 1, 1)
    painter.drawPolyline(QPointF(2.3, 4.2), QPointF(8, 8.6), QPointF(13.7, 4.2))


@lru_cache(maxsize=16)
def _pixels(initials: str, colour: str, size: int) -> tuple[int, bytes]:
    image = avatar(initials, colour, size)
    bits = image.constBits()
    assert bits is not None
    return image.bytesPerLine(), bits.asstring(image.sizeInBytes())


def image_data(initials: str, colour: str, size: int) -> QDBusArgument:
    """The hint ``image-data``, D-Bus type ``(iiibiiay)``: width, height, row stride, alpha, bits, channels, pixels."""
    stride, pixels = _pixels(initials, colour, size)
    argument = QDBusArgument()
    argument.beginStructure()
    for number in (size, size, stride):
        argument.add(number, QMetaType.Int)
    argument.add(True, QMetaType.Bool)
    for number in (8, 4):
        argument.add(number, QMetaType.Int)
    argument.add(QByteArray(pixels), QMetaType.QByteArray)
    argument.endStructure()
    return argument
