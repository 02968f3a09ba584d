"""Who is called when the machine was asleep or its clock was set."""

from __future__ import annotations

import time

import pytest
from twisted.internet.task import Clock

from tray.app.accounts.power_and_network import PowerAndNetwork
from tray.desktop import bus
from tray.desktop.integration import clock as clock_module
from tray.desktop.integration import power_events


class MailServiceFixture:
    """A mail service without accounts."""

    watches = ()


class FakeWatch:
    """Whatever it is to listen to, it is called by the test."""

    def __init__(self, *_):
        self.listens = False

    def start(self):
        self.listens = True

    def stop(self):
        self.listens = False


@pytest.fixture
def run(monkeypatch):
    """Start one that reports the hour of each move of the clock."""
    monkeypatch.setattr(power_events, "PowerEvents", FakeWatch)
    monkeypatch.setattr(clock_module, "ClockWatch", FakeWatch)
    monkeypatch.setattr(clock_module, "ZoneWatch", FakeWatch)
    monkeypatch.setattr(bus, "system_bus", lambda: None)
    clock, hours = Clock(), []
    power = PowerAndNetwork(
        clock, MailServiceFixture(), None, lambda: hours.append(time.localtime(1_768_478_400).tm_hour)
    )
    power.start()
    clock.advance(2)
    return power, clock, hours


WAYS = [PowerAndNetwork.on_resumed, PowerAndNetwork._clock_set]


@pytest.mark.parametrize("way", WAYS)
def test_after_a_sleep_and_a_clock_that_was_set_the_times_of_day_are_looked_at_again(run, way):
    power, clock, hours = run
    assert [watch.listens for watch in power._watches] == [True] * 3
    way(power)
    assert len(hours) == 1
    power.stop()
    assert [watch.listens for watch in power._watches] == [False] * 3
    assert clock.getDelayedCalls() == []


@pytest.mark.parametrize("way", WAYS)
def test_a_machine_that_slept_may_have_travelled(run, monkeypatch, way, tmp_path):
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    monkeypatch.setenv("TZ", f":{link}")
    time.tzset()
    power, _, hours = run
    link.unlink()
    link.symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    way(power)
    power.stop()
    monkeypatch.undo()
    time.tzset()
    assert hours == [21]
