"""Chooses the notification backend for this system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.desktop.notifications.fallback import PLAYS_SOUNDS, TrayIconBackend, play_unless_disturbing
from tray.mail.model.toast import is_custom_sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus
    from tray.desktop.notifications.backend import BackendListener, NotificationBackend
    from tray.mail.model.toast import Toast


def choose_backend(
    listener: BackendListener,
    show_message: Callable[[str, str], None],
    bus: Bus,
    play: Callable[[str], None] = lambda _sound: None,
) -> NotificationBackend:
    """D-Bus notifications over the session `bus`; without one, messages at the tray icon by `show_message`.

    `play` is called with sounds that the user chose and that the daemon does not play.
    """
    tray_icon = TrayIconBackend(show_message, listener)
    if not bus.connected:  # as on Windows and macOS
        return tray_icon

    from tray.desktop.notifications.dbus import DBusBackend

    def play_sound(toast: Toast, capabilities: frozenset[str]) -> None:
        if is_custom_sound(toast.sound) and PLAYS_SOUNDS not in capabilities:
            play_unless_disturbing(bus, toast.sound, play)

    return DBusBackend(listener, bus, tray_icon, play_sound)
