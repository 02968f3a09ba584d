"""Sleep, networks and locked screens, as logind, NetworkManager and a screen saver signal them."""

from __future__ import annotations

import logging

import pytest
from jeepney import DBusAddress, new_signal
from jeepney.io.blocking import open_dbus_connection
from PyQt5.QtCore import QCoreApplication, QEvent
from PyQt5.QtDBus import QDBusPendingCallWatcher

from tests.desktop.conftest import join
from tests.desktop.integration.listeners import PowerClient
from tests.rig.system import System
from tray.desktop.integration.power_events import PowerEvents


@pytest.fixture
def system():
    with System() as system:
        yield system


@pytest.fixture
def client():
    return PowerClient()


@pytest.fixture
def told(client):
    """What was reported, by name."""
    return client.calls


@pytest.fixture
def events(qapp, system, bus, client, until):
    """Listening, with its lock taken."""
    events = PowerEvents(client, join(system.address), bus)
    events.start()
    until(lambda: not events._system._calls)
    assert system.locks == 1
    yield events
    events.stop()


def test_a_goodbye_delays_sleep_and_its_end_lets_the_machine_go(events, system, client, told, until):
    """The lock is closed when all is said, and taken anew afterwards."""
    assert system.inhibitions == [("sleep", "Mailbell", "end the connections to mail servers", "delay")]
    system.sleep(begins=True)
    until(lambda: told)
    assert system.locks == 1
    client.done[0]()
    until(lambda: system.locks == 0)
    system.sleep(begins=False)
    until(lambda: len(told) == 2)
    assert told == ["sleep", "resumed"]
    until(lambda: system.locks == 1)


def test_a_goodbye_that_ends_after_the_sleep_does_not_release_the_next_lock(
    events, system, client, told, until
):
    """Nor does one that ends twice."""
    system.sleep(begins=True)
    until(lambda: told)
    system.sleep(begins=False)
    until(lambda: len(system.inhibitions) == 2 and not events._system._calls)
    client.done[0]()
    assert system.locks == 1
    system.sleep(begins=True)
    until(lambda: len(told) == 3)
    client.done[0]()
    assert system.locks == 1
    client.done[1]()
    client.done[1]()
    until(lambda: system.locks == 0)


def test_being_told_twice_of_the_same_sleep_is_one_sleep(events, system, told, until):
    """Waking up is told whenever it is told."""
    system.sleep(begins=True)
    system.sleep(begins=True)
    system.sleep(begins=False)
    until(lambda: "resumed" in told)
    assert len(told) == 2


def test_a_lock_that_comes_while_the_machine_goes_to_sleep_is_given_back(events, system, told, until):
    """It was asked for before."""
    events._inhibit()
    events._sleeping = True
    until(lambda: not events._system._calls)
    until(lambda: system.locks == 0)


def test_only_a_change_to_connected_is_a_network_that_came(events, system, told, until):
    """It was connected when we began; 60 is a network without the world."""
    for state in (70, 60, 70, 20, 10, 40, 70, 70):
        system.change_network(state)
    until(lambda: len(told) == 3)
    assert told == ["up", "down", "up"]
    system.lock(locked=False)  # a later message: all states before it have been seen
    until(lambda: told[-1] == "unlocked")
    assert told == ["up", "down", "up", "unlocked"]


def test_another_way_out_is_another_network(events, system, told, until):
    """A VPN, say: connected before and after; not while there is no network, nor when the way goes."""
    system.change_way("/org/freedesktop/NetworkManager/ActiveConnection/7")
    until(lambda: told == ["up"])
    system.change_way("/")
    system.change_network(20)
    system.change_way("/org/freedesktop/NetworkManager/ActiveConnection/8")
    system.lock(locked=False)
    until(lambda: told[-1] == "unlocked")
    assert told == ["up", "down", "unlocked"]


def test_an_unlocked_session_is_told_and_a_locked_one_is_not(events, system, told, until):
    """By logind."""
    system.lock(locked=True)
    system.lock(locked=False)
    until(lambda: told)
    assert told == ["unlocked"]


def test_a_session_that_is_to_be_unlocked_counts_as_unlocked(events, system, told, until):
    """Not every lock tells logind that it has gone."""
    system.ask_unlock()
    until(lambda: told == ["unlocked"])


@pytest.mark.parametrize("desktop", ["freedesktop", "gnome", "mate", "cinnamon", "xfce"])
def test_a_screen_saver_that_goes_is_an_unlocked_session(events, private_bus, told, until, desktop):
    """On desktops that do not tell logind."""
    saver = open_dbus_connection(private_bus.address)
    address = DBusAddress("/ScreenSaver", interface=f"org.{desktop}.ScreenSaver")
    for active in (True, False):
        saver.send(new_signal(address, "ActiveChanged", "b", (active,)))
    until(lambda: told)
    assert told == ["unlocked"]
    saver.close()


def test_a_logind_that_was_restarted_is_asked_for_a_lock_again(events, system, told, until):
    """With it, all locks are gone."""
    system.stop()
    system.start()
    until(lambda: system.locks == 1)
    system.sleep(begins=True)
    until(lambda: told)


def test_an_answer_that_is_there_before_it_is_waited_for_is_taken(events, system, monkeypatch, until):
    """A quick logind and a busy program: the lock must neither be missed nor kept by what nobody holds."""
    until(lambda: system.locks == 1)
    monkeypatch.setattr("tray.desktop.bus.QDBusPendingCallWatcher", AnsweredAtOnce)
    events._inhibit()
    until(lambda: events._inhibitor is not None)
    events._release()
    QCoreApplication.sendPostedEvents(None, QEvent.DeferredDelete)  # as the program's own loop does
    until(lambda: system.locks == 0)


class AnsweredAtOnce(QDBusPendingCallWatcher):
    """A call that was answered while we looked away."""

    def __init__(self, call, parent):
        super().__init__(call, parent)
        self.waitForFinished()


def test_who_has_stopped_listening_holds_no_lock_and_tells_nobody(events, system, told, until):
    """The machine may sleep without us."""
    events.stop()
    until(lambda: system.locks == 0)
    other = PowerClient()
    late = PowerEvents(other, join(system.address), events._session)
    late.start()
    until(lambda: not late._system._calls)
    system.lock(locked=False)
    system.change_network(20)
    until(lambda: "down" in other.calls)
    late.stop()
    assert told == []


def test_without_any_bus_nothing_is_missed(no_bus, client, told, caplog):
    """Containers and other inits: no error, no log above info."""
    events = PowerEvents(client, no_bus, no_bus)
    with caplog.at_level(logging.INFO):
        events.start()
        events.stop()
    assert told == []
    assert all(record.levelno <= logging.INFO for record in caplog.records)


def test_a_bus_without_services_is_no_error(bus, no_bus, client, told, until):
    events = PowerEvents(client, bus, no_bus)
    events.start()
    until(lambda: not events._system._calls)
    assert events._inhibitor is None
    events.stop()
    assert told == []
