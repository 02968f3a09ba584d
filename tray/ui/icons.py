"""Pictures of the tray and the windows: shipped ready-made for the tray, else drawn from the SVG when first needed."""

from __future__ import annotations

import enum
import math
from collections import OrderedDict
from typing import TYPE_CHECKING

from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QColor, QIcon, QImage, QImageReader, QPainter, QPixmap
from PyQt5.QtWidgets import QApplication

from tray import APPLICATION_ID
from tray.assets import resource
from tray.ui.badge import badge_text, draw_badge

if TYPE_CHECKING:
    from PyQt5.QtSvg import QSvgRenderer

    from tray.mail.summary import IconState

TRAY_SIZES = (16, 22, 24, 32, 48, 64)
WINDOW_SIZES = (16, 24, 32, 48, 64, 128)
_OUTLINE = QColor("#1f1f1f")
_KEPT = 24


class Variant(enum.Enum):
    """For which panel a tray icon is drawn; panels recolour named theme icons only, never pixmaps."""

    OUTLINED = "outlined"
    """Light with a dark outline: readable on any panel, for Qt cannot tell the panel's colour."""
    LIGHT = "light"
    """For dark panels."""
    DARK = "dark"
    """For light panels."""


class TrayIcons:
    """Draws each (state, count) once and keeps the last two dozen; needs a QGuiApplication."""

    def __init__(self, variant: Variant = Variant.OUTLINED) -> None:
        self._variant = variant
        self._kept: OrderedDict[tuple[IconState, str], QIcon] = OrderedDict()

    def icon(self, state: IconState, unseen: int) -> QIcon:
        """The icon of `state` with the badge of `unseen`; the same object for what looks the same."""
        wanted = (state, badge_text(unseen))
        icon = self._kept.get(wanted)
        if icon is None:
            icon = self._kept[wanted] = self._draw(state, unseen)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(wanted)
        return icon

    def _draw(self, state: IconState, unseen: int) -> QIcon:
        if self._variant is Variant.OUTLINED:
            # Ready-made, because QtSvg and the outline would cost 20 ms and 4 MB at every start.
            images = [_ready_made(f"tray/{state.value}-{size}.png") for size in TRAY_SIZES]
        else:
            images = _render(f"{APPLICATION_ID}-{state.value}-{self._variant.value}.svg", TRAY_SIZES)
        icon = QIcon()
        for size, image in zip(TRAY_SIZES, images, strict=True):
            icon.addPixmap(QPixmap.fromImage(_badged(image, size, unseen) if unseen > 0 else image))
        return icon


def _badged(image: QImage, size: int, unseen: int) -> QImage:
    badged = image.convertToFormat(QImage.Format_ARGB32_Premultiplied)
    painter = QPainter(badged)
    draw_badge(painter, size, unseen)
    painter.end()
    return badged


def outlined_pictures(state: IconState) -> dict[str, QImage]:
    """The ready-made pictures of `state` by file name, drawn anew from the SVG: light with a dark outline."""
    images = _render(f"{APPLICATION_ID}-{state.value}-{Variant.LIGHT.value}.svg", TRAY_SIZES, outline=True)
    return {f"{state.value}-{size}.png": image for size, image in zip(TRAY_SIZES, images, strict=True)}


def application_icon() -> QIcon:
    """The mark of the program in colour, for windows."""
    icon = QIcon()
    for size in WINDOW_SIZES:
        icon.addPixmap(QPixmap.fromImage(_ready_made(f"app/{size}.png")))
    return icon


def mark_windows() -> None:
    """Have every window show the mark of the program; called when the first one opens, since most runs open none."""
    if QApplication.windowIcon().isNull():
        QApplication.setWindowIcon(application_icon())


def application_pictures() -> dict[str, QImage]:
    """The mark of the program by file name, in colour, drawn anew from the SVG."""
    images = _render(f"{APPLICATION_ID}.svg", WINDOW_SIZES)
    return {f"{size}.png": image for size, image in zip(WINDOW_SIZES, images, strict=True)}


def _ready_made(name: str) -> QImage:
    reader = QImageReader(str(resource(f"icons/{name}")), b"png")
    reader.setAutoDetectImageFormat(
        False
    )  # or the plug-ins of all formats are loaded, to ask whether it is theirs
    return reader.read()


def _render(name: str, sizes: tuple[int, ...], *, outline: bool = False) -> list[QImage]:
    from PyQt5.QtSvg import QSvgRenderer  # loaded with the first icon: headless commands never need it

    renderer = QSvgRenderer(str(resource(f"icons/{name}")))
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
    painter.fillRect(silhouette.rect(), _OUTLINE)
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
