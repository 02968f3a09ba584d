"""Sleep, networks and locked screens, as logind, NetworkManager and a screen saver tell of them."""

from __future__ import annotations

import logging
import os

import pytest
from jeepney import DBusAddress, new_signal
from jeepney.io.blocking import open_dbus_connection
from PyQt5.QtCore import QCoreApplication, QEvent
from PyQt5.QtDBus import QDBusConnection, QDBusPendingCallWatcher

from tests.rig.system import System
from tray.desktop.bus import Bus
from tray.desktop.integration import power_events
from tray.desktop.integration.power_events import ClockWatch, PowerEvents, PowerListener


@pytest.fixture
def system():
    with System() as system:
        yield system


@pytest.fixture
def told():
    """What was told, in words; for sleep, what to call when all is said."""
    return []


@pytest.fixture
def tidings(told):
    return PowerListener(
        about_to_sleep=told.append,
        resumed=lambda: told.append("resumed"),
        network_changed=lambda up: told.append("up" if up else "down"),
        clock_changed=lambda: told.append("clock"),
        unlocked=lambda: told.append("unlocked"),
    )


@pytest.fixture
def wake(qapp, system, bus, tidings, until):
    """Listening, with its lock taken."""
    wake = PowerEvents(tidings, machine_bus(system), bus)
    wake.start()
    until(lambda: not wake._system._calls)
    assert system.locks == 1
    yield wake
    wake.stop()


def machine_bus(system):
    """A place on its bus."""
    return Bus(QDBusConnection.SystemBus, system.address)


def test_a_goodbye_delays_sleep_and_its_end_lets_the_machine_go(wake, system, told, until):
    """The lock is closed when all is said, and taken anew afterwards."""
    assert system.inhibitions == [("sleep", "Mailbell", "say goodbye to mail servers", "delay")]
    system.sleep(begins=True)
    until(lambda: told)
    assert system.locks == 1
    told[0]()
    until(lambda: system.locks == 0)
    system.sleep(begins=False)
    until(lambda: len(told) == 2)
    assert told[1] == "resumed"
    until(lambda: system.locks == 1)


def test_a_goodbye_that_ends_after_the_sleep_does_not_release_the_next_lock(wake, system, told, until):
    """Nor does one that ends twice."""
    system.sleep(begins=True)
    until(lambda: told)
    system.sleep(begins=False)
    until(lambda: len(system.inhibitions) == 2 and not wake._system._calls)
    told[0]()
    assert system.locks == 1
    system.sleep(begins=True)
    until(lambda: len(told) == 3)
    told[0]()
    assert system.locks == 1
    told[2]()
    told[2]()
    until(lambda: system.locks == 0)


def test_being_told_twice_of_the_same_sleep_is_one_sleep(wake, system, told, until):
    """Waking up is told whenever it is told."""
    system.sleep(begins=True)
    system.sleep(begins=True)
    system.sleep(begins=False)
    until(lambda: "resumed" in told)
    assert len(told) == 2


def test_a_lock_that_comes_while_the_machine_goes_to_sleep_is_given_back(wake, system, told, until):
    """It was asked for before."""
    wake._inhibit()
    wake._sleeping = True
    until(lambda: not wake._system._calls)
    until(lambda: system.locks == 0)


def test_only_a_change_to_connected_is_a_network_that_came(wake, system, told, until):
    """It was connected when we began; 60 is a network without the world."""
    for state in (70, 60, 70, 20, 10, 40, 70, 70):
        system.change_network(state)
    until(lambda: len(told) == 3)
    assert told == ["up", "down", "up"]
    system.lock(locked=False)  # a later message: all states before it have been seen
    until(lambda: told[-1] == "unlocked")
    assert told == ["up", "down", "up", "unlocked"]


def test_another_way_out_is_another_network(wake, system, told, until):
    """A VPN, say: connected before and after; not while there is no network, nor when the way goes."""
    system.change_way("/org/freedesktop/NetworkManager/ActiveConnection/7")
    until(lambda: told == ["up"])
    system.change_way("/")
    system.change_network(20)
    system.change_way("/org/freedesktop/NetworkManager/ActiveConnection/8")
    system.lock(locked=False)
    until(lambda: told[-1] == "unlocked")
    assert told == ["up", "down", "unlocked"]


def test_a_restarted_system_bus_is_greeted_like_the_first(wake, system, told, until):
    """A sleep that was told by the old one is over; what its network became meanwhile is told."""
    system.sleep(begins=True)
    until(lambda: len(told) == 1)
    system.network = 20
    system.restart_bus()
    until(lambda: system.locks == 1 and told[1:] == ["down"])
    told.clear()
    system.sleep(begins=True)
    until(lambda: told)
    system.lock(locked=False)
    until(lambda: told[-1:] == ["unlocked"])


def test_an_unlocked_session_is_told_and_a_locked_one_is_not(wake, system, told, until):
    """By logind."""
    system.lock(locked=True)
    system.lock(locked=False)
    until(lambda: told)
    assert told == ["unlocked"]


