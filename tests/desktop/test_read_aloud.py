"""What screen readers are told, over AT-SPI; with the system's PyQt5, since that of PyPI has no bridge to it."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.rig.desktop import VirtualDesktop
from tests.rig.processes import library_program

ROOT = Path(__file__).parents[2]
READING = ROOT / "tests" / "rig" / "reading.py"
PYTHON = "/usr/bin/python3"
LIBRARIES = sysconfig.get_path("purelib")
NEEDED = "import sys, PyQt5.QtSvg, gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
SHOWN = (
    "window-latest",
    "window-undo",
    "first-page-progress",
    "first-page-refused",
    "settings-notifications",
    "certificate-changed",
)


def has_what_it_needs():
    same = f"sys.exit('{sysconfig.get_python_version()}' != '%d.%d' % sys.version_info[:2])"
    found = subprocess.run([PYTHON, "-c", f"{NEEDED}; {same}"], check=False, capture_output=True)
    return found.returncode == 0


pytestmark = pytest.mark.skipif(not has_what_it_needs(), reason="PyQt5 or AT-SPI of the system is missing")


@pytest.fixture(scope="module")
def heard():
    """What can be read in each exhibit, and what has changed before."""
    with VirtualDesktop(panel=False, notifier="none") as desktop:
        launcher = library_program("/usr/libexec/at-spi-bus-launcher")
        desktop._spawn("accessibility", [launcher, "--launch-immediately"])
        desktop.bus.wait_owned("org.a11y.Bus")
        done = subprocess.run(
            [PYTHON, READING, "first-page-progress=Stop", PYTHON, "-m", "tests.ui.gallery.read", *SHOWN],
            cwd=ROOT,
            env={
                **desktop.env,
                "PYTHONPATH": f"/usr/lib/python3/dist-packages:{LIBRARIES}",
                "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            },
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [each["shown"] for each in found] == list(SHOWN)
    return {each["shown"]: each for each in found}


def named(shown, role):
    return [name for kind, name, *_ in shown["parts"] if kind == role]


def test_a_mail_is_told_with_its_state_and_its_first_line(heard):
    rows = {
        name: description
        for kind, name, description, _ in heard["window-latest"]["parts"]
        if kind == "list item"
    }
    first = "Unread. Important. Anna Berg, Lunch on Friday?, 2 min, Work"
    assert rows[first].startswith("The new place by the river")
    assert any(name.startswith("Unread. Flagged. Marek") for name in rows)


def test_the_window_is_a_frame_whose_name_says_what_was_done(heard):
    assert named(heard["window-latest"], "frame") == ["4 unread — Mailbell"]
    assert named(heard["window-undo"], "frame") == ["Archived “Lunch on Friday?”. 4 unread — Mailbell"]
    assert {"Unread  4", "Latest", "All accounts", "Work, 2 unread"} <= set(
        named(heard["window-undo"], "radio button")
    )


def test_the_test_of_an_account_is_followed_and_its_failure_is_in_the_field_to_mend(heard):
    progress = heard["first-page-progress"]
    stop = next(part for part in progress["parts"] if part[:2] == ["button", "Stop"])
    assert stop[2].startswith("Server found")
    assert "Stop" in {name for role, name, _ in progress["changed"] if role == "button"}
    refused = heard["first-page-refused"]
    password = next(part for part in refused["parts"] if part[0] == "password text")
    assert password[1:3] == [
        "App password",
        "Big Mail wants an app password here, not the one of your account.",
    ]


def test_a_choice_is_told_with_the_label_of_its_row(heard):
    labels = [label for kind, *_, label in heard["settings-notifications"]["parts"] if kind == "combo box"]
    assert "What it shows: Sender, subject and first line" in labels
    assert "" not in labels


def test_a_fingerprint_can_be_heard(heard):
    told = named(heard["certificate-changed"], "label")
    assert any(name.startswith("SHA-256 shown now: AB:AB:AB:AB") for name in told)
