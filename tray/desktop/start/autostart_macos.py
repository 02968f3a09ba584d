"""Starts the program at log-in of macOS, through an agent of the user (launchd.plist(5)).

Written for macOS, and tried as a file only: see the table of systems in the README.
"""

from __future__ import annotations

import plistlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tray.desktop.start.autostart import change_file, running_command
from tray.desktop.storage.paths import APP_ID
from tray.files import read_regular_file

if TYPE_CHECKING:
    from tray.desktop.storage.paths import Paths

_LIMIT = 65_536
"""Bytes of such a file."""


class MacStart:
    """A file in ~/Library/LaunchAgents, which launchd reads at log-in.

    Whether the user has switched it off in the system's list of login items, no program is told.
    """

    def __init__(self, paths: Paths) -> None:
        """Start the profile of `paths`."""
        self._paths = paths
        self._label = APP_ID
        if paths.profile is not None:
            self._label += "-" + paths.keyring_service.rpartition(":")[2]
        self._file = Path("~/Library/LaunchAgents").expanduser() / f"{self._label}.plist"

    def set(self, on: bool) -> None:
        """Start it at log-in by the command that runs now, or do not; raises AutostartError."""
        change_file(self._file, self._agent() if on else None)

    def is_on(self) -> bool:
        """Whether it is started at log-in, as its file is now."""
        try:
            agent: Any = plistlib.loads(read_regular_file(self._file, _LIMIT))
            program = agent["ProgramArguments"][0]
            wanted = agent.get("RunAtLoad") is True and agent.get("Disabled") is not True
            return wanted and shutil.which(program) is not None
        except (OSError, plistlib.InvalidFileException, ValueError, LookupError, TypeError, AttributeError):
            return False

    def _agent(self) -> bytes:
        command = running_command()
        if self._paths.profile is not None:
            command += ["--profile", str(self._paths.profile)]
        return plistlib.dumps(
            {
                "Label": self._label,
                "ProgramArguments": command,
                "RunAtLoad": True,
                "ProcessType": "Interactive",
                "LimitLoadToSessionType": "Aqua",  # a log-in on the screen, not one by ssh
            }
        )
