"""The letters of a sender are drawn as strokes, and no font is loaded for them."""

from __future__ import annotations

import subprocess
import sys
from string import ascii_uppercase

import pytest
from PyQt5.QtCore import QRectF

from tray.desktop.notifications.avatar import avatar
from tray.desktop.notifications.letters import HEIGHT, STROKE, strokes

FONTS = """
from PyQt5.QtGui import QGuiApplication
application = QGuiApplication(["letters", "-platform", "offscreen"])
from tray.desktop.notifications.avatar import avatar
from tray.mail.model.toast import ENVELOPE
def fonts():
    lines = open("/proc/self/maps").read().splitlines()
    return sum(line.lower().endswith((".ttf", ".otf", ".ttc", ".pfb", ".pcf.gz")) for line in lines)
avatar("AÖ", "", 96)
avatar(ENVELOPE, "", 96)
print(fonts())
avatar("Ж", "", 96)
print(fonts() > 0)
"""


def test_every_latin_capital_is_as_high_as_a_line():
    for letter in ascii_uppercase:
        bounds = strokes(letter).boundingRect()
        assert (bounds.top(), bounds.left()) == (pytest.approx(0, abs=0.1), pytest.approx(0, abs=0.6))
        assert HEIGHT - 0.1 <= bounds.bottom() <= HEIGHT + 1, letter  # the tail of Q


def test_letters_stand_beside_each_other():
    for first in ascii_uppercase:
        for last in ascii_uppercase:
            both = strokes(first + last).boundingRect().width()
            alone = [strokes(letter).boundingRect().width() for letter in (first, last)]
            assert both - sum(alone) > STROKE


@pytest.mark.parametrize(("plain", "marked"), [("A", "ÀÁÂÃÄÅ"), ("C", "Č"), ("E", "ÈÉÊË"), ("Z", "Ž")])
def test_marks_stand_above_their_letter(plain, marked):
    letter = strokes(plain).boundingRect()
    outlines = [strokes(each).boundingRect() for each in marked]
    assert all(each.top() < -STROKE for each in outlines)
    assert {round(each.bottom(), 3) for each in outlines} == {round(letter.bottom(), 3)}
    assert {round(each.width(), 3) for each in outlines} == {round(letter.width(), 3)}


def test_a_cedilla_stands_below():
    assert strokes("Ç").boundingRect().bottom() > strokes("C").boundingRect().bottom() + STROKE


@pytest.mark.parametrize("text", ["Ж", "AЖ", "李", "Ø", "Ǎ\u0323", "ß"])
def test_other_letters_are_left_to_a_font(text):
    assert strokes(text) is None


@pytest.mark.parametrize("size", [48, 96])
@pytest.mark.parametrize("letters", ["A", "WW", "ÅÇ", "Ж"])
def test_the_letters_are_in_the_middle_of_the_disc(qapp, letters, size):
    picture, disc = avatar(letters, "#1f8a4c", size), avatar("", "#1f8a4c", size)
    differing = [(x, y) for x in range(size) for y in range(size) if picture.pixel(x, y) != disc.pixel(x, y)]
    columns = [x for x, _ in differing]
    assert min(columns) + max(columns) == pytest.approx(size - 1, abs=2)
    inner = QRectF(size * 0.1, size * 0.2, size * 0.8, size * 0.6)
    assert all(inner.contains(x, y) for x, y in differing)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux which files are mapped")
def test_no_font_is_loaded_for_latin_letters_nor_for_an_envelope():
    done = subprocess.run([sys.executable, "-c", FONTS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "True"]
