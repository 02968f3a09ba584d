"""Whether the user wants windows in which nothing moves: Qt 5 asks KDE only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.desktop.bus import method_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

_PORTAL = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_SETTINGS = "org.freedesktop.portal.Settings"
_KEY = "org.gnome.desktop.interface", "enable-animations"
"""The portals of GNOME and GTK desktops have GNOME's settings too; what GTK calls `gtk-enable-animations`."""
_TIMEOUT = 2000
"""Milliseconds; a portal whose back end does not start answers after 25 seconds."""


def ask_for_stillness(bus: Bus, still: Callable[[], None]) -> None:
    """Call `still` later where animations are switched off."""

    def answered(_error: str, reply: list[Any]) -> None:
        match reply:
            case [False]:
                still()

    call = method_call(_PORTAL, _PATH, _SETTINGS, "Read", *_KEY)
    bus.ask(call, answered, _TIMEOUT)
