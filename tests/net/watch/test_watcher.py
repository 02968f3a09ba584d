"""Supervision: connect, watch, judge the end, wait, begin again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet import error as failures
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionLost

from tests.fakes.values import pending
from tests.net.accounts import SECRET, STARTTLS, TLS
from tests.net.session_fixture import COUNT
from tests.net.wire import TITLES, Reactor, Wire, result, row
from tray.imap.types import INBOX, NO_EXTRAS, ExtraItems, MailboxName
from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState, advance
from tray.mail.model.action import MessageAction
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import (
    Connecting,
    NeedsCredentials,
    Paused,
    Problem,
    ProblemKind,
    Waiting,
    Watching,
)
from tray.net.errors import ActionFailed
from tray.net.imap.command_queue import PROBE_DEADLINE
from tray.net.watch.connections.connection_limits import JITTER, STEP, ConnectionLimits
from tray.net.watch.connections.connection_status import CONFIRM_EVERY
from tray.net.watch.connections.retry import GOOD_AFTER
from tray.net.watch.idle_loop import RENEWAL
from tray.net.watch.watcher import MailboxWatcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.account import Account
    from tray.net.watch.connections.account_connections import AccountConnections

ALL_READ = pending(MessageAction.READ, *range(1, 11), unread_only=True)
GREETING = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi"


class World:
    """A watcher in a world of memory."""

    def __init__(
        self,
        account: Account = TLS,
        mailbox: MailboxName = INBOX,
        *,
        random: Callable[[], float] = lambda: 1.0,
        shared: World | None = None,
        connections: AccountConnections | None = None,
    ) -> None:
        """`shared`: another watcher, whose reactor and connection limits this one has."""
        self.reactor = Reactor() if shared is None else shared.reactor
        self.limits = ConnectionLimits(self.reactor, random) if shared is None else shared.limits
        self.statuses: list[Any] = []
        self.reports: list[MailboxReport] = []
        self.alerts: list[Problem] = []
        self.state: MailboxState | None = None
        self.offset = 1_800_000_000.0
        self.secret: Any = lambda _: succeed(SECRET)
        self.watcher = MailboxWatcher(
            account,
            mailbox,
            self,
            3,
            reactor=self.reactor,
            limits=self.limits,
            random=random,
            now=lambda: self.now,
            connections=connections,
        )

    def mailbox_state(self) -> MailboxState | None:
        return self.state

    def extra_items(self) -> ExtraItems:
        return NO_EXTRAS

    def proxy_secret(self, account: Account) -> Deferred[Secret]:
        raise NotImplementedError

    def on_new_mail_requested(self) -> None:
        pass

    def on_report(self, report: MailboxReport) -> None:
        self.reports.append(report)
        self.state = advance(self.state, report, 3).state

    def on_status(self, status: Any) -> None:
        self.statuses.append(status)

    def on_alert(self, problem: Problem) -> None:
        self.alerts.append(problem)

    def greet(self) -> Wire:
        """The server accepts, handshakes and greets."""
        wire = self.reactor.accept()
        wire.protocol.handshakeCompleted()
        return wire.s(GREETING)

    def log_in(self) -> Wire:
        """... and lets us in."""
        wire = self.greet()
        line, *wire.owed = wire.sent()
        return wire.s(f"{line.split()[0]} OK [CAPABILITY IMAP4rev1 IDLE ESEARCH] in")

    def watch(self) -> Wire:
        """... and the mailbox is read: one mail."""
        wire = self.log_in()
        wire.serve(self.reply)
        assert isinstance(self.status, Watching)
        return wire

    @staticmethod
    def reply(said: str) -> tuple[str, ...]:
        if said.startswith(("EXAMINE", "SELECT")):
            return "* 1 EXISTS", "* OK [UIDVALIDITY 7] v", "* OK [UIDNEXT 11] n", "OK [READ-WRITE] done"
        if "FETCH" in said:
            return row(1, 10), "OK"
        return ("* SEARCH 10", "OK") if said.endswith("1:* UNSEEN UNDELETED") else ("OK",)

    @property
    def now(self) -> float:
        return self.reactor.seconds() + self.offset

    @property
    def status(self) -> Any:
        return self.statuses[-1]


def test_it_connects_logs_in_and_watches(world: World) -> None:
    world.watcher.start()
    world.watcher.start()
    assert len(world.reactor.tcpClients) == 1
    wire = world.watch()
    assert [type(status) for status in world.statuses] == [Connecting, Watching]
    assert world.status.push
    assert world.reports[0].covers == 1
    assert world.watcher.last_confirmed == world.offset
    assert len(world.reactor.getDelayedCalls()) == 1
    assert wire.transport.creators


def test_words_from_the_server_are_confirmations_told_now_and_then(world: World) -> None:
    world.watcher.start()
    wire = world.watch()
    told = len(world.statuses)
    world.reactor.advance(CONFIRM_EVERY - 1)
    wire.s("* OK Still here")
    assert world.watcher.last_confirmed == world.offset + CONFIRM_EVERY - 1
    assert len(world.statuses) == told
    world.reactor.advance(1)
    wire.s("* OK Still here")
    assert world.status.last_confirmed == world.offset + CONFIRM_EVERY
    assert world.status.since == world.offset


def test_a_clock_set_back_is_told_at_once(world: World) -> None:
    """Hard case 35."""
    world.watcher.start()
    wire = world.watch()
    world.offset -= 3600
    wire.s("* OK Still here")
    assert world.status.last_confirmed == world.offset


def test_a_connection_lost_after_a_good_session_is_made_again_at_once(world: World) -> None:
    """And an earlier problem was another one."""
    world.watcher.start()
    world.greet().close(ConnectionLost())
    world.reactor.advance(1)
    wire = world.watch()
    world.reactor.advance(GOOD_AFTER)
    wire.close(ConnectionLost())
    assert isinstance(world.status, Waiting)
    assert world.status.problem.kind is ProblemKind.UNREACHABLE
    assert world.status.since == world.now
    assert world.status.until - world.now < 1
    assert world.watcher.last_confirmed is None
    world.reactor.advance(0.5)
    world.watch()


def test_a_watcher_that_was_stopped_while_it_waited_watches_again(world: World) -> None:
    world.watcher.start()
    world.greet().close(ConnectionLost())
    assert isinstance(world.status, Waiting)
    world.watcher.stop()
    world.watcher.start()
    world.reactor.advance(1)
    world.watch()


def test_a_connection_lost_at_once_again_and_again_is_made_ever_later(world: World) -> None:
    world.watcher.start()
    waits = []
    for _ in range(7):
        world.watch().close(ConnectionLost())
        waits.append(world.status.until - world.offset - world.reactor.seconds())
        world.reactor.advance(waits[-1] + STEP + JITTER)  # between two log-ins
    assert waits == pytest.approx([0, 0, 0, 8, 16, 32, 64], abs=1e-6)  # the offset is a large number


def attempts(world: World, fail: Callable[[World], None], seconds: float) -> int:
    """How many connections are asked for within `seconds`, each of which fails at once."""
    begun, count = world.reactor.seconds(), 0
    while True:
        fail(world)
        count += 1
        wait = world.status.until - world.offset - world.reactor.seconds()
        if world.reactor.seconds() + wait - begun > seconds:
            return count
        world.reactor.advance(wait + 0.001)


def closes(world: World) -> None:
    world.reactor.accept().close(ConnectionLost())


def greets_and_closes(world: World) -> None:
    world.greet().close(ConnectionLost())


def says_goodbye(world: World) -> None:
    world.reactor.accept().s("* BYE enough")


def cannot_let_us_in(world: World) -> None:
    wire = world.greet()
    wire.s(f"{wire.sent()[0].split()[0]} NO [UNAVAILABLE] later")


def refuses_to_log_in_and_closes(world: World) -> None:
    world.log_in().close(ConnectionLost())


def offers_no_starttls(world: World) -> None:
    world.reactor.accept().s("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi")


def refuses_starttls(world: World) -> None:
    wire = world.reactor.accept().s("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi")
    wire.s(f"{wire.sent()[0].split()[0]} NO not today")


@pytest.mark.parametrize("random", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    ("fail", "account"),
    [
        (closes, TLS),
        (greets_and_closes, TLS),
        (says_goodbye, TLS),
        (cannot_let_us_in, TLS),
        (refuses_to_log_in_and_closes, TLS),
        (offers_no_starttls, STARTTLS),
        (refuses_starttls, STARTTLS),
    ],
)
def test_what_does_not_pass_in_seconds_is_tried_ever_more_rarely(
    fail: Callable[[World], None], account: Account, random: float
) -> None:
    """At most four connections in 12 s, and eight in 20 s."""
    for seconds, most in ((12, 4), (20, 8)):
        world = World(account, random=lambda: random)
        world.watcher.start()
        assert attempts(world, fail, seconds) <= most
        world.watcher.stop()
        world.reactor.pump([3, 0])


@pytest.mark.parametrize("random", [0.0, 0.5, 1.0])
def test_a_server_behind_another_machine_is_found_again_soon_after_an_outage(random: float) -> None:
    """That machine takes each connection and closes it: 20 s later, all is to be told within 3 s of the return."""
    world = World(random=lambda: random)
    world.watcher.start()
    world.watch().close(ConnectionLost())
    world.reactor.advance(STEP + JITTER)
    closes(world)
    begun, tried = world.reactor.seconds(), 1
    while world.reactor.seconds() - begun <= 20:
        wait = world.status.until - world.offset - world.reactor.seconds()
        assert wait <= 2.6
        world.reactor.advance(wait + 0.001)
        closes(world)
        tried += 1
    assert tried <= 9
    while world.reactor.seconds() - begun <= 3600:
        wait = world.status.until - world.offset - world.reactor.seconds()
        world.reactor.advance(wait + 0.001)
        closes(world)
        tried += 1
    assert tried < 300
    world.watcher.stop()
    world.reactor.pump([3, 0])


def test_a_server_that_is_down_is_asked_ever_later_and_check_now_asks_at_once(world: World) -> None:
    world.reactor.names = {"mail.example.org": ["192.0.2.1"]}
    world.watcher.start()
    waits = []
    while world.reactor.seconds() < 300:
        world.reactor.refuse(failures.ConnectionRefusedError())
        world.reactor.advance(0.5)  # Twisted waits for more addresses
        assert isinstance(world.status, Waiting)
        waits.append(world.status.until - world.offset - world.reactor.seconds())
        if world.reactor.seconds() < 21:
            assert waits[-1] <= 2.1  # after 20 s, everything is to be told within 3 s of the server's return
        world.reactor.advance(waits[-1] + 0.001)
    assert waits[-1] > 25
    world.reactor.refuse(failures.ConnectionRefusedError())
    world.reactor.advance(0.5)
    world.watcher.check_now()
    assert isinstance(world.status, Connecting)
    world.reactor.refuse(failures.ConnectionRefusedError())
    world.reactor.advance(0.5)
    assert world.status.until - world.offset - world.reactor.seconds() <= 1


def test_check_now_hurries_a_server_that_owes_an_answer_already(world: World) -> None:
    """A machine that wakes up in the middle of a look would otherwise wait for that look's own, longer deadline."""
    world.watcher.start()
    wire = world.watch()
    wire.s("* 2 EXISTS")
    world.watcher.check_now()
    world.reactor.advance(PROBE_DEADLINE - 0.5)
    assert isinstance(world.status, Watching)
    world.reactor.advance(0.5)
    assert isinstance(world.status, Connecting)


