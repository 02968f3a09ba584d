"""What sleep, networks, clocks and locked screens make the accounts do."""

from __future__ import annotations

import time

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from tests.fakes.ports import FakeWatcher
from tests.fakes.values import account
from tray.app.accounts import power_and_network
from tray.app.accounts.account_watch import AccountWatch
from tray.app.accounts.power_and_network import (
    AWAKE_AFTER,
    GOODBYE,
    STALE,
    TOGETHER,
    PowerAndNetwork,
    spread,
)
from tray.desktop import bus
from tray.desktop.system_events import clock as clock_module
from tray.desktop.system_events import power_events
from tray.mail.model.status import Connecting, Watching

BEGIN = 1_000_000.0


class ProbeFixture:
    """Some accounts, and a machine around them."""

    def __init__(self, count=2):
        self.clock = Clock()
        self.clock.advance(BEGIN)
        self.monotonic = 5000.0
        self.moved = 0
        self.watchers = []
        self.watches = [
            AccountWatch(account(f"a{number}"), 5, self.make_watcher, lambda _: None, lambda: BEGIN)
            for number in range(count)
        ]
        self.probes = PowerAndNetwork(self.clock, self, None, self.on_clock_moved, lambda: self.monotonic)

    def on_clock_moved(self):
        self.moved += 1

    def make_watcher(self, account, mailbox, _titles, heard):
        watcher = FakeWatcher(account, mailbox, heard)
        self.watchers.append(watcher)
        return watcher

    def advance(self, seconds):
        self.monotonic += seconds
        self.clock.advance(seconds)

    def jump(self, seconds):
        """Set the wall clock, or sleep: the other clock stands still then."""
        self.clock.rightNow += seconds

    def calls(self):
        """What each watcher was told since this was last asked."""
        told = [watcher.calls for watcher in self.watchers]
        for watcher in self.watchers:
            watcher.calls = []
        return told

    def settle(self):
        """Let a round of all accounts end."""
        self.advance(0.5)
        return self.calls()


@pytest.fixture
def house(monkeypatch):
    monkeypatch.setattr(power_and_network.random, "random", lambda: 0.5)
    house = ProbeFixture()
    yield house
    house.probes.stop()
    assert house.clock.getDelayedCalls() == []


def test_before_sleep_every_server_is_told_goodbye_and_then_the_machine_may_go(house):
    goodbyes = [Deferred(), Deferred()]
    for watcher, goodbye in zip(house.watchers, goodbyes, strict=True):
        watcher.answer = goodbye
    done = []
    house.probes.on_about_to_sleep(lambda: done.append(True))
    assert house.calls() == [["sleep"], ["sleep"]]
    goodbyes[0].callback(None)
    assert not done
    goodbyes[1].callback(None)
    assert done == [True]
    house.advance(GOODBYE)
    assert done == [True]


def test_a_server_that_does_not_answer_the_goodbye_does_not_keep_the_machine_awake(house):
    silent = house.watchers[0].answer = Deferred()
    done = []
    house.probes.on_about_to_sleep(lambda: done.append(True))
    house.advance(GOODBYE - 0.1)
    assert not done
    house.advance(0.1)
    assert done == [True]
    silent.callback(None)
    assert done == [True]


def test_after_sleep_all_connect_at_once_but_not_in_the_same_moment(house):
    house.probes.on_about_to_sleep(lambda: None)
    house.calls()
    house.jump(8 * 3600)
    house.probes.on_resumed()
    house.advance(0)
    expected = ["retry", ("probe", BEGIN + 8 * 3600)]
    assert house.calls() == [expected, []]
    house.advance(0.1)
    assert house.calls() == [[], expected]


def test_an_account_that_is_removed_before_its_turn_is_not_asked(house):
    house.probes.on_resumed()
    house.watches[1].stop()
    assert house.settle() == [["retry", ("probe", BEGIN)], ["stop"]]


def test_signs_of_one_event_are_one_proof_and_no_chance_to_connect_is_left_out(house):
    house.probes.on_resumed()
    assert house.settle() == [["retry", ("probe", BEGIN)]] * 2
    house.probes.on_network_changed(True)
    house.probes.on_network_changed(True)
    assert house.settle() == [["retry"]] * 2
    house.advance(TOGETHER - 1.1)
    assert house.calls() == [[], []]
    house.advance(0.1)
    assert house.settle() == [["retry", ("probe", BEGIN + 0.5)]] * 2
    house.advance(TOGETHER)
    assert house.settle() == [[], []]


def test_a_network_that_goes_and_comes_in_one_breath_leaves_nobody_unasked(house):
    """Both signals were read from the bus together."""
    house.probes.on_network_changed(False)
    house.probes.on_network_changed(True)
    assert sorted(map(str, house.settle()[0])) == ["('probe', 1000000.0)", "retry"]


