"""Starts the program at log-in: the choice for each system, and the XDG autostart folder of the desktops on Linux."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tray.desktop.storage.files import write_atomically
from tray.desktop.storage.paths import APP_ID, in_flatpak
from tray.files import read_regular_file
from tray.i18n import system_reason, tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tray.desktop.storage.paths import Paths

_ENTRY = """[Desktop Entry]
Type=Application
Name=Mailbell
Comment={comment}
Exec={command}
Icon={icon}
Terminal=false
X-GNOME-Autostart-enabled=true
"""
_LIMIT = 65_536
"""Bytes of such a file."""
_THIS_FILE = Path(__file__).resolve()


class AutostartError(Exception):
    """The start at log-in cannot be changed; the text contains the reason and advice."""


class StartAtLogin(Protocol):
    """The system's own setting, which other programs may change, too."""

    def set(self, on: bool) -> None:
        """Start it at log-in by the command that runs now, or do not; raises AutostartError."""

    def is_on(self) -> bool:
        """Whether it is started at log-in, as the system is set now."""


def start_at_login(paths: Paths) -> StartAtLogin:
    """The setting of this system, for the profile of `paths`."""
    if sys.platform == "win32":
        from tray.desktop.start.autostart_windows import WindowsStart

        return WindowsStart(paths)
    if sys.platform == "darwin":
        from tray.desktop.start.autostart_macos import MacStart

        return MacStart(paths)
    return DesktopStart(paths)


def change_file(file: Path, content: bytes | None) -> None:
    """Write the `file` by which the system starts the program at log-in, or remove it; raises AutostartError."""
    try:
        if content is None:
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(file, content)
    except OSError as error:
        sentence = tr("The start at log-in cannot be changed in {file}: {reason}. Make it writable.")
        raise AutostartError(sentence.format(file=file, reason=system_reason(error))) from error


class DesktopStart:
    """An entry in the autostart folder of the desktop (Desktop Application Autostart Specification)."""

    def __init__(self, paths: Paths) -> None:
        """Start the profile of `paths`."""
        self._paths = paths
        folder = os.environ.get("XDG_CONFIG_HOME") or str(Path("~/.config").expanduser())
        profile = "" if paths.profile is None else "-" + paths.keyring_service.rpartition(":")[2]
        self._file = Path(folder, "autostart", f"{APP_ID}{profile}.desktop")

    def set(self, on: bool) -> None:
        """Start it at log-in by the command that runs now, or do not; raises AutostartError."""
        change_file(self._file, self._new_entry() if on else None)

    def is_on(self) -> bool:
        """Whether it is started at log-in, as its file is now: other programs may change it.

        The keys are those of the Desktop Application Autostart Specification, and GNOME's own. OnlyShowIn and
        NotShowIn are compared with the running desktop.
        """
        try:
            entry = _entry(read_regular_file(self._file, _LIMIT).decode("utf-8", "replace"))
        except OSError:
            return False
        if entry.get("Type", "Application") != "Application" or not _program_is_there(entry):
            return False
        enabled = entry.get("X-GNOME-Autostart-enabled", "true")
        if _is_true(entry.get("Hidden", "false")) or not _is_true(enabled):
            return False
        desktops = {name for name in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":") if name}
        if "OnlyShowIn" in entry and not desktops & set(entry["OnlyShowIn"].split(";")):
            return False
        return not desktops & set(entry.get("NotShowIn", "").split(";"))

    @property
    def file(self) -> Path:
        """The entry, whether it is there or not."""
        return self._file

    def program_is_there(self) -> bool:
        """Whether the program is installed that the entry starts; True without an entry."""
        try:
            return _program_is_there(_entry(read_regular_file(self._file, _LIMIT).decode("utf-8", "replace")))
        except OSError:
            return True

    def _new_entry(self) -> bytes:
        if _is_sandboxed():
            sentence = tr(
                "Mailbell runs in a sandbox and cannot add itself. Add it in the desktop's start-up settings."
            )
            raise AutostartError(sentence)
        command = running_command()
        if self._paths.profile is not None:
            command += ["--profile", str(self._paths.profile)]
        comment = tr("Tells of new mail")
        return _ENTRY.format(comment=comment, command=exec_line(command), icon=APP_ID).encode()


def _entry(text: str) -> dict[str, str]:
    """The keys of the group "Desktop Entry"."""
    keys: dict[str, str] = {}
    group = ""
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip()
        elif group == "[Desktop Entry]" and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            keys.setdefault(key.strip(), value.strip())
    return keys


def _is_true(value: str) -> bool:
    return value.lower() in {"true", "1"}


def _program_is_there(entry: Mapping[str, str]) -> bool:
    """Whether the program is still installed."""
    tried = entry.get("TryExec", "")
    if tried and shutil.which(tried) is None:
        return False
    value = entry.get("Exec", "").replace("\\\\", "\\")
    quoted = re.match(r'"((?:[^"\\]|\\.)*)"', value)
    program = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else value.partition(" ")[0]
    return shutil.which(program.replace("%%", "%")) is not None


def _is_sandboxed() -> bool:
    """Whether this program is sandboxed; not only started by a snap, whose variables it inherits."""
    snap = os.environ.get("SNAP", "")
    return in_flatpak() or bool(snap and _THIS_FILE.is_relative_to(snap))


def running_command() -> list[str]:
    """The command that starts the running program again, with an absolute path; AutostartError if unknown."""
    # The mount point of an AppImage differs at each start; the variables may be those of another AppImage.
    image, mounted = os.environ.get("APPIMAGE"), os.environ.get("APPDIR")
    if image and mounted and _THIS_FILE.is_relative_to(mounted):
        return [image]
    if getattr(sys, "frozen", False):  # the bundle of PyInstaller is itself the program
        return [sys.executable]
    if sys.platform == "win32":
        windowed = Path(sys.executable).with_name("pythonw.exe")  # which opens no window of a console
        if windowed.is_file():
            return [str(windowed), "-m", "tray.cli"]
    module = getattr(sys.modules.get("__main__"), "__spec__", None)
    if module is not None and module.name:
        return [sys.executable, "-m", module.name.removesuffix(".__main__")]
    script = shutil.which(sys.argv[0]) if sys.argv[0] else None
    if script is None:
        sentence = tr(
            "Mailbell does not know by which command it was started. Add it to your log-in by hand."
        )
        raise AutostartError(sentence)
    return [str(Path(script).absolute())]


def exec_line(command: Sequence[str]) -> str:
    """`command` as the value of an Exec key (Desktop Entry Specification, "The Exec key")."""
    return " ".join(_quoted(word) for word in command)


def _quoted(word: str) -> str:
    word = word.replace("%", "%%")  # a single one begins a field code
    if word and not set(word) & set(" \t\n\"'\\><~|&;$*?#()`"):
        return word
    for character in '\\"`$':
        word = word.replace(character, "\\" + character)
    # The escapes of string values apply in addition to quoting, so each backslash is doubled.
    return '"' + word.replace("\\", "\\\\") + '"'
