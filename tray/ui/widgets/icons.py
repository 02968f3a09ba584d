"""Icons of the tray, the windows and the accounts: shipped as PNG, or drawn when first needed."""

from __future__ import annotations

import math
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import (
    QBrush,
    QColor,
    QIcon,
    QImage,
    QImageReader,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPixmap,
    QTransform,
)
from PyQt5.QtWidgets import QApplication

from tray import assets
from tray.mail.model.account import SWATCHES

if TYPE_CHECKING:
    from pathlib import Path

    from PyQt5.QtSvg import QSvgRenderer

    from tray.mail.presentation.summary import IconState


# The digits of the badge are drawn as strokes: a font would take 3.1 to 3.8 MB and 25 ms, and nothing else needs one
# before a window opens (docs/decisions/0025).
_WIDTH, _STROKE, _GAP = 10.0, 3.2, 3.6
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


_SIZES = (16, 22, 32, 48)


@lru_cache(maxsize=64)
def colour_swatch(colour: str) -> QIcon:
    """The dot of ``#rrggbb``; an empty icon for no colour. Needs a QGuiApplication."""
    icon = QIcon()
    for size in _SIZES if colour else ():
        pixmap = QPixmap.fromImage(picture(colour, size))
        for mode in (QIcon.Normal, QIcon.Disabled):  # else Qt would grey it on a disabled line
            icon.addPixmap(pixmap, mode)
    return icon


def picture(colour: str, size: int) -> QImage:
    """The dot in a square of `size` pixels."""
    image = _blank(size)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(Qt.NoPen)
    radius, ring = size * 0.44, max(1.0, size / 18)
    for number, shade in enumerate((*SWATCHES, colour)):
        painter.setBrush(QBrush(QColor(shade)))
        painter.drawEllipse(QPointF(size / 2, size / 2), radius - number * ring, radius - number * ring)
    painter.end()
    return image


_BADGE = QColor("#d32f2f")
_DARK = QColor("#1f1f1f")
"""Of the rim of the badge, and of the outline of tray icons."""
_DIGITS = QColor("#ffffff")
_BADGE_LIMIT = 99
_BADGE_HEIGHT = 11
"""Pixels: in fewer an 8 cannot be told from a 6."""
_MARKED = frozenset({"trouble", "paused"})
"""Pictures of `IconState` with a mark in the lower right."""


def badge_text(count: int) -> str:
    """The text of the badge for `count`: ``1`` to ``99``, then ``99+``; empty for 0."""
    if count <= 0:
        return ""
    return str(count) if count <= _BADGE_LIMIT else f"{_BADGE_LIMIT}+"


def draw_badge(
    painter: QPainter, size: int, text: str, *, above_mark: bool = False, cut_out: bool = False
) -> None:
    """Draw the badge with `text` into the upper right of a square of `size` pixels; nothing where it is empty.

    Where the picture has a mark below it (`above_mark`), it is no higher than leaves that visible. For pictures of
    which only the opacity counts, rim and digits are transparent (`cut_out`).
    """
    if not text:
        return
    height = max(round(size * 0.6), 0 if above_mark else _BADGE_HEIGHT)
    rim = max(1.0, size / 24)
    width = min(size, round(height * (0.4 + 0.62 * len(text))))
    pill = QRectF(size - width, 0, width, height).adjusted(rim / 2, rim / 2, -rim / 2, -rim / 2)
    painter.save()
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(Qt.NoPen)
    painter.setBrush(QBrush(_DARK))
    outer = pill.adjusted(-rim / 2, -rim / 2, rim / 2, rim / 2)
    if cut_out:
        painter.setCompositionMode(QPainter.CompositionMode_DestinationOut)
    painter.drawRoundedRect(outer, height * 0.42, height * 0.42)
    painter.setCompositionMode(QPainter.CompositionMode_SourceOver)
    painter.setBrush(QBrush(_BADGE))
    inner = pill.adjusted(rim / 2, rim / 2, -rim / 2, -rim / 2)
    painter.drawRoundedRect(inner, inner.height() * 0.4, inner.height() * 0.4)
    if cut_out:
        painter.setCompositionMode(QPainter.CompositionMode_DestinationOut)
    painter.fillPath(_fitted(text, inner, rim), QBrush(_DIGITS))
    painter.restore()


def _fitted(text: str, room: QRectF, margin: float) -> QPainterPath:
    """`text` as outlines that fill `room` within `margin`; long text is narrowed, and keeps its height."""
    path = outlines(text)
    bounds = path.boundingRect()
    high = (room.height() - 2 * margin) / bounds.height()
    wide = min(high, (room.width() - 2 * margin) / bounds.width())
    placed = QTransform.fromTranslate(room.center().x(), room.center().y())
    placed.scale(wide, high)
    placed.translate(-bounds.center().x(), -bounds.center().y())
    return placed.map(path)


