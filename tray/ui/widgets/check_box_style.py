"""Makes visible what Qt's own style draws in nearly the colour of its ground: empty boxes, pictures on buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPainter, QPalette, QPen
from PyQt5.QtWidgets import QApplication, QProxyStyle, QStyle, QWidget

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QStyleHintReturn, QStyleOption

_QTS_OWN = "fusion"
_OPAQUE = 130
"""Of 255; gives an outline a contrast of at least 3 to 1 with its ground, which WCAG 2.1 (1.4.11) asks for."""
_BOXES = {
    QStyle.PrimitiveElement.PE_IndicatorCheckBox,
    QStyle.PrimitiveElement.PE_IndicatorRadioButton,
}


def install_check_box_style() -> None:
    """Mend the application's style, once, where it is Qt's own; those of desktops see to it themselves."""
    style = QApplication.style()
    if style is not None and not isinstance(style, ReadableTicks) and style.objectName() == _QTS_OWN:
        QApplication.setStyle(ReadableTicks())


class ReadableTicks(QProxyStyle):
    """Qt's own style with an outline around boxes in the colour of the words; lists have theirs drawn by it, too."""

    def __init__(self) -> None:
        super().__init__(_QTS_OWN)
        self.setObjectName(_QTS_OWN)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        """No pictures on the buttons of dialogs: Qt's own are black, and cannot be seen on a dark ground."""
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
        """As ever, and the outline on top, along the one that is there."""
        super().drawPrimitive(element, option, painter, widget)
        if element not in _BOXES:
            return
        ink = QColor(option.palette.color(QPalette.ColorRole.Text))
        ink.setAlpha(_OPAQUE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0.5, 0.5)  # onto whole pixels
        painter.setPen(QPen(ink))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = option.rect.adjusted(0, 0, -1, -1)
        if element == QStyle.PrimitiveElement.PE_IndicatorCheckBox:
            painter.drawRect(box)
        else:
            painter.drawEllipse(box)
        painter.restore()
