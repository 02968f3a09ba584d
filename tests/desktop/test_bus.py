"""A bus that comes, goes and comes back."""

from __future__ import annotations

import os
import shutil
import signal
import time

import pytest
from jeepney import DBusAddress, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from PyQt5.QtDBus import QDBusConnection, QDBusMessage

from tests.rig.bus import PrivateBus, short_folder
from tray.desktop import bus as bus_address
from tray.desktop import bus as bus_module
from tray.desktop.bus import Bus, session_bus, system_bus

NAME = "io.github.mailbell.Somebody"
ADDRESS = DBusAddress("/it", interface=NAME)


class Ear:
    """Hears a signal with a number."""

    def __init__(self):
        self.heard = []

    def hear(self, arguments):
        self.heard += arguments


class Somebody:
    """A peer on the bus."""

    def __init__(self, address):
        self.connection = open_dbus_connection(address)
        self.connection.send_and_get_reply(message_bus.RequestName(NAME, 4))

    def tell(self, number):
        self.connection.send(new_signal(ADDRESS, "Number", "u", (number,)))


@pytest.fixture
def somebody(private_bus):
    """Make a peer, which is off the bus with the test."""
    made = []

    def make():
        made.append(Somebody(private_bus.address))
        return made[-1]

    yield make
    for each in made:
        each.connection.close()


@pytest.fixture
def ear():
    return Ear()


@pytest.fixture
def events(bus):
    """What the bus told of itself and of the name."""
    told = []
    bus.lost.connect(lambda: told.append("lost"))
    bus.joined.connect(lambda: told.append("joined"))
    bus.watch(NAME, lambda old, new: told.append("came" if new else "went"))
    return told


def ping():
    """A call that the bus itself answers."""
    bus = "org.freedesktop.DBus"
    return QDBusMessage.createMethodCall(bus, "/org/freedesktop/DBus", bus, "ListNames")


def test_what_listens_goes_on_listening_after_each_restart(bus, private_bus, somebody, ear, events, until):
    """Signals, names and calls, on a bus that was killed and on one that ended in order."""
    bus.listen("", "/it", NAME, "Number", ear.hear)
    for number, end in enumerate((private_bus.kill, private_bus.stop), 1):
        events.clear()
        end()
        until(lambda: events == ["lost"])
        assert not bus.connected
        private_bus.start()
        until(lambda: events == ["lost", "joined"])
        assert bus.connected
        peer = somebody()
        peer.tell(number)
        until(lambda number=number: ear.heard[-1:] == [number])
        peer.connection.close()
        until(lambda: events == ["lost", "joined", "came", "went"])
        answers = []
        bus.ask(ping(), lambda error, answer, answers=answers: answers.append((error, len(answer))))
        until(lambda answers=answers: answers == [("", 1)])
    assert ear.heard == [1, 2]


def test_who_begins_to_listen_to_a_service_while_the_bus_is_gone_hears_it_afterwards(
    bus, private_bus, somebody, ear, events, until
):
    """It ended the program: libdbus aborts where Qt asks for the owner of a name on a dead connection."""
    private_bus.kill()
    until(lambda: events == ["lost"])
    bus.listen(NAME, "/it", NAME, "Number", ear.hear)
    private_bus.start()
    until(lambda: bus.connected)
    somebody().tell(7)
    until(lambda: ear.heard == [7])


def test_where_its_socket_is_no_file_the_timer_finds_it(bus, private_bus, events, until, monkeypatch):
    """No folder is watched, and nobody is knocked at."""
    monkeypatch.setattr(bus_address, "socket_of", lambda _: None)
    private_bus.kill()
    until(lambda: events and bus._wait > 100)
    assert (bus._folder, bus._knock) == (None, None)
    private_bus.start()
    until(lambda: "joined" in events)


def test_it_is_back_well_within_a_second(bus, private_bus, events, until):
    """Its socket's folder is watched: no timer has to come round first."""
    private_bus.kill()
    until(lambda: events)
    bus._retry.start(3_600_000)
    private_bus.start()
    before = time.monotonic()
    until(lambda: "joined" in events)
    assert time.monotonic() - before < 1


def test_one_that_hangs_is_waited_for_without_hanging_too(bus, private_bus, events, until):
    """As systemd's does, whose socket is there before anybody answers."""
    private_bus.kill()
    until(lambda: events)
    private_bus.start()
    os.kill(private_bus.pid, signal.SIGSTOP)
    slowest = 0.0
    try:
        before = time.monotonic()

        def knocked_and_time_passed():
            nonlocal slowest, before
            slowest, before = max(slowest, time.monotonic() - before), time.monotonic()
            return bus._wait > 200

        until(knocked_and_time_passed)
        assert not bus.connected
    finally:
        os.kill(private_bus.pid, signal.SIGCONT)
    until(lambda: "joined" in events)
    assert slowest < 0.3


