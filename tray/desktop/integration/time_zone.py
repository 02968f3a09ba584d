"""The time zone of the machine: hears when it is changed, and has the C library read it again.

A process keeps the zone that it read first (tzset(3)); whoever travels would see old times until a restart.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tray.desktop.integration.descriptor_watch import DescriptorWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PyQt5.QtCore import QObject

_USUAL = "/etc/localtime"
_CREATE = 0o2000000 | 0o4000  # IN_CLOEXEC | IN_NONBLOCK
_REPLACED = 0x8 | 0x80 | 0x100 | 0x1000000  # IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR
_EVENT = struct.Struct("iIII")  # struct inotify_event (inotify(7)), before its name
_READ = 65_536


def read_again() -> None:
    """Have local times be those of the zone that is set now; costs a look at one file."""
    if not hasattr(time, "tzset"):  # Windows asks the system each time
        return
    name = os.environ.get("TZ")
    if name is not None and zone_file() is not None:
        os.environ["TZ"] = (
            "UTC"  # the C library reads a file that is named there again only under another name
        )
        time.tzset()
        os.environ["TZ"] = name
    time.tzset()


def zone_file() -> Path | None:
    """The file, or link, that says which zone it is; None where the variable TZ names a zone, which stays."""
    name = os.environ.get("TZ", _USUAL).removeprefix(":")
    return Path(name) if name.startswith("/") else None


class ZoneWatch(DescriptorWatch):
    """Hears from the kernel when the file of the zone is replaced (inotify(7)): no timer, and nothing to wake up for.

    Its folder is watched: what is there is a link, which is renamed into place. Elsewhere than on Linux nothing is
    heard, nor where the user's inotify watches are used up.
    """

    def __init__(self, changed: Callable[[], None], parent: QObject | None = None) -> None:
        """`changed` is called after the zone was read again."""
        super().__init__(parent)
        self._changed = changed
        self._name = b""

    def start(self) -> None:
        """Listen from now on."""
        file = zone_file()
        if file is not None:
            self._name = os.fsencode(file.name)
            self.listen(_watch(file.parent), self._heard)

    def _heard(self) -> None:
        assert self._descriptor is not None
        data = b""
        with suppress(OSError):
            data = os.read(self._descriptor, _READ)
        if not data:
            self.stop()  # else it would be readable for ever
        elif self._name in _names(data):
            read_again()
            self._changed()


def _watch(folder: Path) -> int | None:
    """An inotify descriptor for what comes into `folder`; None where there can be none."""
    if sys.platform != "linux":
        return None
    import ctypes

    try:
        library = ctypes.CDLL(None)
        descriptor: int = library.inotify_init1(_CREATE)
        if descriptor < 0:
            return None
        if library.inotify_add_watch(descriptor, os.fsencode(folder), _REPLACED) < 0:
            os.close(descriptor)
            return None
    except (OSError, AttributeError):
        return None
    return descriptor


def _names(data: bytes) -> Iterator[bytes]:
    """Of the files of which `data` tells."""
    while len(data) >= _EVENT.size:
        *_, length = _EVENT.unpack_from(data)
        end = _EVENT.size + length
        yield data[_EVENT.size : end].rstrip(b"\0")
        data = data[end:]
