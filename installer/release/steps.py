"""What a release runs: every check, and every package with its own trial. A new package is a line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dev import venv

if TYPE_CHECKING:
    from pathlib import Path

OUTPUT = "OUTPUT"
"""Stands in a command for the folder of the release."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command; it succeeds with the exit code 0."""

    name: str
    command: tuple[str, ...]
    """Arguments of ``python3 installer/dev.py``."""
    what: str

    def arguments(self, output: Path) -> list[str]:
        """The command for a release in the folder `output`."""
        return [str(output) if word == OUTPUT else word for word in self.command]


CHECKS = (
    Step("lint", ("lint",), "ruff, formatting, mypy"),
    Step("tests", ("test",), "all tests, and those of the inner rooms on the oldest and the newest Python"),
    Step("newest", ("test", "--newest"), "all tests on the newest packages"),
    Step("wheel", ("test", "--wheel"), "all tests on the built wheel"),
    Step("system", ("test", "--system"), "all tests on the packages of Debian 12 and 13, in bare systems"),
    Step("fresh", ("fresh",), "what README and CONTRIBUTING say, in bare systems"),
)
_PACKAGES = (
    Step(
        "deb",
        ("package", "deb", "--output", OUTPUT, "--twice", "--try", "--upgrade"),
        "Debian package, lintian, tried from apt and over the release before",
    ),
    Step("bundle", ("package", "bundle", "--output", OUTPUT), "bundle, tried on a Debian without Python"),
    Step("appimage", ("package", "appimage", "--output", OUTPUT), "AppImage, tried there, too"),
    Step("flatpak", ("package", "flatpak", "--output", OUTPUT), "Flatpak, as far as it can be built here"),
    Step("rpm", ("package", "rpm", "--output", OUTPUT), "rpm, rpmlint, tried unpacked"),
    Step("arch", ("package", "arch", "--output", OUTPUT), "package for Arch Linux, by Debian's makepkg"),
    Step(
        "windows",
        ("package", "windows", "--output", OUTPUT),
        "the installer's script for Windows, tried in Wine",
    ),
)


def packages() -> list[Step]:
    """The packages that this checkout can build, in order."""
    return [step for step in _PACKAGES if (venv.ROOT / "installer" / step.name / "build.py").exists()]
