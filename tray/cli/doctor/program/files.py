"""The program's own files: there, readable, private, of a version that is known. Nothing is made or changed."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import stat
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from tray.cli.doctor.finding import note, ok, problem
from tray.i18n import system_reason, tr, trn
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tray.cli.doctor.finding import Finding
    from tray.desktop.storage.paths import Paths
    from tray.mail.settings.settings import Settings

_LITTLE_SPACE = 50_000_000
"""Bytes that are left on the disk."""
_OTHERS = 0o077
_MAGIC = b"SQLite format 3\0"
_HEADER = 100
"""Bytes of the header of SQLite's files (https://www.sqlite.org/fileformat.html, 1.3)."""
_KEPT = ("damaged", "newer", "before")
"""What stands in the names of copies that were kept of files."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it was seen."""

    path: Path
    exists: bool = True
    unsafe: str = ""
    """Why it is not used; empty where it is."""
    writable: bool = True
    free: int | None = None
    """Bytes that are left on its disk."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was seen."""

    path: Path
    exists: bool = False
    mode: int = 0
    """Of what it links to, where it is a link."""
    link: str = ""
    """Where it leads, if it is one."""
    size: int = 0
    error: str = ""
    """Why it cannot be looked at."""


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """What reading the settings gave."""

    settings: Settings | None = None
    error: str = ""
    """The sentence about the mistake, with what to do."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """The state file as it was seen."""

    file: File
    version: int | None = None
    """None where it is not known, as while the program writes."""
    known_version: int = 0
    damage: str = ""
    """What is wrong with it; empty where nothing is known to be."""


def look_at_folder(path: Path) -> Folder:
    """See `Folder`; raises nothing."""
    from tray.desktop.storage.files import check_folder

    if not os.path.lexists(path):
        return Folder(path, exists=False)
    try:
        check_folder(path)
        free = shutil.disk_usage(path).free
    except OSError as error:
        return Folder(path, unsafe=system_reason(error))
    return Folder(path, writable=os.access(path, os.W_OK | os.X_OK), free=free)


def look_at_file(path: Path) -> File:
    """See `File`; raises nothing."""
    try:
        link = str(path.readlink()) if path.is_symlink() else ""
        status = path.stat()
    except FileNotFoundError:
        return File(path)
    except OSError as error:
        return File(path, exists=True, error=system_reason(error))
    mode = stat.S_IMODE(status.st_mode) if hasattr(os, "getuid") else 0
    return File(path, exists=True, mode=mode, link=link, size=status.st_size)


def read_settings(paths: Paths) -> SettingsRead:
    """Read the settings as the program does, with what it would write into its log."""
    from tray.desktop.storage import settings_file
    from tray.mail.settings.settings import SettingsError

    with _said_by(settings_file.log) as said:
        try:
            settings = settings_file.SettingsFile(paths.settings_file).load()
        except SettingsError as error:
            return SettingsRead(error=str(error))
    return SettingsRead(settings, warnings=tuple(said))


@contextmanager
def _said_by(log: logging.Logger) -> Iterator[list[str]]:
    """The texts that `log` gets meanwhile, and nobody else."""
    texts: list[str] = []

    class _Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            texts.append(record.getMessage())

    keeper, before = _Keeper(), log.propagate
    log.addHandler(keeper)
    log.propagate = False
    try:
        yield texts
    finally:
        log.propagate = before
        log.removeHandler(keeper)


def look_at_state(path: Path, *, running: bool) -> State:
    """Its version, and where nobody writes to it whether it is whole; opened in a way that makes no file beside it."""
    from tray.desktop.storage.state_tables import SCHEMA_VERSION

    file = look_at_file(path)
    if not file.exists or file.error:
        return State(file, known_version=SCHEMA_VERSION)
    try:
        with path.open("rb") as stream:
            header = stream.read(_HEADER)
    except OSError as error:
        return State(file, damage=system_reason(error), known_version=SCHEMA_VERSION)
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        return State(file, damage=tr("it is no database"), known_version=SCHEMA_VERSION)
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:  # the newest is there, also the version
        return State(file, None, SCHEMA_VERSION)
    version = int.from_bytes(header[60:64], "big")
    return State(file, version, SCHEMA_VERSION, "" if running else _damage(path))


def _damage(path: Path) -> str:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if said == "ok" else str(said)


def kept_copies(paths: Paths) -> list[str]:
    """Names of the copies that were kept of files which could not be used."""
    found = set()
    for folder in {paths.config, paths.state}:
        with suppress(OSError):
            found |= {entry.name for entry in folder.iterdir()}
    known = (paths.settings_file.name, paths.state_file.name)
    return sorted(
        name
        for name in found
        if name.startswith(known)
        and any(f".{word}-" in name for word in _KEPT)
        and not name.endswith(("-wal", "-shm"))
    )


def folder_findings(folder: Folder, what: str) -> list[Finding]:
    """What a folder means; `what` says what lies in it."""
    if not folder.exists:
        return [
            ok(
                tr("{what}: {folder} is not there yet; it is made when it is needed.").format(
                    what=what, folder=folder.path
                )
            )
        ]
    if folder.unsafe:
        return [
            problem(
                tr("{what}: {folder} is not used, because {reason}.").format(
                    what=what, folder=folder.path, reason=folder.unsafe
                ),
                tr("Make it yours alone: chown it to you, and chmod go-w."),
            )
        ]
    if not folder.writable:
        return [
            problem(
                tr("{what}: Mailbell cannot write to {folder}.").format(what=what, folder=folder.path),
                tr("Make it writable for you: chmod u+rwx."),
            )
        ]
    found = [ok(tr("{what}: {folder}").format(what=what, folder=folder.path))]
    if folder.free is not None and folder.free < _LITTLE_SPACE:
        megabytes = folder.free // 1_000_000
        found.append(
            problem(
                trn("Its disk has {n} megabyte left.", "Its disk has {n} megabytes left.", megabytes).format(
                    n=megabytes
                ),
                tr("Free some space, or Mailbell cannot remember which mails were announced."),
            )
        )
    return found


def settings_findings(file: File, read: SettingsRead) -> list[Finding]:
    """What the settings file means."""
    if read.error:
        return [problem(read.error, _begin_anew())]
    if not file.exists or read.settings is None:
        return [ok(tr("There is no settings file yet: Mailbell starts with its first page."))]
    count = len(read.settings.accounts)
    found = [
        ok(
            trn(
                "The settings can be read: {n} account.", "The settings can be read: {n} accounts.", count
            ).format(n=count)
        )
    ]
    if file.link:
        found.append(ok(tr("The settings file is a link to {target}.").format(target=file.link)))
    if not read.settings.accounts:
        found.append(
            note(
                tr("There is no account yet."),
                tr("Start Mailbell, and enter your address on its first page."),
            )
        )
    found += [note(text, tr("Correct or remove that line.")) for text in read.warnings]
    return found + privacy_findings(file)


def privacy_findings(file: File) -> list[Finding]:
    """Whether others can read the file."""
    if not file.exists or file.error or not file.mode & _OTHERS:
        return []
    return [
        note(
            tr("Other users of this computer can read {file}.").format(file=file.path),
            tr("Make it yours alone: {command}").format(command=f"chmod 600 {file.path}"),
        )
    ]


def state_findings(state: State) -> list[Finding]:
    """What the state file means."""
    file = state.file
    if file.error or state.damage:
        return [
            problem(
                tr("The file with Mailbell's state, {file}, cannot be used: {reason}.").format(
                    file=file.path, reason=file.error or state.damage
                ),
                tr(
                    "Make it readable; where it is damaged, nothing has to be done: at its next start Mailbell "
                    "keeps a copy and carries over what can be read."
                ),
            )
        ]
    if not file.exists:
        return [ok(tr("There is no state file yet: the first look at a mailbox announces nothing."))]
    if (state.version or 0) > state.known_version:
        return [
            problem(
                tr("The state file was written by a newer Mailbell."),
                tr("Install the newer version again, or Mailbell begins a new file and keeps this one."),
            )
        ]
    details = [] if state.version is None else [f"version {state.version}"]
    return [ok(tr("The state file can be read."), *details), *privacy_findings(file)]


def log_findings(file: File) -> list[Finding]:
    """What the log file means."""
    if file.error:
        return [
            problem(
                tr("The log {file} cannot be looked at: {reason}.").format(file=file.path, reason=file.error),
                tr("Make its folder readable for you: chmod u+rwx."),
            )
        ]
    if not file.exists:
        return [ok(tr("There is no log yet: nothing went wrong so far."))]
    return [ok(tr("The log is {file}.").format(file=file.path)), *privacy_findings(file)]


def copy_findings(names: list[str]) -> list[Finding]:
    """What kept copies mean."""
    return [
        note(
            tr("A copy of a file that could not be used was kept: {name}").format(name=name),
            tr("If you miss nothing, it can be removed."),
        )
        for name in names
    ]


def _begin_anew() -> str:
    return tr("To begin anew, rename that file and start Mailbell: its first page opens.")
