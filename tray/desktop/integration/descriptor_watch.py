"""Hears from the kernel through a file descriptor: no timer, and nothing to wake up for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QSocketNotifier

if TYPE_CHECKING:
    from collections.abc import Callable


class DescriptorWatch(QObject):
    """Owns a descriptor while it listens on it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._descriptor: int | None = None
        self._notifier: QSocketNotifier | None = None

    def listen(self, descriptor: int | None, readable: Callable[[], None]) -> None:
        """Call `readable` whenever there is something to read, until `stop`; never where there is no descriptor."""
        self._descriptor = descriptor
        if descriptor is not None:
            number: Any = descriptor  # the stubs want a pointer
            self._notifier = QSocketNotifier(number, QSocketNotifier.Read, self)
            self._notifier.activated.connect(readable)

    def stop(self) -> None:
        """Listen no more, and close the descriptor."""
        notifier, self._notifier = self._notifier, None
        descriptor, self._descriptor = self._descriptor, None
        if notifier is not None:
            notifier.setEnabled(False)
            notifier.deleteLater()
        if descriptor is not None:
            os.close(descriptor)
