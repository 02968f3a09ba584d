"""What the buses mean, and what a bus that hangs or is absent does."""

from __future__ import annotations

import os
import shutil
import signal

import pytest

from tests.rig.bus import PrivateBus, short_folder
from tray.cli.doctor.bus_questions import NoBus, questions
from tray.cli.doctor.desktop.buses import Buses, findings, look
from tray.cli.doctor.finding import Mark

GONE, HANGS = NoBus(hangs=False), NoBus(hangs=True)


@pytest.fixture
def bus(monkeypatch):
    """A session bus of this test's own, and no system bus."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("there is no dbus-daemon here")
    folder = short_folder()
    with PrivateBus(folder) as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        yield bus
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("seen", "has_screen", "marks"),
    [
        (Buses(logind=True, network=True), True, [Mark.OK, Mark.OK, Mark.OK]),
        (Buses(), True, [Mark.OK, Mark.NOTE, Mark.OK]),
        (Buses(session=GONE, system=GONE), True, [Mark.PROBLEM, Mark.NOTE]),
        (Buses(session=GONE, system=GONE), False, [Mark.NOTE, Mark.NOTE]),
        (Buses(session=HANGS, system=HANGS), False, [Mark.PROBLEM, Mark.NOTE]),
    ],
)
def test_a_missing_bus_is_a_problem_only_where_it_is_missed(seen, has_screen, marks):
    assert [finding.mark for finding in findings(seen, has_screen=has_screen)] == marks


def test_both_buses_are_asked(bus):
    seen = look()
    assert seen.session is None
    assert seen.system is not None
    assert not seen.system.hangs


def test_a_bus_that_hangs_is_told_from_one_that_is_absent(bus):
    os.kill(bus.pid, signal.SIGSTOP)
    try:
        with pytest.raises(NoBus) as raised, questions():
            pass
    finally:
        os.kill(bus.pid, signal.SIGCONT)
    assert raised.value.hangs


@pytest.mark.parametrize(
    "address", ["", "unix:path=/nonexistent/bus", "nonsense", "tcp:host=localhost,port=1"]
)
def test_an_address_that_leads_nowhere_is_no_bus(address, monkeypatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    with pytest.raises(NoBus) as raised, questions():
        pass
    assert not raised.value.hangs


def test_a_name_that_nobody_owns_answers_nothing(bus):
    with questions() as asked:
        assert not asked.has("org.example.Nobody")
        assert not asked.could_start("org.example.Nobody")
        assert asked.value("org.example.Nobody", "/", "org.example.Nobody", "Thing") is None
        assert asked.process("org.example.Nobody") is None
        assert asked.program("org.example.Nobody") == ""
        assert asked.program("org.freedesktop.DBus") == "dbus-daemon"
