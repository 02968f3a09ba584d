"""Who is told when the machine was asleep or its clock was set."""

from __future__ import annotations

import time

import pytest
from twisted.internet.task import Clock

from tray.app.accounts.power_and_network import PowerAndNetwork
from tray.desktop import bus as bus_module
from tray.desktop.integration import power_events as wake_module


class MailServiceFixture:
    """A mailroom without accounts."""

    watches = ()


class FakeWake:
    """Hands out what it was to tell."""

    def __init__(self, tidings, _system, _session):
        self.tidings = tidings
        FakeWake.made = self

    def start(self):
        self.listens = True

    def stop(self):
        self.listens = False


@pytest.mark.parametrize("tiding", ["resumed", "clock_changed"])
def test_whoever_waits_for_a_time_of_day_hears_that_the_clock_moved(monkeypatch, tiding):
    """Its timers are late after a sleep, and anything after the clock was set."""
    monkeypatch.setattr(wake_module, "PowerEvents", FakeWake)
    monkeypatch.setattr(bus_module, "system_bus", lambda: None)
    clock, moved = Clock(), []
    machine = PowerAndNetwork(clock, MailServiceFixture(), None, lambda: moved.append(1))
    machine.start()
    clock.advance(2)
    assert FakeWake.made.listens
    getattr(FakeWake.made.tidings, tiding)()
    assert moved == [1]
    machine.stop()
    assert not FakeWake.made.listens
    assert clock.getDelayedCalls() == []


@pytest.mark.parametrize("tiding", ["resumed", "clock_changed"])
def test_whoever_slept_may_have_travelled(monkeypatch, tiding, tmp_path):
    """The zone is read again before anybody is told."""
    monkeypatch.setattr(wake_module, "PowerEvents", FakeWake)
    monkeypatch.setattr(bus_module, "system_bus", lambda: None)
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    monkeypatch.setenv("TZ", f":{link}")
    time.tzset()
    hours = []
    clock = Clock()
    machine = PowerAndNetwork(
        clock, MailServiceFixture(), None, lambda: hours.append(time.localtime(1_768_478_400).tm_hour)
    )
    machine.start()
    clock.advance(2)
    machine._zone.stop()
    link.unlink()
    link.symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    getattr(FakeWake.made.tidings, tiding)()
    machine.stop()
    monkeypatch.undo()
    time.tzset()
    assert hours == [21]
