"""The digits of the badge, drawn as strokes.

A font would take 3.1 to 3.8 MB and 25 ms, and nothing else needs one before a window opens (docs/decisions/0025).
"""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QPainterPath, QPainterPathStroker, QTransform

_WIDTH, _HEIGHT, _STROKE = 10.0, 16.0, 3.2
_GAP = 3.6
# Strokes on a field of 10 x 16, y downwards: a start, then points of lines (2 numbers) and curves (6 numbers).
_STROKES: dict[str, tuple[tuple[tuple[float, ...], ...], ...]] = {
    "0": (((5, 1), (10.1, 1, 10.1, 15, 5, 15), (-0.1, 15, -0.1, 1, 5, 1)),),
    "1": (((2.4, 4.2), (5.8, 1), (5.8, 15)),),
    "2": (((1.4, 4.6), (1.4, -0.2, 8.7, -0.2, 8.7, 4.6), (8.7, 8.4, 1, 11, 1, 15), (9, 15)),),
    "3": (
        ((1.3, 2.6), (3, 0.2, 8.5, 0.2, 8.5, 4.3), (8.5, 7.6, 5, 7.6, 4.2, 7.6)),
        ((4.2, 7.6), (5, 7.6, 9, 7.6, 9, 11.3), (9, 16.2, 2.6, 16.2, 1, 13.2)),
    ),
    "4": (((7, 15), (7, 1), (0.8, 11), (9.6, 11)),),
    "5": (((8.4, 1), (2.3, 1), (1.8, 7.2), (4, 5.2, 9, 5.8, 9, 10.4), (9, 16, 3, 16.2, 1, 13.4)),),
    "6": (((8.2, 1.9), (4, -0.4, 1, 4, 1, 9.6), (1, 16.8, 9, 16.8, 9, 10.6), (9, 5.4, 2.4, 5, 1.2, 9.8)),),
    "7": (((1, 1), (9, 1), (4, 15)),),
    "8": (
        ((5, 1), (9.2, 1, 9.2, 7.5, 5, 7.5), (0.8, 7.5, 0.8, 1, 5, 1)),
        ((5, 7.5), (10.2, 7.5, 10.2, 15, 5, 15), (-0.2, 15, -0.2, 7.5, 5, 7.5)),
    ),
    "9": (((1.8, 14.1), (6, 16.4, 9, 12, 9, 6.4), (9, -0.8, 1, -0.8, 1, 5.4), (1, 10.6, 7.6, 11, 8.8, 6.2)),),
    "+": (((5, 4), (5, 12)), ((1, 8), (9, 8))),
}


def outlines(text: str) -> QPainterPath:
    """`text`, made of digits and plus signs, as one outline to be filled, in a size of its own."""
    line = QPainterPath()
    for place, character in enumerate(text):
        shift = QTransform.fromTranslate(place * (_WIDTH + _GAP), 0)
        for stroke in _STROKES[character]:
            line.addPath(shift.map(_path(stroke)))
    stroker = QPainterPathStroker()
    stroker.setWidth(_STROKE)
    stroker.setCapStyle(Qt.RoundCap)
    stroker.setJoinStyle(Qt.RoundJoin)
    outline = stroker.createStroke(line)
    outline.setFillRule(Qt.WindingFill)
    return outline


def _path(stroke: tuple[tuple[float, ...], ...]) -> QPainterPath:
    path = QPainterPath()
    path.moveTo(*stroke[0])
    for points in stroke[1:]:
        if len(points) == 2:  # noqa: PLR2004 -- x and y
            path.lineTo(*points)
        else:
            path.cubicTo(*points)
    return path
