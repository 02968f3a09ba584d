"""What sleep, networks, clocks and locked screens make the accounts do."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from tests.fakes.ports import FakeWatcher
from tests.fakes.values import account
from tray.app.accounts.account_watch import AccountWatch
from tray.app.accounts.power_and_network import (
    AWAKE_AFTER,
    GOODBYE,
    STALE,
    TOGETHER,
    ClockJump,
    ClockJumpDetector,
    ConnectionProbes,
    machine_clocks,
    spread,
)
from tray.mail.model.status import Connecting, Watching

BEGIN = 1_000_000.0


class Times:
    """The clocks of a machine that can be put to sleep and set."""

    def __init__(self):
        self.wall, self.running, self.always = 1.8e9, 5000.0, 5000.0

    def clocks(self):
        return ClockJumpDetector(lambda: self.wall, lambda: self.running, lambda: self.always)

    def pass_(self, seconds):
        self.wall += seconds
        self.running += seconds
        self.always += seconds

    def sleep(self, seconds):
        self.wall += seconds
        self.always += seconds


class ProbeFixture:
    """Some accounts, and a machine around them."""

    def __init__(self, count=2):
        self.clock = Clock()
        self.clock.advance(BEGIN)
        self.times = Times()
        self.watchers = []
        self.watches = [
            AccountWatch(account(f"a{number}"), 5, self.make_watcher, lambda _: None, lambda: BEGIN)
            for number in range(count)
        ]
        self.probes = ConnectionProbes(
            self.clock, lambda: self.watches, self.times.clocks(), random=lambda: 0.5
        )

    def make_watcher(self, account, mailbox, _titles, heard):
        watcher = FakeWatcher(account, mailbox, heard)
        self.watchers.append(watcher)
        return watcher

    def advance(self, seconds):
        self.times.pass_(seconds)
        self.clock.advance(seconds)

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
def house():
    house = ProbeFixture()
    yield house
    house.probes.stop()
    assert house.clock.getDelayedCalls() == []


def test_before_sleep_every_server_is_told_goodbye_and_then_the_machine_may_go(house):
    goodbyes = [Deferred(), Deferred()]
    for watcher, goodbye in zip(house.watchers, goodbyes, strict=True):
        watcher.answer = goodbye
    done = []
    house.probes.about_to_sleep(lambda: done.append(True))
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
    house.probes.about_to_sleep(lambda: done.append(True))
    house.advance(GOODBYE - 0.1)
    assert not done
    house.advance(0.1)
    assert done == [True]
    silent.callback(None)
    assert done == [True]


def test_after_sleep_all_connect_at_once_but_not_in_the_same_moment(house):
    house.probes.about_to_sleep(lambda: None)
    house.calls()
    house.times.sleep(8 * 3600)
    house.probes.resumed()
    house.advance(0)
    assert house.calls() == [["retry", ("probe", BEGIN)], []]
    house.advance(0.1)
    assert house.calls() == [[], ["retry", ("probe", BEGIN)]]


def test_signs_of_one_event_are_one_proof_and_no_chance_to_connect_is_left_out(house):
    """Awake, and a moment later the network: who was heard after the last sign is not asked again."""
    house.probes.resumed()
    assert house.settle() == [["retry", ("probe", BEGIN)]] * 2
    house.probes.network_changed(True)
    house.probes.network_changed(True)
    assert house.settle() == [["retry"]] * 2
    house.advance(TOGETHER - 1.1)
    assert house.calls() == [[], []]
    house.advance(0.1)
    assert house.settle() == [["retry", ("probe", BEGIN + 0.5)]] * 2
    house.advance(TOGETHER)
    assert house.settle() == [[], []]


def test_a_network_that_goes_and_comes_in_one_breath_leaves_nobody_unasked(house):
    """Both signals were read from the bus together."""
    house.probes.network_changed(False)
    house.probes.network_changed(True)
    assert sorted(map(str, house.settle()[0])) == ["('probe', 1000000.0)", "retry"]


def test_a_network_that_goes_is_no_reason_to_knock(house):
    """But what is connected may be no longer."""
    house.probes.network_changed(False)
    assert house.settle() == [[("probe", BEGIN)]] * 2
    house.probes.network_changed(False)
    house.advance(TOGETHER)
    assert house.settle() == [[("probe", BEGIN + 0.5)]] * 2


def test_while_the_machine_goes_to_sleep_the_network_that_goes_disturbs_nobody(house):
    """NetworkManager tells of it, and a screen saver may too."""
    house.probes.about_to_sleep(lambda: None)
    house.calls()
    house.probes.network_changed(False)
    house.probes.network_changed(True)
    house.probes.unlocked()
    house.times.wall += 3600
    house.probes.check_clock()
    assert house.settle() == [[], []]


def test_a_sleep_that_was_called_off_without_a_word_ends_by_itself(house):
    house.probes.about_to_sleep(lambda: None)
    house.calls()
    house.advance(AWAKE_AFTER)
    assert house.settle() == [["retry", ("probe", BEGIN + AWAKE_AFTER)]] * 2


def test_an_unlocked_screen_asks_only_those_that_were_silent_for_long(house):
    house.probes.unlocked()
    assert house.settle() == [[("probe", BEGIN - STALE)]] * 2


def test_an_unlocked_screen_just_after_waking_up_does_not_disturb_the_reconnects(house):
    house.probes.resumed()
    house.probes.unlocked()
    assert house.settle() == [["retry", ("probe", BEGIN)]] * 2


def test_a_sleep_of_which_nobody_told_is_seen_by_the_clocks(house):
    """Containers, other inits."""
    house.times.sleep(5)
    house.probes.check_clock()
    assert house.settle() == [[], []]
    house.times.sleep(3600)
    house.probes.check_clock()
    assert [calls[0] for calls in house.settle()] == ["retry", "retry"]
    house.probes.check_clock()
    assert house.settle() == [[], []]


def test_a_sleep_that_was_told_is_not_seen_again_by_the_clocks(house):
    house.probes.about_to_sleep(lambda: None)
    house.times.sleep(3600)
    house.probes.resumed()
    house.settle()
    house.probes.check_clock()
    house.advance(TOGETHER)
    assert house.settle() == [[], []]


@pytest.mark.parametrize("hours", [8, -1])
def test_a_clock_that_was_set_makes_everybody_prove_it(house, hours):
    """Hard case 35: the reactor's timers go by the wall clock."""
    house.times.wall += hours * 3600
    house.probes.check_clock()
    assert [calls[0] for calls in house.settle()] == ["retry", "retry"]


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


def test_this_machine_has_such_clocks():
    assert machine_clocks().look() is ClockJump.NONE


def test_without_a_clock_that_counts_sleep_a_sleep_looks_like_a_clock_that_was_set(monkeypatch):
    from tray.app.accounts import power_and_network as clocks

    monkeypatch.delattr(clocks.time, "CLOCK_BOOTTIME")
    times = Times()
    monkeypatch.setattr(clocks.time, "time", lambda: times.wall)
    monkeypatch.setattr(clocks.time, "monotonic", lambda: times.running)
    machine = machine_clocks()
    times.sleep(3600)
    assert machine.look() is ClockJump.SET
