"""The user's presence, asked of real programs: dunst's pause, full-screen windows on an X server and on Sway."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.desktop.conftest import join
from tests.rig.desktop import VirtualDesktop
from tests.rig.desktops.sway import Sway
from tray.desktop.session.presence import PresenceWatch
from tray.desktop.session.wayland import ask_for_full_screen
from tray.mail.policy.decision import Presence

pytestmark = pytest.mark.usefixtures("needs_desktop")

WINDOW = """
import sys
from PyQt5.QtCore import QSocketNotifier
from PyQt5.QtWidgets import QApplication, QWidget

class Window(QWidget):
    def resizeEvent(self, event):
        # Not before it knows itself that it is full screen, or Qt sees nothing to leave and asks for nothing.
        told.setEnabled(self.size() == self.screen().size())

app = QApplication([])
window = Window()
told = QSocketNotifier(0, QSocketNotifier.Read)
told.setEnabled(False)
told.activated.connect(lambda: (sys.stdin.readline(), window.showNormal()))
window.showFullScreen()
app.exec_()
"""


@pytest.fixture
def desktop(qapp, monkeypatch):
    with VirtualDesktop(panel=False, notifier="none") as desktop:
        for name in ("WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DISPLAY", desktop.env["DISPLAY"])
        yield desktop


@pytest.fixture
def becomes(desktop, until):
    """Waits until the desktop says so; the answer also has whether the end is signalled."""
    bus = join(desktop.bus.address)
    watch = PresenceWatch(bus, lambda: bus)

    def becomes(expected, *, follow=None):
        found = []

        def known(presence, signalled):
            found.append((presence, signalled))

        def asked():
            if found and found[-1][0] == expected:
                return True
            if len(found) == asked.questions:
                asked.questions += 1
                watch.ask(known)
            return False

        asked.questions = 0
        until(asked)
        if follow is not None:
            watch.follow(follow)
        return found[-1][1]

    yield becomes
    watch.unfollow()
    bus.close()


@pytest.mark.skipif(shutil.which("dunst") is None, reason="there is no dunst")
def test_dunst_is_paused_and_signals_its_end(desktop, becomes, until):
    dunst = subprocess.Popen(["dunst"], env=desktop.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        desktop.bus.wait_owned("org.freedesktop.Notifications")
        becomes(Presence())
        subprocess.run(["dunstctl", "set-paused", "true"], env=desktop.env, check=True)
        signals = []
        assert becomes(Presence(do_not_disturb=True), follow=lambda: signals.append(1))
        subprocess.run(["dunstctl", "set-paused", "false"], env=desktop.env, check=True)
        until(lambda: signals)
        becomes(Presence())
    finally:
        dunst.terminate()
        dunst.wait()


@pytest.mark.skipif(shutil.which("xprop") is None, reason="no xprop")
def test_xscreensaver_says_on_the_root_window_that_it_is_on(desktop, becomes, monkeypatch):
    """As `xscreensaver-command -activate` and `-deactivate` of version 6.06 do."""
    monkeypatch.setattr("tray.desktop.session.presence.QGuiApplication.platformName", lambda: "xcb")

    def status(*numbers):
        value = ", ".join(map(str, numbers))
        desktop.tool(
            "xprop", "-root", "-format", "_SCREENSAVER_STATUS", "32i", "-set", "_SCREENSAVER_STATUS", value
        )

    becomes(Presence())
    status(254, 1795958425, 0)
    assert not becomes(Presence(locked=True))
    status(0, 1795958428, 50)
    becomes(Presence())


@pytest.mark.parametrize(
    "platform",
    [
        "xcb",
        pytest.param("wayland", marks=pytest.mark.skipif(shutil.which("xprop") is None, reason="no xprop")),
    ],
)
def test_a_window_is_full_screen_while_it_has_the_keyboard(desktop, becomes, platform, monkeypatch):
    monkeypatch.setattr("tray.desktop.session.presence.QGuiApplication.platformName", lambda: platform)
    argv = [sys.executable, "-c", WINDOW]
    with subprocess.Popen(argv, env=desktop.env, stdin=subprocess.PIPE) as window:
        try:
            assert not becomes(Presence(full_screen=True))
            window.stdin.write(b"\n")
            window.stdin.flush()
            becomes(Presence())
        finally:
            window.terminate()


def test_a_native_window_of_wayland_is_full_screen_while_it_has_the_keyboard(qapp, monkeypatch, until):
    lacking = Sway.missing()
    if lacking:
        pytest.skip("Sway needs: " + ", ".join(lacking))

    def is_full_screen():
        found = []
        ask_for_full_screen(found.append, 10_000, qapp)
        until(lambda: found)
        return found[0]

    with Sway(has_tray=False) as desktop:
        for name in ("WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"):
            monkeypatch.setenv(name, desktop.env[name])
        assert is_full_screen() is False
        argv, env = [sys.executable, "-c", WINDOW], desktop.env | {"QT_QPA_PLATFORM": "wayland"}
        with subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as window:
            try:
                until(is_full_screen)
                desktop.put_aside("")  # to another workspace, which is empty
                until(lambda: not is_full_screen())
                desktop.tool("swaymsg", "workspace", "back_and_forth")
                until(is_full_screen)
                window.stdin.write(b"\n")
                window.stdin.flush()
                until(lambda: not is_full_screen())
            finally:
                window.terminate()
