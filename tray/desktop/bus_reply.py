"""What a finished D-Bus call brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt5.QtDBus import QDBusPendingReply

if TYPE_CHECKING:
    from PyQt5.QtDBus import QDBusPendingCallWatcher

DISCONNECTED = "org.freedesktop.DBus.Error.Disconnected"
"""The error of a call that the bus did not survive."""


def outcome(watcher: QDBusPendingCallWatcher) -> tuple[str, list[Any]]:
    """The D-Bus name of the error, empty where there was none, and the values of the answer."""
    reply = QDBusPendingReply(watcher)
    if reply.isError():
        return reply.error().name() or "unknown", []
    return "", reply.reply().arguments()