def test_check_now_hurries_a_server_that_has_not_greeted(world: World) -> None:
    world.watcher.start()
    world.reactor.accept()
    world.watcher.check_now()
    world.reactor.advance(PROBE_DEADLINE)
    assert isinstance(world.status, Waiting)


def test_the_first_trouble_is_remembered_as_its_beginning(world: World) -> None:
    world.watcher.start()
    world.greet().close(ConnectionLost())
    world.reactor.advance(1)
    world.greet().close(ConnectionLost())
    assert world.status.since == world.offset
    assert world.status.until == world.offset + 3


def test_no_secret_waits_for_the_user_without_a_connection(world: World) -> None:
    problem = Problem(ProblemKind.NO_SECRET, "None.")
    world.secret = lambda _: fail(SecretUnavailable(problem))
    world.watcher.start()
    assert world.status == NeedsCredentials(world.offset, problem)
    assert not world.reactor.tcpClients


def test_a_secret_that_takes_its_time_is_waited_for(world: World) -> None:
    answer: Deferred[Secret] = Deferred()
    world.secret = lambda _: answer
    world.watcher.start()
    assert not world.reactor.tcpClients
    answer.callback(SECRET)
    world.watch()


@pytest.mark.expects_log("Internal error")
def test_a_fault_of_ours_is_logged_and_the_watch_goes_on(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Account) -> Any:
        raise KeyError("x")

    world.secret = broken
    world.watcher.start()
    assert world.status.problem.kind is ProblemKind.INTERNAL
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    world.secret = lambda _: succeed(SECRET)
    world.reactor.advance(1)
    world.watch()