TRAY_SIZES = (16, 22, 24, 32, 48, 64)
MENU_BAR_SIZES = (18, 36)
WINDOW_SIZES = (16, 24, 32, 48, 64, 128)
THEME_SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
"""Of the program's icon in resources/share, for menus, docks and shops."""


def tray_icon(state: IconState, unseen: int) -> QIcon:
    """The icon of `state` with the badge of `unseen`; the same object for what looks the same. Needs a QGuiApplication.

    Light with a dark outline: readable on any panel, whose colour Qt does not know.
    """
    return _tray_icon(state, badge_text(unseen))


@lru_cache(maxsize=24)
def _tray_icon(state: IconState, badge: str) -> QIcon:
    if sys.platform == "darwin":
        return template_icon(state, badge)
    icon = QIcon()
    for size in TRAY_SIZES:
        # From PNG files: QtSvg and the outline would take 20 ms and 4 MB at every start.
        image = _read_png(assets.resource(f"icons/tray/{state.value}-{size}.png"))
        image = image.convertToFormat(QImage.Format_ARGB32_Premultiplied)
        painter = QPainter(image)
        draw_badge(painter, size, badge, above_mark=state.value in _MARKED)
        painter.end()
        icon.addPixmap(QPixmap.fromImage(image))
    return icon


def template_icon(state: IconState, badge: str) -> QIcon:
    """The icon for the menu bar of macOS, which colours what is opaque by its background ("template image").

    18 points of the 22 that the bar is high, for screens of scale 1 and 2.
    """
    images = _render(assets.resource(f"icons/tray/{state.value}.svg"), MENU_BAR_SIZES)
    icon = QIcon()
    for size, image in zip(MENU_BAR_SIZES, images, strict=True):
        painter = QPainter(image)
        draw_badge(painter, size, badge, above_mark=state.value in _MARKED, cut_out=True)
        painter.end()
        icon.addPixmap(QPixmap.fromImage(image))
    icon.setIsMask(True)
    return icon


def outlined_pictures(state: IconState) -> dict[Path, QImage]:
    """The PNG files of `state`, drawn from the SVG: light with a dark outline."""
    images = _render(assets.resource(f"icons/tray/{state.value}.svg"), TRAY_SIZES, outline=True)
    return {
        assets.resource(f"icons/tray/{state.value}-{size}.png"): image
        for size, image in zip(TRAY_SIZES, images, strict=True)
    }


def application_icon() -> QIcon:
    """The program's icon in colour, for windows."""
    icon = QIcon()
    for size in WINDOW_SIZES:
        icon.addPixmap(QPixmap.fromImage(_read_png(assets.application_icon(size))))
    return icon


def set_window_icon() -> None:
    """Give every window the program's icon; called when the first one opens, because most runs open none."""
    if QApplication.windowIcon().isNull():
        QApplication.setWindowIcon(application_icon())


def application_pictures() -> dict[Path, QImage]:
    """The PNG files of the program's icon, drawn from the SVG."""
    images = _render(assets.application_icon(), THEME_SIZES)
    return {assets.application_icon(size): image for size, image in zip(THEME_SIZES, images, strict=True)}


def _read_png(path: Path) -> QImage:
    reader = QImageReader(str(path), b"png")
    reader.setAutoDetectImageFormat(False)  # else the plug-ins of all image formats are loaded
    return reader.read()


def _render(path: Path, sizes: tuple[int, ...], *, outline: bool = False) -> list[QImage]:
    from PyQt5.QtSvg import QSvgRenderer  # loaded when it is needed, which is rare

    renderer = QSvgRenderer(str(path))
    return [_render_one(renderer, size, max(1.0, size / 24) if outline else 0.0) for size in sizes]


def _render_one(renderer: QSvgRenderer, size: int, outline: float) -> QImage:
    image = _blank(size)
    painter = QPainter(image)
    renderer.render(painter, QRectF(outline, outline, size - 2 * outline, size - 2 * outline))
    painter.end()
    return _outlined(image, outline) if outline else image


def _outlined(image: QImage, width: float) -> QImage:
    """`image` on its own dark silhouette, grown by `width` pixels; gaps narrower than twice that fill up."""
    silhouette = QImage(image)
    painter = QPainter(silhouette)
    painter.setCompositionMode(QPainter.CompositionMode_SourceIn)
    painter.fillRect(silhouette.rect(), _DARK)
    painter.end()
    result = _blank(image.width())
    painter = QPainter(result)
    painter.setRenderHint(QPainter.SmoothPixmapTransform)
    steps = 12
    for step in range(steps):
        turn = 2 * math.pi * step / steps
        painter.drawImage(QPointF(width * math.cos(turn), width * math.sin(turn)), silhouette)
    painter.drawImage(0, 0, image)
    painter.end()
    return result


def _blank(size: int) -> QImage:
    image = QImage(size, size, QImage.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image
