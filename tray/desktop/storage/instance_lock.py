"""One program per profile: a lock that the system releases when its holder ends."""

from __future__ import annotations

import errno
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tray.desktop.storage.files import open_own, read_own
from tray.i18n import tr
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL, errno.EROFS}
"""Errors of a disk without locks, such as an NFS share without its lock service (flock(2)), or of a read-only one."""
_LIMIT = 4096
"""Bytes of the lock file."""
_LOCKED_BYTE = 2**30
"""Place of the byte that is locked on Windows."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The last program that acquired the lock, as it wrote into the lock file; it may have ended."""

    pid: int
    host: str
    """The computer: a home on a network share is used by several."""
    socket: str
    """The path of its socket for the command line, which depends on its session."""
    display: str = ""
    """DISPLAY of the X screen; empty where there is none."""
    wayland: str = ""
    """WAYLAND_DISPLAY; empty where there is none."""
    session: str = ""
    """XDG_SESSION_ID, as `loginctl` lists it."""
    terminal: str = ""
    """XDG_VTNR, the number of the virtual terminal."""

    @staticmethod
    def here(socket: Path) -> Holder:
        """The holder that stands for this process, which listens at `socket`."""
        variable = os.environ.get
        return Holder(
            os.getpid(),
            _host(),
            str(socket),
            variable("DISPLAY", ""),
            variable("WAYLAND_DISPLAY", ""),
            variable("XDG_SESSION_ID", ""),
            variable("XDG_VTNR", ""),
        )

    @property
    def is_on_this_computer(self) -> bool:
        """Whether it runs, or ran, on this computer."""
        return self.host == _host()

    def shares_a_screen_with(self, other: Holder) -> bool:
        """Whether windows of both appear on the same screen, or neither has one."""
        if self.host != other.host:
            return False
        pairs = ((self.display, other.display), (self.wayland, other.wayland))
        return any(own and own == others for own, others in pairs) or not any(any(pair) for pair in pairs)

    def where(self) -> str:
        """A text about its place, such as "on screen :1, in session 4, tty3"."""
        parts = []
        if not self.is_on_this_computer:
            parts.append(tr("on the computer {host}").format(host=self.host))
        screen = self.wayland or self.display
        if screen:
            parts.append(tr("on screen {screen}").format(screen=screen))
        if self.session:
            parts.append(tr("in session {session}").format(session=self.session))
        if self.terminal:
            parts.append(f"tty{self.terminal}")
        return ", ".join(parts) or self.process()

    def process(self) -> str:
        """A text about its process."""
        return tr("process {number}").format(number=self.pid)


class InstanceLock:
    """An exclusive flock(2), or LockFile on Windows, on a file that contains its `Holder`.

    The file is never removed, because two programs could then lock two files of that name.
    """

    def __init__(self, path: Path, elsewhere: Callable[[], Path] | None = None) -> None:
        """`elsewhere` returns the file to lock where the disk of `path` supports no locks, or is read-only."""
        self._path = path
        self._elsewhere = elsewhere
        self._descriptor: int | None = None

    def acquire(self, socket: Path) -> bool:
        """Acquire the lock, and write this process and `socket` into the file; False when another program has it.

        Raises OSError when the file cannot be made, or locked.
        """
        if self._descriptor is not None:
            return True
        try:
            self._descriptor = written = _open_and_lock(self._path)
        except OSError as error:
            if error.errno not in _NO_LOCKS or self._elsewhere is None:
                raise
            self._descriptor, written = _open_and_lock(self._elsewhere()), None
        if self._descriptor is None:
            return False
        with suppress(OSError):  # the disk is full or read-only, but the lock is held
            if written is None:
                with os.fdopen(_open(self._path), "wb") as file:
                    _write(file.fileno(), Holder.here(socket))
            else:
                _write(written, Holder.here(socket))
        return True

    def release(self) -> None:
        """Release the lock, if it is held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def read_holder(path: Path) -> Holder | None:
    """The last holder of the lock at `path`; None where the file is missing or invalid."""
    try:
        written = json.loads(read_own(path, _LIMIT))
    except (OSError, ValueError, RecursionError):
        return None
    return _holder(written)


def _holder(written: Any) -> Holder | None:
    if not isinstance(written, dict):
        return None
    pid, texts = written.pop("pid", None), written
    known = Holder.__dataclass_fields__.keys()
    good = all(isinstance(text, str) and text.isprintable() for text in texts.values())
    if type(pid) is not int or not good or not {"host", "socket"} <= texts.keys() <= known:
        return None
    return Holder(pid, **texts)


def _open(path: Path) -> int:
    return open_own(path, os.O_WRONLY | os.O_CREAT)  # not inherited by child processes


def _open_and_lock(path: Path) -> int | None:
    descriptor = _open(path)
    try:
        if _lock(descriptor):
            return descriptor
    except OSError:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _write(descriptor: int, holder: Holder) -> None:
    os.ftruncate(descriptor, 0)
    os.write(descriptor, json.dumps(asdict(holder)).encode() + b"\n")


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else ""


def _lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        return _lock_on_windows(descriptor)
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_on_windows(descriptor: int) -> bool:
    """Lock one byte far behind the text: what is locked there, no other program can read."""
    import importlib

    windows: Any = importlib.import_module("msvcrt")  # which type checkers know on Windows only
    place = os.lseek(descriptor, 0, os.SEEK_CUR)
    try:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        windows.locking(descriptor, windows.LK_NBLCK, 1)
    except PermissionError:  # EACCES: another program has it
        return False
    finally:
        os.lseek(descriptor, place, os.SEEK_SET)
    return True
