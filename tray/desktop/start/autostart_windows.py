"""Starts the program at log-in of Windows, through the user's Run key (Microsoft: "Run and RunOnce Registry Keys").

Written for Windows, and tried with a registry of the tests only: see the table of systems in the README.
"""

from __future__ import annotations

import importlib
import shlex
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tray.desktop.start.autostart import AutostartError, running_command
from tray.i18n import system_reason, tr

if TYPE_CHECKING:
    from tray.desktop.storage.paths import Paths

_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
_APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
"""What the Task Manager writes when the user switches an entry off or on: 12 bytes, the first one odd for off."""


class WindowsStart:
    """The user's own setting, which the Task Manager and the settings of Windows show and change, too."""

    def __init__(self, paths: Paths) -> None:
        """Start the profile of `paths`."""
        self._paths = paths
        self._name = "Mailbell"
        if paths.profile is not None:
            self._name += " " + paths.keyring_service.rpartition(":")[2]

    def set(self, on: bool) -> None:
        """Start it at log-in by the command that runs now, or do not; raises AutostartError."""
        registry = _registry()
        command = _command(self._paths) if on else ""
        try:
            with registry.CreateKey(registry.HKEY_CURRENT_USER, _RUN) as key:
                if on:
                    registry.SetValueEx(key, self._name, 0, registry.REG_SZ, command)
                else:
                    _delete(registry, key, self._name)
            with registry.CreateKey(registry.HKEY_CURRENT_USER, _APPROVED) as key:
                _delete(registry, key, self._name)  # without a value it is on
        except OSError as error:
            sentence = tr(
                "The start at log-in cannot be changed in the registry: {reason}. Change it in the Task Manager."
            )
            raise AutostartError(sentence.format(reason=system_reason(error))) from error

    def is_on(self) -> bool:
        """Whether it is started at log-in, as the registry is now: not if it was switched off, or was removed."""
        command, approved = _value(_RUN, self._name), _value(_APPROVED, self._name)
        if not isinstance(command, str) or (isinstance(approved, bytes) and approved[:1] and approved[0] & 1):
            return False
        words = shlex.split(command, posix=False)  # which leaves backslashes alone
        return bool(words) and shutil.which(words[0].strip('"')) is not None


def _command(paths: Paths) -> str:
    import subprocess

    command = running_command()
    if paths.profile is not None:
        command += ["--profile", str(paths.profile)]
    return subprocess.list2cmdline(command)


def _value(path: str, name: str) -> Any:
    """The value of that name; None where there is none."""
    registry = _registry()
    with suppress(OSError), registry.OpenKey(registry.HKEY_CURRENT_USER, path) as key:
        return registry.QueryValueEx(key, name)[0]
    return None


def _delete(registry: Any, key: Any, name: str) -> None:
    with suppress(FileNotFoundError):
        registry.DeleteValue(key, name)


def _registry() -> Any:
    return importlib.import_module("winreg")  # which type checkers know on Windows only
