"""Starts the program at log-in, through the XDG autostart folder (Desktop Application Autostart Specification)."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tray.desktop.files import write_atomically
from tray.desktop.paths import APP_ID
from tray.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.desktop.paths import Paths

_ENTRY = """[Desktop Entry]
Type=Application
Name=Mailbell
Comment={comment}
Exec={command}
Icon={icon}
Terminal=false
X-GNOME-Autostart-enabled=true
"""


class AutostartError(Exception):
    """The program cannot be started at log-in; the text tells the user why and what to do."""


def enable(paths: Paths) -> None:
    """Have log-in start this profile by the command that runs now; AutostartError where that cannot be."""
    if sys.platform in {"win32", "darwin"}:
        raise AutostartError(tr("Mailbell cannot add itself to this system's log-in. Add it there by hand."))
    if "FLATPAK_ID" in os.environ or "SNAP" in os.environ:
        sentence = tr(
            "Mailbell runs in a box and cannot add itself. Add it in the desktop's start-up settings."
        )
        raise AutostartError(sentence)
    command = running_command()
    if paths.profile is not None:
        command += ["--profile", str(paths.profile)]
    entry = _ENTRY.format(comment=tr("Tells of new mail"), command=exec_line(command), icon=APP_ID)
    file = _file(paths)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(file, entry.encode())
    except OSError as error:
        raise _refused(file, error) from error


def disable(paths: Paths) -> None:
    """Have log-in start this profile no more; AutostartError when the file cannot be removed."""
    file = _file(paths)
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(file, error) from error


def running_command() -> list[str]:
    """The command that would start the running program again, with an absolute path; AutostartError if unknown."""
    image = os.environ.get("APPIMAGE")  # the program inside an AppImage lies elsewhere at each start
    if image:
        return [image]
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
    word = word.replace("%", "%%")  # a lone one begins a field code
    if word and not set(word) & set(" \t\n\"'\\><~|&;$*?#()`"):
        return word
    for character in '\\"`$':
        word = word.replace(character, "\\" + character)
    # Quoting comes on top of the escapes of every string value, so each backslash is doubled.
    return '"' + word.replace("\\", "\\\\") + '"'


def _file(paths: Paths) -> Path:
    folder = os.environ.get("XDG_CONFIG_HOME") or str(Path("~/.config").expanduser())
    profile = "" if paths.profile is None else "-" + paths.keyring_service.rpartition(":")[2]
    return Path(folder, "autostart", f"{APP_ID}{profile}.desktop")


def _refused(file: Path, error: OSError) -> AutostartError:
    sentence = tr("The start at log-in cannot be changed in {file}: {reason}. Make it writable.")
    return AutostartError(sentence.format(file=file, reason=error.strerror))
