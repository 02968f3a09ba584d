"""A watcher while the machine sleeps and networks come and go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from twisted.internet import error as failures

from tests.net.wire import result
from tray.mail.model.status import Connecting, NeedsCredentials, Paused, ProblemKind, Waiting, Watching
from tray.net.imap.command_queue import DONE_DEADLINE, PROBE_DEADLINE
from tray.net.watch.connections.connection_status import CONFIRM_EVERY
from tray.net.watch.idle_loop import PROXY_RENEWAL, RENEWAL
from tray.net.watch.watcher import MailboxWatcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.net.watch.test_watcher import World


# Sleep.


def test_before_sleep_the_server_is_told_goodbye_and_nothing_happens_until_awake(world: World) -> None:
    world.watcher.start()
    wire = world.watch()
    world.reactor.advance(CONFIRM_EVERY + 1)  # the next word would be told
    said = result(world.watcher.sleep())
    assert isinstance(world.status, Connecting)
    assert wire.serve(world.reply) == ["DONE", "LOGOUT"]
    world.reactor.pump([0, 0])
    assert said == [None]
    assert isinstance(world.status, Connecting)
    world.reactor.advance(3600)
    assert not world.reactor.tcpClients
    world.watcher.probe(world.now)
    assert not world.reactor.tcpClients
    world.watcher.on_network_back()
    world.watch()
    assert not any(isinstance(status, Waiting) for status in world.statuses)


def test_a_machine_that_wakes_up_before_the_goodbye_is_over_connects_behind_it(world: World) -> None:
    world.watcher.start()
    wire = world.watch()
    world.watcher.sleep()
    world.watcher.on_network_back()
    wire.serve(world.reply)
    world.reactor.pump([0, 0.1])
    world.watch()


def test_while_asleep_checking_by_hand_connects(world: World) -> None:
    """Whoever clicks is awake."""
    world.watcher.start()
    world.watch().serve(world.reply)
    world.watcher.sleep()
    world.reactor.pump([1.5, 0])
    world.watcher.check_now()
    world.watch()


def test_what_waits_or_is_on_its_way_is_dropped_for_the_sleep_and_taken_up_again(world: World) -> None:
    world.watcher.start()
    world.reactor.accept().close(failures.ConnectionLost())
    assert isinstance(world.status, Waiting)
    for _ in range(2):  # waiting, then connecting
        assert result(world.watcher.sleep()) == [None]
        assert isinstance(world.status, Connecting)
        world.reactor.pump([0, 600])
        world.reactor.tcpClients.clear()
        world.watcher.on_network_back()
    world.watch()


def test_a_pause_and_a_refused_password_outlast_the_sleep(world: World) -> None:
    world.watcher.start()
    wire = world.greet()
    wire.s(f"{wire.sent()[0].split()[0]} NO [AUTHENTICATIONFAILED] no")
    assert result(world.watcher.sleep()) == [None]
    world.watcher.on_network_back()
    world.watcher.probe(world.now)
    assert isinstance(world.status, NeedsCredentials)
    world.watcher.pause(None)
    assert result(world.watcher.sleep()) == [None]
    world.watcher.on_network_back()
    assert isinstance(world.status, Paused)
    world.reactor.advance(60)
    assert not world.reactor.tcpClients


@pytest.mark.parametrize("looking", [False, True])
def test_what_the_server_sends_before_the_end_is_not_shown_as_watching(world: World, looking: bool) -> None:
    """BYE, the first response for long, or the end of a check."""
    world.watcher.start()
    wire = world.watch()
    world.reactor.advance(CONFIRM_EVERY + 1)
    if looking:
        world.watcher.check_now()
    world.watcher.pause(None)
    wire.serve(world.reply) if looking else wire.s("* BYE see you")
    assert isinstance(world.status, Paused)


# Another network.


def test_a_dead_connection_is_found_within_the_deadline_of_a_probe(world: World) -> None:
    world.watcher.start()
    world.watch()
    world.reactor.advance(200)
    world.watcher.probe(world.now)
    world.reactor.pump([PROBE_DEADLINE - 0.1, 0])
    assert isinstance(world.status, Watching)
    world.reactor.pump([0.1, 0])
    assert isinstance(world.status, Connecting)
    world.reactor.advance(1)
    world.watch()


def test_who_was_heard_since_needs_no_proof(world: World) -> None:
    world.watcher.start()
    wire = world.watch()
    world.reactor.advance(10)
    wire.s("* OK Still here")
    world.watcher.probe(world.now - 5)
    assert wire.sent() == []
    world.offset -= 60  # set back: a word from the future proves nothing
    world.watcher.probe(world.now - 5)
    assert wire.sent()[0] == "DONE"


def test_what_waits_for_time_to_pass_tries_again_at_once(world: World) -> None:
    world.watcher.start()
    world.reactor.accept().close(failures.ConnectionLost())
    world.watcher.probe(world.now)
    assert isinstance(world.status, Waiting)
    world.watcher.on_network_back()
    world.reactor.advance(0.1)
    world.watch()


def test_a_server_that_asked_for_patience_is_not_pressed(world: World) -> None:
    world.watcher.start()
    world.reactor.accept().s("* BYE Too many connections")
    assert world.status.problem.kind is ProblemKind.TOO_MANY
    world.watcher.on_network_back()
    assert isinstance(world.status, Waiting)


def test_a_connection_that_works_outlasts_a_change_of_networks(world: World) -> None:
    """Whether it still works is found out by a probe."""
    world.watcher.start()
    wire = world.watch()
    world.reactor.advance(60)
    world.watcher.on_network_back()
    assert not wire.transport.aborted
    assert wire.serve(world.reply) == []
    assert isinstance(world.status, Watching)


@pytest.mark.parametrize("again", [MailboxWatcher.on_network_back, MailboxWatcher.check_now])
def test_a_connection_that_is_asked_for_in_vain_is_asked_for_anew(
    world: World, again: Callable[[MailboxWatcher], None]
) -> None:
    """Its SYN went where the old network led to, or was lost; whoever looks again wants another try."""
    world.watcher.start()
    again(world.watcher)
    assert len(world.reactor.tcpClients) == 1
    world.reactor.advance(3)
    world.reactor.tcpClients.clear()
    again(world.watcher)
    world.watch()


def test_a_server_that_answers_others_is_asked_again_where_it_was_only_not_reached(world: World) -> None:
    """Not where it has said what it minds."""
    world.watcher.start()
    world.reactor.refuse(failures.ConnectionRefusedError())
    world.reactor.advance(0.3)
    world.reactor.refuse(failures.ConnectionRefusedError())
    world.reactor.advance(0.3)
    assert isinstance(world.status, Waiting)
    world.watcher.slot.outage.over()
    world.reactor.accept().s("* BYE Too many connections")
    assert world.status.problem.kind is ProblemKind.TOO_MANY
    world.watcher.slot.outage.over()
    assert isinstance(world.status, Waiting)


def test_a_proxy_has_more_time(world: World) -> None:
    """Tor builds a circuit first."""
    world.watcher.account = replace(world.watcher.account, proxy="tor")
    world.reactor.names["127.0.0.1"] = ["127.0.0.1"]
    world.watcher.start()
    for seconds, asked in ((10, 0), (10, 1)):
        world.reactor.advance(seconds)
        world.reactor.tcpClients.clear()
        world.watcher.check_now()
        assert len(world.reactor.tcpClients) == asked


def test_a_log_in_that_hangs_is_hurried(world: World) -> None:
    world.watcher.start()
    world.greet()
    world.reactor.advance(1)
    world.watcher.probe(world.now)
    world.reactor.pump([PROBE_DEADLINE, 0])
    assert isinstance(world.status, Waiting)


# Silence.


@pytest.mark.parametrize(("proxy", "seconds"), [("", RENEWAL), ("tor", PROXY_RENEWAL)])
def test_a_connection_cut_without_a_word_is_found_dead_by_the_renewal(
    world: World, proxy: str, seconds: float
) -> None:
    """Through a proxy it comes sooner: keepalive ends there."""
    world.watcher.start()
    wire = world.greet()
    world.watcher.account = replace(world.watcher.account, proxy=proxy)
    line, *wire.owed = wire.sent()
    wire.s(f"{line.split()[0]} OK [CAPABILITY IMAP4rev1 IDLE ESEARCH] in").serve(world.reply)
    world.reactor.advance(seconds - 1)
    assert wire.sent() == []
    world.reactor.advance(1)
    assert wire.sent()[0] == "DONE"
    world.reactor.pump([DONE_DEADLINE, 0, 0])
    assert any(isinstance(status, Waiting) for status in world.statuses)
