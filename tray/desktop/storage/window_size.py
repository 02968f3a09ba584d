"""Remembers the size of the window with the newest messages from one run of the program to the next."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.desktop.storage.files import read_own, write_atomically
from tray.files import Unsafe

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

_LIMIT = 100
_LEAST, _MOST = 100, 20_000


class WindowSizeFile:
    """A file with width and height, such as ``440 560``; one that cannot be read or written only loses the size."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: tuple[int, int] | None = None

    def last(self) -> tuple[int, int] | None:
        """Width and height in logical pixels; None where nothing is remembered."""
        if self._kept is None:
            try:
                width, height = (int(word) for word in read_own(self._path, _LIMIT).split())
            except (OSError, ValueError, Unsafe):
                return None
            if all(_LEAST <= each <= _MOST for each in (width, height)):
                self._kept = width, height
        return self._kept

    def keep(self, width: int, height: int) -> None:
        """Remember this size."""
        if (width, height) == self.last():
            return
        self._kept = width, height
        try:
            write_atomically(self._path, f"{width} {height}\n".encode())
        except OSError as error:
            log.info("The size of the window is not kept: %s", error)
