"""Picks the way of showing toasts that this system has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tray.desktop.toasts.balloon import Balloon

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtDBus import QDBusConnection

    from tray.desktop.toasts.dbus import DBusToasts
    from tray.desktop.toasts.port import OnAction, OnClosed


def choose(
    on_action: OnAction,
    on_closed: OnClosed,
    show_message: Callable[[str, str], None],
    bus: QDBusConnection | None = None,
) -> DBusToasts | Balloon:
    """D-Bus notifications where there is a session bus, else the tray icon's messages through `show_message`.

    `bus` is the session bus unless another one is given.
    """
    if sys.platform not in {"win32", "darwin"}:
        from PyQt5.QtDBus import QDBusConnection

        from tray.desktop.toasts.dbus import DBusToasts

        bus = QDBusConnection.sessionBus() if bus is None else bus
        if bus.isConnected():
            return DBusToasts(on_action, on_closed, bus)
    return Balloon(show_message, on_action)
