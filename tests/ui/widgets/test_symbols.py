"""The small pictures, in any colour and size."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QRect
from PyQt5.QtGui import QColor, QImage, QPainter, QPalette

from tray.assets import resource
from tray.ui.widgets.avatar import draw_avatar
from tray.ui.widgets.symbols import Symbol, draw_symbol, symbol_icon, symbol_pixmap
from tray.ui.widgets.tones import tones

RED = QColor("#d03020")


def inked(image: QImage) -> set[str]:
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


def test_every_file_is_named():
    names = {path.stem for path in resource("icons/symbols").glob("*.svg")}
    assert names == {symbol.value for symbol in Symbol}


@pytest.mark.parametrize("symbol", Symbol)
def test_a_symbol_has_the_colour_that_is_asked_for_and_leaves_a_margin(qapp, symbol):
    image = symbol_pixmap(symbol, RED, 16, 2.0).toImage()
    assert image.width() == 32
    assert inked(image) == {RED.name()}
    edge = [image.pixelColor(x, y).alpha() for x in range(32) for y in (0, 31)]
    edge += [image.pixelColor(x, y).alpha() for x in (0, 31) for y in range(32)]
    assert max(edge) == 0


def test_a_symbol_is_drawn_once_for_each_colour_size_and_screen(qapp):
    first = symbol_pixmap(Symbol.BIN, RED, 16)
    assert symbol_pixmap(Symbol.BIN, QColor(RED), 16).cacheKey() == first.cacheKey()
    assert symbol_pixmap(Symbol.BIN, RED, 16, 2.0).cacheKey() != first.cacheKey()
    assert symbol_pixmap(Symbol.BIN, RED, 16, 1.5).toImage().width() == 24
    assert len(symbol_icon(Symbol.BIN, RED).availableSizes()) == 3


def test_a_symbol_stands_in_the_middle(qapp):
    image = QImage(40, 20, QImage.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    draw_symbol(painter, Symbol.PLUS, RED, image.rect())
    painter.end()
    columns = [x for x in range(40) if any(image.pixelColor(x, y).alpha() for y in range(20))]
    assert columns[0] + columns[-1] == 39


@pytest.mark.parametrize("name", ["Anna Berg", "山田太郎", "4711"])
def test_an_avatar_has_letters_or_an_envelope_on_the_colour_of_the_account(qapp, name):
    shades = tones(QPalette())
    for unread in (True, False):
        image = QImage(36, 36, QImage.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        draw_avatar(painter, QRect(0, 0, 36, 36), name, "#1f8a4c", shades, shades.base, unread=unread)
        painter.end()
        disc, _ink = shades.avatar("#1f8a4c", shades.base, unread=unread)
        assert disc.name() in inked(image)
        assert len(inked(image)) > 5
        assert image.pixelColor(0, 0).alpha() == 0
