"""The pure rooms and the network room on the oldest and the newest supported Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from dev import venv
from dev.talk import say

ENDS = ("3.10", "3.13")
"""What differs between Pythons differs at the ends: one in the middle has shown no fault of its own."""
_ROOMS = ("tests/imap", "tests/mail", "tests/net")


def others() -> dict[str, str]:
    """Interpreter by version, without the version that runs this."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    found: dict[str, str] = {}
    for version in ENDS:
        if version != own:
            candidates = [shutil.which(f"python{version}"), *_of_pyenv(version)]
            working = (each for each in candidates if each is not None and _is(each, version))
            interpreter = next(working, None)
            if interpreter is not None:
                found[version] = interpreter
    return found


def run() -> list[int]:
    """Exit codes, one for each Python found; each run is printed when it has ended, as others print meanwhile."""
    found = others()
    absent = [version for version in ENDS if version not in found and not sys.version.startswith(version)]
    if absent:
        say(f"Not on this machine, so not tried: Python {', '.join(absent)}")
    codes = []
    for version, interpreter in found.items():
        python = venv.ensure(venv.ROOT / f".venv-{version}", interpreter)
        done = subprocess.run(
            [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *_ROOMS],
            check=False,
            cwd=venv.ROOT,
            env=venv.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        say(f"{', '.join(_ROOMS)} on Python {version}:\n{done.stdout}")
        codes.append(abs(done.returncode))
    return codes


def _is(interpreter: str, version: str) -> bool:
    """Whether it runs at all and is what its name says: pyenv's shims fail for versions that are not chosen."""
    asked = subprocess.run(
        [interpreter, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        check=False,
        capture_output=True,
        text=True,
    )
    return asked.returncode == 0 and asked.stdout.strip() == version


def _of_pyenv(version: str) -> list[str]:
    roots = [os.environ.get("PYENV_ROOT")]
    if shutil.which("pyenv"):
        asked = subprocess.run(["pyenv", "root"], check=False, capture_output=True, text=True)
        roots.append(asked.stdout.strip() if asked.returncode == 0 else None)
    return [
        str(path)
        for root in roots
        if root
        for path in sorted(Path(root, "versions").glob(f"{version}.*/bin/python"), reverse=True)
    ]
