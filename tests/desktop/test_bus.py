"""Calls, signals and owners of names, on a bus that may be absent, hang or end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.conftest import join
from tests.rig.service import Service
from tray.desktop.bus import NO_TIMEOUT, method_call

NAME = "io.github.mailbell.Somebody"
BUS = "org.freedesktop.DBus"
ENDED = "The test bus has ended"


@pytest.fixture
def peer(private_bus):
    """Somebody else on the bus, who never replies."""
    with Silent(private_bus.address, NAME) as service:
        yield service


class Silent(Service):
    def answer(self, _message):
        return None


@pytest.fixture
def received():
    return []


def ping():
    """A call that the bus itself answers."""
    return method_call(BUS, "/org/freedesktop/DBus", BUS, "ListNames")


def take_effect(bus, until):
    """Wait until the bus knows what was listened to."""
    replies = []
    bus.ask(ping(), lambda *_: replies.append(1))
    until(lambda: replies)


def wait_call(timeout=NO_TIMEOUT):
    return method_call(NAME, "/it", NAME, "Wait"), timeout


def test_a_call_is_answered_by_its_values_or_by_the_name_of_an_error(bus, until):
    replies = []
    for call in (ping(), method_call(BUS, "/", BUS, "Nonsense")):
        bus.ask(call, lambda error, reply: replies.append((error, len(reply))))
    assert replies == []
    until(lambda: len(replies) == 2)
    assert replies == [("", 1), ("org.freedesktop.DBus.Error.UnknownMethod", 0)]
    assert not bus._calls


def test_a_call_without_a_reply_ends_with_its_time(bus, peer, until):
    replies = []
    call, timeout = wait_call(20)
    bus.ask(call, lambda error, _reply: replies.append(error), timeout)
    until(lambda: replies)
    assert replies == ["org.freedesktop.DBus.Error.NoReply"]


def test_signals_and_owners_of_names_are_reported(bus, private_bus, received, until):
    owners = []
    bus.watch(NAME, lambda old, new: owners.append((bool(old), bool(new))))
    bus.listen("", "/it", NAME, "Number", received.append)
    take_effect(bus, until)
    with Service(private_bus.address, NAME) as peer:
        peer.signal("/it", NAME, "Number", "u", 7)
        peer.signal("/other", NAME, "Number", "u", 8)
        peer.signal("/it", NAME, "Other", "u", 9)
        peer.signal("/it", NAME, "Number", "(us)", (10, "x"))
        until(lambda: len(received) == 2)
    until(lambda: len(owners) == 2)
    assert received[0] == [7]
    assert owners == [(False, True), (True, False)]


def test_a_listener_that_was_removed_is_not_called(bus, peer, received, until):
    others = []
    for _ in range(2):
        bus.listen("", "/it", NAME, "Number", received.append)
    bus.listen("", "/it", NAME, "Number", others.append)
    bus.unlisten(received.append)
    take_effect(bus, until)
    peer.signal("/it", NAME, "Number", "u", 1)
    until(lambda: others)
    assert received == []


def test_a_closed_bus_calls_nobody(bus, private_bus, peer, received, until):
    bus.listen("", "/it", NAME, "Number", received.append)
    bus.watch(NAME, lambda *owners: received.append(owners))
    bus.lost.connect(lambda: received.append("lost"))
    bus.ask(ping(), lambda *reply: received.append(reply))
    bus.close()
    other, others = join(private_bus.address), []
    other.listen("", "/it", NAME, "Number", others.append)
    take_effect(other, until)
    peer.signal("/it", NAME, "Number", "u", 1)
    until(lambda: others)
    assert received == []
    other.close()


# -- the end of a bus ------------------------------------------------------------------------------------


@pytest.mark.expects_log(ENDED)
@pytest.mark.parametrize("end", ["kill", "stop"])
def test_the_end_of_the_bus_is_reported_and_logged_once(bus, private_bus, until, caplog, end):
    lost = []
    bus.lost.connect(lambda: lost.append(bus.connected))
    getattr(private_bus, end)()
    until(lambda: lost)
    assert lost == [False]
    assert sum(ENDED in record.getMessage() for record in caplog.records) == 1


@pytest.mark.expects_log(ENDED)
def test_a_call_under_way_is_answered_when_the_bus_ends(bus, private_bus, peer, until):
    """By an error; so is one that comes later; and neither twice."""
    replies = []
    bus.ask(*_with(replies, *wait_call()))
    private_bus.kill()
    until(lambda: replies)
    bus.ask(*_with(replies, *wait_call()))
    assert len(replies) == 1
    until(lambda: len(replies) == 2)
    assert replies == [("org.freedesktop.DBus.Error.Disconnected", [])] * 2
    assert not bus._calls


def _with(replies, call, timeout):
    return call, lambda error, reply: replies.append((error, reply)), timeout


@pytest.mark.expects_log(ENDED)
def test_after_the_end_listening_and_sending_do_nothing(bus, private_bus, received, until):
    """To listen ended the program: libdbus aborts where Qt asks a dead connection for the owner of a name."""
    bus.listen(NAME, "/it", NAME, "Number", received.append)
    private_bus.kill()
    until(lambda: not bus.connected)
    bus.listen(NAME, "/it", NAME, "Number", received.append)
    bus.unlisten(received.append)
    bus.watch(NAME, lambda *owners: received.append(owners))
    bus.send(ping())
    private_bus.start()
    with Service(private_bus.address, NAME) as peer:
        other, others = join(private_bus.address), []
        other.listen("", "/it", NAME, "Number", others.append)
        take_effect(other, until)
        peer.signal("/it", NAME, "Number", "u", 1)
        until(lambda: others)
        other.close()
    assert received == []
    assert not bus.connected


def test_a_bus_that_is_absent_answers_every_call_by_an_error(no_bus, received, until):
    no_bus.listen(NAME, "/it", NAME, "Number", received.append)
    no_bus.watch(NAME, lambda *owners: received.append(owners))
    no_bus.send(ping())
    replies = []
    no_bus.ask(ping(), lambda error, reply: replies.append((error, reply)))
    assert replies == []
    until(lambda: replies)
    assert replies == [("org.freedesktop.DBus.Error.Disconnected", [])]
    assert received == []


ADDRESSES = """
import sys
from PyQt5.QtCore import QCoreApplication
from tray.desktop.bus import session_bus, system_bus

app = QCoreApplication(sys.argv)
print(session_bus().connected, system_bus().connected)
"""


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"), "True True"),
        (("XDG_RUNTIME_DIR",), "True False"),
        ((), "False False"),
    ],
)
def test_the_buses_are_where_the_environment_says_or_in_the_runtime_folder(private_bus, names, found):
    """libdbus looks there by itself; where neither is, no bus is started for us without a screen."""
    absent = "unix:path=/nonexistent/bus"
    folder = private_bus.address.removeprefix("unix:path=").removesuffix("/bus")
    env = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "XDG_RUNTIME_DIR"}}
    env.pop("DBUS_SESSION_BUS_ADDRESS", None)
    env["DBUS_SYSTEM_BUS_ADDRESS"] = absent
    env |= {name: folder if name == "XDG_RUNTIME_DIR" else private_bus.address for name in names}
    done = subprocess.run(
        [sys.executable, "-c", ADDRESSES],
        env=env,
        cwd=Path(__file__).resolve().parents[2],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == found
