"""Qt starts on a screen that can be used, or a sentence says why not; it never aborts."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.rig.desktop import VirtualDesktop, missing_programs
from tests.rig.screen import XSession
from tray.boot import screen

START = "from tray.boot.screen import start_qt; print(start_qt().platformName())"
NAMES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP")
GONE = {"DISPLAY": ":4711", "WAYLAND_DISPLAY": "wayland-4711"}


def start(env, **variables):
    """Start Qt as the program does, in an environment with no other variables of a desktop."""
    base = {name: value for name, value in env.items() if name not in NAMES}
    return subprocess.run(
        [sys.executable, "-c", START],
        env=base | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "variables",
    [
        {"DISPLAY": ":4711"},
        {"DISPLAY": "nowhere.invalid:0"},
        {"WAYLAND_DISPLAY": "wayland-4711"},
        {**GONE, "XDG_SESSION_TYPE": "wayland"},
        {**GONE, "QT_QPA_PLATFORM": "xcb"},
        {**GONE, "QT_QPA_PLATFORM": "xcb;wayland"},
        {"QT_QPA_PLATFORM": "nonsense"},
    ],
)
def test_without_a_screen_that_can_be_reached_a_sentence_says_so(variables):
    """It was SIGABRT."""
    done = start(os.environ, **variables)
    assert (done.returncode, done.stdout) == (screen.EXIT_CODE, "")
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("mailbell: ")]
    assert "The screen cannot be reached" in line
    assert all(f"{name}={value}" in line for name, value in variables.items() if name != "XDG_SESSION_TYPE")


@pytest.fixture(scope="module")
def desktop():
    """An X screen."""
    if missing_programs():
        pytest.skip("the virtual desktop needs " + ", ".join(missing_programs()))
    with VirtualDesktop(panel=False, notifier="none") as desktop:
        yield desktop


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"WAYLAND_DISPLAY": "wayland-4711"},
        {"WAYLAND_DISPLAY": "wayland-4711", "XDG_SESSION_TYPE": "wayland"},
        {"WAYLAND_DISPLAY": "wayland-4711", "XDG_SESSION_TYPE": "wayland", "XDG_CURRENT_DESKTOP": "GNOME"},
        {"QT_QPA_PLATFORM": "xcb"},
        {"QT_QPA_PLATFORM": "wayland;xcb"},
    ],
)
def test_on_a_screen_of_x_it_starts_whatever_else_is_named(desktop, variables):
    done = start(desktop.env, DISPLAY=desktop.env["DISPLAY"], **variables)
    assert (done.returncode, done.stdout, done.stderr) == (0, "xcb\n", "")


@pytest.mark.parametrize("named", ["nonsense", "wayland"])
def test_a_platform_that_was_asked_for_and_cannot_be_used_is_said(desktop, named):
    done = start(desktop.env, DISPLAY=desktop.env["DISPLAY"], QT_QPA_PLATFORM=named)
    assert (done.returncode, done.stdout) == (0, "xcb\n")
    assert f"cannot start on “{named}”" in done.stderr


def test_without_a_screen_it_can_be_drawn_in_memory():
    done = start(os.environ, QT_QPA_PLATFORM="offscreen")
    assert (done.returncode, done.stdout, done.stderr) == (0, "offscreen\n", "")


INHERITED = """
import os, subprocess
from tray.boot.screen import start_qt
start_qt()
for name in ("DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN"):
    print(os.environ.get(name), subprocess.run(["printenv", name]).returncode, flush=True)
