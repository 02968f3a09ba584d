"""Opens only plain files of the user's own, of a size that can be meant; writes them whole or not at all.

Where another user could have prepared a file or a folder, nothing of ours is read, written or cut off: no link is
followed, owner and mode of what was opened are checked, and of each folder all that lead to it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path

from tray.i18n import tr

_NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_LINKS_MOST = 40  # as Linux has it
_ROOT = 0
_NOBODY = 65534
"""Whose the folders of the system are in a container that knows only its user."""


class TooLarge(Exception):  # noqa: N818 -- a state of affairs
    """A file holds more than such files do."""


class Unsafe(OSError):  # noqa: N818 -- a state of affairs
    """Others may have prepared the file or folder, or it is no plain file; `strerror` says so in words."""

    def __init__(self, reason: str, path: Path | str) -> None:
        super().__init__(errno.EPERM, reason, str(path))


def open_plain(path: Path | str, flags: int, *, linked: bool = False) -> int:
    """A descriptor of a plain file, mode 0600 where it is made; Unsafe for a link, a pipe or a device.

    Nothing is waited for. A link is followed only where `linked`. OSError as os.open. Whose the file is, is for
    the caller to judge.
    """
    try:
        descriptor = os.open(path, flags | _NO_WAITING | (0 if linked else _NO_LINK), 0o600)
    except OSError as error:
        if error.errno == errno.ELOOP and not linked:
            raise Unsafe(tr("it is a link"), path) from error
        if error.errno == errno.ENXIO:  # a pipe that nobody reads, a socket
            raise Unsafe(tr("it is no plain file"), path) from error
        raise
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise Unsafe(tr("it is no plain file"), path)
    return descriptor


def open_own(path: Path | str, flags: int, *, linked: bool = False) -> int:
    """As `open_plain`, but the file is the user's own and nobody else can write to it, or Unsafe.

    A file that is only written to is made private; where it is read, what others may have written is not believed.
    """
    descriptor = open_plain(path, flags, linked=linked)
    status = os.fstat(descriptor)
    reading_only = flags & (os.O_WRONLY | os.O_RDWR) == 0
    reason = ""
    if not _is_ours(status) and not (reading_only and status.st_uid == _ROOT):
        reason = tr("it belongs to another user")
    elif flags & os.O_WRONLY:
        with contextlib.suppress(OSError, AttributeError):  # Windows has no modes to change
            os.fchmod(descriptor, 0o600)
    elif _writable_by_others(status):
        reason = tr("other users can write to it")
    if reason:
        os.close(descriptor)
        raise Unsafe(reason, path)
    return descriptor


def read_own(path: Path, most: int, *, linked: bool = False) -> bytes:
    """All of a file of the user's own of at most `most` bytes, else TooLarge; Unsafe and OSError as `open_own`."""
    return read_bounded(open_own(path, os.O_RDONLY, linked=linked), most)


def read_regular_file(path: Path, most: int) -> bytes:
    """All of a plain file, whosever it is, of at most `most` bytes, else TooLarge.

    A pipe or a device, whose reading may never end, is taken for none: FileNotFoundError. OSError, also for a loop
    of links.
    """
    try:
        descriptor = open_plain(path, os.O_RDONLY, linked=True)
    except (Unsafe, IsADirectoryError) as error:
        raise FileNotFoundError from error
    return read_bounded(descriptor, most)


def read_bounded(descriptor: int, most: int) -> bytes:
    """All that is to be read there, after which it is closed; TooLarge for more than `most` bytes."""
    with os.fdopen(descriptor, "rb") as stream:
        if os.fstat(descriptor).st_size > most:
            raise TooLarge
        raw = stream.read(most + 1)  # it may grow meanwhile
    if len(raw) > most:
        raise TooLarge
    return raw


def write_atomically(path: Path, data: bytes, *, linked: bool = False) -> None:
    """Replace `path` by `data`, mode 0600; OSError leaves what was there untouched.

    A symbolic link is replaced itself; where `linked`, it stays one and what it leads to is replaced.
    """
    target = Path(os.path.realpath(path)) if linked else path
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


def own_folder(folder: Path) -> None:
    """Make `folder`, mode 0700, where it is missing, and see to it that nobody else can put anything there.

    Unsafe where somebody could, in it or in a folder on the way to it; OSError where it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_folder(folder)


def check_folder(folder: Path) -> None:
    """Unsafe where somebody else could put anything into `folder`, or another folder in its place; OSError.

    Each step from the root is looked at, links too. In a folder for all, as /tmp is, it counts whose each thing is.
    """
    if not hasattr(os, "geteuid"):  # Windows
        return
    steps = list(reversed(Path(os.path.abspath(folder)).parts[1:]))  # noqa: PTH100 -- which keeps links
    place, links = Path(os.sep), 0
    while steps:
        step = steps.pop()
        if step == os.pardir:
            place = place.parent
            continue
        place /= step
        status = place.lstat()
        if stat.S_ISLNK(status.st_mode):
            links += 1
            if links > _LINKS_MOST:
                raise Unsafe(tr("its links lead nowhere"), folder)
            if status.st_uid not in {os.geteuid(), _ROOT}:
                raise Unsafe(tr("{place} is a link of another user").format(place=place), folder)
            target = Path(place.readlink())
            steps += reversed([part for part in target.parts if part != target.anchor])
            place = Path(os.sep) if target.is_absolute() else place.parent
            continue
        last = not steps
        if not _is_ours(status) and (last or status.st_uid not in {_ROOT, _NOBODY}):
            sentence = tr("it belongs to another user") if last else tr("{place} belongs to another user")
            raise Unsafe(sentence.format(place=place), folder)
        if _writable_by_others(status) and (last or not status.st_mode & stat.S_ISVTX):
            sentence = tr("other users can write to it") if last else tr("other users can write to {place}")
            raise Unsafe(sentence.format(place=place), folder)


def _is_ours(status: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


def _writable_by_others(status: os.stat_result) -> bool:
    if not hasattr(os, "geteuid"):  # Windows
        return False
    if status.st_mode & stat.S_IWOTH:
        return True
    return bool(status.st_mode & stat.S_IWGRP) and not _is_private_group(status.st_gid)


def _is_private_group(group: int) -> bool:
    """Whether nobody but the user, and the system, is in it: many systems give users such a group, and umask 002."""
    if group == _ROOT:
        return True
    import grp
    import pwd

    try:
        found, user = grp.getgrgid(group), pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return found.gr_name == user.pw_name and set(found.gr_mem) <= {user.pw_name}


def _sync_folder(folder: Path) -> None:
    """Make the renaming last; where a folder cannot be opened (Windows) the system sees to it by itself."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def backup_name(path: Path, label: str, stamp: str) -> Path:
    """A free name next to `path` for a copy that is kept, such as ``state.sqlite3.damaged-20260102-030405``."""
    number = 0
    while True:
        candidate = path.with_name(f"{path.name}.{label}-{stamp}" + (f"-{number}" if number else ""))
        if not candidate.exists():
            return candidate
        number += 1
