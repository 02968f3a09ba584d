"""The start at log-in, as the desktop's own setting has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.cli.doctor.finding import note, ok, problem
from tray.i18n import tr
from tray.values import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from tray.cli.doctor.finding import Finding
    from tray.desktop.storage.paths import Paths


@dataclass(frozen=True, slots=True)
class Start:
    """What was seen."""

    on: bool
    file: Path | None = None
    """The entry, where there is one."""
    program_is_there: bool = True
    """Whether the program that the entry starts is installed."""


def look(paths: Paths) -> Start:
    """Read the entry in the autostart folder."""
    from tray.desktop.start.autostart import DesktopStart, start_at_login

    start = start_at_login(paths)
    on = start.is_on()
    if not isinstance(start, DesktopStart):
        return Start(on)
    return Start(on, start.file if start.file.exists() else None, start.program_is_there())


def findings(start: Start) -> list[Finding]:
    """What it means."""
    if start.on:
        return [ok(tr("Mailbell starts when you log in."))]
    if not start.program_is_there:
        return [
            problem(
                tr(
                    "Mailbell is to start when you log in, but {file} starts a program that is not there."
                ).format(file=start.file),
                tr("Switch “Start Mailbell when I log in” off and on again in the settings."),
            )
        ]
    return [
        note(
            tr("Mailbell does not start when you log in."),
            tr("If you want that, switch it on in Settings › Start and language."),
        )
    ]
