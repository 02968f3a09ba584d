"""Tells when the keyring may be asked again: it came, it came back, or it was unlocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

_SERVICE = "org.freedesktop.secrets"
_PATH = "/org/freedesktop/secrets"
_INTERFACE = "org.freedesktop.Secret.Service"


class KeyringWatch(QObject):
    """Listens to the Secret Service on the session bus; elsewhere it never has anything to tell."""

    def __init__(
        self,
        gone: Callable[[], None],
        came: Callable[[], None],
        changed: Callable[[], None],
        bus: Bus,
        parent: QObject | None = None,
    ) -> None:
        """`gone`: who waits for it waits in vain; `changed`: maybe unlocked, maybe only another secret in it."""
        super().__init__(parent)
        self._gone = gone
        self._came = came
        bus.watch(_SERVICE, self._owner_changed)
        bus.listen(_SERVICE, _PATH, _INTERFACE, "CollectionChanged", lambda _: changed())
        bus.lost.connect(gone)  # with it, the keyring is cut off

    def _owner_changed(self, old: str, new: str) -> None:
        if old:
            self._gone()
        if new:
            self._came()
