"""What shows the tray icon: how it draws a menu, and what it does with a click."""

from __future__ import annotations

import os
import sys

from PyQt5.QtDBus import QDBusConnection

from tray.ui.widgets.plain_text import LabelStyle
from tray.values import dataclass

_WATCHER = "org.kde.StatusNotifierWatcher"
_DRAWN_BY_QT = frozenset({"kde", "lxqt"})
_GNOME = frozenset({"gnome", "unity"})
"""Names in XDG_CURRENT_DESKTOP."""
_MESSAGES = 12
_MESSAGES_ON_GNOME = 9


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of some desktop, or Qt itself (XEmbed, other systems)."""

    style: LabelStyle = LabelStyle.QT
    time_column: bool = True
    """Whether what follows a tab is a column of its own; else there is only a gap."""
    messages: int = _MESSAGES
    """How many lines of messages there is room for: GNOME's are 36 to 39 pixels high."""
    click_opens_menu: bool = False
    """Whether a left click opens the menu whatever the program wants, as GNOME's AppIndicator extension does."""
    refusal_opens_menu: bool = False
    """Whether a left click opens the menu where the program refuses it, as on Plasma, which ignores `ItemIsMenu`."""


def present_panel() -> Panel:
    """That of this session. Over D-Bus no panel says what draws it; the name of the desktop does, as a rule."""
    names = {name.lower() for name in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")}
    gnome = not names.isdisjoint(_GNOME)
    if sys.platform in {"win32", "darwin"}:
        return Panel()
    bus = QDBusConnection.sessionBus()
    interface = bus.interface() if bus.isConnected() else None
    if interface is None or not interface.isServiceRegistered(_WATCHER).value():
        return Panel()
    return Panel(
        LabelStyle.DBUS,
        time_column=not names.isdisjoint(_DRAWN_BY_QT),
        messages=_MESSAGES_ON_GNOME if gnome else _MESSAGES,
        click_opens_menu=gnome,
        refusal_opens_menu="kde" in names,
    )
