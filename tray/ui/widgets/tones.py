"""The colours of what we paint ourselves, computed from those of the desktop, and again when these change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent
from PyQt5.QtGui import QColor, QPalette

from tray.mail.presentation import colours
from tray.mail.presentation.colours import SYMBOL_CONTRAST, TEXT_CONTRAST, Rgb, mix, readable, rgb

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QWidget as _Base
else:
    _Base = object  # PyQt5 allows one class of Qt among the bases

_BAD = rgb("#d4351c"), rgb("#ff7a6b")
_WARN = rgb("#e0a020"), rgb("#f2b73a")
_GOOD = rgb("#1f8a4c"), rgb("#5fd18b")
"""Each in light and in dark windows."""
_LEAST_HIGHLIGHT = 1.3
"""Contrast; below it a tint of the highlight colour would not be seen."""

_CHANGES = frozenset({QEvent.Type.PaletteChange, QEvent.Type.StyleChange})


class Tones:
    """The colours that belong to one palette."""

    def __init__(self, palette: QPalette) -> None:
        def role(name: QPalette.ColorRole) -> Rgb:
            return triple(palette.color(QPalette.Active, name))

        window, base = role(QPalette.Window), role(QPalette.Base)
        window_text, text, highlight = (
            role(QPalette.WindowText),
            role(QPalette.Text),
            role(QPalette.Highlight),
        )
        self.dark = colours.is_dark(window)
        """Whether windows are dark."""
        self._highlight, self._text = highlight, text
        self.highlight = colour(highlight)
        self.window, self.base = colour(window), colour(base)
        self.window_text, self.text = colour(window_text), colour(text)
        self.second = self.second_on(self.base)
        """Of preview, time and explanation, on `base`."""
        self.window_second = self.second_on(self.window)
        self.accent = colour(colours.solid(highlight))
        """A ground for white text."""
        self.dot = self.ring_on(self.base)
        self.hovered = colour(mix(base, text, 0.055))
        """The row under the pointer."""
        self.tints_selection = colours.contrast(highlight, base) >= _LEAST_HIGHLIGHT
        """Whether `selected` keeps the colour of text; else it is that of the palette, and text is `on_selected`."""
        self.selected = colour(
            mix(base, highlight, 0.3 if self.dark else 0.2) if self.tints_selection else highlight
        )
        self.on_selected = self.text if self.tints_selection else colour(role(QPalette.HighlightedText))
        self.pressed = colour(mix(window, highlight, 0.32 if self.dark else 0.18))
        """A pressed switch, a chosen chip."""
        self.hairline = colour(mix(window, window_text, 0.14))
        self.edge = colour(mix(window, window_text, 0.42))
        """Around a switch."""
        lighter = colours.luminance(base) > colours.luminance(window)
        self.card = colour(base if lighter else mix(window, window_text, 0.06))
        self.bad = colour(readable(_BAD[self.dark], window))
        self.good = colour(readable(_GOOD[self.dark], window))
        warn = readable(_WARN[self.dark], window, SYMBOL_CONTRAST)
        self.warn_edge = colour(_WARN[self.dark])
        self.warn_ground = colour(mix(window, _WARN[self.dark], 0.12))
        self.warn = colour(readable(warn, triple(self.warn_ground)))
        """On `warn_ground`, as a symbol or text."""
        self.undo_ground = colour(mix(window, window_text, 0.88))

    @staticmethod
    def mixed(ground: QColor, other: QColor, part: float) -> QColor:
        """`ground` with so much of `other`, 0 to 1."""
        return colour(mix(triple(ground), triple(other), part))

    def second_on(self, ground: QColor) -> QColor:
        """Paler than text, and readable on `ground`."""
        below = triple(ground)
        return colour(readable(mix(self._text, below, 0.36), below))

    def ring_on(self, ground: QColor) -> QColor:
        """Of the ring around what has the keyboard, and of other marks in the accent colour."""
        return colour(readable(self._highlight, triple(ground), SYMBOL_CONTRAST))

    def warn_on(self, ground: QColor) -> tuple[QColor, QColor]:
        """The ground of a label that warns, which stands on `ground`, and the colour of its text."""
        label = mix(triple(ground), triple(self.warn), 0.16)
        return colour(label), colour(readable(triple(self.warn), label))

    def bad_on(self, ground: QColor) -> QColor:
        """Of a mark in the colour of faults, such as a flag, on `ground`."""
        return colour(readable(_BAD[self.dark], triple(ground), SYMBOL_CONTRAST))

    def avatar(self, account: str, ground: QColor, *, unread: bool) -> tuple[QColor, QColor]:
        """The disc of an avatar in the colour of its account (``#rrggbb``) on `ground`, and its letters."""
        if unread:
            return colour(colours.solid(rgb(account))), colour(colours.WHITE)
        disc = mix(triple(ground), rgb(account), 0.32 if self.dark else 0.2)
        return colour(disc), colour(readable(rgb(account), disc, TEXT_CONTRAST))


def tones(palette: QPalette) -> Tones:
    """The colours for `palette`. Ask at each painting: those of a palette that was asked for before are kept."""
    key = palette.cacheKey()
    if key not in _kept:
        if len(_kept) >= _KEPT:
            _kept.clear()
        _kept[key] = Tones(palette)
    return _kept[key]


_KEPT = 8
_kept: dict[int, Tones] = {}


def set_placeholder_colour(palette: QPalette) -> QPalette:
    """`palette` with a paler colour for placeholders where Qt's platform theme has given them that of text."""
    if palette.color(QPalette.PlaceholderText) == palette.color(QPalette.Text):
        pale = palette.color(QPalette.Text)
        pale.setAlphaF(0.62)
        palette.setColor(QPalette.PlaceholderText, pale)
    return palette


def triple(shade: QColor) -> Rgb:
    """`shade` as numbers."""
    return shade.red(), shade.green(), shade.blue()


def colour(numbers: Rgb) -> QColor:
    """`numbers` as a colour of Qt."""
    return QColor(*numbers)


class Restyled(_Base):
    """Stands before the class of Qt in the list of bases; `restyle` is called after each change of colours or style."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the desktop."""
        super().changeEvent(event)
        if event.type() in _CHANGES:
            self.restyle()

    def restyle(self) -> None:
        """Colour anew; also called in the constructor of most."""
        raise NotImplementedError