def test_stopping_says_goodbye(world: World) -> None:
    world.watcher.start()
    wire = world.watch()
    stopped = result(world.watcher.stop())
    assert not stopped
    wire.serve(world.reply)
    world.reactor.advance(0)
    assert stopped == [None]
    assert wire.transport.aborted
    assert not world.reactor.getDelayedCalls()
    assert isinstance(world.status, Watching)
    assert result(world.watcher.stop()) == [None]


def test_stopping_beside_a_silent_server_takes_two_seconds_at_most(world: World) -> None:
    for _ in range(2):
        world.watcher.start()
        world.watch()
        first, second = result(world.watcher.stop()), result(world.watcher.stop())
        assert first == second == []
        world.reactor.pump([1.9, 0])
        assert (first, second) == ([None], [None])


@pytest.mark.parametrize("stage", ["connecting", "logging in", "waiting", "asking"])
def test_stopping_at_any_stage_is_immediate(world: World, stage: str) -> None:
    if stage == "asking":
        world.secret = lambda _: Deferred()
    world.watcher.start()
    if stage == "logging in":
        world.greet()
    if stage == "waiting":
        world.reactor.accept().close(ConnectionLost())
    assert result(world.watcher.stop()) == [None]
    world.reactor.pump([0, 0])
    assert not world.reactor.getDelayedCalls()
    world.watcher.check_now()


