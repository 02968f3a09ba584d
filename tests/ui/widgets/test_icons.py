"""The shipped pictures and how they are drawn."""

from __future__ import annotations

import itertools

import pytest
from PyQt5.QtCore import QSize
from PyQt5.QtGui import QImage

from tray import APPLICATION_ID
from tray.assets import resource
from tray.mail.presentation.summary import IconState
from tray.ui.widgets.icons import (
    TRAY_SIZES,
    application_icon,
    application_pictures,
    outlined_pictures,
    tray_icon,
)


def picture(state: IconState, size: int = 22) -> QImage:
    return tray_icon(state, 0).pixmap(size, size).toImage()


def test_every_state_has_its_svg_in_every_variant():
    for state, variant in itertools.product(IconState, ("light", "dark", "symbolic")):
        assert resource(f"icons/{APPLICATION_ID}-{state.value}-{variant}.svg").is_file()


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
    pictures = {f"app/{name}": image for name, image in application_pictures().items()}
    for state in IconState:
        pictures |= {f"tray/{name}": image for name, image in outlined_pictures(state).items()}
    for name, drawn in pictures.items():
        shipped = QImage(str(resource(f"icons/{name}"))).convertToFormat(QImage.Format_ARGB32)
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
