"""The tests on the wheel, as whoever installs it by pip, pipx or uv has it: nothing comes from the checkout."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING

from release import reproducible

from dev import venv
from dev.talk import Stop, say

if TYPE_CHECKING:
    from pathlib import Path

_VENV = venv.ROOT / ".venv-wheel"
LEFT_OUT = (
    "tests/docs/test_links.py",
    "tests/installer",
    "tests/net/imap/test_lifted_out.py",
    "tests/test_architecture.py",
    "tests/test_i18n.py",
    "tests/translation",
)
"""What tests not the program, but its sources and what is made of them."""


def prepare() -> tuple[Path, Path]:
    """An interpreter that has the locked packages and the wheel, and a folder with the tests and without the program.

    The tests are those of the source archive, so that nothing they need is left out of it.
    """
    python = venv.ensure(_VENV)
    folder = _VENV / "built"
    shutil.rmtree(folder, ignore_errors=True)
    wheel, archive = reproducible.build(python, venv.ROOT, folder)
    _pip(python, "install", "--quiet", "--no-index", "--no-deps", "--force-reinstall", wheel)
    with tarfile.open(archive) as tar:
        tar.extractall(folder)  # our own
    tests = folder / archive.name.removesuffix(".tar.gz")
    for name in ("tray", "resources"):
        shutil.rmtree(tests / name)
    found = subprocess.run(
        [python, "-c", "import tray; print(tray.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tests,
        env=venv.environment(),
    ).stdout.strip()
    if "site-packages" not in found:
        raise Stop(f"The tests would run on {found}, which is not the wheel.")
    say(f"The tests run on {found}; left out, because they test the sources: {', '.join(LEFT_OUT)}")
    return python, tests


def _pip(python: Path, *arguments: str | Path) -> None:
    command = [python, "-m", "pip", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, check=False, env=venv.environment()).returncode != 0:
        raise Stop("pip failed; its words are above.")
