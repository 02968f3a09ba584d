"""The count on the icon."""

from __future__ import annotations

import pytest
from PyQt5.QtGui import QImage, QPainter

from tray.ui.widgets.icons import badge_text, draw_badge


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
def test_text(count, text):
    """Two digits at most, for three cannot be read at 22 pixels."""
    assert badge_text(count) == text


def test_none_draws_nothing():
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
