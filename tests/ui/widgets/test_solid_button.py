"""The solid button looks the same in every style, can be read, and shows where the keyboard is."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import QDialog, QLineEdit, QVBoxLayout

from tests.ui.contrast import contrast
from tests.ui.keyboard import press, shown
from tray.ui.widgets.card import Card
from tray.ui.widgets.solid_button import RING_ROOM, SolidButton


@pytest.fixture
def dialog(qapp):
    dialog = QDialog()
    dialog.edit, dialog.button = QLineEdit(), SolidButton("Start watching")
    layout = QVBoxLayout(dialog)
    layout.addWidget(dialog.edit)
    layout.addWidget(dialog.button)
    return dialog


def pixel(widget, x, y):
    return widget.grab().toImage().pixelColor(x, y)


@pytest.mark.parametrize("highlight", ["#2a6fd6", "#86c6ff", "#ffe100", "#101010"])
def test_white_letters_can_be_read_whatever_the_accent_of_the_desktop(dialog, highlight):
    palette = QPalette()
    palette.setColor(QPalette.Highlight, QColor(highlight))
    dialog.setPalette(palette)
    shown(dialog)
    assert contrast(QColor("white"), pixel(dialog.button, RING_ROOM + 8, RING_ROOM + 4)) >= 4.5


def test_enter_in_a_field_presses_it(dialog):
    pressed = []
    dialog.button.clicked.connect(lambda: pressed.append(True))
    shown(dialog)
    dialog.edit.setFocus()
    press(Qt.Key_Return)
    assert pressed == [True]


def test_the_ring_is_only_where_the_keyboard_is(dialog):
    shown(dialog)
    dialog.edit.setFocus()
    without = pixel(dialog.button, dialog.button.width() // 2, 1)
    press(Qt.Key_Tab)
    assert pixel(dialog.button, dialog.button.width() // 2, 1) != without


def test_a_card_stands_out_from_light_and_dark_windows(qapp):
    for window, base, text in (("#f6f6f7", "#ffffff", "#1c1d20"), ("#232529", "#1b1d20", "#eceef1")):
        palette = QPalette(QColor(window))
        for role, colour in ((QPalette.Window, window), (QPalette.Base, base), (QPalette.WindowText, text)):
            palette.setColor(role, QColor(colour))
        card = Card()
        card.setPalette(palette)
        card.resize(100, 50)
        assert pixel(card, 50, 25).lightness() > QColor(window).lightness()
