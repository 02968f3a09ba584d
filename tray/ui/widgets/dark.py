"""Dark windows where the user prefers them and Qt does not choose them itself."""

from __future__ import annotations

import gc
import os

from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import QApplication

from tray.ui.widgets.check_box_style import QT_STYLE

_MIDDLE = 128


def is_dark(palette: QPalette) -> bool:
    """Whether windows have a dark background."""
    return palette.color(QPalette.Window).lightness() < _MIDDLE


def has_foreign_colours() -> bool:
    """Whether the colours come from a style or platform theme that the user named, or from the desktop."""
    named = os.environ.get("QT_STYLE_OVERRIDE") or os.environ.get("QT_QPA_PLATFORMTHEME")
    desktops = os.environ.get("XDG_CURRENT_DESKTOP", "").upper().split(":")
    style = QApplication.style()
    return bool(named) or "KDE" in desktops or style is None or style.objectName() != QT_STYLE


def set_dark(dark: bool) -> None:
    """Make all windows dark, also open ones, or light again; except where `has_foreign_colours`."""
    present = QApplication.palette()
    if dark:
        if not has_foreign_colours() and not is_dark(present):
            _set_palette(dark_palette())
    elif present.color(QPalette.Window) == dark_palette().color(QPalette.Window):
        style = QApplication.style()
        assert style is not None
        _set_palette(style.standardPalette())


def _set_palette(palette: QPalette) -> None:
    """Set it without garbage collection: Qt visits every widget, and crashes where one is deleted meanwhile."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        QApplication.setPalette(palette)
    finally:
        if was_enabled:
            gc.enable()


def dark_palette() -> QPalette:
    """Greys with a contrast of at least 7 to 1 for text, and 4.5 to 1 for disabled text."""
    palette = QPalette(QColor("#3d3d3d"), QColor("#303030"))
    for role, colour in (
        (palette.WindowText, "#f2f2f2"),
        (palette.Text, "#f2f2f2"),
        (palette.ButtonText, "#f2f2f2"),
        (palette.ToolTipText, "#f2f2f2"),
        (palette.BrightText, "#ffffff"),
        (palette.Base, "#1e1e1e"),
        (palette.AlternateBase, "#282828"),
        (palette.ToolTipBase, "#1e1e1e"),
        (palette.PlaceholderText, "#9a9a9a"),
        (palette.Highlight, "#2a6fb8"),
        (palette.HighlightedText, "#ffffff"),
        (palette.Link, "#6fb5ff"),
        (palette.LinkVisited, "#c0a0ff"),
    ):
        palette.setColor(role, QColor(colour))
    for role in (palette.WindowText, palette.Text, palette.ButtonText, palette.HighlightedText):
        palette.setColor(palette.Disabled, role, QColor("#9a9a9a"))
    palette.setColor(palette.Disabled, palette.Highlight, QColor("#505050"))
    return palette
