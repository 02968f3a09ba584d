"""Finds the running instance of a profile, also from another session of the same user."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tray.cli.control_client import ask
from tray.cli.exit_codes import NOT_RUNNING, CommandFailed

if TYPE_CHECKING:
    from tray.desktop.paths import Paths


def ask_running(paths: Paths, command: str, **arguments: object) -> dict[str, Any]:
    """Send a command to whoever runs this profile and return the reply; raises `CommandFailed` as `ask`.

    Its socket lies in the folder of the session that it was started in. Beside its lock it wrote where that is.
    """
    try:
        return ask(paths.socket, command, **arguments)
    except CommandFailed as failure:
        if failure.code != NOT_RUNNING:
            raise
        from tray.desktop.single_instance import read_holder

        holder = read_holder(paths.lock)
        if holder is None or not holder.is_on_this_computer or Path(holder.socket) == paths.socket:
            raise
    return ask(Path(holder.socket), command, **arguments)
