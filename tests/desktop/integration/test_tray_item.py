"""A panel that drops our icon is noticed, and nothing is done to one that has it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from PyQt5.QtDBus import QDBusMessage

from tests.rig.forgetful import ForgetfulTray
from tray.desktop.integration import tray_item
from tray.desktop.integration.tray_host import TrayHost

WATCHER = "org.kde.StatusNotifierWatcher"


class Icon:
    """Registers on the bus as Qt's icon does, and writes down what happens to it."""

    def __init__(self, bus):
        self._bus = bus
        self.anew = 0
        self.seen = []

    def show(self):
        call = QDBusMessage.createMethodCall(
            WATCHER, "/StatusNotifierWatcher", WATCHER, "RegisterStatusNotifierItem"
        )
        call.setArguments([self._bus.own_name])
        self._bus.send(call)

    def show_anew(self):
        self.anew += 1
        self.show()


@pytest.fixture
def icon(bus, monkeypatch):
    monkeypatch.setattr(tray_item, "_LOOK_MS", 30)
    return Icon(bus)


@pytest.fixture
def host(bus, icon):
    host = TrayHost(bus)
    host.begin = lambda: (icon.show(), host.look_after(icon.show_anew, icon.seen.append))
    yield host
    host.stop()


def test_an_icon_that_is_there_is_left_alone(host, icon, private_bus, until):
    with ForgetfulTray(private_bus.address, drops=0):
        host.begin()
        until(lambda: icon.seen)
    assert (icon.anew, icon.seen) == (0, [True])


def test_an_icon_that_was_dropped_is_shown_anew(host, icon, private_bus, until):
    with ForgetfulTray(private_bus.address, drops=1):
        host.begin()
        until(lambda: icon.seen)
    assert (icon.anew, icon.seen) == (1, [True])


def test_where_it_is_always_dropped_that_is_told_after_one_more_try(host, icon, private_bus, until):
    with ForgetfulTray(private_bus.address, drops=1000) as tray:
        host.begin()
        until(lambda: icon.seen)
        assert len(tray.registered) == 2
    assert (icon.anew, icon.seen) == (1, [False])


def test_an_icon_that_is_dropped_later_is_noticed(host, icon, bus, private_bus, until):
    with ForgetfulTray(private_bus.address, drops=0) as tray:
        host.begin()
        until(lambda: icon.seen)
        tray.drop(bus.own_name)
        until(lambda: len(icon.seen) == 2)
        assert (icon.anew, icon.seen) == (1, [True, True])
        tray.drop(bus.own_name)
        until(lambda: len(icon.seen) == 3)
    assert (icon.anew, icon.seen) == (1, [True, True, False])


def test_the_next_panel_gets_another_try(host, icon, private_bus, until):
    with ForgetfulTray(private_bus.address, drops=1000):
        host.begin()
        until(lambda: icon.seen)
    with ForgetfulTray(private_bus.address, drops=0):
        until(lambda: len(icon.seen) == 2)
    assert (icon.anew, icon.seen) == (2, [False, True])


def test_icons_of_other_programs_do_not_count(host, icon, private_bus, until):
    """Each registers under the unique name of its place on the bus; whose that is, only the bus knows."""
    code = (
        "import sys; from jeepney import DBusAddress, new_method_call;"
        "from jeepney.io.blocking import open_dbus_connection as o; c = o(sys.argv[1]);"
        f"a = DBusAddress('/StatusNotifierWatcher', {WATCHER!r}, {WATCHER!r});"
        "c.send_and_get_reply(new_method_call(a, 'RegisterStatusNotifierItem', 's', (c.unique_name,)));"
        "print('registered', flush=True); sys.stdin.read()"
    )
    argv = [sys.executable, "-c", code, private_bus.address]
    with ForgetfulTray(private_bus.address, drops=0) as tray:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(argv, env=os.environ, text=True, **pipes) as other:
            assert other.stdout.readline() == "registered\n"
            host.look_after(icon.show_anew, icon.seen.append)
            until(lambda: icon.seen)
            assert len(tray.items) == 2
            other.stdin.close()
    assert (icon.anew, icon.seen) == (1, [True])


def test_without_a_panel_nothing_is_told(host, icon, bus, until):
    """GNOME's extensions are switched off while the screen is locked: no reason for a window."""
    host.begin()
    asked = []
    until(lambda: not host._item._soon.isActive())
    bus.ask(
        QDBusMessage.createMethodCall(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId"
        ),
        lambda *_: asked.append(1),
    )
    until(lambda: asked and not bus._calls)
    assert (icon.anew, icon.seen) == (0, [])


def test_who_stopped_is_told_nothing(host, icon, private_bus, bus, until):
    with ForgetfulTray(private_bus.address, drops=1000):
        host.begin()
        host._item._look()  # asked already, and not answered
        host.stop()
        until(lambda: not bus._calls)
    assert (icon.anew, icon.seen) == (0, [])
