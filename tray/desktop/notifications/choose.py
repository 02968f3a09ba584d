"""Picks the way of showing toasts that this system has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tray.desktop.notifications.fallback import TrayIconBackend
from tray.mail.model.toast import is_custom_sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus
    from tray.desktop.notifications.backend import OnAction, OnClosed
    from tray.desktop.notifications.dbus import DBusBackend
    from tray.desktop.notifications.fallback import FallbackBackend
    from tray.mail.model.toast import Toast


def choose_backend(
    on_action: OnAction,
    on_closed: OnClosed,
    show_message: Callable[[str, str], None],
    bus: Bus,
    play: Callable[[str], None] = lambda _sound: None,
) -> DBusBackend | FallbackBackend | TrayIconBackend:
    """D-Bus notifications over the session `bus`; where there is none, the tray icon's messages by `show_message`.

    `play` is for sounds that the user chose and the daemon does not play.
    Only where such a bus may come one day, what is shown without it is a matter for later.
    """
    balloon = TrayIconBackend(show_message, on_action)
    if sys.platform in {"win32", "darwin"}:
        return balloon

    from tray.desktop.notifications.dbus import DBusBackend

    def shown(toast: Toast, capabilities: frozenset[str]) -> None:
        if is_custom_sound(toast.sound):
            from tray.desktop.notifications.fallback import (
                SoundFallback,  # most accounts have the desktop's own sound
            )

            SoundFallback(bus, play).shown(toast, capabilities)

    toasts = DBusBackend(on_action, on_closed, bus, shown)
    if bus.connected:
        return toasts

    from tray.desktop.notifications.fallback import FallbackBackend

    return FallbackBackend(bus, toasts, balloon)
