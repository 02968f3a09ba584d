"""Opens only regular files of the user's own, of bounded size, and writes files atomically.

Where another user could have prepared a file or a folder, nothing is read, written or truncated: no link is
followed, owner and mode of the opened file are checked, and those of all folders on its path.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from tray.files import Unsafe, open_regular_file, read_bounded
from tray.i18n import tr

_LINK_LIMIT = 40  # as in Linux
_ROOT = 0
_NOBODY = 65534
"""Owner of system folders in a container that maps only its user."""


def open_own(path: Path | str, flags: int, *, linked: bool = False) -> int:
    """As `open_regular_file`, but Unsafe unless the file is the user's own and no other user can write to it.

    A file that is opened for writing only is made private, mode 0600.
    """
    descriptor = open_regular_file(path, flags, linked=linked)
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


def read_own(path: Path, limit: int, *, linked: bool = False) -> bytes:
    """All of a file of the user's own of at most `limit` bytes, else TooLarge; Unsafe and OSError as `open_own`."""
    return read_bounded(open_own(path, os.O_RDONLY, linked=linked), path, limit)


def write_atomically(path: Path, data: bytes, *, linked: bool = False) -> None:
    """Replace `path` by `data`, mode 0600; OSError leaves what was there untouched.

    A symbolic link is replaced itself; with `linked`, its target is replaced.
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
    sync_folder(target.parent)


def own_folder(folder: Path) -> None:
    """Make `folder`, mode 0700, where it is missing, and check it by `check_folder`.

    Raises OSError where it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_folder(folder)


def check_folder(folder: Path) -> None:
    """Raise Unsafe where another user can put files into `folder`, or replace it; OSError where it cannot be read.

    Every folder and link from the root is checked. In sticky folders such as /tmp the owner decides.
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
            if links > _LINK_LIMIT:
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
    """Whether the user is its only member: many systems give users such a group, and umask 002."""
    if group == _ROOT:
        return True
    import grp
    import pwd

    try:
        found, user = grp.getgrgid(group), pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return found.gr_name == user.pw_name and set(found.gr_mem) <= {user.pw_name}


def sync_folder(folder: Path) -> None:
    """Write the renaming to disk; not where folders cannot be opened (Windows)."""
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
