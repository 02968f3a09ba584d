#!/usr/bin/env python3
"""Builds the package for Arch Linux with Debian's makepkg: ``python3 installer/dev.py package arch``."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer"))

from dev import packages, venv  # noqa: E402
from dev.talk import Stop, say  # noqa: E402

RECIPE = Path(__file__).with_name("PKGBUILD")


def main(arguments: list[str] | None = None) -> int:
    """Build it of this checkout's source archive; the path of the package is the one line on standard output."""
    parser = argparse.ArgumentParser(prog="dev.py package arch", description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="folder for it (default: dist/)")
    options = parser.parse_args(arguments)
    packages.need(["makepkg", "zstd", "libarchive-tools", "fakeroot"], "the package for Arch Linux")
    with tempfile.TemporaryDirectory(prefix="mailbell-arch-") as scratch:
        folder = Path(scratch)
        python = venv.ensure(ROOT / ".venv")
        say("Building the source archive")
        _must(python, "-m", "build", "--sdist", "--no-isolation", "--outdir", folder, ROOT)
        shutil.copyfile(RECIPE, folder / "PKGBUILD")
        (folder / "makepkg.conf").write_text(_CONFIGURATION)
        as_other = []
        if os.geteuid() == 0:  # which makepkg refuses to run as
            as_other = ["runuser", "-u", "nobody", "--"]
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, "nobody")
        (folder / "bin").mkdir()
        (folder / "bin" / "python").symlink_to("/usr/bin/python3")  # its name on Arch Linux
        say("Running makepkg")
        # Debian's pacman knows no packages, so the dependencies are not looked for.
        command = ("makepkg", "--config", folder / "makepkg.conf", "--nodeps", "--cleanbuild", "--force")
        _must(*as_other, *command, folder=folder)
        (built,) = folder.glob("*.pkg.tar.zst")
        options.output.mkdir(parents=True, exist_ok=True)
        print(shutil.copyfile(built, options.output.resolve() / built.name))
    return 0


_CONFIGURATION = """
CARCH=x86_64
PKGEXT=.pkg.tar.zst
SRCEXT=.src.tar.zst
COMPRESSZST=(zstd -c -q -19 -)
DLAGENTS=()
VCSCLIENTS=()
BUILDENV=(!distcc color !ccache !check !sign)
OPTIONS=(strip docs !libtool !staticlibs emptydirs zipman purge !debug)
INTEGRITY_CHECK=(sha256)
MAN_DIRS=(usr/share/man)
DOC_DIRS=(usr/share/doc)
PURGE_TARGETS=()
PACKAGER="Mailbell contributors <mailbell@mailbell.invalid>"
"""


def _must(*command: str | Path, folder: Path | None = None) -> None:
    environment = venv.environment() | {"SOURCE_DATE_EPOCH": "1750000000"}
    if folder is not None:
        environment["PATH"] = f"{folder / 'bin'}:{environment['PATH']}"
    done = subprocess.run(command, check=False, cwd=folder, env=environment, stdout=sys.stderr)
    if done.returncode != 0:
        raise Stop(f"{Path(command[0]).name} failed; its words are above.")


if __name__ == "__main__":
    os.umask(0o022)
    try:
        sys.exit(main())
    except Stop as reason:
        sys.exit(f"build.py: {reason}")
