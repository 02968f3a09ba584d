"""The pages of docs/ that are made from the code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_list_of_settings_is_as_the_code_makes_it():
    done = subprocess.run(
        [sys.executable, ROOT / "installer" / "dev" / "pages.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
