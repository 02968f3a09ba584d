"""What is made from the code: pages of docs/, the man page, the completions of shells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("script", ["pages.py", "manual.py"])
def test_what_is_made_from_the_code_is_as_the_code_is(script):
    done = subprocess.run(
        [sys.executable, ROOT / "installer" / "dev" / script, "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
