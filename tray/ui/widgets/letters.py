"""Fonts beside the desktop's own, whose family and size are never replaced; codes; texts in their own direction."""

from __future__ import annotations

import unicodedata

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QFont
from PyQt5.QtWidgets import QLabel, QWidget

from tray.i18n import tr

SECOND = 0.9
"""The size of less important text, as a part of the desktop's own."""


def strong(font: QFont) -> QFont:
    """`font` in semi-bold; of `QFont()` only the weight counts, and a widget takes the rest from the desktop."""
    result = QFont(font)
    result.setWeight(QFont.DemiBold)
    return result


def scaled(font: QFont, factor: float) -> QFont:
    """`font` in another size."""
    result = QFont(font)
    if font.pointSizeF() > 0:
        result.setPointSizeF(font.pointSizeF() * factor)
    else:
        result.setPixelSize(max(1, round(font.pixelSize() * factor)))
    return result


_CODE_SCALE = 1.8


class CodeLabel(QLabel):
    """A code in large letters: it is to be typed on another device."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.PlainText)
        self.setTextInteractionFlags(Qt.TextSelectableByMouse | Qt.TextSelectableByKeyboard)
        self.setFont(strong(scaled(self.font(), _CODE_SCALE)))

    def show_code(self, code: str) -> None:
        """Show `code`, which screen readers spell."""
        self.setText(code)
        self.setAccessibleName(tr("Code: {code}").format(code=" ".join(code)))


_TEXT_LIMIT = 240
"""Characters; measuring longer texts takes long."""
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT, _END_OF_ISOLATE = "\u2066", "\u2067", "\u2069"


def directed(text: str) -> str:
    """`text`, of limited length, in its own direction: else the dots of a cut text would stand on the wrong side."""
    text = text[:_TEXT_LIMIT]
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"L", "R", "AL"}:
            start = _LEFT_TO_RIGHT if kind == "L" else _RIGHT_TO_LEFT
            return f"{start}{text}{_END_OF_ISOLATE}"
    return text
