"""The screen: whether Qt can use it. A process of its own tries, because Qt ends one that cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import tray
from tray.cli.doctor.finding import note, ok, problem
from tray.i18n import tr
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.cli.doctor.finding import Finding

_TRY = (
    "from tray.boot.screen import NoScreen, start_qt\n"
    "try: print(start_qt().platformName())\n"
    "except NoScreen as error: raise SystemExit(f'mailbell: {error}')\n"
)
_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@dataclass(frozen=True, slots=True)
class Screen:
    """What was seen."""

    variables: tuple[str, ...]
    """Those that name a screen, as NAME=VALUE."""
    platform: str = ""
    """The way that Qt uses, such as xcb or wayland; empty where it cannot, or was not tried."""
    failure: str = ""
    """Why Qt cannot use it, with what to do."""


def has_screen(environment: Mapping[str, str]) -> bool:
    """Whether the environment names a screen."""
    return not sys.platform.startswith("linux") or any(environment.get(name) for name in _VARIABLES)


def look(limit: float) -> Screen:
    """Have Qt try, for `limit` seconds, in a process of its own, where there is a screen."""
    variables = tuple(f"{name}={os.environ[name]}" for name in _VARIABLES if os.environ.get(name))
    if not has_screen(os.environ) or getattr(sys, "frozen", False):  # a bundle has no Python to start
        return Screen(variables)
    try:
        done = subprocess.run(  # noqa: S603 -- this program
            [sys.executable, "-c", _TRY],
            cwd=Path(tray.__file__).parents[1],  # where Python looks first
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Screen(variables, failure=tr("Qt does not get an answer from the screen."))
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode == 0:
        return Screen(variables, done.stdout.decode("utf-8", "replace").strip())
    reasons = [line.removeprefix("mailbell: ") for line in said if line.startswith("mailbell: ")]
    return Screen(variables, failure=(reasons or said or [tr("Qt ended without a reason.")])[-1])


def findings(screen: Screen) -> list[Finding]:
    """What it means."""
    if not screen.variables and sys.platform.startswith("linux"):
        return [
            note(
                tr("There is no screen here, as on a console or over ssh."),
                tr("Mailbell itself needs one. Commands such as “mailbell subjects” work without."),
            )
        ]
    if screen.failure:
        return [problem(screen.failure, tr("Until then Mailbell cannot start."))]
    known = ", ".join(screen.variables)
    if not screen.platform:
        return [ok(tr("There is a screen."), known)]
    return [ok(tr("Qt can use the screen ({platform}).").format(platform=screen.platform), known)]
