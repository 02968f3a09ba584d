"""Every pair of colours that we paint can be read, whatever the desktop's colours."""

from __future__ import annotations

import pytest
from PyQt5.QtGui import QColor, QPalette

from tests.ui.contrast import contrast
from tray.mail.presentation.colours import ACCOUNT_COLOURS
from tray.ui.widgets.style import dark_palette
from tray.ui.widgets.tones import Tones, tones


def of(window, base, text, highlight, highlighted="#ffffff"):
    palette = QPalette(QColor(window), QColor(window))
    for role, colour in (
        (QPalette.Base, base),
        (QPalette.Text, text),
        (QPalette.WindowText, text),
        (QPalette.Highlight, highlight),
        (QPalette.HighlightedText, highlighted),
    ):
        palette.setColor(role, QColor(colour))
    return palette


PALETTES = {
    "light": of("#f6f6f7", "#ffffff", "#1c1d20", "#2a6fd6"),
    "dark": of("#232529", "#1b1d20", "#eceef1", "#4086e2"),
    "ours": dark_palette(),
    "breeze": of("#eff0f1", "#ffffff", "#232629", "#3daee9", "#fcfcfc"),
    "breeze-dark": of("#2a2e32", "#1b1e20", "#fcfcfc", "#3daee9", "#fcfcfc"),
    "adwaita": of("#f6f5f4", "#ffffff", "#2e3436", "#3584e4"),
    "inverse": of("#ffffff", "#ffffff", "#000000", "#000000"),
    "pale": of("#efefef", "#ffffff", "#000000", "#a8c8f0", "#000000"),
    "contrast": of("#000000", "#000000", "#ffffff", "#ffff00", "#000000"),
    "hidden": of("#ffffff", "#ffffff", "#000000", "#ffffff", "#000000"),
}


@pytest.fixture(params=PALETTES)
def found(request, qapp) -> Tones:
    return tones(PALETTES[request.param])


def test_text_can_be_read(found):
    pairs = [
        (found.text, found.base),
        (found.text, found.hovered),
        (found.on_selected, found.selected),
        (found.second, found.base),
        (found.second_on(found.hovered), found.hovered),
        (found.second_on(found.selected), found.selected),
        (found.window_second, found.window),
        (found.window_text, found.pressed),
        (found.window_text, found.card),
        (found.second_on(found.card), found.card),
        (found.second_on(found.pressed), found.pressed),
        (found.bad, found.window),
        (found.good, found.window),
        (found.warn, found.warn_ground),
        (found.window_text, found.warn_ground),
        (found.window, found.undo_ground),
        (QColor("#ffffff"), found.accent),
        found.warn_on(found.base),
        found.warn_on(found.selected),
    ]
    pairs += [
        found.avatar(colour, ground, unread=unread)
        for colour in ACCOUNT_COLOURS
        for ground in (found.base, found.hovered, found.selected)
        for unread in (True, False)
    ]
    assert [(one.name(), other.name()) for one, other in pairs if contrast(one, other) < 4.5] == []


def test_marks_can_be_seen(found):
    grounds = (found.base, found.window, found.hovered, found.selected, found.pressed)
    for ground in grounds:
        assert contrast(found.ring_on(ground), ground) >= 3
        assert contrast(found.bad_on(ground), ground) >= 3
    for mark in (found.good, found.bad, found.ring_on(found.card)):
        assert contrast(mark, found.card) >= 3
    for ground in (found.window, found.pressed, found.warn_ground):
        assert contrast(found.warn, ground) >= 3


def test_a_highlight_that_a_tint_would_hide_is_used_as_it_is(qapp):
    hidden = tones(PALETTES["hidden"])
    assert (hidden.tints_selection, hidden.selected.name(), hidden.on_selected.name()) == (
        False,
        "#ffffff",
        "#000000",
    )
    light = tones(PALETTES["light"])
    assert (light.tints_selection, light.selected.name(), light.on_selected) == (True, "#d4e2f7", light.text)


def test_they_are_those_of_the_pictures(qapp):
    light, dark = tones(PALETTES["light"]), tones(PALETTES["dark"])
    assert [each.second.name() for each in (light, dark)] == ["#6e6e70", "#a1a3a6"]
    assert [each.hovered.name() for each in (light, dark)] == ["#f3f3f3", "#26282b"]
    assert [each.good.name() for each in (light, dark)] == ["#1c7c44", "#5fd18b"]
    assert [each.bad.name() for each in (light, dark)] == ["#c9321b", "#ff7a6b"]


def test_those_of_a_palette_are_computed_once(qapp):
    assert tones(PALETTES["light"]) is tones(PALETTES["light"])