"""


def test_programs_that_it_starts_do_not_inherit_the_click_that_started_it():
    env = {**os.environ, "DESKTOP_STARTUP_ID": "menu_TIME1", "XDG_ACTIVATION_TOKEN": "menu"}
    done = subprocess.run(
        [sys.executable, "-c", INHERITED],
        env=env | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("None 1\nNone 1\n", "")


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({}, ["xcb", "wayland"]),
        ({"XDG_SESSION_TYPE": "x11"}, ["xcb", "wayland"]),
        ({"XDG_SESSION_TYPE": "wayland", "XDG_CURRENT_DESKTOP": "KDE"}, ["wayland", "xcb"]),
        ({"XDG_SESSION_TYPE": "wayland", "XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}, ["xcb", "wayland"]),
        ({"XDG_SESSION_TYPE": "wayland", "XDG_SESSION_DESKTOP": "gnome"}, ["xcb", "wayland"]),
        ({"QT_QPA_PLATFORM": "wayland"}, ["wayland", "xcb"]),
        ({"QT_QPA_PLATFORM": "xcb; wayland;"}, ["xcb", "wayland"]),
        ({"QT_QPA_PLATFORM": "offscreen:x=1"}, ["offscreen:x=1", "xcb", "wayland"]),
    ],
)
def test_what_is_tried_and_in_which_order(environment, names):
    assert screen.platforms(environment) == names


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-xkb.so.1", "libxcb-xkb1"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libGL.so.1", "libgl1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libglib-2.0.so.0", "libglib-2.0-0"),
    ],
)
def test_the_package_of_a_library_that_is_missing_is_named(library, package):
    error = f"Cannot load library /x/libqxcb.so: ({library}: cannot open shared object file: No such file)"
    assert screen._missing(error).endswith(
        f"{library}. Install it; on Debian and Ubuntu by: apt install {package}"
    )


def test_an_error_that_names_no_library_is_no_missing_one():
    assert screen._missing("") == ""
    assert screen._missing("The file is not a valid Qt plugin.") == ""


def test_where_qt_cannot_even_be_loaded_it_is_said(monkeypatch):
    class Finder:
        def find_spec(self, name, *_):
            if name.startswith("PyQt5"):
                raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")

    for name in [each for each in sys.modules if each.startswith("PyQt5")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    with pytest.raises(screen.NoScreen, match="apt install libgl1"):
        screen.start_qt()


def test_qt_speaks_the_language_of_our_texts(tmp_path):
    """Its file dialogs would else be in English, or in a language that we do not have."""
    catalogue = tmp_path / "translations" / "de" / "LC_MESSAGES" / "mailbell.mo"
    catalogue.parent.mkdir(parents=True)
    stream = io.BytesIO()
    write_mo(stream, Catalog(locale="de"))
    catalogue.write_bytes(stream.getvalue())
    script = (
        "from pathlib import Path\n"
        "from tray import i18n\n"
        f"i18n.resource = lambda name: Path({str(tmp_path)!r}) / name\n"
        "from tray.boot.screen import start_qt\n"
        "application = start_qt()\n"
        "print(application.translate('QPlatformTheme', 'Cancel'))\n"
    )
    for language, cancel in (("de", "Abbrechen"), ("fr", "Cancel")):
        env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LANGUAGE": language}
        done = subprocess.run(
            [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stdout) == (0, f"{cancel}\n"), done.stderr


class OnlyAScreen(XSession):
    """X and a session bus."""

    def _start(self):
        self._start_bus()
        self._start_screen()

    def end_screen(self):
        """As the X server's crash does."""
        self._family.stop("screen")


WITHOUT_A_SCREEN = """
import sys
from PyQt5.QtCore import QObject, QTimer, pyqtSlot
from PyQt5.QtDBus import QDBusConnection
from PyQt5.QtWidgets import QWidget
from tray.boot import screen
application = screen.start_qt()

class Listener(QObject):
    @pyqtSlot(str)
    def heard(self, text):
        pass

listener = Listener()
bus = QDBusConnection.sessionBus()
print(bus.connect("", "/a", "a.b", "c", listener.heard), flush=True)
screen.end_at_once_with_the_screen()

def use_the_screen():
    sys.stdin.readline()
    QWidget().show()

QTimer.singleShot(0, use_the_screen)
application.exec_()
"""


def test_a_call_that_finds_no_screen_any_more_ends_the_program():
    """It hung: the call held Python's lock, for which the thread of QtDBus waited that the call waited for."""
    with OnlyAScreen() as session:
        program = subprocess.Popen(
            [sys.executable, "-c", WITHOUT_A_SCREEN],
            env=session.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert program.stdout.readline() == "True\n"
            session.end_screen()
            _, errors = program.communicate("go on\n", timeout=60)
        finally:
            program.kill()
            program.wait()
    assert program.returncode == 1, errors


def test_a_libc_without_on_exit_is_left_alone(monkeypatch):
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    screen.end_at_once_with_the_screen()


def test_other_systems_than_linux_are_left_alone(monkeypatch):
    def fail(_):
        raise AssertionError

    monkeypatch.setattr("ctypes.CDLL", fail)
    monkeypatch.setattr("sys.platform", "darwin")
    screen.end_at_once_with_the_screen()