def test_a_session_that_is_to_be_unlocked_counts_as_unlocked(wake, system, told, until):
    """Not every lock tells logind that it has gone."""
    system.ask_unlock()
    until(lambda: told == ["unlocked"])


@pytest.mark.parametrize("desktop", ["freedesktop", "gnome", "mate", "cinnamon", "xfce"])
def test_a_screen_saver_that_goes_is_an_unlocked_session(wake, private_bus, told, until, desktop):
    """On desktops that do not tell logind."""
    saver = open_dbus_connection(private_bus.address)
    address = DBusAddress("/ScreenSaver", interface=f"org.{desktop}.ScreenSaver")
    for active in (True, False):
        saver.send(new_signal(address, "ActiveChanged", "b", (active,)))
    until(lambda: told)
    assert told == ["unlocked"]
    saver.close()


def test_a_logind_that_was_restarted_is_asked_for_a_lock_again(wake, system, told, until):
    """With it, all locks are gone."""
    system.stop()
    system.start()
    until(lambda: system.locks == 1)
    system.sleep(begins=True)
    until(lambda: told)


def test_an_answer_that_is_there_before_it_is_waited_for_is_taken(wake, system, monkeypatch, until):
    """A quick logind and a busy program: the lock must neither be missed nor kept by what nobody holds."""
    until(lambda: system.locks == 1)
    monkeypatch.setattr("tray.desktop.bus.QDBusPendingCallWatcher", AnsweredAtOnce)
    wake._inhibit()
    until(lambda: wake._inhibitor is not None)
    wake._release()
    QCoreApplication.sendPostedEvents(None, QEvent.DeferredDelete)  # as the program's own loop does
    until(lambda: system.locks == 0)


class AnsweredAtOnce(QDBusPendingCallWatcher):
    """A call that was answered while we looked away."""

    def __init__(self, call, parent):
        super().__init__(call, parent)
        self.waitForFinished()


def test_who_has_stopped_listening_holds_no_lock_and_tells_nobody(wake, system, told, until):
    """The machine may sleep without us."""
    wake.stop()
    until(lambda: system.locks == 0)
    other = []
    late = PowerEvents(
        PowerListener(other.append, other.append, other.append, other.append, lambda: None),
        machine_bus(system),
        wake._session,
    )
    late.start()
    until(lambda: not late._system._calls)
    system.lock(locked=False)
    system.change_network(20)
    until(lambda: other)
    late.stop()
    assert told == []


def test_without_any_bus_nothing_is_missed(no_bus, tidings, told, caplog):
    """Containers and other inits: no error, no log above info."""
    wake = PowerEvents(tidings, no_bus, no_bus)
    with caplog.at_level(logging.INFO):
        wake.start()
        wake.stop()
    assert told == []
    assert all(record.levelno <= logging.INFO for record in caplog.records)


def test_a_bus_without_services_is_no_error(bus, no_bus, tidings, told, until):
    """And what comes later is heard."""
    wake = PowerEvents(tidings, bus, no_bus)
    wake.start()
    until(lambda: not wake._system._calls)
    assert wake._inhibitor is None
    wake.stop()
    assert told == []


# The kernel's word on the clock.


def test_the_kernel_gives_a_timer_that_does_not_ring():
    """What it would tell, only a machine whose clock may be set can show."""
    timer = power_events.make_timer()
    assert timer is not None
    with pytest.raises(BlockingIOError):
        os.read(timer, 8)
    assert power_events.set_timer(timer)
    os.close(timer)


def test_a_cancelled_timer_is_told_and_set_again(qapp, monkeypatch, told, until):
    """An eventfd stands for the timer: the machine's clock is not ours to set."""
    stand_in = os.eventfd(0, os.EFD_NONBLOCK)
    set_again = []
    monkeypatch.setattr(power_events, "make_timer", lambda: stand_in)
    monkeypatch.setattr(power_events, "set_timer", lambda fd: set_again.append(fd) or True)
    watch = ClockWatch(lambda: told.append("clock"))
    watch.start()
    for count in (1, 2):
        os.eventfd_write(stand_in, 1)
        until(lambda count=count: len(told) == count)
    assert set_again == [stand_in] * 2
    watch.stop()


def test_a_timer_that_cannot_be_set_again_is_given_up(qapp, monkeypatch, told, until):
    """It would be readable for ever."""
    stand_in = os.eventfd(0, os.EFD_NONBLOCK)
    monkeypatch.setattr(power_events, "make_timer", lambda: stand_in)
    monkeypatch.setattr(power_events, "set_timer", lambda _: False)
    watch = ClockWatch(lambda: told.append("clock"))
    watch.start()
    os.eventfd_write(stand_in, 1)
    until(lambda: told)
    assert watch._notifier is None
    watch.stop()


def test_elsewhere_there_is_no_such_timer(monkeypatch, qapp):
    """And that is no error."""
    monkeypatch.setattr(power_events.sys, "platform", "darwin")
    watch = ClockWatch(lambda: None)
    watch.start()
    watch.stop()
    assert power_events.make_timer() is None
