"""Reads only plain files of a size that can be meant; writes them whole or not at all, for their owner only."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path


class TooLarge(Exception):  # noqa: N818 -- a state of affairs
    """A file holds more than such files do."""


def read_plain(path: Path, most: int) -> bytes:
    """All of a plain file of at most `most` bytes, else TooLarge.

    A pipe or a device, whose reading may never end, is taken for none: FileNotFoundError. OSError, also for a loop
    of links.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise FileNotFoundError
    with os.fdopen(descriptor, "rb") as stream:
        if status.st_size > most:
            raise TooLarge
        raw = stream.read(most + 1)  # it may grow meanwhile
    if len(raw) > most:
        raise TooLarge
    return raw


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` by `data`, mode 0600; OSError leaves what was there untouched.

    A symbolic link stays one, since settings may be linked from a folder under version control.
    """
    target = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the renaming last; where a folder cannot be opened (Windows) the system sees to it by itself."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def beside(path: Path, label: str, stamp: str) -> Path:
    """A free name next to `path` for a copy that is kept, such as ``state.sqlite3.damaged-20260102-030405``."""
    number = 0
    while True:
        candidate = path.with_name(f"{path.name}.{label}-{stamp}" + (f"-{number}" if number else ""))
        if not candidate.exists():
            return candidate
        number += 1
