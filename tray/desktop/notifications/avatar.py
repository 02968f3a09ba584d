"""The round picture of a sender in a toast: letters on the colour of the account."""

from __future__ import annotations

from functools import lru_cache

from PyQt5.QtCore import QByteArray, QMetaType, Qt
from PyQt5.QtDBus import QDBusArgument
from PyQt5.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter

from tray.assets import resource
from tray.mail.model.toast import ENVELOPE
from tray.mail.presentation.colours import ACCOUNT_COLOURS, rgb, solid

_LETTERS = 0.4
"""Height of the letters in pixels, of the diameter."""


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
    font = QFont(QGuiApplication.font())
    font.setWeight(QFont.DemiBold)
    font.setPixelSize(round(size * _LETTERS))
    painter.setFont(font)
    painter.setPen(QColor(Qt.white))
    if initials == ENVELOPE:
        _draw_envelope(painter, size)
    else:
        painter.drawText(image.rect(), Qt.AlignCenter | Qt.TextSingleLine, initials)
    painter.end()
    return image.convertToFormat(QImage.Format_RGBA8888)


def _draw_envelope(painter: QPainter, size: int) -> None:
    from PyQt5.QtSvg import QSvgRenderer

    side = size // 2
    envelope = QImage(side, side, QImage.Format_ARGB32_Premultiplied)
    envelope.fill(Qt.transparent)
    drawing = QPainter(envelope)
    QSvgRenderer(str(resource("icons/symbols/mail.svg"))).render(drawing)
    drawing.setCompositionMode(QPainter.CompositionMode_SourceIn)
    drawing.fillRect(envelope.rect(), Qt.white)
    drawing.end()
    painter.drawImage((size - side) // 2, (size - side) // 2, envelope)


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