def test_a_restart_takes_a_fresh_secret(world: World) -> None:
    asked = []
    world.secret = lambda account: asked.append(account) or succeed(SECRET)
    world.watcher.start()
    wire = world.watch()
    world.watcher.restart()
    wire.serve(world.reply)
    world.reactor.pump([0, 0.1])
    world.watch()
    assert len(asked) == 2
    assert not any(isinstance(status, Waiting) for status in world.statuses)


def test_a_pause_lasts_until_it_is_ended(world: World) -> None:
    world.watcher.start()
    wire = world.watch()
    world.watcher.pause(world.offset + 600)
    assert world.status == Paused(world.offset, world.offset + 600)
    wire.serve(world.reply)
    world.reactor.advance(24 * 3600)
    assert not world.reactor.tcpClients
    world.watcher.resume()
    world.watch().serve(world.reply)
    world.watcher.resume()
    world.watcher.pause(None)
    world.watcher.resume()
    world.reactor.pump([2, 0])
    world.watch()


def test_stop_ends_a_pause_for_good(world: World) -> None:
    world.watcher.pause(world.offset + 60)
    assert result(world.watcher.stop()) == [None]
    world.reactor.advance(100)
    world.watcher.resume()
    assert not world.reactor.tcpClients


def test_marking_as_read_while_watching(world: World) -> None:
    world.watcher.start()
    wire = world.watch()
    done = [
        result(world.watcher.perform(pending(MessageAction.READ, 10, validity=validity), pytest.fail))
        for validity in (7, 6)
    ]
    served = wire.serve(world.reply)
    assert list(done[0][0]) == [10]
    assert done[1][0].problem.kind is ProblemKind.MAILBOX
    assert served.count("UID STORE 10 +FLAGS.SILENT (\\Seen)") == 1


def test_marking_as_read_while_connecting_waits(world: World) -> None:
    world.watcher.start()
    done = result(world.watcher.perform(ALL_READ, pytest.fail))
    wire = world.watch()
    wire.serve(world.reply)
    assert [list(uids) for uids in done] == [[10]]


def test_marking_as_read_fails_in_words_when_it_cannot_be_done(world: World) -> None:
    def kinds(outcomes: list[Any]) -> list[Any]:
        assert all(isinstance(outcome, ActionFailed) for outcome in outcomes)
        return [outcome.problem.kind for outcome in outcomes]

    assert kinds(result(world.watcher.perform(ALL_READ, pytest.fail))) == [ProblemKind.UNREACHABLE]
    world.watcher.start()
    queued = result(world.watcher.perform(ALL_READ, pytest.fail))
    world.reactor.accept().s("* BYE go away")
    assert kinds(queued) == [ProblemKind.SERVER]
    assert kinds(result(world.watcher.perform(ALL_READ, pytest.fail))) == [ProblemKind.SERVER]
    world.reactor.advance(2)
    wire = world.watch()
    both = [
        result(world.watcher.perform(ALL_READ, pytest.fail)) for _ in range(2)
    ]  # the second one waits for the first
    wire.close(ConnectionLost())
    assert [kinds(outcomes) for outcomes in both] == [[ProblemKind.UNREACHABLE]] * 2
    world.reactor.advance(2)
    assert isinstance(world.status, Connecting)
    queued = result(world.watcher.perform(ALL_READ, pytest.fail))
    assert queued == []
    world.watcher.stop()
    assert kinds(queued) == [ProblemKind.UNREACHABLE]


