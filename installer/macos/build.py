#!/usr/bin/env python3
"""Builds Mailbell.app and a disk image with it: ``python installer/macos/build.py``; see installer/README.md.

On macOS, in an environment with PyInstaller (``pip install --require-hashes -r installer/dev/release.lock``).
"""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer"))

from dev import building  # noqa: E402
from dev.talk import Stop, say  # noqa: E402
from release import versions  # noqa: E402
from windows.build import run_pyinstaller  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Build it; the path of the disk image is the one line on standard output."""
    options = building.options("macos", __doc__).parse_args(arguments)
    if sys.platform != "darwin":
        raise Stop("The program for macOS is built on macOS.")
    options.output.mkdir(parents=True, exist_ok=True)
    program = run_pyinstaller(options.output) / "Mailbell.app"
    image = options.output.resolve() / f"mailbell-{versions.read(ROOT)}-macos-{platform.machine()}.dmg"
    say("Running hdiutil")
    with tempfile.TemporaryDirectory(prefix="mailbell-image-") as scratch:
        shutil.copytree(program, Path(scratch, program.name), symlinks=True)
        Path(scratch, "Applications").symlink_to("/Applications")  # to drag the program onto
        named = ("-format", "UDZO", "-volname", "Mailbell", "-srcfolder", scratch)
        building.must("hdiutil", "create", "-ov", *named, image)
    print(image)
    return 0


if __name__ == "__main__":
    building.run_main(main)
