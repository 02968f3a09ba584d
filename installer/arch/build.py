#!/usr/bin/env python3
"""Builds the package for Arch Linux with Debian's makepkg: ``python3 installer/dev.py package arch``."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer"))

from dev import building, packages, venv  # noqa: E402
from dev.talk import say  # noqa: E402

RECIPE = Path(__file__).with_name("PKGBUILD")


def main(arguments: list[str] | None = None) -> int:
    """Build it of this checkout's source archive; the path of the package is the one line on standard output."""
    options = building.options("arch", __doc__).parse_args(arguments)
    packages.need(
        ["makepkg", "pacman-package-manager", "zstd", "libarchive-tools", "fakeroot"],
        "the package for Arch Linux",
    )
    with tempfile.TemporaryDirectory(prefix="mailbell-arch-") as scratch:
        folder = Path(scratch)
        python = venv.ensure(ROOT / ".venv")
        say("Building the source archive")
        building.must(python, "-m", "build", "--sdist", "--no-isolation", "--outdir", folder, ROOT)
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
        building.must(
            *as_other, *command, folder=folder, more={"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
        )
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


if __name__ == "__main__":
    building.run_main(main)
