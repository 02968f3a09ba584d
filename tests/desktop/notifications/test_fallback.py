"""Toasts where the session bus comes late, or not at all."""

from __future__ import annotations

import shutil

import pytest
from PyQt5.QtDBus import QDBusConnection

from tests.rig.bus import PrivateBus, short_folder
from tests.rig.notifications import Notifications
from tray.desktop.bus import Bus
from tray.desktop.notifications.dbus import DBusBackend
from tray.desktop.notifications.fallback import FallbackBackend, TrayIconBackend
from tray.mail.model.toast import Action, Show, Toast, ToastKey

LONG, SHORT = 3_600_000, 1


class BusFixture:
    """The port under test, and what became of its toasts."""

    def __init__(self, bus):
        self.shown, self.handed, self.actions = [], [], []
        self._over_it = DBusBackend(self._acted, lambda _: None, bus)
        self._balloon = TrayIconBackend(lambda title, _body: self.shown.append(title), self._acted)
        self._bus = bus
        self.toasts = None

    def begin(self, patience):
        self.toasts = FallbackBackend(self._bus, self._over_it, self._balloon, patience)
        self.toasts.prepare()

    def show(self, key):
        self.toasts.show(Show(Toast(ToastKey(key), key, "", ())), lambda: self.handed.append(key))

    def _acted(self, toast, action, _token):
        self.actions.append((toast.key, action))


@pytest.fixture
def late():
    """A bus that a test may start."""
    folder = short_folder()
    bus = PrivateBus(folder)
    yield bus
    bus.stop()
    shutil.rmtree(folder)


@pytest.fixture
def house(qapp, late):
    bus = Bus(QDBusConnection.SessionBus, late.address)
    yield BusFixture(bus)
    bus.close()


@pytest.fixture
def recorder(late, tmp_path):
    notifications = Notifications(late.address, tmp_path)
    yield notifications
    notifications.stop()


def test_a_bus_that_is_a_little_late_gets_all_that_was_kept(house, late, recorder, until):
    """Nothing is shown twice, and nothing that was withdrawn."""
    house.begin(LONG)
    for key in ("a", "gone", "b"):
        house.show(key)
    house.toasts.withdraw(ToastKey("gone"))
    assert house.handed == []
    late.start()
    recorder.start()
    until(lambda: house.handed == ["a", "b"])
    assert [toast["summary"] for toast in recorder.toasts()] == ["a", "b"]
    assert house.shown == []


def test_where_none_comes_the_icon_shows_them_and_its_clicks_count(house, until):
    """All that was kept, in order."""
    house.begin(SHORT)
    house.show("a")
    house.show("b")
    until(lambda: house.handed == ["a", "b"])
    house.show("c")
    assert house.shown == house.handed == ["a", "b", "c"]
    house.toasts.clicked()
    assert house.actions == [("c", Action.OPEN)]


def test_a_bus_that_is_very_late_takes_over(house, late, recorder, until):
    """For what is new; what was shown is shown."""
    house.begin(SHORT)
    house.show("a")
    until(lambda: house.handed)
    late.start()
    recorder.start()
    until(lambda: house.toasts._chosen is house._over_it)
    house.show("b")
    until(lambda: house.handed == ["a", "b"])
    assert [toast["summary"] for toast in recorder.toasts()] == ["b"]
    assert house.shown == ["a"]


def test_a_bus_that_goes_again_is_waited_for(house, late, recorder, until):
    """Its icon is cut off too, and would show nothing."""
    house.begin(LONG)
    late.start()
    until(lambda: house.toasts._chosen is house._over_it)
    late.kill()
    until(lambda: not house._bus.connected)
    house.show("a")
    late.start()
    recorder.start()
    until(lambda: house.handed == ["a"])
    assert house.shown == []


def test_at_the_end_nothing_that_was_kept_is_handed_over(house):
    """It is told at the next start."""
    house.begin(LONG)
    house.show("a")
    house.toasts.close()
    assert not house.toasts._patience.isActive()
    assert house.handed == house.shown == []
