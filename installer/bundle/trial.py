"""Unpacks the bundle in a bare Debian that has no Python, only what every desktop has, and uses it there."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

from dev import chroot, packages, venv
from dev.talk import Stop, say

_DESKTOP = (
    "dbus",
    "fonts-dejavu-core",
    "libdbus-1-3",
    "libfontconfig1",
    "libfreetype6",
    "libgl1",
    "libegl1",
    "libglib2.0-0",
    "libstdc++6",
    "libwayland-cursor0",
    "libx11-xcb1",
    "xkb-data",
)
"""What every desktop has. `mailbell.spec` leaves the libraries of these out."""
_COMMAND = "/opt/mailbell/mailbell"
_PROFILE = "/root/profile"
_STARTS = 5


def run(archive: Path, system: Path) -> None:
    """Use the bundle in `system`, which is made; raises Stop where something does not work."""
    _install(archive, system)
    if inside(system, "command -v python3 python") == 0:
        raise Stop(f"{system} has a Python: what is tried there proves nothing.")
    _must(system, f"{_COMMAND} --version")
    durations = []
    for _ in range(_STARTS):
        before = time.monotonic()
        _must(system, f"{_COMMAND} --version >/dev/null")
        durations.append(time.monotonic() - before)
    say(f"A command without a window takes {min(durations):.2f} s")
    _look_at_the_environment_of_others(system)
    needed = (*packages.OFFSCREEN, *packages.SCREEN, *packages.VIRTUAL_DESKTOP)
    packages.need(needed, "a virtual desktop")
    python = venv.ensure(venv.ROOT / ".venv")
    done = subprocess.run(
        [python, Path(__file__).with_name("desktop_trial.py"), system],
        check=False,
        cwd=venv.ROOT,
        env=venv.environment(),
        stdout=sys.stderr,
    )
    if done.returncode != 0:
        raise Stop("The bundle did not do on a desktop what it should; what, is said above.")


def inside(system: Path, command: str) -> int:
    """Run a shell command in `system`; its exit code."""
    return chroot.run(system, f"export LC_ALL=C.UTF-8; {command}")


def _install(archive: Path, system: Path) -> None:
    chroot.make(system, "bookworm", ",".join(_DESKTOP))
    folder = system / "opt" / "mailbell"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(system / "root", ignore_errors=True)
    (system / "root").mkdir(mode=0o700)
    with tarfile.open(archive) as tar:
        tar.extractall(folder.parent)
    (folder.parent / archive.name.removesuffix(".tar.xz")).rename(folder)


def _look_at_the_environment_of_others(system: Path) -> None:
    """A program that Mailbell starts gets the environment that Mailbell was started with."""
    add = f"{_COMMAND} account add --profile {_PROFILE} --email a@example.org --host 127.0.0.1 --port 1 --no-check"
    _must(system, f"{add} --password-command {shlex.quote('env >/root/variables; echo secret')} >/dev/null")
    kept = "LD_LIBRARY_PATH=/kept QT_PLUGIN_PATH=/kept"
    inside(system, f"{kept} {_COMMAND} subjects --profile {_PROFILE} 2>/dev/null; rm -r {_PROFILE}")
    variables = (system / "root" / "variables").read_text()
    mine = [line for line in variables.splitlines() if "opt/mailbell" in line or line.startswith("_PYI")]
    if mine or any(f"{pair}\n" not in variables for pair in kept.split()):
        raise Stop(f"Programs that Mailbell starts inherit what is the bundle's own:\n{variables}")
    say("Programs that it starts inherit nothing of the bundle")


def _must(system: Path, command: str) -> None:
    if inside(system, command) != 0:
        raise Stop(f"This failed in a system without Python: {command}")
