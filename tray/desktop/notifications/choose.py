"""Picks the way of showing toasts that this system has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tray.desktop.notifications.fallback import Balloon
from tray.mail.model.toast import is_chosen

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus
    from tray.desktop.notifications.backend import OnAction, OnClosed
    from tray.desktop.notifications.dbus import DBusToasts
    from tray.desktop.notifications.fallback import LateBusToasts
    from tray.mail.model.toast import Toast


def choose(
    on_action: OnAction,
    on_closed: OnClosed,
    show_message: Callable[[str, str], None],
    bus: Bus,
    play: Callable[[str], None] = lambda _sound: None,
) -> DBusToasts | LateBusToasts | Balloon:
    """D-Bus notifications over the session `bus`; where there is none, the tray icon's messages by `show_message`.

    `play` is for sounds that the user chose and the daemon does not play.
    Only where such a bus may come one day, what is shown without it is a matter for later.
    """
    balloon = Balloon(show_message, on_action)
    if sys.platform in {"win32", "darwin"}:
        return balloon

    from tray.desktop.notifications.dbus import DBusToasts

    def shown(toast: Toast, capabilities: frozenset[str]) -> None:
        if is_chosen(toast.sound):
            from tray.desktop.notifications.fallback import (
                Aloud,  # most accounts have the desktop's own sound
            )

            Aloud(bus, play).shown(toast, capabilities)

    toasts = DBusToasts(on_action, on_closed, bus, shown)
    if bus.connected:
        return toasts

    from tray.desktop.notifications.fallback import LateBusToasts

    return LateBusToasts(bus, toasts, balloon)
