"""The screen, which a process of its own tries."""

from __future__ import annotations

import pytest

from tray.cli.doctor.desktop.screen import Screen, findings, has_screen, look
from tray.cli.doctor.finding import Mark

VARIABLES = ("DISPLAY=:0",)


@pytest.mark.parametrize(
    ("seen", "mark", "words"),
    [
        (Screen(VARIABLES, "xcb"), Mark.OK, "(xcb)"),
        (Screen(VARIABLES), Mark.OK, "There is a screen."),
        (Screen(VARIABLES, failure="A library is missing."), Mark.PROBLEM, "A library is missing."),
        (Screen(()), Mark.NOTE, "There is no screen"),
    ],
)
def test_a_screen_that_cannot_be_used_is_told_from_none(seen, mark, words, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    (found,) = findings(seen)
    assert found.mark is mark
    assert words in found.found


@pytest.fixture
def environment(monkeypatch):
    """No screen, until a test names one."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_qt_says_which_screen_it_can_use(environment):
    environment.setenv("QT_QPA_PLATFORM", "offscreen")
    assert look(60) == Screen(("QT_QPA_PLATFORM=offscreen",), "offscreen")


def test_a_screen_that_is_not_there_is_told_in_a_sentence(environment):
    environment.setenv("DISPLAY", ":9999")
    seen = look(60)
    assert seen.platform == ""
    assert "DISPLAY=:9999" in seen.failure or "library" in seen.failure


def test_without_a_screen_no_process_is_started(environment):
    assert not has_screen({})
    assert look(0) == Screen(())
