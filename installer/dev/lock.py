"""Writes the lock files: one resolution for Python 3.10 to 3.13 on every platform, with hashes and without hosts."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from dev import venv
from dev.talk import Stop, say

_TOOLS = venv.HERE / "tools.in"
_WINDOWS = venv.HERE / "windows.in"


def main(options: list[str]) -> int:
    """Resolve pyproject.toml with uv, which is installed into a folder of its own for that.

    What is locked already keeps its version, unless `options` has ``--upgrade``.
    """
    if options not in ([], ["--upgrade"]):
        raise Stop("lock takes no option but --upgrade.")
    with tempfile.TemporaryDirectory(prefix="mailbell-lock-") as scratch:
        folder = Path(scratch)
        say("Fetching uv")
        _must(sys.executable, "-m", "venv", folder)
        _must(
            folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "uv"
        )
        say("Resolving what Mailbell needs to run")
        _compile(folder, options, venv.RUNTIME_LOCK, "pyproject.toml", _WINDOWS)
        say("Resolving what developers need besides")
        # The other resolutions are bound to the first: developers test, and packages hold, what users get.
        groups = ("--group", "dev", "--constraints", venv.RUNTIME_LOCK)
        _compile(folder, options, venv.LOCK, "pyproject.toml", _TOOLS, *groups)
        say("Resolving what makes a release")
        groups = ("--group", "release", "--constraints", venv.RUNTIME_LOCK)
        _compile(folder, options, venv.RELEASE_LOCK, "pyproject.toml", _TOOLS, *groups)
    return 0


def _compile(folder: Path, options: list[str], target: Path, *sources: str | Path) -> None:
    fixed = (
        "--universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-config"
        " --python-version 3.10 --quiet"
    )
    _must(
        folder / "bin" / "uv", "pip", "compile", *fixed.split(), *options, "--output-file", target, *sources
    )


def _must(*command: str | Path) -> None:
    done = subprocess.run(command, check=False, cwd=venv.ROOT, stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Stop(
            "That did not work (the words are above); the lock files may be half renewed: git restore them."
        )
