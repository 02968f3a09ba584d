"""Dark windows where the desktop wants them, and nowhere else."""

from __future__ import annotations

import gc

import pytest
from PyQt5.QtGui import QPalette
from PyQt5.QtWidgets import QLabel, QStyleFactory

from tests.ui.contrast import contrast
from tray.ui.widgets.style import dark_palette, has_foreign_colours, install_check_box_style, set_dark


@pytest.fixture(autouse=True)
def before(qapp, monkeypatch):
    """No choice of the user's, Qt's own style, and the palette that was there put back."""
    for name in ("QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME", "XDG_CURRENT_DESKTOP"):
        monkeypatch.delenv(name, raising=False)
    gc.collect()  # Qt tells every widget, and dies if one is collected while it does: other tests leave some behind
    install_check_box_style()
    palette = QPalette(qapp.palette())
    yield palette
    gc.collect()
    qapp.setPalette(palette)
    qapp.setStyle(QStyleFactory.create("fusion"))


def ground(widget):
    return widget.palette().color(QPalette.Window).lightness()


def test_windows_that_are_open_follow_to_dark_and_back(qapp, spin):
    shown = QLabel("words")
    shown.show()
    light = ground(shown)
    set_dark(True)
    spin(lambda: ground(shown) < 80)
    set_dark(False)
    spin(lambda: ground(shown) == light)


@pytest.mark.parametrize(
    ("name", "value"),
    [("QT_STYLE_OVERRIDE", "kvantum"), ("QT_QPA_PLATFORMTHEME", "qt5ct"), ("XDG_CURRENT_DESKTOP", "KDE")],
)
def test_who_decides_otherwise_is_obeyed(qapp, before, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert has_foreign_colours()
    set_dark(True)
    assert qapp.palette() == before


def test_colours_that_are_dark_already_are_left_alone(qapp):
    theirs = dark_palette()
    theirs.setColor(QPalette.Window, theirs.color(QPalette.Window).darker())
    qapp.setPalette(theirs)
    set_dark(True)
    assert qapp.palette().color(QPalette.Window) == theirs.color(QPalette.Window)
    set_dark(False)
    assert qapp.palette().color(QPalette.Window) == theirs.color(QPalette.Window)


def test_a_light_desktop_changes_nothing(qapp, before):
    set_dark(False)
    assert qapp.palette() == before


@pytest.mark.parametrize(
    ("words", "on"),
    [
        (QPalette.WindowText, QPalette.Window),
        (QPalette.Text, QPalette.Base),
        (QPalette.Text, QPalette.AlternateBase),
        (QPalette.ButtonText, QPalette.Button),
        (QPalette.ToolTipText, QPalette.ToolTipBase),
        (QPalette.HighlightedText, QPalette.Highlight),
        (QPalette.Link, QPalette.Window),
        (QPalette.LinkVisited, QPalette.Window),
        (QPalette.PlaceholderText, QPalette.Base),
    ],
)
def test_everything_can_be_read(words, on):
    """4.5 to 1 (WCAG 2.1, 1.4.3)."""
    palette = dark_palette()
    assert contrast(palette.color(words), palette.color(on)) >= 4.5


@pytest.mark.parametrize(
    ("words", "on"),
    [
        (QPalette.WindowText, QPalette.Window),
        (QPalette.Text, QPalette.Base),
        (QPalette.ButtonText, QPalette.Button),
    ],
)
def test_what_cannot_be_used_now_can_be_made_out(words, on):
    palette = dark_palette()
    assert contrast(palette.color(QPalette.Disabled, words), palette.color(QPalette.Disabled, on)) >= 3
