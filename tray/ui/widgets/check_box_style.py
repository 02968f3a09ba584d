"""Outlines the check boxes of Qt's own style, which are nearly invisible on a dark background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPainter, QPalette, QPen
from PyQt5.QtWidgets import QApplication, QProxyStyle, QStyle, QWidget

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QStyleHintReturn, QStyleOption

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


class OutlinedBoxStyle(QProxyStyle):
    """Qt's own style with outlines in the colour of text around check boxes, also those in lists."""

    def __init__(self) -> None:
        super().__init__(QT_STYLE)
        self.setObjectName(QT_STYLE)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        """No pictures on the buttons of dialogs: Qt's own are black, and invisible on a dark background."""
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
