"""The net room and a real Dovecot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.dovecot import BINARY, MISSING
from tests.real.scenarios import SCENARIOS

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_scenario(name: str) -> None:
    """Each in a process of its own: it wants a real reactor, and this process may be Qt's."""
    if BINARY is None and name != "control":
        pytest.fail(MISSING)
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-m", "tests.real.scenarios", name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, f"{SCENARIOS[name].__doc__}\n{done.stderr[-6000:]}"
    assert "Traceback" not in done.stderr, done.stderr[-6000:]
