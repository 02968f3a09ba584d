"""Waiting for a panel."""

from __future__ import annotations

import sys

import pytest
from PyQt5.QtCore import Q_CLASSINFO, QObject, pyqtProperty, pyqtSignal
from PyQt5.QtDBus import QDBusConnection

from tests.desktop.integration.listeners import TrayClient
from tray.desktop.integration import tray_host
from tray.desktop.integration.tray_host import TrayHost

WATCHER = "org.kde.StatusNotifierWatcher"
LONG = 60_000


class Watcher(QObject):
    """A StatusNotifierWatcher, as a desktop's session provides it; the panel is the host."""

    Q_CLASSINFO("D-Bus Interface", WATCHER)

    StatusNotifierHostRegistered = pyqtSignal()
    host = False

    @pyqtProperty(bool)
    def IsStatusNotifierHostRegistered(self):
        return self.host

    def panel_comes(self):
        self.host = True
        self.StatusNotifierHostRegistered.emit()


@pytest.fixture
def session(qapp, private_bus):
    """The session's own connection to the bus, on which a watcher can be offered."""
    name = private_bus.address + "#session"
    bus = QDBusConnection.connectToBus(private_bus.address, name)
    yield bus
    QDBusConnection.disconnectFromBus(name)


@pytest.fixture
def watcher(session):
    made = Watcher()
    assert session.registerObject(
        "/StatusNotifierWatcher", made, QDBusConnection.ExportAllProperties | QDBusConnection.ExportAllSignals
    )
    made.offer = lambda: session.registerService(WATCHER)
    return made


@pytest.fixture
def client():
    return TrayClient()


@pytest.fixture
def calls(client):
    return client.calls


@pytest.fixture
def host(bus, client):
    made = TrayHost(bus)
    made.begin = lambda timeout=LONG: made.wait(client, timeout)
    yield made
    made.stop()


def test_a_panel_that_is_there_is_found_at_once(host, watcher, calls, until):
    watcher.host = True
    watcher.offer()
    host.begin()
    assert calls == []
    until(lambda: calls)
    assert calls == ["tray"]


def test_a_panel_that_comes_late_is_waited_for(host, watcher, calls, until):
    host.begin()
    watcher.host = True
    watcher.offer()
    until(lambda: calls)
    assert calls == ["tray"]


def test_a_watcher_without_a_panel_is_not_enough(host, watcher, calls, until):
    watcher.offer()
    host.begin()
    until(lambda: not host._bus._calls)
    assert calls == []
    watcher.panel_comes()
    until(lambda: calls)
    assert calls == ["tray"]


def test_the_time_ends_and_a_panel_may_still_come_once(host, watcher, calls, until):
    host.begin(20)
    until(lambda: calls)
    assert calls == ["no tray"]
    watcher.offer()
    watcher.panel_comes()
    until(lambda: len(calls) == 2)
    watcher.panel_comes()
    until(lambda: not host._bus._calls)
    assert calls == ["no tray", "tray"]


def test_after_the_end_a_panel_that_comes_is_not_reported(host, bus, watcher, calls, until):
    host.begin(20)
    until(lambda: calls)
    host.stop()
    registered = []
    bus.watch(WATCHER, lambda _old, new: registered.append(new))
    watcher.host = True
    watcher.offer()
    until(lambda: registered and not bus._calls)
    assert calls == ["no tray"]


@pytest.mark.expects_log("The test bus has ended")
def test_the_end_of_the_bus_is_reported(host, private_bus, calls, until):
    host.begin()
    private_bus.kill()
    until(lambda: calls)
    assert calls == ["bus lost"]


def test_without_a_bus_the_time_ends_too(no_bus, client, calls, until):
    host = TrayHost(no_bus)
    host.wait(client, 20)
    until(lambda: calls)
    assert calls == ["no tray"]


def test_other_systems_always_have_a_tray(no_bus, client, calls, until, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    host = TrayHost(no_bus)
    host.wait(client, LONG)
    until(lambda: calls)
    assert calls == ["tray"]


def test_without_a_screen_there_is_no_old_tray(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    assert tray_host.has_xembed_tray() is False


def test_without_its_library_there_is_no_old_tray(monkeypatch):
    def missing(_):
        raise OSError

    monkeypatch.setattr(tray_host.ctypes, "CDLL", missing)
    assert tray_host.has_xembed_tray() is False
