"""Waiting for a panel."""

from __future__ import annotations

import sys

import pytest
from PyQt5.QtCore import Q_CLASSINFO, QObject, pyqtProperty, pyqtSignal
from PyQt5.QtDBus import QDBusConnection

from tray.desktop.integration import tray_host
from tray.desktop.integration.tray_host import TrayHost

WATCHER = "org.kde.StatusNotifierWatcher"
PATIENCE = 60_000


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
def told():
    return []


@pytest.fixture
def host(bus, told):
    made = TrayHost(bus)
    made.begin = lambda patience=PATIENCE: made.wait(told.append, patience, lambda: told.append("appeared"))
    yield made
    made.stop()


def test_a_panel_that_is_there_is_found_at_once(host, watcher, told, until):
    watcher.host = True
    watcher.offer()
    host.begin()
    assert told == []
    until(lambda: told)
    assert told == [True]


def test_a_panel_that_comes_late_is_waited_for(host, watcher, told, until):
    host.begin()
    watcher.host = True
    watcher.offer()
    until(lambda: told)
    assert told == [True]


def test_a_watcher_without_a_panel_is_not_enough(host, watcher, told, until):
    watcher.offer()
    host.begin()
    until(lambda: not host._bus._calls)
    assert told == []
    watcher.panel_comes()
    until(lambda: told)
    assert told == [True]


def test_patience_ends_and_a_panel_may_still_appear_once(host, watcher, told, until):
    host.begin(20)
    until(lambda: told)
    assert told == [False]
    watcher.offer()
    watcher.panel_comes()
    until(lambda: len(told) == 2)
    watcher.panel_comes()
    until(lambda: not host._bus._calls)
    assert told == [False, "appeared"]


def test_who_does_not_ask_is_not_told_of_a_later_panel(bus, watcher, told, until):
    host = TrayHost(bus)
    host.wait(told.append, 20)
    until(lambda: told)
    registered = []
    bus.watch(WATCHER, lambda _old, new: registered.append(new))
    watcher.host = True
    watcher.offer()
    until(lambda: registered and not bus._calls)
    assert told == [False]


def test_a_panel_on_the_next_bus_is_found(host, bus, private_bus, told, until):
    """However late; an old tray would not do, for Qt has made its choice."""
    host.cut_off.connect(lambda: told.append("cut off"))
    private_bus.kill()
    until(lambda: told == ["cut off"])
    host.wait(told.append, PATIENCE, xembed_will_do=False)
    private_bus.start()
    until(lambda: bus.connected and not bus._calls)
    assert told == ["cut off"]
    name = private_bus.address + "#next"
    session = QDBusConnection.connectToBus(private_bus.address, name)
    panel = Watcher()
    panel.host = True
    session.registerObject("/StatusNotifierWatcher", panel, QDBusConnection.ExportAllProperties)
    assert session.registerService(WATCHER)
    until(lambda: told == ["cut off", True])
    QDBusConnection.disconnectFromBus(name)


def test_without_a_bus_patience_ends_too(no_bus, told, until):
    host = TrayHost(no_bus)
    host.wait(told.append, 20)
    until(lambda: told)
    assert told == [False]


def test_other_systems_always_have_a_tray(no_bus, told, until, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    host = TrayHost(no_bus)
    host.wait(told.append, PATIENCE)
    until(lambda: told)
    assert told == [True]


def test_without_a_screen_there_is_no_old_tray(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    assert tray_host.has_xembed_tray() is False


def test_without_its_library_there_is_no_old_tray(monkeypatch):
    def missing(_):
        raise OSError

    monkeypatch.setattr(tray_host.ctypes, "CDLL", missing)
    assert tray_host.has_xembed_tray() is False
