"""Where and how the window opens on each desktop."""

from __future__ import annotations

import os

from PyQt5.QtCore import QPoint, QRect, QSize, Qt
from PyQt5.QtGui import QCursor, QGuiApplication

from tray.i18n import tr

FIRST_SIZE = QSize(440, 560)
LEAST_SIZE = QSize(320, 360)
_FROM_EDGE = 8
# fmt: off
_CAN_MINIMISE = frozenset([
    "budgie", "cosmic", "deepin", "enlightenment", "gnome", "kde", "lxqt", "mate", "pantheon", "ukui", "unity",
    "x-cinnamon", "xfce",
])
# fmt: on
"""Names in XDG_CURRENT_DESKTOP of desktops on Wayland that can minimise windows."""
_CANNOT_MINIMISE = frozenset(
    ["bspwm", "dwm", "herbstluftwm", "i3", "leftwm", "qtile", "ratpoison", "spectrwm", "stumpwm", "xmonad"]
)
"""Names of those on X11 that cannot."""
_TILING = frozenset(["dwl", "hyprland", "niri", "qtile", "river", "sway"])
"""On Wayland: they give a window the whole screen, unless its size is fixed (seen on Sway)."""


def can_minimise() -> bool:
    """Whether this desktop can minimise windows: guessed from its name, because no desktop announces it.

    Where it cannot (Sway, i3), minimising has no effect. The names are those of the Desktop Menu Specification's
    registry, and those that the desktops set themselves.
    """
    if on_wayland():
        return not _desktops().isdisjoint(_CAN_MINIMISE)
    return _desktops().isdisjoint(_CANNOT_MINIMISE)


def on_wayland() -> bool:
    """Whether windows are placed by the compositor alone, and cannot be closed when they lose the focus."""
    return QGuiApplication.platformName().startswith("wayland")


def is_tiled() -> bool:
    """Whether the window needs a fixed size, or it would fill the screen."""
    return on_wayland() and not _desktops().isdisjoint(_TILING)


def _desktops() -> set[str]:
    return {name.lower() for name in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")}


POPUP = Qt.Tool | Qt.FramelessWindowHint
"""At the tray icon, without an entry in the taskbar."""


_FRAME = 40
"""Pixels that a title bar takes at most."""


def room_at_pointer() -> QRect:
    """The screen with the pointer, without its panels."""
    screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
    assert screen is not None
    return screen.availableGeometry()


def fitting(size: QSize, room: QRect, *, frame: bool) -> QSize:
    """`size`, or less where `room` is small; a window with a `frame` needs room for it."""
    most = QSize(room.width() - 2 * _FROM_EDGE, room.height() - 2 * _FROM_EDGE - (_FRAME if frame else 0))
    return size.boundedTo(most)


def place_within(room: QRect, pointer: QPoint, size: QSize) -> QPoint:
    """The upper left corner for a window of `size` around `pointer`, 8 pixels from the edges of `room`."""
    left = min(pointer.x() - size.width() // 2, room.right() + 1 - _FROM_EDGE - size.width())
    top = min(pointer.y() - size.height() // 2, room.bottom() + 1 - _FROM_EDGE - size.height())
    return QPoint(max(left, room.left() + _FROM_EDGE), max(top, room.top() + _FROM_EDGE))


def reason(*, bus_lost: bool, dropped: bool) -> str:
    """Why there is a window instead of an icon, what helps, and what closing it does."""
    why = _bus_lost() if bus_lost else _dropped() if dropped else _no_tray()
    return f"{why} {_closing()}"


def _no_tray() -> str:
    return tr(
        "This desktop shows no tray icons, so Mailbell is in this window. "
        "On GNOME the extension “AppIndicator and KStatusNotifierItem Support” adds them."
    )


def _dropped() -> str:
    return tr(
        "The desktop's panel has lost Mailbell's icon, so Mailbell is in this window. "
        "Log out and in again to have the panel show it."
    )


def _bus_lost() -> str:
    return tr(
        "The desktop's message bus has stopped, so Mailbell is in this window and shows no notifications. "
        "Log out and in again to have its icon and them back."
    )


def _closing() -> str:
    if can_minimise():
        return tr("Closing this window minimises it and Mailbell goes on watching; Quit ends it.")
    return tr(
        "Closing this window hides it and Mailbell goes on watching. "
        "Start Mailbell again to see it again; Quit ends it."
    )
