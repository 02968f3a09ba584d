"""``mailbell doctor`` as a command, where things are broken: on a console, without a bus, with bad settings."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import tray

HERE = str(Path(tray.__file__).parents[1])
OFFLINE = ("--offline", "--timeout", "60")


@pytest.fixture
def doctor(private_home, tmp_path):
    """Run it on a profile; what it printed, and its exit code."""
    profile = tmp_path / "profile"

    def run(*options, **variables):
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return subprocess.run(
            [sys.executable, "-m", "tray.cli", "--profile", str(profile), "doctor", *options],
            env={
                **kept,
                "PYTHONPATH": HERE,
                "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus",
                **variables,
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=180,
            check=False,
        )

    run.profile = profile
    return run


def settings(profile, text):
    profile.mkdir(mode=0o700)
    (profile / "settings.toml").write_text(text, "utf-8")
    (profile / "settings.toml").chmod(0o600)


def test_on_a_console_before_the_first_start_nothing_is_wrong_and_nothing_is_made(doctor, tmp_path):
    done = doctor(*OFFLINE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "No problem was found." in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_broken_settings_are_a_problem_and_the_exit_code_says_so(doctor):
    settings(doctor.profile, "[[account]\n")
    done = doctor(*OFFLINE, "--json")
    assert (done.returncode, done.stderr) == (1, "")
    found = json.loads(done.stdout)
    (group,) = [each for each in found["groups"] if each["id"] == "files"]
    (problem,) = [each for each in group["findings"] if each["mark"] == "problem"]
    assert "has a mistake in line 1" in problem["found"]
    assert problem["advice"]


def test_it_speaks_the_language_of_the_user(doctor):
    done = doctor(*OFFLINE, LANGUAGE="de", LANG="C.UTF-8")
    assert "Mailbell läuft nicht." in done.stdout


ACCOUNT = """
[[account]]
id = "w"
name = "Smith"
email = "anna@nowhere.invalid"
user = "annasmith"
host = "imap.nowhere.invalid"
password_command = "echo s3cret-word"
secret = "command"
"""


def test_a_report_is_in_english_for_the_user_alone_and_names_nobody(doctor, tmp_path, private_home):
    settings(doctor.profile, ACCOUNT)
    done = doctor("--timeout", "60", "--report", LANGUAGE="de", LANG="C.UTF-8")
    (report,) = tmp_path.glob("mailbell-report-*.txt")
    assert str(report) in done.stdout
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text("utf-8")
    assert "Mailbell is not running." in text
    assert "Account ACCOUNT-1" in text
    for private in ("anna", "nowhere.invalid", "Smith", "s3cret-word", str(private_home)):
        assert private not in text
    named = doctor(*OFFLINE, "--report", "-", "--with-names")
    assert "imap.nowhere.invalid" not in named.stdout  # for nobody was asked
    assert "settings.toml" not in named.stderr


def test_a_report_overwrites_nothing(doctor, tmp_path):
    (tmp_path / "report.txt").write_text("mine")
    done = doctor(*OFFLINE, "--report", "report.txt")
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert (tmp_path / "report.txt").read_text() == "mine"


def test_a_report_that_cannot_be_written_is_told_in_a_sentence(doctor):
    done = doctor(*OFFLINE, "--report", "/nonexistent/report.txt")
    assert done.returncode == 1
    assert done.stderr.startswith(
        "mailbell: The report cannot be written to /nonexistent/report.txt: it does not exist."
    )


def test_where_there_are_no_buses_nobody_misses_them(private_home, tmp_path):
    command = (
        "-m",
        "tests.boot.other_system",
        "darwin",
        "doctor",
        *OFFLINE,
        "--profile",
        str(tmp_path / "profile"),
    )
    done = subprocess.run(
        [sys.executable, *command],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "session bus" not in done.stdout
