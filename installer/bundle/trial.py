"""Puts a program into a bare Debian that has no Python, only what every desktop has, and uses it there."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
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
_PLACE = Path("/opt/mailbell")
_PROFILE = "/root/profile"
_STARTS = 5


def run(program: Path, system: Path) -> None:
    """Use `program` in `system`, which is made; raises Stop where something does not work.

    The whole folder in which it lies is copied there, as /opt/mailbell.
    """
    chroot.make(system, "bookworm", ",".join(_DESKTOP))
    place = system / _PLACE.relative_to("/")
    for folder in (place, system / "root"):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(program.parent, place, symlinks=True)
    (system / "root").mkdir(mode=0o700)
    command = str(_PLACE / program.name)
    if inside(system, "command -v python3 python") == 0:
        raise Stop(f"{system} has a Python: what is tried there proves nothing.")
    _must(system, f"{command} --version")
    durations = []
    for _ in range(_STARTS):
        before = time.monotonic()
        _must(system, f"{command} --version >/dev/null")
        durations.append(time.monotonic() - before)
    say(f"A command without a window takes {min(durations):.2f} s")
    _look_at_the_environment_of_others(system, command)
    needed = (*packages.OFFSCREEN, *packages.SCREEN, *packages.VIRTUAL_DESKTOP)
    packages.need(needed, "a virtual desktop")
    python = venv.ensure(venv.ROOT / ".venv")
    done = subprocess.run(
        [python, Path(__file__).with_name("desktop_trial.py"), system, command],
        check=False,
        cwd=venv.ROOT,
        env=venv.environment(),
        stdout=sys.stderr,
    )
    if done.returncode != 0:
        raise Stop("On a desktop the program did not do what it should; what, is said above.")


def inside(system: Path, command: str) -> int:
    """Run a shell command in `system`; its exit code."""
    return chroot.run(system, f"export LC_ALL=C.UTF-8; {command}")


def _look_at_the_environment_of_others(system: Path, command: str) -> None:
    """A program that Mailbell starts gets the environment that Mailbell was started with."""
    add = f"{command} account add --profile {_PROFILE} --email a@example.org --host 127.0.0.1 --port 1 --no-check"
    _must(system, f"{add} --password-command {shlex.quote('env >/root/variables; echo secret')} >/dev/null")
    kept = "LD_LIBRARY_PATH=/kept QT_PLUGIN_PATH=/kept"
    inside(system, f"{kept} {command} subjects --profile {_PROFILE} 2>/dev/null; rm -r {_PROFILE}")
    variables = (system / "root" / "variables").read_text()
    mine = [line for line in variables.splitlines() if "_internal" in line or line.startswith("_PYI")]
    if mine or any(f"{pair}\n" not in variables for pair in kept.split()):
        raise Stop(f"Programs that Mailbell starts inherit what is the program's own:\n{variables}")
    say("Programs that it starts inherit nothing of its own")


def _must(system: Path, command: str) -> None:
    if inside(system, command) != 0:
        raise Stop(f"This failed in a system without Python: {command}")
