#!/usr/bin/env python3
"""Builds the program and the installer for Windows: ``python installer/windows/build.py``; see installer/README.md.

On Windows, in an environment with PyInstaller (``pip install --require-hashes -r installer/dev/release.lock``).
Elsewhere it tries the script of the installer: one with two other programs is installed and removed in Wine.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer"))

from dev import building, icon_files  # noqa: E402
from dev.talk import Stop, say  # noqa: E402
from release import versions  # noqa: E402

HERE = Path(__file__).parent
SPEC = HERE / "mailbell.spec"
_APPLICATION = "io.github.mailbell.Mailbell"


def main(arguments: list[str] | None = None) -> int:
    """Build it; the path of the installer is the one line on standard output."""
    options = building.options("windows", __doc__).parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    if sys.platform != "win32":
        from windows import trial

        trial.run()
        return 0
    makensis = shutil.which("makensis") or shutil.which("makensis", path=r"C:\Program Files (x86)\NSIS")
    if makensis is None:
        raise Stop("makensis is missing: install NSIS.")
    installer = options.output.resolve() / f"mailbell-{versions.read(ROOT)}-setup.exe"
    make_installer(makensis, run_pyinstaller(options.output) / "mailbell", installer)
    print(installer)
    return 0


def make_installer(makensis: str, program: Path, installer: Path, *options: str) -> None:
    """Pack the folder `program` into `installer`."""
    with tempfile.TemporaryDirectory(prefix="mailbell-icon-") as scratch:
        icon = Path(scratch, "mailbell.ico")
        icon_files.write_ico(ROOT / "resources" / "share" / "icons" / "hicolor", _APPLICATION, icon)
        definitions = {
            "VERSION": versions.read(ROOT),
            "BUNDLE": program.resolve(),
            "ICON": icon,
            "LICENCE": ROOT / "LICENSE",
            "OUTPUT": installer,
        }
        say("Running makensis")
        defined = [f"-D{name}={value}" for name, value in definitions.items()]
        building.must(makensis, "-V2", "-WX", *options, *defined, HERE / "mailbell.nsi")


def run_pyinstaller(folder: Path) -> Path:
    """Build the program of this system, Windows or macOS, in `folder`, which is returned."""
    say("Running PyInstaller")
    command = (
        sys.executable,
        "-m",
        "PyInstaller",
        "--noconfirm",
        "--log-level",
        "WARN",
        "--distpath",
        folder,
    )
    with tempfile.TemporaryDirectory(prefix="mailbell-work-") as work:
        building.must(*command, "--workpath", work, SPEC)
    return folder


if __name__ == "__main__":
    building.run_main(main)
