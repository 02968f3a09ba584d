"""Copies of files in the form of an earlier version, kept beside them when they are brought to the present form.

The copy of ``state.sqlite3`` whose schema was 4 is ``state.sqlite3.v4``. Whoever goes back to the earlier version puts
it in the place of the file.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from tray.desktop.storage.files import sync_folder


def copy_path(path: Path, version: int) -> Path:
    """Where the copy of `path` in the form of `version` is kept."""
    return path.with_name(f"{path.name}.v{version}")


def copy_database(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Copy the database of `connection`, whose file is `path`; on disk, mode 0600, before it returns.

    Raises OSError or sqlite3.Error, and leaves no half of a copy. An earlier copy of the same version is replaced.
    """
    kept = copy_path(path, version)
    handle, name = tempfile.mkstemp(prefix=f".{kept.name}.", dir=path.parent)  # mkstemp makes it 0600
    os.close(handle)
    try:
        with closing(sqlite3.connect(name)) as target:
            connection.backup(target)
        Path(name).replace(kept)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    sync_folder(path.parent)


def remove_copies(path: Path, before: float | None = None) -> None:
    """Remove the copies of `path`, or those made `before` a time (Unix seconds), and what a kill left of one."""
    prefix = f"{path.name}.v"
    with suppress(OSError):
        for kept in path.parent.iterdir():  # `glob` compiles patterns, for 1 ms of each start
            name = kept.name.removeprefix(".")
            if not (name.startswith(prefix) and name[len(prefix) :][:1].isdigit()):
                continue
            if before is None or kept.lstat().st_mtime < before:
                kept.unlink()
