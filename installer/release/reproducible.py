"""The same source gives the same bytes: wheel, sdist and site are built twice, as unlike as possible, and compared."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dev import building, packages, venv
from dev.talk import Stop, say
from website import make as website

from release import checksums

_ORDINARY = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
_OTHERWISE = {
    "PYTHONHASHSEED": "4242",
    "TZ": "Pacific/Auckland",
    "LC_ALL": "C",
    "HOME": "/nonexistent",
    "LANGUAGE": "de",
}


@dataclass(frozen=True, slots=True)
class _Way:
    """How one of the builds is made."""

    folder: str
    environment: dict[str, str]
    umask: int
    later: bool
    """Whether the files have other times and, where faketime is installed, the clock is 400 days ahead."""


WAYS = (
    _Way("one", _ORDINARY, 0o022, later=False),
    _Way("an other/with a longer name", _OTHERWISE, 0o077, later=True),
)


def build(python: Path, source: Path, output: Path, environment: dict[str, str] | None = None) -> list[Path]:
    """Build the sdist of the checkout `source`, and the wheel from it, into `output`; their paths. Raises Stop."""
    say("Building sdist and wheel")
    output.mkdir(parents=True, exist_ok=True)
    building.must(python, "-m", "build", "--no-isolation", "--outdir", output, source, more=environment)
    return sorted([*output.glob("mailbell-*.tar.gz"), *output.glob("mailbell-*.whl")])


def check(python: Path) -> list[str]:
    """Build what is committed twice and compare; the sums of what is the same. Raises Stop where something differs."""
    packages.need([], "a second build on another day", ["faketime"])
    with tempfile.TemporaryDirectory(prefix="mailbell-twice-") as scratch:
        made = [_build(python, Path(scratch, way.folder), way) for way in WAYS]
        different = checksums.differences(*made)
        if different:
            raise Stop(f"Two builds of the same source differ in {', '.join(different[:10])}.")
        files = [path for path in sorted(made[0].iterdir()) if path.is_file()]
        pages = sum(path.is_file() for path in (made[0] / "site").rglob("*"))
        return [
            *(f"{checksums.digest(path)}  {path.name}" for path in files),
            f"{pages} files of the site",
        ]


def _build(python: Path, folder: Path, way: _Way) -> Path:
    folder.mkdir(parents=True)
    source, output = folder / "source", folder / "made"
    before = os.umask(way.umask)
    try:
        clone = ("git", "clone", "--quiet", "--no-hardlinks", venv.ROOT, source)
        subprocess.run(clone, check=True)
        if way.later:
            for path in source.rglob("*"):
                os.utime(path, (86400 * 7000, 86400 * 7000), follow_symlinks=False)
        runner = _with_other_clock(python, folder) if way.later else python
        build(runner, source, output, way.environment)
        website.build(
            runner, source, output / "site", {"SOURCE_DATE_EPOCH": str(building.epoch()), **way.environment}
        )
    finally:
        os.umask(before)
    for extra in output.glob("*other-sites.txt"):
        extra.unlink()
    return output


def _with_other_clock(python: Path, folder: Path) -> Path:
    """A command that is `python` on another day."""
    faketime = shutil.which("faketime")
    if faketime is None:
        say("Without faketime both builds are made today")
        return python
    command = folder / "python"
    command.write_text(f'#!/bin/sh\nexec {faketime} -f +400d "{python}" "$@"\n')
    command.chmod(0o755)
    return command
