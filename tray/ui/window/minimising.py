"""Whether this desktop can minimise a window: where it cannot, it does nothing when it is asked to."""

from __future__ import annotations

import os

from PyQt5.QtGui import QGuiApplication

_CAN = {
    "budgie",
    "cosmic",
    "deepin",
    "enlightenment",
    "gnome",
    "kde",
    "lxqt",
    "mate",
    "pantheon",
    "ukui",
    "unity",
    "x-cinnamon",
    "xfce",
}
"""Names in XDG_CURRENT_DESKTOP of desktops on Wayland with a place for minimised windows."""
_CANNOT = {
    "bspwm",
    "dwm",
    "herbstluftwm",
    "i3",
    "leftwm",
    "qtile",
    "ratpoison",
    "spectrwm",
    "stumpwm",
    "xmonad",
}
"""Names of those on X11 without."""


def can_minimise() -> bool:
    """Guess by the desktop's name, for none tells: Sway and its relatives have no minimising, nor has i3.

    The names are those of the Desktop Menu Specification's registry, and those which the programs give themselves.
    """
    names = {name.lower() for name in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")}
    if QGuiApplication.platformName().startswith("wayland"):
        return not names.isdisjoint(_CAN)
    return names.isdisjoint(_CANNOT)
