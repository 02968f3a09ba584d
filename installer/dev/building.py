"""What all builds of packages share: options, commands that must succeed, and the time that stands in the result."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dev import venv
from dev.talk import Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NO_COMMIT = 1750000000


def options(name: str, description: str | None, what: str = "it") -> argparse.ArgumentParser:
    """The options of ``dev.py package NAME``, with ``--output``: the folder for `what` is built."""
    parser = argparse.ArgumentParser(prog=f"dev.py package {name}", description=description)
    default = venv.ROOT / "dist"
    parser.add_argument("--output", type=Path, default=default, help=f"folder for {what} (default: dist/)")
    return parser


def add_keep(parser: argparse.ArgumentParser) -> None:
    """Add ``--keep DIR``, for builds that make systems of their own."""
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="leave the systems in DIR and use them again the next time"
    )


def run_main(main: Callable[[], int]) -> None:
    """Run `main` as the program that this process is, and exit: files are readable for all, Stop is a sentence."""
    os.umask(0o022)
    try:
        sys.exit(main())
    except Stop as reason:
        sys.exit(f"build.py: {reason}")


def must(
    *command: str | Path, folder: Path | None = None, more: Mapping[str, str] | None = None, reason: str = ""
) -> None:
    """Run a command in `folder`, as if at the time of the commit, with `more` in its environment.

    What it says goes to standard error. Raises Stop where it fails, with `reason` as a second sentence.
    """
    environment = venv.environment() | {"SOURCE_DATE_EPOCH": str(epoch())} | dict(more or {})
    if subprocess.run(command, check=False, cwd=folder, env=environment, stdout=sys.stderr).returncode != 0:
        raise Stop(f"{Path(command[0]).name} failed; its words are above. {reason}".rstrip())


def epoch() -> int:
    """The time of the commit, or a fixed one where there is no git, in Unix seconds: two builds are to be alike."""
    asked = ("git", "-C", venv.ROOT, "log", "-1", "--format=%ct")
    try:
        said = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
    except FileNotFoundError:
        said = ""
    return int(said.strip() or _NO_COMMIT)
