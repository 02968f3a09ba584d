"""Tells when the keyring may be asked again: it came, it came back, or it was unlocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSlot
from PyQt5.QtDBus import QDBusConnection, QDBusServiceWatcher

if TYPE_CHECKING:
    from collections.abc import Callable

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
        bus: QDBusConnection | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`gone`: who waits for it waits in vain; `changed`: maybe unlocked, maybe only another secret in it."""
        super().__init__(parent)
        self._gone = gone
        self._came = came
        self._changed = changed
        self._bus = QDBusConnection.sessionBus() if bus is None else bus
        self._services = QDBusServiceWatcher(
            _SERVICE, self._bus, QDBusServiceWatcher.WatchForOwnerChange, self
        )
        self._services.serviceOwnerChanged.connect(self._owner_changed)
        self._bus.connect(_SERVICE, _PATH, _INTERFACE, "CollectionChanged", self._collection_changed)

    def _owner_changed(self, _service: str, old: str, new: str) -> None:
        if old:
            self._gone()
        if new:
            self._came()

    @pyqtSlot()
    def _collection_changed(self) -> None:
        self._changed()
