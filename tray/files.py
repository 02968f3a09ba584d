"""Opens and reads regular files of bounded size: no pipe or device is waited for, nothing huge is loaded."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from tray.i18n import tr

if TYPE_CHECKING:
    from pathlib import Path

_NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
_AS_IT_IS = getattr(os, "O_BINARY", 0)
"""Windows would change line ends."""
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class TooLarge(OSError):  # noqa: N818 -- a state of affairs
    """A file holds more than such files do; `strerror` says so in words."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(errno.EFBIG, tr("it is too large"), str(path))


class Unsafe(OSError):  # noqa: N818 -- a state of affairs
    """A link, or no regular file; or others may have prepared the file or folder. `strerror` says so in words."""

    def __init__(self, reason: str, path: Path | str) -> None:
        super().__init__(errno.EPERM, reason, str(path))


def open_regular_file(path: Path | str, flags: int, *, linked: bool = False) -> int:
    """A descriptor of a regular file, mode 0600 where it is made; a link is followed only where `linked`.

    Raises Unsafe for a link, a pipe or a device, IsADirectoryError, and OSError as os.open does. Whose the file is,
    is for the caller to judge.
    """
    try:
        descriptor = os.open(path, flags | _NO_WAITING | _AS_IT_IS | (0 if linked else _NO_LINK), 0o600)
    except OSError as error:
        if error.errno == errno.ELOOP and not linked:
            raise Unsafe(tr("it is a link"), path) from error
        if error.errno == errno.ENXIO:  # a pipe without a reader, a socket
            raise Unsafe(tr("it is no regular file"), path) from error
        raise
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, tr("it is a folder"), str(path))
        raise Unsafe(tr("it is no regular file"), path)
    return descriptor


def read_regular_file(path: Path | str, limit: int) -> bytes:
    """All of a regular file, also through a link and whoever owns it, of at most `limit` bytes.

    Raises TooLarge, Unsafe for a pipe or a device, IsADirectoryError, and OSError as os.open does.
    """
    return read_bounded(open_regular_file(path, os.O_RDONLY, linked=True), path, limit)


def read_bounded(descriptor: int, path: Path | str, limit: int) -> bytes:
    """All that is left to read of `descriptor`, which is closed; TooLarge, which names `path`, beyond `limit` bytes."""
    with os.fdopen(descriptor, "rb") as stream:
        if os.fstat(descriptor).st_size > limit:
            raise TooLarge(path)
        data = stream.read(limit + 1)  # it may grow meanwhile
    if len(data) > limit:
        raise TooLarge(path)
    return data
