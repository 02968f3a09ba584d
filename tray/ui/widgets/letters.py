"""Fonts beside the desktop's own, whose family and size are never replaced; texts in their own direction."""

from __future__ import annotations

import unicodedata

from PyQt5.QtGui import QFont

SECOND = 0.9
"""The size of less important text, as a part of the desktop's own."""


def strong(font: QFont) -> QFont:
    """`font` in semi-bold."""
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
