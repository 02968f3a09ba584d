"""Reads the files of certificates and keys that an account names, which may be anything."""

from __future__ import annotations

import errno
import os
import stat


def read_plain(path: str, most: int) -> bytes:
    """The first `most` bytes of a plain file; OSError, also for a pipe or a device, which would be waited for."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no plain file", path)
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read(most)
