"""One program per profile: a lock that the system lets go of by itself when its holder ends."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tray.desktop.files import open_own

if TYPE_CHECKING:
    from pathlib import Path


class InstanceLock:
    """An exclusive flock(2) on a file that holds the holder's process id.

    The file itself stays behind: removing it could let two programs each lock a file of that name. Where there is
    no flock (Windows) every `acquire` succeeds.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock; False when another program has it. OSError when the file cannot be made."""
        if self._descriptor is not None:
            return True
        descriptor = open_own(self._path, os.O_WRONLY | os.O_CREAT)  # not inherited by what we start
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        os.write(descriptor, b"%d\n" % os.getpid())
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let go of the lock, if it is held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
