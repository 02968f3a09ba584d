"""Plays the sound that the user chose for a toast where the notification daemon plays none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt5.QtDBus import QDBusMessage

from tray.desktop.toasts.message import PATH, SERVICE
from tray.mail.sound import is_chosen

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus
    from tray.mail.toast import Toast

_CAPABILITY = "sound"
"""Of a daemon that heeds the hints for sounds (Desktop Notifications Specification 1.2, GetCapabilities).

GNOME Shell and phosh have it; KDE Plasma, dunst, mako and Debian's xfce4-notifyd have not."""
_PROPERTIES = "org.freedesktop.DBus.Properties"
_SILENT = (
    (SERVICE, PATH, _PROPERTIES, "Get", SERVICE, "Inhibited"),
    (SERVICE, PATH, _PROPERTIES, "Get", "org.dunstproject.cmd0", "paused"),
    (
        "org.xfce.Xfconf",
        "/org/xfce/Xfconf",
        "org.xfce.Xfconf",
        "GetProperty",
        "xfce4-notifyd",
        "/do-not-disturb",
    ),
)
"""Calls that say whether the user is not to be disturbed: of Plasma, of dunst, and of Xfce."""


class Aloud:
    """Asks each time whether the user is not to be disturbed; who does not know the question has no such switch."""

    def __init__(self, bus: Bus, play: Callable[[str], None]) -> None:
        self._bus = bus
        self._play = play

    def shown(self, toast: Toast, capabilities: frozenset[str]) -> None:
        """The daemon with these capabilities shows `toast` now."""
        if is_chosen(toast.sound) and _CAPABILITY not in capabilities:
            self._ask(toast.sound, 0)

    def _ask(self, sound: str, number: int) -> None:
        if number == len(_SILENT):
            self._play(sound)
            return

        def answered(_error: str, answer: list[Any]) -> None:
            if answer != [True]:
                self._ask(sound, number + 1)

        service, path, interface, method, *arguments = _SILENT[number]
        call = QDBusMessage.createMethodCall(service, path, interface, method)
        call.setArguments(arguments)
        call.setAutoStartService(False)
        self._bus.ask(call, answered)
