"""Which way of showing toasts a system gets."""

from __future__ import annotations

from tests.desktop.notifications.client import Client
from tray.desktop.notifications.choose import choose_backend
from tray.desktop.notifications.dbus import DBusBackend
from tray.desktop.notifications.fallback import TrayIconBackend


def test_with_a_session_bus_the_desktop_shows_them(bus):
    assert isinstance(choose_backend(Client(), print, bus), DBusBackend)


def test_without_a_session_bus_the_tray_icon_does(no_bus):
    assert isinstance(choose_backend(Client(), print, no_bus), TrayIconBackend)
