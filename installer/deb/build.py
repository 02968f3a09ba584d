#!/usr/bin/env python3
"""Builds the Debian package: ``python3 installer/deb/build.py [--output DIR]``; see installer/README.md."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer"))

from dev import venv  # noqa: E402
from dev.talk import Stop, say  # noqa: E402

from deb import tree  # noqa: E402

SYSTEM_PYTHON = Path("/usr/bin/python3")
QT = re.compile(r"^pyqt5(-qt5|-sip)?==", re.IGNORECASE)  # Debian's own PyQt5 is used instead
_CONTROL = """Package: mailbell
Version: {version}
Architecture: {architecture}
Maintainer: Mailbell contributors <mailbell@mailbell.invalid>
Installed-Size: {size}
Depends: python3 (>= {python}), python3 (<< {next_python}), python3-pyqt5 (>= 5.15.6), python3-pyqt5.qtsvg, libqt5svg5
Recommends: notification-daemon, gnome-keyring | kwalletmanager | keepassxc
Section: mail
Priority: optional
Description: desktop tray notifier for mail
 Mailbell watches IMAP mailboxes and tells of new mail at once: by toasts
 that can be acted on, and by an icon in the tray with the newest titles and
 a true count. Nothing is missed, and nothing is told twice.
"""


def main(arguments: list[str] | None = None) -> int:
    """Build it; the path of the package is the one line on standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--output", type=Path, default=ROOT / "dist", help="folder for the package (default: dist/)"
    )
    options = parser.parse_args(arguments)
    try:
        options.output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="mailbell-deb-") as scratch:
            print(_build(Path(scratch), options.output.resolve()))
    except Stop as reason:
        print(f"build.py: {reason}", file=sys.stderr)
        return 1
    return 0


def _build(scratch: Path, output: Path) -> Path:
    if not shutil.which("dpkg-deb") or not SYSTEM_PYTHON.exists():
        raise Stop(
            "A Debian package is built on Debian or Ubuntu: no dpkg-deb or no /usr/bin/python3 is here."
        )
    builder = Path(sys.executable) if _can_build(sys.executable) else venv.ensure(ROOT / ".venv")
    major, minor = (
        int(part) for part in _ask(SYSTEM_PYTHON, "print('%d %d' % sys.version_info[:2])").split()
    )
    if (major, minor) < (3, 10):
        raise Stop(f"Mailbell needs Python 3.10 or newer; this system's is {major}.{minor}.")
    say("Building the wheel")
    _must(builder, "-m", "build", "--wheel", "--no-isolation", "--outdir", scratch, ROOT)
    (wheel,) = scratch.glob("mailbell-*.whl")
    version = wheel.name.split("-")[1]
    stage = scratch / "stage"
    library = stage / "usr" / "lib" / "mailbell"
    say(f"Gathering the locked packages for Python {major}.{minor}")
    lock = scratch / "bundled.lock"
    without_qt = [entry for entry in entries(venv.RUNTIME_LOCK.read_text()) if not QT.match(entry)]
    lock.write_text("\n".join(without_qt) + "\n")
    exactly = ("--require-hashes", "--only-binary", ":all:")
    _pip(builder, *exactly, "--requirement", lock, "--target", library)
    _pip(builder, wheel, "--target", library, "--upgrade")
    shutil.rmtree(
        library / "bin", ignore_errors=True
    )  # scripts whose first line names the building interpreter
    tree.lay_out(stage, library, ROOT, version)
    # Checked by hash, not by time: the package's files may get any time.
    _must(
        SYSTEM_PYTHON,
        "-m",
        "compileall",
        "-q",
        "--invalidation-mode",
        "unchecked-hash",
        "-s",
        stage,
        "-p",
        "/",
        library,
    )
    architecture = _output("dpkg", "--print-architecture")
    control = stage / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(
        _CONTROL.format(
            version=version,
            architecture=architecture,
            size=sum(path.stat().st_size for path in stage.rglob("*") if path.is_file()) // 1024,
            python=f"{major}.{minor}",
            next_python=f"{major}.{minor + 1}",
        )
    )
    (control / "md5sums").write_text(tree.checksums(stage))
    tree.set_modes(stage)
    package = output / f"mailbell_{version}_{architecture}.deb"
    say(f"Packing {package.name}")
    _must("dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", stage, package)
    return package


def entries(lock: str) -> list[str]:
    """The entries of a lock: a requirement and its hashes stand on lines that end in a backslash but the last."""
    return re.findall(r"^[^\s#].*(?:\n[ \t]+.*)*", lock, re.MULTILINE)


def _pip(builder: Path, *arguments: str | Path) -> None:
    """The builder's pip, run by the system's Python: wheels for that one, and no pip package needed."""
    site = _ask(builder, "import pip; print(__import__('os').path.dirname(pip.__path__[0]))")
    folder = Path(tempfile.mkdtemp(prefix="mailbell-pip-"))
    try:
        (folder / "pip").symlink_to(Path(site, "pip"))
        command = [
            SYSTEM_PYTHON,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
            "--no-deps",
        ]
        _must(
            *command,
            "--no-compile",
            "--root-user-action",
            "ignore",
            *arguments,
            env={"PYTHONPATH": str(folder)},
        )
    finally:
        shutil.rmtree(folder)


def _can_build(python: str) -> bool:
    """Whether this is a virtual environment with the tools, such as the one that runs the tests."""
    if sys.prefix == sys.base_prefix:
        return False
    asked = subprocess.run([python, "-c", "import build, hatchling, pip"], check=False, capture_output=True)
    return asked.returncode == 0


def _ask(python: Path, code: str) -> str:
    return _output(python, "-c", f"import sys; {code}")


def _output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _must(*command: str | Path, env: dict[str, str] | None = None) -> None:
    # The commit's time, or else a fixed one, makes two builds of the same commit alike.
    asked = subprocess.run(
        ["git", "-C", ROOT, "log", "-1", "--format=%ct"], check=False, capture_output=True, text=True
    )
    epoch = {"SOURCE_DATE_EPOCH": asked.stdout.strip() or "1750000000"}
    whole = venv.environment() | epoch | (env or {})
    if subprocess.run(command, check=False, env=whole, stdout=sys.stderr).returncode != 0:
        raise Stop(f"{Path(command[0]).name} failed; its words are above.")


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
