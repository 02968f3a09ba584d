"""Virtual environments with exactly the locked packages; made once, kept until the lock or the project changes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dev import packages
from dev.talk import Stop, say

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
LOCK = HERE / "requirements.lock"
RUNTIME_LOCK = HERE / "runtime.lock"
_STAMP = "mailbell-stamp"


def python_of(folder: Path) -> Path:
    """The environment's interpreter."""
    return folder / "bin" / "python"


def ensure(folder: Path, base_python: str | None = None) -> Path:
    """Make or renew the environment in ``folder`` if it is not up to date; its interpreter."""
    base = base_python or sys.executable
    python = python_of(folder)
    if _is_current(folder, base):
        return python
    if not _works(python, base):
        _create(folder, base)
    say(f"Installing the locked packages into {folder.name} (once; later runs skip this)")
    _pip(python, "install", "--quiet", "--no-deps", "--require-hashes", "-r", LOCK)
    _pip(python, "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    (folder / _STAMP).write_text(_fingerprint(base))
    return python


def environment() -> dict[str, str]:
    """The environment for what runs in a virtual environment: nothing of another one leaks in."""
    dropped = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    return {key: value for key, value in os.environ.items() if key not in dropped}


def _fingerprint(base: str) -> str:
    project = hashlib.sha256()
    for path in (LOCK, ROOT / "pyproject.toml", Path(__file__)):
        project.update(path.read_bytes())
    return f"{project.hexdigest()} {os.path.realpath(base)} {ROOT}\n"


def _is_current(folder: Path, base: str) -> bool:
    stamp = folder / _STAMP
    return stamp.is_file() and python_of(folder).exists() and stamp.read_text() == _fingerprint(base)


def _version(python: str | Path) -> str | None:
    try:
        asked = subprocess.run(
            [python, "-c", "import sys; print(sys.version)"], check=False, capture_output=True, text=True
        )
    except OSError:
        return None
    return asked.stdout if asked.returncode == 0 else None


def _works(python: Path, base: str) -> bool:
    """Whether the environment has the same Python as before, and pip: a system's upgrade may have taken either away."""
    if not python.exists() or _version(python) != _version(base):
        return False
    return (
        subprocess.run([python, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0
    )


def _create(folder: Path, base: str) -> None:
    ready = subprocess.run([base, "-c", "import ensurepip, venv"], check=False, capture_output=True)
    if ready.returncode != 0:
        packages.need(["python3-venv"], "a virtual environment")
    say(f"Making {folder.name}")
    if folder.exists():
        shutil.rmtree(folder)
    if subprocess.run([base, "-m", "venv", folder], check=False, env=environment()).returncode != 0:
        raise Stop(
            f"{base} cannot make a virtual environment. Install its venv module (Debian: python3-venv)."
        )


def _pip(python: Path, *arguments: str | Path) -> None:
    command = [python, "-m", "pip", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, check=False, cwd=ROOT, env=environment()).returncode != 0:
        raise Stop("pip failed (its words are above). Check the network and run the same command again.")
