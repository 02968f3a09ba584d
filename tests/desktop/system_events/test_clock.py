"""The clock and the time zone of the machine are followed while the program runs."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.rig.open_files import open_files
from tray.desktop.system_events import clock
from tray.desktop.system_events.clock import ClockWatch, ZoneWatch, reread_time_zone, zone_file

ZONES = "/usr/share/zoneinfo"
NOON = 1_768_478_400
"""2026-01-15, 12:00 UTC."""


@pytest.fixture
def localtime(tmp_path, monkeypatch):
    """What /etc/localtime is elsewhere: a link in a folder where other things change, too."""
    link = tmp_path / "etc" / "localtime"
    link.parent.mkdir()
    link.symlink_to(f"{ZONES}/Europe/Berlin")
    monkeypatch.setenv("TZ", f":{link}")
    time.tzset()
    assert hour() == 13
    yield link
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def changes(qapp, localtime):
    """The hour of each time at which the watch reported a change."""
    changes = []
    watch = ZoneWatch(lambda: changes.append(hour()))
    watch.start()
    changes_and_watch = changes, watch
    yield changes_and_watch
    watch.stop()


def hour():
    return time.localtime(NOON).tm_hour


def replace(link, zone):
    """As timedatectl does."""
    new = link.with_name("localtime.new")
    new.symlink_to(f"{ZONES}/{zone}")
    new.replace(link)


def test_a_zone_that_was_set_is_used_at_once(changes, localtime, until):
    hours, _ = changes
    replace(localtime, "Asia/Tokyo")
    assert hour() == 13  # a process keeps what it has read
    until(lambda: hours)
    assert hours == [21]
    replace(localtime, "UTC")
    until(lambda: len(hours) == 2)
    assert hour() == 12


def test_a_file_that_is_written_in_place_is_noticed_too(changes, localtime, until):
    hours, _ = changes
    localtime.unlink()
    localtime.write_bytes(Path(ZONES, "Asia/Tokyo").read_bytes())
    until(lambda: 21 in hours)


def test_other_files_beside_it_are_no_matter(changes, localtime, until):
    hours, watch = changes
    (localtime.parent / "resolv.conf").write_text("nameserver ::1")
    (localtime.parent / "localtime2").write_text("")
    watch._changed()
    replace(localtime, "Asia/Tokyo")
    until(lambda: hours)
    assert hours == [21]


def test_after_the_end_nothing_is_reported_and_nothing_is_left_open(changes, localtime, until):
    hours, watch = changes
    before = open_files("inotify")
    watch.stop()
    watch.stop()
    until(lambda: len(open_files("inotify")) < len(before))
    replace(localtime, "Asia/Tokyo")
    watch._changed()
    assert hours == []


@pytest.mark.parametrize(
    ("named", "file"),
    [
        (None, "/etc/localtime"),
        (":/etc/localtime", "/etc/localtime"),
        ("/etc/localtime", "/etc/localtime"),
        ("Europe/Berlin", None),
        (":Europe/Berlin", None),
        ("", None),
    ],
)
def test_a_zone_that_the_environment_names_stays(qapp, monkeypatch, named, file):
    if named is None:
        monkeypatch.delenv("TZ", raising=False)
    else:
        monkeypatch.setenv("TZ", named)
    assert (None if zone_file() is None else str(zone_file())) == file
    reread_time_zone()
    assert os.environ.get("TZ") == named
    watch = ZoneWatch(lambda: None)
    watch.start()
    assert (watch._watcher is not None) is (file is not None)
    watch.stop()
    monkeypatch.undo()
    time.tzset()


# The clock.


def test_the_kernel_gives_a_timer_that_does_not_ring():
    """What it would report, only a machine whose clock may be set can show."""
    timer = clock.make_timer()
    assert timer is not None
    with pytest.raises(BlockingIOError):
        os.read(timer, 8)
    assert clock.set_timer(timer)
    os.close(timer)


@pytest.mark.parametrize("settable", [True, False])
def test_a_cancelled_timer_is_reported_and_set_again_or_given_up(qapp, monkeypatch, until, settable):
    """It would stay readable for ever. An eventfd stands for the timer: the machine's clock is not ours to set."""
    changes, set_again = [], []
    stand_in = os.eventfd(0, os.EFD_NONBLOCK)
    monkeypatch.setattr(clock, "make_timer", lambda: stand_in)
    monkeypatch.setattr(clock, "set_timer", lambda fd: set_again.append(fd) or settable)
    watch = ClockWatch(lambda: changes.append("clock"))
    watch.start()
    for count in (1, 2) if settable else (1,):
        os.eventfd_write(stand_in, 1)
        until(lambda count=count: len(changes) == count)
    assert set_again == [stand_in] * len(changes)
    assert (watch._notifier is not None) is settable
    watch.stop()


def test_elsewhere_there_is_no_such_timer(monkeypatch, qapp):
    monkeypatch.setattr(clock.sys, "platform", "darwin")
    watch = ClockWatch(lambda: None)
    watch.start()
    watch.stop()
    assert clock.make_timer() is None
