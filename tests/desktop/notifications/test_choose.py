"""Which way of showing toasts a system gets."""

from __future__ import annotations

import sys

import pytest

from tray.desktop.notifications.choose import choose_backend
from tray.desktop.notifications.dbus import DBusBackend
from tray.desktop.notifications.fallback import FallbackBackend, TrayIconBackend


def pick(bus):
    return choose_backend(lambda *_: None, lambda _: None, lambda *_: None, bus)


def test_with_a_session_bus_the_desktop_shows_them(bus):
    assert isinstance(pick(bus), DBusBackend)


def test_without_a_session_bus_it_is_waited_for(no_bus):
    assert isinstance(pick(no_bus), FallbackBackend)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_have_the_tray_icon(no_bus, monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    assert isinstance(pick(no_bus), TrayIconBackend)
