"""Sleep, networks and locked screens, as logind, NetworkManager and a screen saver signal them."""

from __future__ import annotations

import logging

import pytest
from jeepney import DBusAddress, new_signal
from jeepney.io.blocking import open_dbus_connection
from PyQt5.QtCore import QCoreApplication, QEvent
from PyQt5.QtDBus import QDBusPendingCallWatcher

from tests.desktop.conftest import join
from tests.desktop.listeners import PowerClient
from tests.rig.system import System
from tray.desktop.system_events.power_events import PowerEvents


@pytest.fixture
def system():
    with System() as system:
        yield system


@pytest.fixture
def client():
    return PowerClient()


@pytest.fixture
def calls(client):
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


def test_a_log_out_delays_sleep_and_its_end_lets_the_machine_go(events, system, client, calls, until):
    assert system.inhibitions == [("sleep", "Mailbell", "end the connections to mail servers", "delay")]
    system.sleep(begins=True)
    until(lambda: calls)
    assert system.locks == 1
    client.done[0]()
    until(lambda: system.locks == 0)
    system.sleep(begins=False)
    until(lambda: len(calls) == 2)
    assert calls == ["sleep", "resumed"]
    until(lambda: system.locks == 1)


def test_a_log_out_that_ends_after_the_sleep_does_not_release_the_next_lock(
    events, system, client, calls, until
):
    system.sleep(begins=True)
    until(lambda: calls)
    system.sleep(begins=False)
    until(lambda: len(system.inhibitions) == 2 and not events._system._calls)
    client.done[0]()
    assert system.locks == 1
    system.sleep(begins=True)
    until(lambda: len(calls) == 3)
    client.done[0]()
    assert system.locks == 1
    client.done[1]()
    client.done[1]()
    until(lambda: system.locks == 0)


def test_a_sleep_that_is_signalled_twice_is_one_sleep(events, system, calls, until):
    system.sleep(begins=True)
    system.sleep(begins=True)
    system.sleep(begins=False)
    until(lambda: "resumed" in calls)
    assert len(calls) == 2


def test_a_lock_that_comes_while_the_machine_goes_to_sleep_is_given_back(events, system, calls, until):
    """It was asked for before."""
    events._inhibit()
    events._sleeping = True
    until(lambda: not events._system._calls)
    until(lambda: system.locks == 0)


def test_only_a_change_to_connected_is_a_network_that_came(events, system, calls, until):
    """It was connected when we began; 60 is a network without the world."""
    for state in (70, 60, 70, 20, 10, 40, 70, 70):
        system.change_network(state)
    until(lambda: len(calls) == 3)
    assert calls == ["up", "down", "up"]
    system.lock(locked=False)  # a later message: all states before it have been seen
    until(lambda: calls[-1] == "unlocked")
    assert calls == ["up", "down", "up", "unlocked"]


def test_another_way_out_is_another_network(events, system, calls, until):
    """A VPN, say: connected before and after; not while there is no network, nor when the way goes."""
    system.change_way("/org/freedesktop/NetworkManager/ActiveConnection/7")
    until(lambda: calls == ["up"])
    system.change_way("/")
    system.change_network(20)
    system.change_way("/org/freedesktop/NetworkManager/ActiveConnection/8")
    system.lock(locked=False)
    until(lambda: calls[-1] == "unlocked")
    assert calls == ["up", "down", "unlocked"]


def test_an_unlocked_session_is_reported_and_a_locked_one_is_not(events, system, calls, until):
    system.lock(locked=True)
    system.lock(locked=False)
    until(lambda: calls)
    assert calls == ["unlocked"]


def test_a_session_that_is_to_be_unlocked_counts_as_unlocked(events, system, calls, until):
    """Not every screen lock sets LockedHint when it has gone."""
    system.ask_unlock()
    until(lambda: calls == ["unlocked"])


@pytest.mark.parametrize("desktop", ["freedesktop", "gnome", "mate", "cinnamon", "xfce"])
def test_a_screen_saver_that_goes_is_an_unlocked_session(events, private_bus, calls, until, desktop):
    """On desktops whose lock does not set LockedHint."""
    saver = open_dbus_connection(private_bus.address)
    address = DBusAddress("/ScreenSaver", interface=f"org.{desktop}.ScreenSaver")
    for active in (True, False):
        saver.send(new_signal(address, "ActiveChanged", "b", (active,)))
    until(lambda: calls)
    assert calls == ["unlocked"]
    saver.close()


def test_a_logind_that_was_restarted_is_asked_for_a_lock_again(events, system, calls, until):
    system.stop()
    system.start()
    until(lambda: system.locks == 1)
    system.sleep(begins=True)
    until(lambda: calls)


def test_an_answer_that_is_there_before_it_is_waited_for_is_taken(events, system, monkeypatch, until):
    """A quick logind and a busy program: the lock must neither be missed nor kept."""
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


def test_who_has_stopped_listening_holds_no_lock_and_is_not_called(events, system, calls, until):
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
    assert calls == []


def test_without_any_bus_nothing_is_missed(no_bus, client, calls, caplog):
    """Containers and other inits: no error, no log above info."""
    events = PowerEvents(client, no_bus, no_bus)
    with caplog.at_level(logging.INFO):
        events.start()
        events.stop()
    assert calls == []
    assert all(record.levelno <= logging.INFO for record in caplog.records)


def test_a_bus_without_services_is_no_error(bus, no_bus, client, calls, until):
    events = PowerEvents(client, bus, no_bus)
    events.start()
    until(lambda: not events._system._calls)
    assert events._inhibitor is None
    events.stop()
    assert calls == []