def test_a_call_under_way_is_answered_when_the_bus_goes(bus, private_bus, somebody, until):
    """By an error; and so is one that comes later, and neither twice."""
    somebody()  # who never answers
    answers = []
    call = QDBusMessage.createMethodCall(NAME, "/it", NAME, "Wait")
    bus.ask(call, lambda error, answer: answers.append((error, answer)))
    private_bus.kill()
    until(lambda: answers)
    bus.ask(call, lambda error, answer: answers.append((error, answer)))
    assert len(answers) == 1
    until(lambda: len(answers) == 2)
    assert all(error.startswith("org.freedesktop.DBus.Error.") and not answer for error, answer in answers)
    assert not bus._calls


def test_one_that_is_absent_at_the_start_is_joined_when_it_comes(qapp, ear, until):
    """Who began to listen before hears it."""
    folder = short_folder()
    private_bus = PrivateBus(folder)
    bus = Bus(QDBusConnection.SessionBus, private_bus.address)
    joined = []
    bus.joined.connect(lambda: joined.append(bus.connected))
    bus.listen("", "/it", NAME, "Number", ear.hear)
    assert not bus.connected
    with private_bus:
        until(lambda: joined == [True])
        peer = Somebody(private_bus.address)
        peer.tell(7)
        until(lambda: ear.heard == [7])
        peer.connection.close()
        bus.close()
    shutil.rmtree(folder)


def test_where_there_is_no_folder_it_is_looked_for_ever_less_often(qapp, no_bus, monkeypatch):
    """Up to once a minute."""
    waits = []
    for _ in range(15):
        no_bus._search()
        waits.append(no_bus._retry.interval())
    assert waits[:3] == [100, 200, 400]
    assert waits[-1] == bus_module._LAST_RETRY
    assert no_bus._folder is None


def test_a_bus_that_throws_everybody_out_is_not_asked_without_end(bus, private_bus, events, until):
    """Short waits begin again only after a connection that lasted."""
    for _ in range(3):
        private_bus.kill()
        until(lambda: events[-1:] == ["lost"])
        bus._stop_looking()
        private_bus.start()
        until(lambda: events[-1:] == ["joined"])
    assert bus._wait > 2 * bus_module._FIRST_RETRY


def test_a_closed_place_hears_and_seeks_nothing(bus, private_bus, somebody, ear, events, until):
    """Answers that are still to come are not told either."""
    bus.listen("", "/it", NAME, "Number", ear.hear)
    answers = []
    bus.ask(ping(), lambda *answer: answers.append(answer))
    bus.close()
    other = Bus(QDBusConnection.SessionBus, private_bus.address)
    heard = Ear()
    other.listen("", "/it", NAME, "Number", heard.hear)
    somebody().tell(1)
    until(lambda: heard.heard)
    assert (ear.heard, events, answers) == ([], [], [])
    other.close()


def test_who_no_longer_listens_hears_nothing(bus, somebody, ear, until):
    """Also after `listen` was called twice."""
    other = Ear()
    for _ in range(2):
        bus.listen("", "/it", NAME, "Number", ear.hear)
    bus.listen("", "/it", NAME, "Number", other.hear)
    bus.unlisten(ear.hear)
    somebody().tell(1)
    until(lambda: other.heard)
    assert ear.heard == []


# Where it is looked for.


def test_the_session_bus_is_where_the_environment_says_or_in_the_runtime_folder(
    qapp, private_bus, monkeypatch, tmp_path
):
    """The latter also where it comes later only; a strange name is written as D-Bus wants it."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", private_bus.address)
    named = session_bus()
    assert named.connected
    named.close()
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", private_bus.address.removeprefix("unix:path=").removesuffix("/bus"))
    usual = session_bus()
    assert usual.connected
    usual.close()
    strange = tmp_path / "a, b;c"
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(strange))
    address = bus_address.usual_session()
    assert not set(" ,;") & set(address)
    assert bus_address.socket_of(address) == strange / "bus"


@pytest.mark.parametrize("address", ["tcp:host=localhost,port=1", "unix:abstract=/tmp/x", "nonsense", ""])
def test_an_address_without_a_file_has_no_folder_to_watch(address):
    """There is the timer."""
    assert bus_address.socket_of(address) is None


def test_the_system_bus_is_where_the_environment_says(qapp, private_bus, monkeypatch):
    """Else where libdbus looks."""
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", private_bus.address)
    bus = system_bus()
    assert bus.connected
    bus.close()


def test_other_systems_have_no_bus_to_look_for(qapp, monkeypatch):
    """And no timer runs."""
    monkeypatch.setattr(bus_address, "HAS_BUSES", False)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setattr(
        bus_module.QDBusConnection, "connectToBus", lambda *_: QDBusConnection("none"), raising=False
    )
    bus = session_bus()
    assert not bus.connected
    assert not bus._retry.isActive()
    bus.close()
