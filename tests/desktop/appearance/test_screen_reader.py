"""Whether a screen reader runs is learnt from the accessibility bus launcher's status."""

from __future__ import annotations

import pytest

from tests.rig.fake_service import FakeService
from tray.desktop.appearance.screen_reader import ScreenReader

NAME, PATH, STATUS = "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Status"
PROPERTIES = "org.freedesktop.DBus.Properties"


@pytest.fixture
def launcher(private_bus):
    with FakeService(private_bus.address, NAME) as service:
        service.reply = ("v", (("b", False),))
        yield service


def test_one_that_runs_already_is_found(bus, until, launcher):
    launcher.reply = ("v", (("b", True),))
    said = []
    reader = ScreenReader(bus, said.append)
    until(lambda: said)
    assert said == [True]
    del reader


def test_its_start_and_end_are_followed(bus, until, launcher):
    said = []
    reader = ScreenReader(bus, said.append)
    until(lambda: launcher.calls)
    for interface, name, value in (
        ("org.other", "ScreenReaderEnabled", ("b", True)),
        (STATUS, "IsEnabled", ("b", True)),
        (STATUS, "ScreenReaderEnabled", ("s", "yes")),
        (STATUS, "ScreenReaderEnabled", ("b", True)),
        (STATUS, "ScreenReaderEnabled", ("b", True)),
        (STATUS, "ScreenReaderEnabled", ("b", False)),
    ):
        launcher.signal(PATH, PROPERTIES, "PropertiesChanged", "sa{sv}as", interface, {name: value}, [])
    until(lambda: len(said) == 2)
    assert said == [True, False]
    del reader


def test_without_the_launcher_there_is_none(bus, until):
    said = []
    reader = ScreenReader(bus, said.append)
    until(lambda: not bus._calls)
    assert said == []
    del reader