def test_a_network_that_goes_is_no_reason_to_knock(house):
    house.probes.on_network_changed(False)
    assert house.settle() == [[("probe", BEGIN)]] * 2
    house.probes.on_network_changed(False)
    house.advance(TOGETHER)
    assert house.settle() == [[("probe", BEGIN + 0.5)]] * 2


def test_while_the_machine_goes_to_sleep_the_network_that_goes_disturbs_nobody(house):
    """NetworkManager tells of it, and a screen saver may too."""
    house.probes.on_about_to_sleep(lambda: None)
    house.calls()
    house.probes.on_network_changed(False)
    house.probes.on_network_changed(True)
    house.probes.on_unlocked()
    assert house.settle() == [[], []]


def test_a_sleep_that_was_called_off_without_a_word_ends_by_itself(house):
    house.probes.on_about_to_sleep(lambda: None)
    house.calls()
    house.advance(AWAKE_AFTER)
    assert house.settle() == [["retry", ("probe", BEGIN + AWAKE_AFTER)]] * 2


def test_an_unlocked_screen_asks_only_those_that_were_silent_for_long(house):
    house.probes.on_unlocked()
    assert house.settle() == [[("probe", BEGIN - STALE)]] * 2


def test_an_unlocked_screen_just_after_waking_up_does_not_disturb_the_reconnects(house):
    house.probes.on_resumed()
    house.probes.on_unlocked()
    assert house.settle() == [["retry", ("probe", BEGIN)]] * 2


@pytest.mark.parametrize("seconds", [3600, -3600])
@pytest.mark.parametrize("asleep", [False, True])
def test_a_clock_that_was_set_and_a_sleep_without_a_signal_are_seen_by_the_clocks(house, seconds, asleep):
    """Containers, other inits. Hard case 35: the reactor's timers go by the wall clock."""
    if asleep:
        house.probes.on_about_to_sleep(lambda: None)
        house.calls()
    house.jump(10.0 if seconds > 0 else -10.0)  # as NTP may correct it
    assert not house.probes.check_clock()
    assert house.settle() == [[], []]
    house.jump(seconds)
    assert house.probes.check_clock()
    assert [calls[0] for calls in house.settle()] == ["retry", "retry"]
    assert house.moved == 1
    assert not house.probes.check_clock()
    assert house.settle() == [[], []]


def test_a_sleep_that_was_told_is_not_seen_again_by_the_clocks(house):
    house.probes.on_about_to_sleep(lambda: None)
    house.jump(3600)
    house.probes.on_resumed()
    house.settle()
    assert not house.probes.check_clock()
    house.advance(TOGETHER)
    assert house.settle() == [[], []]


def test_twenty_accounts_connect_within_a_second_or_so_and_fifty_are_no_storm():
    for count, most in ((1, 0), (2, 0.08), (20, 1.0), (50, 2.5), (200, 2.51)):
        for random in (0.0, 0.999):
            delays = spread(count, lambda random=random: random)
            assert len(delays) == count
            assert delays[0] == 0
            assert delays == sorted(delays)
            assert max(delays) <= most
    assert spread(0, lambda: 0.5) == []


def test_the_status_tells_the_true_last_word_of_the_server(house):
    """Though a watcher tells of each word now and then only."""
    (watch, _), (watcher, _) = house.watches, house.watchers
    watcher.on_status(Watching(since=5.0, last_confirmed=6.0))
    assert watch.status == Watching(since=5.0, last_confirmed=6.0)
    watcher.last_confirmed = 34.0
    assert watch.status == Watching(since=5.0, last_confirmed=34.0)
    watcher.on_status(Connecting(since=40.0))
    assert watch.status == Connecting(since=40.0)


# What is listened to.


class FakeWatch:
    """Whatever it is to listen to, it is called by the test."""

    def __init__(self, *_):
        self.listens = False

    def start(self):
        self.listens = True

    def stop(self):
        self.listens = False


@pytest.mark.parametrize("event", [PowerAndNetwork.on_resumed, PowerAndNetwork._clock_set])
def test_after_a_sleep_and_a_clock_that_was_set_the_zone_is_read_again(house, monkeypatch, event, tmp_path):
    """A machine that slept may have travelled."""
    monkeypatch.setattr(power_events, "PowerEvents", FakeWatch)
    monkeypatch.setattr(clock_module, "ClockWatch", FakeWatch)
    monkeypatch.setattr(clock_module, "ZoneWatch", FakeWatch)
    monkeypatch.setattr(bus, "system_bus", lambda: None)
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    monkeypatch.setenv("TZ", f":{link}")
    time.tzset()
    house.probes.start()
    house.advance(2)
    assert [watch.listens for watch in house.probes._watches] == [True] * 3
    link.unlink()
    link.symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    event(house.probes)
    house.probes.stop()
    assert [watch.listens for watch in house.probes._watches] == [False] * 3
    hour = time.localtime(1_768_478_400).tm_hour
    monkeypatch.undo()
    time.tzset()
    assert (house.moved, hour) == (1, 21)
