"""Small pictures of one colour, tinted with that of the text where they stand."""

from __future__ import annotations

import enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PyQt5.QtSvg import QSvgRenderer

from tray.assets import resource

if TYPE_CHECKING:
    from PyQt5.QtCore import QRect


class Symbol(enum.Enum):
    """The value is the name of its SVG in ``resources/icons/symbols``: on a grid of 16, lines 1.35 wide."""

    ALERT = "alert"
    """A circle with an exclamation mark."""
    ARCHIVE = "archive"
    BELL = "bell"
    BIN = "bin"
    CHEVRON = "chevron"
    CLOCK = "clock"
    CROSS = "cross"
    EYE = "eye"
    FLAG = "flag"
    FLAG_FILLED = "flag-filled"
    GEAR = "gear"
    IMPORT = "import"
    INFO = "info"
    KEY = "key"
    MAIL = "mail"
    """A closed envelope."""
    MAIL_OPEN = "mail-open"
    MENU = "menu"
    MOON = "moon"
    OFFLINE = "offline"
    PLUS = "plus"
    SEARCH = "search"
    TICK = "tick"
    TRIANGLE = "triangle"
    """With an exclamation mark."""
    UNDO = "undo"
    WINDOW = "window"


def symbol_pixmap(symbol: Symbol, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """`symbol` in `colour`, `size` logical pixels wide and high, for a screen with `ratio` pixels for each of them."""
    return _pixmap(symbol, colour.rgba(), size, ratio)


@lru_cache(maxsize=256)
def _pixmap(symbol: Symbol, colour: int, size: int, ratio: float) -> QPixmap:
    pixels = max(1, round(size * ratio))
    image = QImage(pixels, pixels, QImage.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    _renderer(symbol).render(painter, QRectF(image.rect()))
    painter.setCompositionMode(QPainter.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), QColor.fromRgba(colour))
    painter.end()
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@cache
def _renderer(symbol: Symbol) -> QSvgRenderer:
    return QSvgRenderer(str(resource(f"icons/symbols/{symbol.value}.svg")))


def symbol_icon(symbol: Symbol, colour: QColor, size: int = 16) -> QIcon:
    """`symbol` as the icon of a stock widget, sharp on screens with one, two or three pixels for each logical one."""
    icon = QIcon()
    for ratio in (1, 2, 3):
        icon.addPixmap(symbol_pixmap(symbol, colour, size, ratio))
    return icon


def draw_symbol(painter: QPainter, symbol: Symbol, colour: QColor, rect: QRect) -> None:
    """Draw `symbol` in the middle of `rect`, as large as fits."""
    size = min(rect.width(), rect.height())
    left = rect.left() + (rect.width() - size) // 2
    top = rect.top() + (rect.height() - size) // 2
    painter.drawPixmap(left, top, symbol_pixmap(symbol, colour, size, painter.device().devicePixelRatioF()))
