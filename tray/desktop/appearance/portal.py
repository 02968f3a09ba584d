"""Settings of the desktop, asked of its portal (XDG Desktop Portal, Settings)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.desktop.bus import method_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

PORTAL, PORTAL_PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
SETTINGS = "org.freedesktop.portal.Settings"
_TIMEOUT = 2000
"""Milliseconds; a portal whose back end does not start answers after 25 seconds."""


def read_setting(bus: Bus, group: str, key: str, answered: Callable[[str, list[Any]], None]) -> None:
    """Call `answered` later with the name of an error, or empty, and the value in a list; see `Bus.ask`."""
    bus.ask(method_call(PORTAL, PORTAL_PATH, SETTINGS, "Read", group, key), answered, _TIMEOUT)


def ask_for_stillness(bus: Bus, still: Callable[[], None]) -> None:
    """Call `still` later where the user wants windows in which nothing moves: Qt 5 asks KDE only.

    The portals of GNOME and GTK desktops have GNOME's settings too, and in them what GTK calls `gtk-enable-animations`.
    """

    def answered(_error: str, reply: list[Any]) -> None:
        match reply:
            case [False]:
                still()

    read_setting(bus, "org.gnome.desktop.interface", "enable-animations", answered)
