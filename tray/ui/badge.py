"""The unseen count as a badge on an icon, readable at 22 pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QBrush, QColor, QPainter, QTransform

from tray.ui.digits import outlines

if TYPE_CHECKING:
    from PyQt5.QtGui import QPainterPath

_GROUND = QColor("#d32f2f")
_RIM = QColor("#1f1f1f")
_DIGITS = QColor("#ffffff")
_MOST = 99


def badge_text(count: int) -> str:
    """What the badge of `count` says: ``1`` to ``99``, then ``99+``; empty for none."""
    if count <= 0:
        return ""
    return str(count) if count <= _MOST else f"{_MOST}+"


def draw_badge(painter: QPainter, size: int, count: int) -> None:
    """Draw the badge of `count` into the upper right of a square of `size` pixels; nothing for none."""
    text = badge_text(count)
    if not text:
        return
    height = round(size * 0.6)
    rim = max(1.0, size / 24)
    width = min(size, round(height * (0.4 + 0.62 * len(text))))
    pill = QRectF(size - width, 0, width, height).adjusted(rim / 2, rim / 2, -rim / 2, -rim / 2)
    painter.save()
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(Qt.NoPen)
    painter.setBrush(QBrush(_RIM))
    outer = pill.adjusted(-rim / 2, -rim / 2, rim / 2, rim / 2)
    painter.drawRoundedRect(outer, height * 0.42, height * 0.42)
    painter.setBrush(QBrush(_GROUND))
    inner = pill.adjusted(rim / 2, rim / 2, -rim / 2, -rim / 2)
    painter.drawRoundedRect(inner, inner.height() * 0.4, inner.height() * 0.4)
    painter.fillPath(_fitted(text, inner, rim), QBrush(_DIGITS))
    painter.restore()


def _fitted(text: str, room: QRectF, margin: float) -> QPainterPath:
    """`text` as outlines that fill `room` but for `margin`; narrowed rather than made lower where it is long."""
    path = outlines(text)
    bounds = path.boundingRect()
    high = (room.height() - 2 * margin) / bounds.height()
    wide = min(high, (room.width() - 2 * margin) / bounds.width())
    placed = QTransform.fromTranslate(room.center().x(), room.center().y())
    placed.scale(wide, high)
    placed.translate(-bounds.center().x(), -bounds.center().y())
    return placed.map(path)
