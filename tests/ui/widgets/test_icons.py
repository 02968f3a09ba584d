"""The shipped pictures and how they are drawn."""

from __future__ import annotations

import itertools
import sys

import pytest
from PyQt5.QtCore import QSize
from PyQt5.QtGui import QImage, QPainter

from tray.mail.presentation.summary import IconState
from tray.ui.widgets import icons
from tray.ui.widgets.icons import (
    TRAY_SIZES,
    application_icon,
    application_pictures,
    badge_text,
    draw_badge,
    outlined_pictures,
    template_icon,
    tray_icon,
)


def picture(state: IconState, size: int = 22) -> QImage:
    return tray_icon(state, 0).pixmap(size, size).toImage()


def test_states_look_different(qapp):
    """No two states share a picture, even at 22 pixels."""
    images = [picture(state) for state in IconState]
    assert all(a != b for a, b in itertools.combinations(images, 2))


def test_an_icon_is_drawn_once(qapp):
    first = tray_icon(IconState.UNSEEN, 3)
    assert tray_icon(IconState.UNSEEN, 3) is first
    assert tray_icon(IconState.UNSEEN, 4) is not first
    assert tray_icon(IconState.UNSEEN, 100) is tray_icon(IconState.UNSEEN, 5000)


def test_all_sizes_of_panels_are_there(qapp):
    assert tray_icon(IconState.QUIET, 0).availableSizes() == [QSize(s, s) for s in TRAY_SIZES]


def test_the_ready_made_pictures_are_those_of_the_sources(qapp):
    """Who changes an SVG runs `python -m installer.dev.icons`; a few levels of colour are the rasteriser's affair."""
    pictures = application_pictures()
    for state in IconState:
        pictures |= outlined_pictures(state)
    for name, drawn in pictures.items():
        shipped = QImage(str(name)).convertToFormat(QImage.Format_ARGB32)
        wanted = drawn.convertToFormat(QImage.Format_ARGB32)
        assert shipped.size() == wanted.size(), name
        ours, theirs = (image.bits().asstring(image.sizeInBytes()) for image in (shipped, wanted))
        difference = sum(abs(a - b) for a, b in zip(ours, theirs, strict=True)) / len(ours)
        assert difference < 3, name


@pytest.mark.parametrize("state", list(IconState))
@pytest.mark.parametrize("size", [16, 22, 32])
def test_readable_on_dark_and_light(state, size):
    image = picture(state, size)
    lightness = [
        image.pixelColor(x, y).lightness()
        for x in range(size)
        for y in range(size)
        if image.pixelColor(x, y).alpha() > 200
    ]
    assert sum(value > 140 for value in lightness) > size * size * 0.15
    assert sum(value < 60 for value in lightness) > size * size * 0.08


def test_application_icon():
    assert QSize(128, 128) in application_icon().availableSizes()
    assert not application_icon().pixmap(128, 128).toImage().allGray()


def drawn(size: int, count: int) -> QImage:
    image = QImage(size, size, QImage.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    draw_badge(painter, size, badge_text(count))
    painter.end()
    return image


@pytest.mark.parametrize(
    ("count", "text"), [(-1, ""), (0, ""), (1, "1"), (99, "99"), (100, "99+"), (12345, "99+")]
)
def test_text_of_the_badge(count, text):
    """Two digits at most, for three cannot be read at 22 pixels."""
    assert badge_text(count) == text


def test_no_badge_draws_nothing():
    assert drawn(22, 0) == drawn(22, -3)
    assert drawn(22, 0).pixelColor(18, 4).alpha() == 0


@pytest.mark.parametrize("size", [16, 22, 32, 64])
def test_counts_look_different(size):
    images = [drawn(size, count) for count in (0, 1, 7, 42, 100)]
    assert all(a != b for n, a in enumerate(images) for b in images[:n])


@pytest.mark.parametrize("count", [1, 42, 100])
def test_the_digits_stand_out(count):
    """White on red: both colours are there at 22 pixels."""
    image = drawn(22, count)
    colours = [image.pixelColor(x, y) for x in range(22) for y in range(22)]
    assert any(min(c.red(), c.green(), c.blue()) > 225 and c.alpha() == 255 for c in colours)
    assert any(c.red() > 190 and c.green() < 80 and c.alpha() == 255 for c in colours)


def test_the_lower_left_stays_free():
    image = drawn(22, 100)
    assert all(image.pixelColor(x, y).alpha() == 0 for x in range(22) for y in range(14, 22))


@pytest.mark.parametrize("state", list(IconState))
def test_the_menu_bar_of_macos_gets_pictures_of_which_only_the_opacity_counts(qapp, state, monkeypatch):
    icon = template_icon(state, "7")
    assert icon.isMask()
    assert icon.availableSizes() == [QSize(18, 18), QSize(36, 36)]
    image = icon.pixmap(36, 36).toImage()
    badge = [image.pixelColor(x, y).alpha() for x in range(18, 35) for y in range(2, 20)]
    assert badge.count(255) > 40  # its field
    assert badge.count(0) > 40  # its number
    monkeypatch.setattr(sys, "platform", "darwin")
    icons._tray_icon.cache_clear()
    assert tray_icon(state, 7).isMask()
    icons._tray_icon.cache_clear()
