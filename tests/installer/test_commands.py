"""What a developer types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_QUESTION = "import sys; from dev import commands; print(commands.needs_nothing_else(sys.argv[1:]))"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["tests/imap"], True),
        (["tests/imap/", "tests/mail/model/test_uid_set.py", "-k", "idle"], True),
        (["tests/imap/test_text.py::test_x"], True),
        ([], False),
        (["-k", "idle"], False),
        (["tests"], False),
        (["tests/imap", "tests/e2e"], False),
        (["tests/imaginary"], False),
    ],
)
def test_only_tests_of_pure_rooms_need_nothing_but_python(options, expected):
    done = subprocess.run(
        [sys.executable, "-c", _QUESTION, *options],
        cwd=ROOT / "installer",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{expected}\n"
