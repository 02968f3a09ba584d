"""A one-time code on the clipboard, and off it again."""

from __future__ import annotations

import stat

import pytest
from PyQt5.QtGui import QGuiApplication

from tray.desktop.opening import clipboard as module
from tray.desktop.opening.clipboard import Clipboard


@pytest.fixture
def held(qapp):
    """A clipboard that writes down what it calls back."""
    made = Clipboard()
    made.events = []
    yield made
    made.stop()
    made.deleteLater()


def copy(held, text="482913"):
    held.copy(
        text, lambda failure: held.events.append(failure or "copied"), lambda: held.events.append("cleared")
    )


def text():
    return QGuiApplication.clipboard().text()


def test_a_code_is_copied_and_cleared_in_time(held, until):
    held._clear_due.setInterval(1)
    copy(held)
    assert text() == "482913"
    data = QGuiApplication.clipboard().mimeData()
    assert bytes(data.data("x-kde-passwordManagerHint")) == b"secret"
    until(lambda: held.events == ["copied", "cleared"])
    assert text() == ""


def test_a_text_that_is_no_secret_stays(held):
    copy(held)
    held.copy("Yes, gladly", held.events.append, secret=False)
    assert held._clear_due.isActive() is False
    assert not QGuiApplication.clipboard().mimeData().hasFormat("x-kde-passwordManagerHint")
    held.stop()
    assert text() == "Yes, gladly"


def test_what_was_copied_since_is_left_alone(held):
    copy(held)
    QGuiApplication.clipboard().setText("other")
    held.clear()
    held.clear()
    assert (text(), held.events) == ("other", ["copied", "cleared"])


def test_at_the_end_of_the_program_it_is_cleared(held):
    copy(held)
    held.stop()
    assert text() == ""


@pytest.fixture
def wayland(tmp_path, monkeypatch):
    """Wayland, with a wl-copy that holds what it is given in a file until it is told to clear."""
    monkeypatch.setattr(module.QGuiApplication, "platformName", lambda: "wayland")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("HELD", str(tmp_path / "held"))
    program = tmp_path / "wl-copy"

    def write(script):
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(stat.S_IRWXU)

    write(
        'if [ "$1" = --clear ]; then rm "$HELD"; exit; fi\ncat >"$HELD"\nwhile [ -e "$HELD" ]; do sleep 0.05; done'
    )
    return write, tmp_path / "held"


def test_on_wayland_wl_copy_holds_it(held, wayland, until):
    _, file = wayland
    copy(held)
    until(lambda: file.exists() and file.read_text() == "482913")
    held.clear()
    until(lambda: not file.exists())
    assert held.events == ["copied", "cleared"]


def test_on_plasma_a_space_takes_its_place(held, wayland, until, monkeypatch):
    """Klipper would put it back on an empty clipboard."""
    write, file = wayland
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
    write(
        'if [ "$1" = " " ]; then echo >"$HELD"; exit; fi\ncat >"$HELD"\nwhile [ -s "$HELD" ]; do sleep 0.05; done'
    )
    copy(held)
    until(lambda: file.exists() and file.read_text() == "482913")
    write('echo "[$1]" >"$HELD.said"')
    held.clear()
    until(file.with_name("held.said").exists)
    assert file.with_name("held.said").read_text() == "[ ]\n"
    file.write_text("")


def test_on_wayland_it_is_noticed_when_something_else_is_copied(held, wayland, until):
    _, file = wayland
    copy(held)
    until(file.exists)
    file.unlink()  # the compositor tells wl-copy
    until(lambda: held.events == ["copied", "cleared"])
    held.clear()


def test_a_second_code_replaces_the_first(held, wayland, until):
    _, file = wayland
    copy(held)
    until(file.exists)
    copy(held, "111111")
    until(lambda: file.read_text() == "111111")
    held.stop()
    assert not file.exists()
    assert held.events == ["copied", "copied", "cleared"]


def test_a_wl_copy_that_fails_is_reported(held, wayland, until):
    write, _ = wayland
    write("cat >/dev/null; exit 1")
    copy(held)
    until(lambda: held.events[-1:] == ["wl-copy could not put it on the clipboard."])


def test_without_wl_copy_a_sentence_says_what_to_install(held, wayland, until, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    copy(held)
    until(lambda: "Install the package wl-clipboard." in str(held.events))
