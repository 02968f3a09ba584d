"""The screens on which everything has to fit: small, twice as fine, from right to left, with large letters."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.rig.desktop import VirtualDesktop

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 240
"""A busy machine has taken more than 120; pytest itself ends a test after 300."""


@dataclass(frozen=True)
class Screen:
    """A desktop with a panel, and how the program is shown on it."""

    size: str
    scale: int = 1
    arguments: tuple[str, ...] = ()


SCREENS = {
    "light": Screen("1280x800"),
    "dark": Screen("1280x800", arguments=("--dark",)),
    "small": Screen("1024x600"),
    "small-dark-reverse": Screen("1024x600", arguments=("--dark", "-reverse")),
    "fine": Screen("2048x1200", scale=2),
    "large-letters": Screen("1024x600", arguments=("--letters", "2")),
    "large-letters-reverse": Screen("1024x600", arguments=("--letters", "2", "-reverse")),
}


def show_all(name: str, folder: Path, language: str = "") -> list[str]:
    """Show everything on that screen and take pictures into `folder`; what is wrong, a line each.

    `language`: such as ``de``; empty for that of this process.
    """
    screen = SCREENS[name]
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    with VirtualDesktop(size=screen.size, notifier="none") as desktop:
        done = subprocess.run(
            [sys.executable, "-m", "tests.ui.gallery.show", str(folder.absolute()), *screen.arguments],
            env={
                **desktop.env,
                "QT_SCALE_FACTOR": str(screen.scale),
                **({"LANGUAGE": language} if language else {}),
            },
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    lines = done.stdout.splitlines()
    if done.returncode or not lines or lines[-1] != "shown":
        raise AssertionError(done.stdout + done.stderr)
    return lines[:-1]
