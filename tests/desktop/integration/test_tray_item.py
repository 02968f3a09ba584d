"""An icon that the panel dropped is registered again; one that it shows is left alone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.desktop.integration.listeners import TrayClient
from tests.rig.dropping_tray import DroppingTray
from tray.desktop.bus import method_call
from tray.desktop.integration import tray_item
from tray.desktop.integration.tray_item import TrayItem

WATCHER = "org.kde.StatusNotifierWatcher"


class Icon(TrayClient):
    """Registers on the bus as Qt's icon does, and writes down what happens to it."""

    def __init__(self, bus):
        super().__init__()
        self._bus = bus

    def show(self):
        self._bus.send(
            method_call(
                WATCHER, "/StatusNotifierWatcher", WATCHER, "RegisterStatusNotifierItem", self._bus.own_name
            )
        )

    def on_icon_dropped(self):
        super().on_icon_dropped()
        self.show()


@pytest.fixture
def icon(bus, monkeypatch):
    monkeypatch.setattr(tray_item, "_CHECK_DELAY_MS", 30)
    return Icon(bus)


@pytest.fixture
def item(bus, icon):
    item = TrayItem(bus, icon)
    item.begin = lambda: (icon.show(), item.watch())
    yield item
    item.stop()


def test_an_icon_that_is_there_is_left_alone(item, icon, private_bus, until):
    with DroppingTray(private_bus.address, drops=0):
        item.begin()
        until(lambda: icon.calls and "seen" in icon.calls[-1])
    assert icon.calls == ["seen"]


@pytest.mark.parametrize("drops", [1, 2])
def test_an_icon_that_was_dropped_is_registered_again(item, icon, private_bus, until, drops):
    with DroppingTray(private_bus.address, drops=drops):
        item.begin()
        until(lambda: icon.calls and "seen" in icon.calls[-1])
    assert icon.calls == [*["dropped"] * drops, "seen"]


def test_where_it_is_always_dropped_that_is_reported_after_two_retries(item, icon, private_bus, until):
    with DroppingTray(private_bus.address, drops=1000) as tray:
        item.begin()
        until(lambda: icon.calls and "seen" in icon.calls[-1])
        assert len(tray.registered) == 3
    assert icon.calls == ["dropped", "dropped", "not seen"]


def test_an_icon_that_is_dropped_later_is_noticed(item, icon, bus, private_bus, until):
    with DroppingTray(private_bus.address, drops=0) as tray:
        item.begin()
        until(lambda: icon.calls and "seen" in icon.calls[-1])
        tray.drop(bus.own_name)
        until(lambda: sum("seen" in call for call in icon.calls) == 2)
        tray.drop(bus.own_name)
        until(lambda: sum("seen" in call for call in icon.calls) == 3)
        assert icon.calls == ["seen", "dropped", "seen", "dropped", "seen"]
        tray.drop(bus.own_name)
        until(lambda: sum("seen" in call for call in icon.calls) == 4)
    assert icon.calls[-1] == "not seen"


def test_the_next_panel_gets_another_try(item, icon, private_bus, until):
    with DroppingTray(private_bus.address, drops=1000):
        item.begin()
        until(lambda: icon.calls and "seen" in icon.calls[-1])
    with DroppingTray(private_bus.address, drops=0):
        until(lambda: sum("seen" in call for call in icon.calls) == 2)
    assert icon.calls == ["dropped", "dropped", "not seen", "dropped", "seen"]


def test_icons_of_other_programs_do_not_count(item, icon, private_bus, until):
    """Each registers under the unique name of its place on the bus; whose that is, only the bus knows."""
    code = (
        "import sys; from jeepney import DBusAddress, new_method_call;"
        "from jeepney.io.blocking import open_dbus_connection as o; c = o(sys.argv[1]);"
        f"a = DBusAddress('/StatusNotifierWatcher', {WATCHER!r}, {WATCHER!r});"
        "c.send_and_get_reply(new_method_call(a, 'RegisterStatusNotifierItem', 's', (c.unique_name,)));"
        "print('registered', flush=True); sys.stdin.read()"
    )
    argv = [sys.executable, "-c", code, private_bus.address]
    with DroppingTray(private_bus.address, drops=0) as tray:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(argv, env=os.environ, text=True, **pipes) as other:
            assert other.stdout.readline() == "registered\n"
            item.watch()
            until(lambda: icon.calls and "seen" in icon.calls[-1])
            assert len(tray.items) == 2
            other.stdin.close()
    assert icon.calls == ["dropped", "seen"]


def test_without_a_panel_nothing_is_reported(item, icon, bus, until):
    """GNOME's extensions are switched off while the screen is locked: no reason for a window."""
    item.begin()
    asked = []
    until(lambda: not item._timer.isActive())
    bus.ask(
        method_call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId"),
        lambda *_: asked.append(1),
    )
    until(lambda: asked and not bus._calls)
    assert icon.calls == []


def test_after_stop_nothing_is_reported(item, icon, private_bus, bus, until):
    with DroppingTray(private_bus.address, drops=1000):
        item.begin()
        item._check()  # asked already, and not answered
        item.stop()
        until(lambda: not bus._calls)
    assert icon.calls == []
