"""The looks of windows: dark where the user prefers it, and check boxes with outlines."""

from __future__ import annotations

import gc
import os
from functools import cache
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPainter, QPalette, QPen
from PyQt5.QtWidgets import QApplication, QProxyStyle, QStyle, QWidget

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QStyleHintReturn, QStyleOption


_OPENGL = "QT_XCB_GL_INTEGRATION"
QT_STYLE = "fusion"
"""Qt's own style, as opposed to those of desktops."""
_ALPHA = 130
"""Of 255; gives an outline a contrast of at least 3 to 1 with its background, as WCAG 2.1 (1.4.11) asks for."""
_BOXES = {
    QStyle.PrimitiveElement.PE_IndicatorCheckBox,
    QStyle.PrimitiveElement.PE_IndicatorRadioButton,
}


def install_check_box_style() -> None:
    """Replace the application's style, once, where it is Qt's own; the styles of desktops need no outline."""
    style = QApplication.style()
    if style is not None and not isinstance(style, OutlinedBoxStyle) and style.objectName() == QT_STYLE:
        QApplication.setStyle(OutlinedBoxStyle())


@cache
def forgo_opengl() -> None:
    """Keep Qt from loading OpenGL with its first window on X11, which takes 26 ms and draws nothing here.

    Qt reads the variable then, and once; the programs that Mailbell starts do not get it.
    """
    if QApplication.platformName() == "xcb" and _OPENGL not in os.environ:
        os.environ[_OPENGL] = "none"
        QWidget().winId()
        del os.environ[_OPENGL]


def set_still() -> None:
    """Let nothing move in windows, except where the style is that of a desktop, which knows itself."""
    style = QApplication.style()
    if isinstance(style, OutlinedBoxStyle):
        style.moves = False


class OutlinedBoxStyle(QProxyStyle):
    """Qt's own style with outlines in the colour of text around check boxes, also those in lists."""

    def __init__(self) -> None:
        super().__init__(QT_STYLE)
        self.setObjectName(QT_STYLE)
        self.moves = True
        """Whether there are animations."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        """No pictures on the buttons of dialogs: Qt's own are black, and invisible on a dark background.

        No animations where the user wants none.
        """
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration and not self.moves:
            return 0
        if hint == QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons:
            return 0
        return super().styleHint(hint, option, widget, returned)

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the outline over Qt's own."""
        super().drawPrimitive(element, option, painter, widget)
        if element not in _BOXES:
            return
        colour = QColor(option.palette.color(QPalette.ColorRole.Text))
        colour.setAlpha(_ALPHA)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0.5, 0.5)  # onto whole pixels
        painter.setPen(QPen(colour))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = option.rect.adjusted(0, 0, -1, -1)
        if element == QStyle.PrimitiveElement.PE_IndicatorCheckBox:
            painter.drawRect(box)
        else:
            painter.drawEllipse(box)
        painter.restore()


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
