"""Tells when the desktop's online accounts may be asked again: somebody signed in there, or switched mail on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

_SERVICE = "org.gnome.OnlineAccounts"
_PATH = "/org/gnome/OnlineAccounts"
_MANAGER = "org.freedesktop.DBus.ObjectManager"
_PROPERTIES = "org.freedesktop.DBus.Properties"


class OnlineAccountsWatch(QObject):
    """Listens to GNOME Online Accounts on the session bus, and does not start it; elsewhere it has nothing to tell."""

    def __init__(self, mended: Callable[[], None], bus: Bus, parent: QObject | None = None) -> None:
        """`mended`: what was refused before may be given now."""
        super().__init__(parent)
        self._mended = mended
        bus.watch(_SERVICE, self._owner_changed)
        bus.listen(_SERVICE, _PATH, _MANAGER, "InterfacesAdded", lambda _: mended())
        bus.listen(_SERVICE, "", _PROPERTIES, "PropertiesChanged", self._changed)

    def _owner_changed(self, _old: str, new: str) -> None:
        if new:
            self._mended()

    def _changed(self, arguments: list[Any]) -> None:
        # Not where it begins to want attention: that comes of our own asking, and would have us ask for ever.
        match arguments:
            case [str(), {"AttentionNeeded": False}, *_]:
                self._mended()
