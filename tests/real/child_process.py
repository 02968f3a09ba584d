"""Runs scenarios, each in a process of its own: it wants a real reactor, and this process may be Qt's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.real.dovecot import BINARY, MISSING

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def run(module: ModuleType, name: str, *, dovecot: bool = True) -> None:
    """One of the module's SCENARIOS; what it shows, its docstring says. `dovecot`: it needs one."""
    if dovecot and BINARY is None:
        pytest.fail(MISSING)
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-m", module.__name__, name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, f"{module.SCENARIOS[name].__doc__}\n{done.stderr[-6000:]}"
    assert "Traceback" not in done.stderr, done.stderr[-6000:]
