"""A pause ends when it should."""

from __future__ import annotations

import time

import pytest
from twisted.internet.task import Clock

from tests.fakes.ports import FakeStore
from tray.app.accounts.pause import Pause, tomorrow_morning


@pytest.fixture
def berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def clock():
    clock = Clock()
    clock.advance(1_000_000)
    return clock


class PausedPart:
    """The mail service, or the gate of the quiet hours: both are paused alike."""

    def __init__(self):
        self.calls = []

    def pause(self, pause=None, *, paused=None):
        self.calls.append(pause if paused is None else paused)


@pytest.fixture
def quiet_hours():
    return PausedPart()


@pytest.fixture
def mail_service():
    return PausedPart()


@pytest.fixture
def store():
    return FakeStore()


@pytest.fixture
def calls(mail_service):
    return mail_service.calls


@pytest.fixture
def pauses(clock, mail_service, quiet_hours, store):
    return Pause(clock, mail_service, quiet_hours, store)


def test_an_hour_is_over_after_an_hour(pauses, clock, calls, quiet_hours):
    pauses.pause(3600)
    clock.advance(3599)
    assert pauses.current is not None
    clock.advance(1)
    assert pauses.current is None
    assert calls[-1] is None
    assert quiet_hours.calls == [True, False]


def test_a_pause_without_end_has_no_timer(pauses, clock):
    pauses.pause(None)
    assert clock.getDelayedCalls() == []
    pauses.resume()
    assert pauses.current is None


def test_a_second_pause_takes_the_place_of_the_first(pauses, clock):
    pauses.pause(3600)
    pauses.pause(None)
    clock.advance(4000)
    assert pauses.current is not None


def test_resuming_when_nothing_is_paused_changes_nothing(pauses, calls):
    pauses.resume()
    assert calls == []


def test_until_tomorrow_ends_in_the_morning(pauses, clock, berlin):
    pauses.pause_until_tomorrow()
    assert time.localtime(pauses.current.until)[3:5] == (7, 0)
    assert 0 < pauses.current.until - clock.seconds() <= 31 * 3600
    pauses.stop()
    assert clock.getDelayedCalls() == []


@pytest.mark.parametrize("day", ["2026-03-28 22:00", "2026-10-24 22:00", "2026-12-31 22:00"])
def test_tomorrow_morning_is_right_when_the_clock_or_the_year_changes(day, berlin):
    now = time.mktime(time.strptime(day, "%Y-%m-%d %H:%M"))
    assert time.localtime(tomorrow_morning(now))[3:5] == (7, 0)
    assert 8 * 3600 <= tomorrow_morning(now) - now <= 10 * 3600


def test_a_pause_that_ended_while_the_machine_slept_is_over_when_it_wakes(pauses, clock, calls):
    pauses.pause(3600)
    clock.rightNow += 7200
    pauses.look()
    assert pauses.current is None
    assert calls[-1] is None
    assert clock.getDelayedCalls() == []


def test_a_clock_that_was_set_back_does_not_lengthen_a_pause_nor_end_it(pauses, clock):
    pauses.look()
    pauses.pause(3600)
    pauses.look()
    clock.rightNow -= 1800
    pauses.look()
    clock.advance(5399)
    assert pauses.current is not None
    clock.advance(1)
    assert pauses.current is None
    pauses.pause(None)
    pauses.look()
    assert pauses.current is not None


def test_tomorrow_is_that_of_the_zone_that_is_set_now(berlin, pauses, calls, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    pauses.pause_until_tomorrow()
    assert time.localtime(calls[0].until).tm_hour == 7
    assert time.gmtime(calls[0].until).tm_hour == 22


@pytest.mark.parametrize("seconds", [3600, None])
def test_a_pause_goes_on_after_a_restart(pauses, clock, mail_service, quiet_hours, store, seconds):
    pauses.pause(seconds)
    pauses.stop()
    clock.advance(3000)
    again = Pause(clock, mail_service, quiet_hours, store)
    again.go_on()
    assert again.current == pauses.current
    assert quiet_hours.calls == [True, True]
    clock.advance(600)
    assert (again.current is None) is (seconds is not None)
    again.resume()
    assert store.pause() is None


def test_a_pause_that_ended_while_the_program_did_not_run_is_over(
    pauses, clock, mail_service, quiet_hours, store
):
    pauses.pause(3600)
    pauses.stop()
    clock.advance(3600)
    again = Pause(clock, mail_service, quiet_hours, store)
    again.go_on()
    again.go_on()
    assert again.current is None
    assert store.pause() is None


@pytest.mark.expects_log("The disk is full")
def test_on_a_full_disk_a_pause_holds_all_the_same(pauses, clock, store):
    store.full = True
    pauses.go_on()
    pauses.pause(3600)
    assert pauses.current is not None
    clock.advance(3600)
    assert pauses.current is None
