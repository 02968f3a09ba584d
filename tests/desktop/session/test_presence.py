"""What desktops say of their user, asked of services that answer as the real ones do."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from jeepney import HeaderFields, new_error, new_method_return

from tests.desktop.conftest import join
from tests.rig.fake_service import NONSENSE, FakeService
from tests.rig.service import UNKNOWN_METHOD, Service
from tray.desktop.session.presence import PresenceWatch
from tray.mail.policy.decision import Presence

if TYPE_CHECKING:
    from pathlib import Path

QUIET, FULL, LOCKED = (
    Presence(do_not_disturb=True),
    Presence(full_screen=True),
    Presence(locked=True),
)
NOTIFICATIONS = "org.freedesktop.Notifications"
PROPERTIES = "org.freedesktop.DBus.Properties"


class Desktop(Service):
    """Answers calls of `replies`, by their member and first arguments."""

    def __init__(self, address, name, replies):
        super().__init__(address, name)
        self.replies = replies

    def answer(self, message):
        member = message.header.fields.get(HeaderFields.member)
        reply = self.replies.get((member, *message.body)) or self.replies.get((member,))
        return new_error(message, UNKNOWN_METHOD) if reply is None else new_method_return(message, *reply)


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """No desktop but the one that a test makes."""
    for name in ("XDG_CURRENT_DESKTOP", "WAYLAND_DISPLAY", "DISPLAY", "GSETTINGS_BACKEND"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def ask(private_bus, until):
    """The answer of the desktop on a private bus, which is session bus and system bus in one."""
    bus = join(private_bus.address)
    watch = PresenceWatch(bus, lambda: bus)
    watch.bus = bus

    def asked(**more):
        found = []
        (more.get("of") or watch).ask(lambda *known: found.append(known))
        until(lambda: found)
        return found[0]

    asked.watch = watch
    yield asked
    watch.unfollow()
    bus.close()


def test_nobody_who_answers_means_that_nothing_holds(ask):
    assert ask() == (Presence(), True)


@pytest.mark.parametrize(
    ("service", "replies", "expected", "signalled"),
    [
        (NOTIFICATIONS, {("Get", NOTIFICATIONS, "Inhibited"): ("v", (("b", True),))}, QUIET, True),
        (NOTIFICATIONS, {("Get", NOTIFICATIONS, "Inhibited"): ("v", (("b", False),))}, Presence(), True),
        (NOTIFICATIONS, {("Get", "org.dunstproject.cmd0", "paused"): ("v", (("b", True),))}, QUIET, True),
        (NOTIFICATIONS, {("ListModes",): ("as", (["default", "do-not-disturb"],))}, QUIET, False),
        (NOTIFICATIONS, {("ListModes",): ("as", (["default"],))}, Presence(), True),
        (
            "org.xfce.Xfconf",
            {("GetProperty", "xfce4-notifyd", "/do-not-disturb"): ("v", (("b", True),))},
            QUIET,
            True,
        ),
        (
            "org.xfce.Xfconf",
            {
                ("GetProperty", "xfce4-power-manager", "/xfce4-power-manager/presentation-mode"): (
                    "v",
                    (("b", True),),
                )
            },
            FULL,
            True,
        ),
        ("org.erikreider.swaync.cc", {("GetDnd",): ("b", (True,))}, QUIET, True),
        ("org.gnome.SessionManager", {("IsInhibited", 8): ("b", (True,))}, Presence(), True),
        (
            "org.kde.Solid.PowerManagement.PolicyAgent",
            {("HasInhibition", 4): ("b", (True,))},
            Presence(),
            True,
        ),
        ("org.gnome.ScreenSaver", {("GetActive",): ("b", (True,))}, LOCKED, True),
        ("org.freedesktop.ScreenSaver", {("GetActive",): ("b", (True,))}, LOCKED, True),
        (
            "org.freedesktop.login1",
            {("Get", "org.freedesktop.login1.Session", "LockedHint"): ("v", (("b", True),))},
            LOCKED,
            True,
        ),
    ],
)
def test_each_desktop_is_asked_in_its_own_way(ask, private_bus, service, replies, expected, signalled):
    with Desktop(private_bus.address, service, replies):
        assert ask() == (expected, signalled)


@pytest.mark.parametrize("nonsense", range(len(NONSENSE)))
def test_a_nonsensical_answer_does_no_harm(ask, private_bus, nonsense):
    """A service may answer anything, and True by chance; other answers count as none."""
    with FakeService(private_bus.address, NOTIFICATIONS, "org.xfce.Xfconf") as service:
        service.reply = NONSENSE[nonsense]
        presence, _ = ask()
        assert not presence.locked


def test_signals_are_followed_while_somebody_waits(ask, private_bus, until):
    signals = []
    with Service(private_bus.address, NOTIFICATIONS) as service:

        def signal():
            service.signal(
                "/org/freedesktop/Notifications",
                "org.freedesktop.DBus.Properties",
                "PropertiesChanged",
                "sa{sv}as",
                NOTIFICATIONS,
                {"Inhibited": ("b", False)},
                [],
            )

        ask.watch.follow(lambda: signals.append(1))
        ask.watch.follow(lambda: signals.append(2))  # is followed already
        signal()
        until(lambda: signals)
        ask.watch.unfollow()
        signal()
        ask()
        assert signals == [1]


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("desktop", "value", "expected"),
    [
        ("ubuntu:GNOME", "false", QUIET),
        ("GNOME", "true", Presence()),
        ("MATE", "true", QUIET),
        ("KDE", "", Presence()),
    ],
)
def test_gsettings_say_whether_banners_are_shown(ask, monkeypatch, tmp_path, desktop, value, expected):
    program(tmp_path, "gsettings", f"echo {value}")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    assert ask() == (expected, True)


def test_without_dconf_the_end_is_not_signalled(ask, monkeypatch, tmp_path):
    program(tmp_path, "gsettings", "echo false")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    monkeypatch.setenv("GSETTINGS_BACKEND", "keyfile")
    assert ask() == (QUIET, False)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('[ "$1" = -root ] && echo "x: window id # 0x2400007" || echo "s = _NET_WM_STATE_FULLSCREEN"', FULL),
        ('[ "$1" = -root ] && echo "x: window id # 0x2400007" || echo "s = _NET_WM_STATE_ABOVE"', Presence()),
        ('echo "x: window id # 0x0, _NET_WM_STATE_FULLSCREEN"', Presence()),
        ("exit 1", Presence()),
    ],
)
def test_the_x_server_is_asked_for_the_active_window(ask, monkeypatch, tmp_path, script, expected):
    program(tmp_path, "xprop", script)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":none")
    assert ask() == (expected, expected == Presence())


def test_without_its_programs_a_desktop_says_nothing(ask, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":none")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    assert ask() == (Presence(), True)


@pytest.mark.parametrize(
    ("says", "asked", "expected"), [(True, 2, FULL), (False, 2, Presence()), (None, 1, FULL)]
)
def test_a_compositor_is_asked_before_the_x_server_unless_it_can_never_say(
    ask, monkeypatch, tmp_path, says, asked, expected
):
    questions = []

    def ask_compositor(known, _timeout, _parent):
        questions.append(1)
        known(says)

    monkeypatch.setattr("tray.desktop.session.wayland.ask_for_full_screen", ask_compositor)
    program(tmp_path, "xprop", '[ "$1" = -root ] && echo "x: # 0x24" || echo "s = _NET_WM_STATE_FULLSCREEN"')
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":none")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-4711")
    assert [ask()[0], ask()[0]] == [expected] * 2
    assert len(questions) == asked


@pytest.mark.parametrize("timeout", [1, 300], ids=["while it starts", "while it runs"])
def test_a_program_that_does_not_answer_is_ended(ask, monkeypatch, tmp_path, timeout):
    program(tmp_path, "gsettings", "exec /bin/sleep 60")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    monkeypatch.setattr("tray.desktop.session.presence._TIMEOUT", timeout)
    for _ in range(5):
        assert ask() == (Presence(), True)


def test_a_notification_daemon_is_asked_once_what_it_does_not_know_and_the_next_one_again(
    ask, private_bus, until
):
    with Desktop(private_bus.address, NOTIFICATIONS, {}):
        assert [ask(), ask()] == [(Presence(), True)] * 2
        assert len(ask.watch._unknown) == 3
    paused = {("Get", "org.dunstproject.cmd0", "paused"): ("v", (("b", True),))}
    with Desktop(private_bus.address, NOTIFICATIONS, paused):
        until(lambda: ask() == (QUIET, True))


@pytest.mark.parametrize(
    ("service", "call", "yes", "no", "signal"),
    [
        (
            NOTIFICATIONS,
            ("Get", NOTIFICATIONS, "Inhibited"),
            ("v", (("b", True),)),
            ("v", (("b", False),)),
            ("/org/freedesktop/Notifications", PROPERTIES, "PropertiesChanged", "sa{sv}as", "x", {}, []),
        ),
        (
            "org.xfce.Xfconf",
            ("GetProperty", "xfce4-notifyd", "/do-not-disturb"),
            ("v", (("b", True),)),
            ("v", (("b", False),)),
            (
                "/org/xfce/Xfconf",
                "org.xfce.Xfconf",
                "PropertyRemoved",
                "ss",
                "xfce4-notifyd",
                "/do-not-disturb",
            ),
        ),
        (
            "org.mate.ScreenSaver",
            ("GetActive",),
            ("b", (True,)),
            ("b", (False,)),
            ("/org/mate/ScreenSaver", "org.mate.ScreenSaver", "ActiveChanged", "b", True),
        ),
    ],
)
def test_what_is_signalled_is_asked_again_after_a_signal_only(
    ask, private_bus, until, service, call, yes, no, signal
):
    with Desktop(private_bus.address, service, {call: no}) as desktop:
        assert [ask(), ask()] == [(Presence(), True)] * 2  # signals are followed from the first answer on
        desktop.replies = {call: yes}
        assert ask() == (Presence(), True)
        desktop.signal(*signal)
        until(lambda: ask() != (Presence(), True))
        desktop.replies = {call: no}
        assert ask() != (Presence(), True)


def test_what_is_not_signalled_is_asked_each_time(ask, private_bus):
    modes = ("ListModes",)
    with Desktop(private_bus.address, NOTIFICATIONS, {modes: ("as", (["default"],))}) as desktop:
        assert [ask(), ask()] == [(Presence(), True)] * 2
        desktop.replies = {modes: ("as", (["default", "dnd"],))}
        assert ask() == (QUIET, False)
        desktop.replies = {modes: ("as", ([],))}
        assert ask() == (Presence(), True)


def test_without_dconf_the_settings_are_asked_each_time(ask, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    for backend, last in (("keyfile", QUIET), ("dconf", Presence())):
        monkeypatch.setenv("GSETTINGS_BACKEND", backend)
        program(tmp_path, "gsettings", "echo true")
        ask.watch._forget()
        assert [ask(), ask()] == [(Presence(), True)] * 2
        program(tmp_path, "gsettings", "echo false")
        assert ask()[0] == last


def test_a_program_that_comes_later_is_asked(ask, private_bus, until):
    assert [ask(), ask()] == [(Presence(), True)] * 2
    with Desktop(private_bus.address, "org.erikreider.swaync.cc", {("GetDnd",): ("b", (True,))}):
        until(lambda: ask() == (QUIET, True))


def test_an_answer_that_did_not_come_in_time_is_asked_for_again(ask, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    program(tmp_path, "gsettings", "exec /bin/sleep 60")
    monkeypatch.setattr("tray.desktop.session.presence._TIMEOUT", 300)
    assert [ask(), ask()] == [(Presence(), True)] * 2
    program(tmp_path, "gsettings", "echo false")
    monkeypatch.setattr("tray.desktop.session.presence._TIMEOUT", 10_000)
    assert ask() == (QUIET, True)


@pytest.mark.expects_log("bus has ended")
def test_a_bus_that_ends_leaves_nothing_known(ask, private_bus, until):
    with Desktop(private_bus.address, "org.erikreider.swaync.cc", {("GetDnd",): ("b", (True,))}):
        assert [ask(), ask()] == [(QUIET, True)] * 2
        private_bus.stop()
        until(lambda: ask() == (Presence(), True))
