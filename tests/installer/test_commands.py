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


@pytest.mark.parametrize("name", sorted(path.parent.name for path in ROOT.glob("installer/*/build.py")))
def test_every_package_says_its_options(name):
    done = subprocess.run(
        [sys.executable, ROOT / "installer" / name / "build.py", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"usage: dev.py package {name} [-h] [--output OUTPUT]")


def test_a_command_of_a_build_has_the_time_of_the_commit_and_a_failing_one_ends_the_build(capfd):
    code = (
        "from dev import building\n"
        "building.run_main(lambda: building.must('sh', '-c', 'echo $SOURCE_DATE_EPOCH; exit 1', reason='Why?'))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "installer", check=False)
    asked = ("git", "-C", ROOT, "log", "-1", "--format=%ct")
    commit = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert done.returncode == 1
    assert capfd.readouterr() == ("", f"{commit}build.py: sh failed; its words are above. Why?\n")
