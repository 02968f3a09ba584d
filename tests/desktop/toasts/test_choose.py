"""Which way of showing toasts a system gets."""

from __future__ import annotations

import sys

import pytest

from tray.desktop.toasts.balloon import Balloon
from tray.desktop.toasts.choose import choose
from tray.desktop.toasts.dbus import DBusToasts


def pick(bus=None):
    return choose(lambda *_: None, lambda _: None, lambda *_: None, bus)


def test_with_a_session_bus_the_desktop_shows_them(connection):
    assert isinstance(pick(connection), DBusToasts)


def test_without_a_session_bus_the_tray_icon_shows_them(qapp):
    assert isinstance(pick(), Balloon)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_have_the_tray_icon(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    assert isinstance(pick(), Balloon)
