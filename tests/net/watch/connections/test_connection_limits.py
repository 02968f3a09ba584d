"""Log-ins are spread, limits learnt and kept, and nobody is forgotten."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.net.accounts import TLS
from tray.imap.errors import CommandRefused
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.status import ProblemKind
from tray.net.watch.connections.connection_limits import (
    INBOX_TURN,
    JITTER,
    LEARNT,
    STEP,
    TURN,
    ConnectionLimits,
    ConnectionSlot,
)
from tray.net.watch.connections.retry import CROWDED

if TYPE_CHECKING:
    from twisted.internet.task import Clock

AT_LOGIN = CommandRefused("AUTHENTICATE", "NO", "LIMIT", "Too many connections")
EARLY = CommandRefused("", "BYE", "", "Too many connections")
GAP = STEP + JITTER / 2


class Watch:
    """A watcher as far as the limits know it."""

    def __init__(self, limits: ConnectionLimits, name: str = INBOX, account=TLS) -> None:
        self.name = name
        self.slot = limits.slot(account, MailboxName(name), self)
        self.asked_to_go = 0
        self.goes = True
        self.waits: list[tuple[float, str]] = []
        self.kinds: set[ProblemKind] = set()
        self.connected = False

    @property
    def logged_in(self) -> bool:
        return self.slot.logged_in_at is not None

    def acquire(self) -> Watch:
        self.acquired = self.slot.acquire()
        self.acquired.addCallbacks(self._go, lambda failure: failure.trap(Exception) and None)
        return self

    def _go(self, _: None) -> None:
        self.connected = True

    def on_no_room(self, until: float, problem) -> None:
        self.waits.append((until, problem.sentence))
        self.kinds.add(problem.kind)

    def on_room_wanted(self) -> None:
        self.asked_to_go += 1
        if self.goes:
            self.leave().acquire()

    def leave(self) -> Watch:
        self.connected = False
        self.slot.release()
        return self

    def log_in(self) -> Watch:
        assert self.connected, self.name
        self.slot.logged_in()
        return self

    def refuse(self, error: Exception = AT_LOGIN) -> Watch:
        assert self.connected, self.name
        self.slot.refused(error)
        return self.leave()


@pytest.fixture
def limits(clock: Clock) -> ConnectionLimits:
    return ConnectionLimits(clock, lambda: 0.5)


def connected(watches: list[Watch]) -> list[str]:
    return [watch.name for watch in watches if watch.connected]


@pytest.mark.parametrize(("random", "gap"), [(0.0, 0.02), (0.5, GAP), (1.0, 0.08)])
def test_logins_of_one_server_are_a_few_hundredths_of_a_second_apart(
    clock: Clock, random: float, gap: float
) -> None:
    limits = ConnectionLimits(clock, lambda: random)
    many = [Watch(limits, account=replace(TLS, user=f"{number}")).acquire() for number in range(50)]
    for count in range(1, 51):
        assert len(connected(many)) == count
        clock.advance(gap - 0.005)
        assert len(connected(many)) == count
        clock.advance(0.0051)
    assert not clock.getDelayedCalls()
    assert not many[0].waits


def test_another_host_or_port_is_another_server_and_another_spelling_is_not(limits: ConnectionLimits) -> None:
    accounts = (
        TLS,
        replace(TLS, host="MAIL.example.org."),
        replace(TLS, port=143),
        replace(TLS, host="mail.example.com"),
    )
    found = [Watch(limits, account=account).acquire().connected for account in accounts]
    assert found == [True, False, True, True]


def test_inboxes_go_first_then_whoever_asked_first(limits: ConnectionLimits, clock: Clock) -> None:
    anna = [Watch(limits, name).acquire() for name in ("A1", "A2", "A3")]
    bert = [Watch(limits, name, replace(TLS, user="bert")).acquire() for name in ("B1", INBOX)]
    order = []
    for _ in range(5):
        order += [name for name in connected(anna + bert) if name not in order]
        clock.advance(GAP)
    assert order == ["A1", INBOX, "A2", "A3", "B1"]


def test_one_that_stops_waiting_is_passed_over(limits: ConnectionLimits, clock: Clock) -> None:
    first, second, third = (Watch(limits, name).acquire() for name in "abc")
    second.acquired.cancel()
    clock.pump([GAP, GAP])
    assert [first.connected, second.connected, third.connected] == [True, False, True]
    assert not clock.getDelayedCalls()


def test_a_clock_set_back_delays_nobody_and_ends_a_limit(limits: ConnectionLimits, clock: Clock) -> None:
    """Its end would be hours away."""
    _, other = crowd(limits, clock, INBOX, "A", most=1)
    clock.rightNow -= 7200
    assert other.acquire().connected
    clock.rightNow -= 3600
    assert Watch(limits, "b").acquire().connected


def crowd(limits: ConnectionLimits, clock: Clock, *names: str, most: int) -> list[Watch]:
    """Watch these on a server that takes `most` of them."""
    watches = [Watch(limits, name) for name in names]
    for watch in watches:
        watch.acquire()
    for _ in names:
        for watch in watches:
            if watch.connected and not watch.logged_in:
                if sum(each.logged_in for each in watches) < most:
                    watch.log_in()
                else:
                    watch.refuse()
        clock.advance(GAP)
    return watches


def test_a_refusal_teaches_the_limit_and_the_others_wait_in_words(
    limits: ConnectionLimits, clock: Clock
) -> None:
    watches = crowd(limits, clock, INBOX, "A", "B", "C", most=2)
    assert connected(watches) == [INBOX, "A"]
    refused, waiting = watches[2:]
    assert not refused.waits  # it waits because it was refused
    assert waiting.kinds == {ProblemKind.TOO_MANY}
    ((until, sentence),) = waiting.waits
    assert "only 2 connections" in sentence
    assert "C waits" in sentence
    assert abs(until - clock.seconds() - TURN) < 5


def test_mailboxes_take_turns_and_the_inbox_stays(limits: ConnectionLimits, clock: Clock) -> None:
    """Never more connections than the server takes; every mailbox is looked at."""
    watches = crowd(limits, clock, INBOX, "A", "B", "C", most=2)
    watches[2].acquire()
    looked = dict.fromkeys("ABC", 0)
    for _ in range(12 * 60):
        clock.advance(1)
        now = connected(watches)
        assert len(now) <= 2
        for watch in watches:
            if watch.connected and not watch.logged_in:
                watch.log_in()
                looked[watch.name] += 1
    assert watches[0].asked_to_go == 0
    assert all(3 <= times <= 5 for times in looked.values()), looked


def test_with_room_for_one_the_inbox_makes_room_now_and_then(limits: ConnectionLimits, clock: Clock) -> None:
    inbox, other = crowd(limits, clock, INBOX, "A", most=1)
    other.acquire()
    assert "only one connection " in other.waits[-1][1]
    clock.advance(INBOX_TURN - GAP * 4)
    assert inbox.connected
    clock.pump([GAP] * 6)
    assert (inbox.connected, other.connected) == (False, True)
    other.log_in()
    clock.advance(TURN - 1)
    assert other.connected
    clock.pump([1, GAP, GAP])
    assert (inbox.connected, other.connected) == (True, False)


def test_a_limit_of_one_user_is_none_of_another_but_a_limit_of_all_is(
    limits: ConnectionLimits, clock: Clock
) -> None:
    bert = replace(TLS, user="bert")
    Watch(limits, INBOX, bert).acquire().log_in()
    clock.advance(GAP)
    _, waiting = crowd(limits, clock, INBOX, "A", most=1)
    waiting.acquire()
    assert (limits.limit(TLS), limits.limit(bert)) == (1, None)
    second = Watch(limits, "A", bert).acquire().refuse(EARLY)
    clock.advance(GAP)
    assert not second.acquire().connected
    assert "only 2 connections" in second.waits[-1][1]
    assert (limits.limit(TLS), limits.limit(bert)) == (1, 2)


def test_where_others_hold_all_connections_nobody_tries_for_a_while(
    limits: ConnectionLimits, clock: Clock
) -> None:
    first, second = Watch(limits).acquire(), Watch(limits, "A").acquire()
    first.refuse()
    clock.advance(GAP)
    assert not second.connected
    assert second.waits
    clock.advance(CROWDED - 2 * GAP)
    assert not second.connected
    clock.pump([GAP, GAP])
    assert second.connected
    second.log_in()
    clock.advance(GAP)
    assert not first.acquire().connected


def test_one_that_is_asked_to_make_room_is_asked_once(limits: ConnectionLimits, clock: Clock) -> None:
    watches = crowd(limits, clock, "A", "B", most=1)
    first, second = watches
    first.goes = False
    second.acquire()
    clock.pump([TURN] * 5)
    assert first.asked_to_go == 1
    first.leave()
    clock.advance(GAP)
    assert second.connected


def test_several_that_wait_are_told_in_the_order_in_which_they_come(
    limits: ConnectionLimits, clock: Clock
) -> None:
    """And only when it has changed."""
    first, *others = crowd(limits, clock, "A", "B", "C", "D", most=1)
    others[0].acquire()  # the others wait already
    begins = [watch.waits[-1][0] - clock.seconds() for watch in others]
    assert sorted(begins) == pytest.approx(
        [min(begins) + TURN * place for place in range(len(others))], abs=2
    )
    told = [len(watch.waits) for watch in others]
    clock.advance(1)
    assert [len(watch.waits) for watch in others] == told
    assert first.connected


def test_while_all_connections_are_being_made_nobody_is_asked_to_make_room(
    limits: ConnectionLimits, clock: Clock
) -> None:
    first, second, third = (Watch(limits, name).acquire() for name in "ABC")
    clock.pump([GAP, GAP])
    third.log_in().leave()
    first.refuse()
    assert second.connected
    assert first.acquire().waits
    second.log_in()
    clock.advance(TURN)
    assert second.asked_to_go == 1


def test_a_limit_is_unknown_before_a_refusal(limits: ConnectionLimits, clock: Clock) -> None:
    assert limits.limit(TLS) is None
    Watch(limits).acquire().log_in()
    assert limits.limit(TLS) is None
    clock.advance(GAP)
    Watch(limits, "Lists").acquire().slot.refused(AT_LOGIN)
    assert limits.limit(TLS) == 1
    assert limits.limit(replace(TLS, user="bob")) is None


def test_what_mailboxes_learn_is_shared_by_user_or_by_route(limits: ConnectionLimits) -> None:
    """Which mechanism is refused, by user: another one may have another password. An outage, by server and proxy."""

    def slot(name: str = INBOX, **changes) -> ConnectionSlot:
        return Watch(limits, name, replace(TLS, **changes)).slot

    first = slot()
    first.seen.failed_mechanisms["SCRAM-SHA-256"] = 1
    assert slot("Lists").seen.failed_mechanisms == {"SCRAM-SHA-256": 1}
    assert slot(user="bob").seen.failed_mechanisms == {}
    assert slot(host="other.example.org").seen.failed_mechanisms == {}
    assert slot("Lists", user="bob").outage is slot().outage
    assert slot(proxy="tor").outage is not slot().outage
    assert slot(port=143).outage is not slot().outage


def test_one_that_is_refused_after_its_log_in_does_not_count_as_accepted(
    limits: ConnectionLimits, clock: Clock
) -> None:
    first = Watch(limits).acquire().log_in()
    clock.advance(GAP)
    Watch(limits, "A").acquire().log_in().refuse()
    assert limits.limit(TLS) == 1
    first.leave()


def test_a_limit_holds_for_an_hour(limits: ConnectionLimits, clock: Clock) -> None:
    inbox, other = crowd(limits, clock, INBOX, "A", most=1)
    clock.advance(3590)
    assert limits.limit(TLS) == 1
    clock.advance(11)
    assert limits.limit(TLS) is None
    assert other.acquire().connected
    assert inbox.connected


def test_one_that_waits_is_connected_as_soon_as_the_limit_ends(
    limits: ConnectionLimits, clock: Clock
) -> None:
    inbox, other = crowd(limits, clock, INBOX, "A", most=1)
    inbox.goes = False
    clock.advance(TURN / 2)
    other.acquire()
    for _ in range(int(LEARNT - TURN / 2) - 1):
        clock.advance(1)
    assert not other.connected
    clock.pump([1, 1])
    assert other.connected


def test_the_user_may_have_a_server_tried_again_at_once(limits: ConnectionLimits, clock: Clock) -> None:
    """He has closed another mail program."""
    first, second = Watch(limits).acquire(), Watch(limits, "A").acquire()
    first.refuse()
    clock.advance(GAP)
    assert not first.acquire().connected
    second.slot.reset()
    assert (first.connected, second.connected) == (True, False)


def test_nothing_is_kept_of_a_server_on_which_nothing_is_watched(limits: ConnectionLimits) -> None:
    watches = [Watch(limits, INBOX, replace(TLS, user=user)) for user in ("ann", "bob")]
    server = watches[0].slot._server
    assert set(server.users) == {"ann", "bob"}
    del watches[1]
    gc.collect()
    assert set(server.users) == {"ann"}
    del watches[0], server
    gc.collect()
    assert not limits._servers
