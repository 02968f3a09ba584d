"""What is coloured by a widget itself is coloured anew when the desktop turns dark, and when its style changes."""

from __future__ import annotations

import pytest
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import QPushButton, QStyleFactory, QVBoxLayout, QWidget

from tray.ui.rows.row_widget import SecondText
from tray.ui.widgets.tones import Restyled, tones

DARK = QPalette(QColor("#222222"))


class Counted(Restyled, QPushButton):
    times = 0

    def restyle(self):
        self.times += 1


@pytest.mark.parametrize(
    ("change", "times"),
    [
        (lambda widget: widget.setPalette(DARK), 1),
        (lambda widget: widget.setStyle(STYLES.setdefault("style", QStyleFactory.create("Fusion"))), 1),
        (lambda widget: widget.setText("other"), 0),
        (lambda widget: widget.setEnabled(False), 0),
    ],
)
def test_colours_and_style_count_and_nothing_else(qapp, change, times):
    widget = Counted()
    change(widget)
    assert widget.times == times


STYLES = {}
"""Qt does not own the style of a widget."""


def test_a_paler_text_follows_what_it_stands_on(qapp):
    window = QWidget()
    text = SecondText("Mail is counted", window)
    layout = QVBoxLayout(window)
    layout.addWidget(text)
    light = text.palette().color(QPalette.WindowText)
    window.setPalette(DARK)
    shades = tones(window.palette())
    assert text.palette().color(QPalette.WindowText) == shades.second_on(shades.card) != light