def test_a_server_that_minds_pipelining_is_remembered(world: World) -> None:
    world.watcher.start()
    wire = world.watch()
    world.reactor.advance(RENEWAL)
    wire.c("DONE", f"$f UID FETCH 11:* {TITLES}").s("$idle OK", "$f OK")
    wire.c("$g UID FETCH 10:* (UID FLAGS)", f"$n {COUNT}", "$i2 IDLE").s("$g OK")
    world.reactor.pump([30, 30, 0])
    world.reactor.advance(1)
    wire = world.log_in()
    assert not wire.protocol.queue.pipelining
    assert [line.split()[1] for line in wire.sent()] == ["EXAMINE"]


@pytest.mark.expects_log("A watcher has failed")
def test_a_watcher_whose_listener_fails_says_so_in_the_log() -> None:
    class Broken(World):
        def on_status(self, status: Any) -> None:
            raise KeyError("status")

    world = Broken()
    world.watcher.start()
    assert result(world.watcher.stop()) == [None]


def test_a_server_that_knows_us_needs_no_log_in(world: World) -> None:
    world.watcher.start()
    wire = world.reactor.accept()
    wire.protocol.handshakeCompleted()
    wire.s("* PREAUTH [CAPABILITY IMAP4rev1 IDLE ESEARCH] hi").serve(world.reply)
    assert isinstance(world.status, Watching)


def test_more_titles_are_asked_for_where_it_watches_and_kept_in_mind_where_it_does_not(world: World) -> None:
    world.watcher.show(3)
    world.watcher.start()
    wire = world.watch()
    wire.sent()
    world.watcher.show(50)
    assert any("FETCH" in line for line in wire.sent())
    wire.s("$idle OK")


def test_the_listener_may_end_a_wait_as_soon_as_it_is_announced() -> None:
    """A password was given just before the old one was refused."""

    class Hasty(World):
        def on_status(self, status: Any) -> None:
            super().on_status(status)
            if isinstance(status, NeedsCredentials):
                self.watcher.check_now()

    world = Hasty()
    answers = [fail(SecretUnavailable(Problem(ProblemKind.NO_SECRET, "None."))), succeed(SECRET)]
    world.secret = lambda _: answers.pop(0)
    world.watcher.start()
    assert [type(status) for status in world.statuses] == [Connecting, NeedsCredentials, Connecting]
    world.watch()


def test_one_watcher_tries_a_server_that_is_away_and_all_are_back_with_it() -> None:
    inbox = World()
    inbox.reactor.names = {"mail.example.org": ["192.0.2.1"]}
    worlds = [inbox, *(World(mailbox=MailboxName(name), shared=inbox) for name in ("Lists", "Work", "Home"))]
    reactor = inbox.reactor
    for world in worlds:
        world.watcher.start()
    reactor.advance(1)
    attempts = 0
    while reactor.seconds() < 300:
        attempts += len(reactor.tcpClients)
        assert len(reactor.tcpClients) <= (1 if attempts > len(worlds) else len(worlds))
        while reactor.tcpClients:
            reactor.refuse(failures.ConnectionRefusedError())
        reactor.advance(0.5)
    assert attempts < 60
    assert all(isinstance(world.status, Waiting) for world in worlds)
    while not reactor.tcpClients:
        reactor.advance(0.5)
    inbox.watch()
    for _ in worlds[1:]:
        reactor.advance(0.1)
        inbox.log_in().serve(inbox.reply)
    assert all(isinstance(world.status, Watching) for world in worlds)
    for world in worlds:
        world.watcher.stop()
    reactor.pump([3, 0])


@pytest.mark.parametrize("trying", [True, False])
def test_a_watcher_that_stops_leaves_the_next_try_to_another(*, trying: bool) -> None:
    inbox = World()
    inbox.reactor.names = {"mail.example.org": ["192.0.2.1"]}
    lists = World(mailbox=MailboxName("Lists"), shared=inbox)
    for world in (inbox, lists):
        world.watcher.start()
    inbox.reactor.advance(0.1)
    inbox.reactor.refuse(failures.ConnectionRefusedError())
    inbox.reactor.refuse(failures.ConnectionRefusedError())
    inbox.reactor.advance(0.5)
    if trying:
        inbox.reactor.advance(1)
    assert [type(world.status) for world in (inbox, lists)] == [Connecting if trying else Waiting, Waiting]
    inbox.watcher.stop()
    inbox.reactor.advance(1)
    assert isinstance(lists.status, Connecting)
    lists.watcher.stop()
