"""Introduces a program that no package of the system brought to the desktop: what it looks for below share/.

Menu entry, icons, man page and completions of shells go to the user's own share folder, $XDG_DATA_HOME (XDG Base
Directory Specification). A list of them with their SHA-256 is kept there, so that what the user or another program has
changed or put there is neither overwritten nor removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from tray.assets import resource
from tray.desktop.start.autostart import exec_line
from tray.desktop.storage.files import write_atomically
from tray.desktop.storage.paths import APP_ID
from tray.files import read_regular_file
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ENTRY = f"applications/{APP_ID}.desktop"
_FOLDERS = ("applications", "icons", "man", "bash-completion", "zsh", "fish")
"""Those of ``resources/share`` that are looked for in the home, too; metainfo is not."""
_RECORD = "mailbell/desktop-files.json"
_LIMIT = 1_048_576
"""Bytes of each of these files."""
_THIS_FILE = Path(__file__).resolve()


@dataclass(slots=True)
class Outcome:
    """What was done; paths relative to the share folder."""

    changed: list[str] = field(default_factory=list)
    """Written or removed."""
    left: list[str] = field(default_factory=list)
    """Left as they are, because they are not, or no longer, what was installed."""


def installed_by_package() -> Path | None:
    """The menu entry that came with the package which the running program is a part of; None if there is none."""
    for folder in (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":"):
        share = Path(folder)
        if share.is_absolute() and _THIS_FILE.is_relative_to(share.parent) and (share / _ENTRY).is_file():
            return share / _ENTRY
    return None


class DesktopFiles:
    """The files in the user's share folder."""

    def __init__(self) -> None:
        """Below $XDG_DATA_HOME, or ``~/.local/share``."""
        named = Path(os.environ.get("XDG_DATA_HOME", ""))
        self.folder = named if named.is_absolute() else Path("~/.local/share").expanduser()
        self._record_file = self.folder / _RECORD

    def install(self, command: Sequence[str]) -> Outcome:
        """Write what is missing or from another version; the menu entry runs `command`. OSError where it cannot."""
        wanted = dict(_shipped())
        wanted[_ENTRY] = _with_command(wanted[_ENTRY], command)
        files, folders = self._read_record()
        outcome = Outcome()
        self._make_folders(self._record_file.parent, folders)
        try:
            for name, content in wanted.items():
                present = self._digest(name)
                if present == _sha256(content):
                    files[name] = present
                elif present is None or present == files.get(name):
                    self._make_folders((self.folder / name).parent, folders)
                    write_atomically(self.folder / name, content)
                    files[name] = _sha256(content)
                    outcome.changed.append(name)
                else:
                    outcome.left.append(name)
                    files.pop(name, None)
            self._remove([name for name in files if name not in wanted], files, outcome)
        finally:
            record = json.dumps({"files": files, "folders": folders}, indent=1)
            write_atomically(self._record_file, record.encode())
        self._tell_icon_caches()
        return outcome

    def remove(self) -> Outcome:
        """Remove what `install` wrote and nobody changed since, and its folders. OSError where it cannot."""
        files, folders = self._read_record()
        outcome = Outcome()
        self._remove(list(files), files, outcome)
        self._record_file.unlink(missing_ok=True)
        for name in sorted(folders, key=len, reverse=True):
            with contextlib.suppress(OSError):  # something else is in it, or it is gone
                (self.folder / name).rmdir()
        self._tell_icon_caches()
        return outcome

    def _remove(self, names: Sequence[str], files: dict[str, str], outcome: Outcome) -> None:
        for name in names:
            present = self._digest(name)
            if present == files.pop(name):
                (self.folder / name).unlink()
                outcome.changed.append(name)
            elif present is not None:
                outcome.left.append(name)

    def _make_folders(self, folder: Path, made: list[str]) -> None:
        """Make `folder` and those that it is in; those in the share folder are added to `made`."""
        for each in [each for each in (*reversed(folder.parents), folder) if not each.exists()]:
            each.mkdir(mode=0o700)
            if self.folder in each.parents:
                made.append(each.relative_to(self.folder).as_posix())

    def _digest(self, name: str) -> str | None:
        """Of the file's content; None where there is none, empty where it is no readable file of such a size."""
        path = self.folder / name
        if not os.path.lexists(path):
            return None
        if path.is_symlink():
            return ""
        try:
            return _sha256(read_regular_file(path, _LIMIT))
        except OSError:
            return ""

    def _read_record(self) -> tuple[dict[str, str], list[str]]:
        """What was installed, and the folders made for it; nothing where the list is missing or damaged."""
        try:
            record = json.loads(read_regular_file(self._record_file, _LIMIT))
            return (
                {str(name): str(digest) for name, digest in record["files"].items()},
                [str(name) for name in record["folders"]],
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return {}, []

    def _tell_icon_caches(self) -> None:
        """GTK and Qt look again, and no longer into an old icon-theme.cache, once the theme's folder is newer."""
        with contextlib.suppress(OSError):
            os.utime(self.folder / "icons" / "hicolor")


def _shipped() -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files, as a prefix has them below share/."""
    share = resource("share")
    for folder in _FOLDERS:
        for path in sorted((share / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(share).as_posix(), path.read_bytes()


def _with_command(entry: bytes, command: Sequence[str]) -> bytes:
    """The entry with the keys Exec and TryExec for `command`: where that is gone, desktops hide the entry."""
    keys: Mapping[str, str] = {
        "Exec": exec_line(command),
        "TryExec": command[0].replace("\\", "\\\\"),
    }
    lines = [line for line in entry.decode().splitlines() if line.partition("=")[0] not in keys]
    lines[1:1] = [f"{key}={value}" for key, value in keys.items()]
    return "".join(f"{line}\n" for line in lines).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
