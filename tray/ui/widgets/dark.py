"""Dark windows where the user wants them and Qt does not see to it itself."""

from __future__ import annotations

import gc
import os

from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import QApplication

_MIDDLE = 128
_QTS_OWN = "fusion"


def is_decided_elsewhere() -> bool:
    """Whether the user named a style or a platform theme, or the desktop gives Qt its colours, or its own style."""
    named = os.environ.get("QT_STYLE_OVERRIDE") or os.environ.get("QT_QPA_PLATFORMTHEME")
    desktops = os.environ.get("XDG_CURRENT_DESKTOP", "").upper().split(":")
    style = QApplication.style()
    return bool(named) or "KDE" in desktops or style is None or style.objectName() != _QTS_OWN


def set_dark(dark: bool) -> None:
    """Have all windows, also those that are open, dark, or light again; not where that is decided elsewhere."""
    ground = QApplication.palette().color(QPalette.Window)
    if dark:
        if not is_decided_elsewhere() and ground.lightness() >= _MIDDLE:
            _set_palette(dark_palette())
    elif ground == dark_palette().color(QPalette.Window):
        style = QApplication.style()
        assert style is not None
        _set_palette(style.standardPalette())


def _set_palette(palette: QPalette) -> None:
    """Qt visits every widget, and crashes where Python collects one of them meanwhile."""
    collects = gc.isenabled()
    gc.disable()
    try:
        QApplication.setPalette(palette)
    finally:
        if collects:
            gc.enable()


def dark_palette() -> QPalette:
    """Greys with a contrast of at least 7 to 1 for text, and 4.5 to 1 for disabled text."""
    palette = QPalette(QColor(0x3D, 0x3D, 0x3D), QColor(0x30, 0x30, 0x30))
    words = QColor(0xF2, 0xF2, 0xF2)
    for role in (palette.WindowText, palette.Text, palette.ButtonText, palette.ToolTipText):
        palette.setColor(role, words)
    palette.setColor(palette.BrightText, QColor(0xFF, 0xFF, 0xFF))
    palette.setColor(palette.Base, QColor(0x1E, 0x1E, 0x1E))
    palette.setColor(palette.AlternateBase, QColor(0x28, 0x28, 0x28))
    palette.setColor(palette.ToolTipBase, QColor(0x1E, 0x1E, 0x1E))
    palette.setColor(palette.PlaceholderText, QColor(0x9A, 0x9A, 0x9A))
    palette.setColor(palette.Highlight, QColor(0x2A, 0x6F, 0xB8))
    palette.setColor(palette.HighlightedText, QColor(0xFF, 0xFF, 0xFF))
    palette.setColor(palette.Link, QColor(0x6F, 0xB5, 0xFF))
    palette.setColor(palette.LinkVisited, QColor(0xC0, 0xA0, 0xFF))
    faint = QColor(0x9A, 0x9A, 0x9A)
    for role in (palette.WindowText, palette.Text, palette.ButtonText):
        palette.setColor(palette.Disabled, role, faint)
    palette.setColor(palette.Disabled, palette.Highlight, QColor(0x50, 0x50, 0x50))
    palette.setColor(palette.Disabled, palette.HighlightedText, faint)
    return palette
