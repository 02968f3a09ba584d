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
RELEASE_LOCK = HERE / "release.lock"
_STAMP = "mailbell-stamp"


def python_of(folder: Path) -> Path:
    """The environment's interpreter."""
    return folder / "bin" / "python"


def ensure(folder: Path, base_python: str | None = None, lock: Path = LOCK) -> Path:
    """Make or renew the environment in `folder`, with what `lock` names, if it is not up to date; its interpreter."""
    base = base_python or sys.executable
    python = python_of(folder)
    if _is_current(folder, base, lock):
        return python
    if not _works(python, base):
        _create(folder, base)
    say(f"Installing the locked packages into {folder.name} (once; later runs skip this)")
    install_lock(python, lock)
    install_checkout(python)
    (folder / _STAMP).write_text(_fingerprint(base, lock))
    return python


def release() -> Path:
    """The interpreter of `.venv-release`: what Mailbell needs to run, and what makes its packages and documents."""
    return ensure(ROOT / ".venv-release", lock=RELEASE_LOCK)


def newest(folder: Path) -> Path:
    """Make the environment in `folder` anew, with the newest versions that pyproject.toml allows; its interpreter.

    Whoever installs the wheel gets these, not those of the lock.
    """
    _create(folder, sys.executable)
    python = python_of(folder)
    say(f"Installing the newest packages into {folder.name}")
    _pip(python, "install", "--quiet", "--upgrade", "pip")  # groups are read since pip 25.1
    _pip(python, "install", "--quiet", "--editable", ROOT, "--group", "dev")
    _pip(python, "check")
    return python


def install_lock(python: Path, lock: Path) -> None:
    """Install exactly what `lock` names into the environment of `python`; Stop when that is not possible.

    A lock names every package with its hashes, so nothing may be resolved or built from source: pip before 23.1 takes
    the newest version for a name with an extra ("coverage[toml]") although the lock pins it
    (https://github.com/pypa/pip/issues/9644), and a build from source fetches the newest tools that it asks for.
    Compiled is what is imported, when it is imported first.
    """
    exactly = ("--no-deps", "--no-compile", "--require-hashes", "--only-binary", ":all:")
    _pip(python, "install", "--quiet", *exactly, "-r", lock)
    _pip(python, "check")


def install_checkout(python: Path) -> None:
    """Install the checkout in place, with the tools of the lock: no index is asked."""
    _pip(python, "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--editable", ROOT)


def environment() -> dict[str, str]:
    """The environment for what runs in a virtual environment: nothing of another one leaks in.

    Compiled modules are kept: without them each of hundreds of processes would compile the program or the tests again.
    """
    dropped = {"PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    return {key: value for key, value in os.environ.items() if key not in dropped}


def _fingerprint(base: str, lock: Path) -> str:
    project = hashlib.sha256()
    for path in (lock, ROOT / "pyproject.toml", Path(__file__)):
        project.update(path.read_bytes())
    return f"{project.hexdigest()} {os.path.realpath(base)} {ROOT}\n"


def _is_current(folder: Path, base: str, lock: Path) -> bool:
    stamp = folder / _STAMP
    return stamp.is_file() and python_of(folder).exists() and stamp.read_text() == _fingerprint(base, lock)


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
    # What pip says goes to standard error: standard output belongs to the command that is run afterwards.
    if subprocess.run(command, check=False, cwd=ROOT, env=environment(), stdout=sys.stderr).returncode != 0:
        raise Stop("pip failed (its words are above). Check the network and run the same command again.")
