"""Capital letters as strokes, for the picture of a sender: a font takes 9 ms and 2.3 MB, and no toast needs one else.

docs/decisions/0036 has the figures. Letters of other scripts are drawn with a font.
"""

from __future__ import annotations

from unicodedata import normalize

from PyQt5.QtGui import QPainterPath

HEIGHT = 14.0
"""Of a capital letter, from the middle of its uppermost stroke to that of the lowest one."""
STROKE = 3.1
"""Width of the strokes; their ends are round."""
_GAP = 5.0

_Stroke = tuple[tuple[float, ...], ...]
"""A start, then points of lines (2 numbers) and curves (6 numbers); y downwards, the baseline at `HEIGHT`."""

_O: _Stroke = (
    *((6.6, 0), (10.6, 0, 13.2, 2.9, 13.2, 7), (13.2, 11.1, 10.6, 14, 6.6, 14)),
    *((2.6, 14, 0, 11.1, 0, 7), (0, 2.9, 2.6, 0, 6.6, 0)),
)
_P: _Stroke = ((0, 14), (0, 0), (4.4, 0), (10.2, 0, 10.2, 8, 4.4, 8), (0, 8))
_C: _Stroke = (
    *((10.9, 2.4), (9.8, 0.9, 8.3, 0, 6.6, 0), (2.6, 0, 0, 2.9, 0, 7)),
    (0, 11.1, 2.6, 14, 6.6, 14),
)
_LETTERS: dict[str, tuple[_Stroke, ...]] = {
    "A": (((0, 14), (5.4, 0), (10.8, 14)), ((1.9, 9.3), (8.9, 9.3))),
    "B": (
        ((4.2, 6.5), (0, 6.5), (0, 0), (4.2, 0), (8.8, 0, 8.8, 6.5, 4.2, 6.5)),
        ((0, 6.5), (0, 14), (4.6, 14), (10.2, 14, 10.2, 6.5, 4.2, 6.5)),
    ),
    "C": ((*_C, (8.3, 14, 9.8, 13.1, 10.9, 11.6)),),
    "D": (((0, 0), (4, 0), (8.6, 0, 11, 2.8, 11, 7), (11, 11.2, 8.6, 14, 4, 14), (0, 14), (0, 0)),),
    "E": (((7.6, 0), (0, 0), (0, 14), (7.6, 14)), ((0, 6.8), (6.8, 6.8))),
    "F": (((7.6, 0), (0, 0), (0, 14)), ((0, 7), (6.8, 7))),
    "G": ((*_C, (9.6, 14, 11.6, 12.2, 11.6, 7.7), (7.2, 7.7)),),
    "H": (((0, 0), (0, 14)), ((10, 0), (10, 14)), ((0, 6.9), (10, 6.9))),
    "I": (((0, 0), (0, 14)),),
    "J": (((5.6, 0), (5.6, 10), (5.6, 13.8, 2.2, 15, 0, 12.9)),),
    "K": (((0, 0), (0, 14)), ((8.8, 0), (0, 8.4)), ((3.4, 5.2), (9.4, 14))),
    "L": (((0, 0), (0, 14), (7.4, 14)),),
    "M": (((0, 14), (0, 0), (6, 9.6), (12, 0), (12, 14)),),
    "N": (((0, 14), (0, 0), (10, 14), (10, 0)),),
    "O": (_O,),
    "P": (_P,),
    "Q": (_O, ((8, 10.2), (12.2, 15))),
    "R": (_P, ((5, 8), (9.4, 14))),
    "S": (
        (
            *((8.7, 2.1), (7.8, 0.7, 6.4, 0, 4.8, 0), (2.3, 0, 0.5, 1.4, 0.5, 3.5)),
            *((0.5, 8.1, 9.2, 5.7, 9.2, 10.4), (9.2, 12.7, 7.3, 14, 4.8, 14), (2.8, 14, 1.1, 13.2, 0, 11.7)),
        ),
    ),
    "T": (((0, 0), (10, 0)), ((5, 0), (5, 14))),
    "U": (((0, 0), (0, 8.8), (0, 12.3, 1.9, 14, 5, 14), (8.1, 14, 10, 12.3, 10, 8.8), (10, 0)),),
    "V": (((0, 0), (5.2, 14), (10.4, 0)),),
    "W": (((0, 0), (4, 14), (8, 1), (12, 14), (16, 0)),),
    "X": (((0, 0), (9.8, 14)), ((9.8, 0), (0, 14))),
    "Y": (((0, 0), (5, 7.4), (10, 0)), ((5, 7.4), (5, 14))),
    "Z": (((0, 0), (9, 0), (0, 14), (9.2, 14)),),
}
_MARKS: dict[str, tuple[_Stroke, ...]] = {
    "\u0300": (((-1.6, -5.6), (0.8, -3.6)),),
    "\u0301": (((1.6, -5.6), (-0.8, -3.6)),),
    "\u0302": (((-2.6, -3.4), (0, -5.8), (2.6, -3.4)),),
    "\u0303": (((-3, -3.6), (-1.4, -6.6, 1.4, -1.8, 3, -4.8)),),
    "\u0308": (((-2.6, -4.2), (-2.5, -4.2)), ((2.5, -4.2), (2.6, -4.2))),
    "\u030a": (((0, -6.6), (2.6, -6.6, 2.6, -2.8, 0, -2.8), (-2.6, -2.8, -2.6, -6.6, 0, -6.6)),),
    "\u030c": (((-2.6, -5.8), (0, -3.4), (2.6, -5.8)),),
    "\u0327": (((0, 14), (3.6, 16.6, 1, 19, -1.4, 17.8)),),
}
"""Marks above and below the middle of a letter, as combining characters."""


def strokes(text: str) -> QPainterPath | None:
    """The middle of the strokes of `text`; None where one of its letters is not known here."""
    line = QPainterPath()
    left = 0.0
    for character in text:
        decomposed = normalize("NFD", character)
        name, marks = decomposed[0], decomposed[1:]
        if name not in _LETTERS or not _MARKS.keys() >= {*marks}:
            return None
        letter = _path(_LETTERS[name])
        width = letter.boundingRect().width()
        line.addPath(letter.translated(left, 0))
        for mark in marks:
            line.addPath(_path(_MARKS[mark]).translated(left + width / 2, 0))
        left += width + _GAP
    return line


def _path(strokes: tuple[_Stroke, ...]) -> QPainterPath:
    path = QPainterPath()
    for start, *points in strokes:
        path.moveTo(*start)
        for numbers in points:
            if len(numbers) == len(start):
                path.lineTo(*numbers)
            else:
                path.cubicTo(*numbers)
    return path
