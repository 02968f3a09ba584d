"""Log-ins are spread, limits learnt and kept, and nobody is forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.net.accounts import TLS
from tray.imap.errors import CommandRefused
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.status import ProblemKind
from tray.net.watch.connection_limits import (
    AT_ONCE,
    INBOX_TURN,
    JITTER,
    LEARNT,
    QUIET,
    SCOUTING,
    STEP,
    TURN,
    ConnectionLimits,
)
from tray.net.watch.listener import Turn
from tray.net.watch.retry import CROWDED

if TYPE_CHECKING:
    from twisted.internet.task import Clock

AT_LOGIN = CommandRefused("AUTHENTICATE", "NO", "LIMIT", "Too many connections")
EARLY = CommandRefused("", "BYE", "", "Too many connections")
GAP = STEP + JITTER / 2


class Watch:
    """A watcher as far as the budget knows it."""

    def __init__(self, budget: ConnectionLimits, name: str = INBOX, account=TLS) -> None:
        self.name = name
        self.turn = budget.turn(account, MailboxName(name))
        self.went = 0
        self.waits: list[tuple[float, str]] = []
        self.kinds: set[ProblemKind] = set()
        self.connected = False

    def take(self) -> Watch:
        self.taken = self.turn.take(self._waits, self._give_way)
        self.taken.addCallbacks(self._go, lambda failure: failure.trap(Exception) and None)
        return self

    def _go(self, _: None) -> None:
        self.connected = True

    def _waits(self, until: float, problem) -> None:
        self.waits.append((until, problem.sentence))
        self.kinds.add(problem.kind)

    def _give_way(self) -> None:
        self.went += 1
        self.leave().take()

    def leave(self) -> Watch:
        self.connected = False
        self.turn.leave()
        return self

    def log_in(self) -> Watch:
        assert self.connected, self.name
        self.turn.logged_in()
        return self

    def refuse(self, error: Exception = AT_LOGIN) -> Watch:
        assert self.connected, self.name
        self.turn.refused(error)
        return self.leave()


@pytest.fixture
def budget(clock: Clock) -> ConnectionLimits:
    return ConnectionLimits(clock, lambda: 0.5)


def connected(watches: list[Watch]) -> list[str]:
    return [watch.name for watch in watches if watch.connected]


def test_without_a_budget_nobody_waits() -> None:
    turn, went = Turn(), []
    turn.take(lambda *_: None, lambda: None).addCallback(went.append)
    turn.logged_in()
    turn.refused(AT_LOGIN)
    turn.leave()
    assert went == [None]
    assert turn.scouts()


def test_a_single_mailbox_is_never_delayed(budget: ConnectionLimits, clock: Clock) -> None:
    watch = Watch(budget).take()
    assert watch.connected
    assert not clock.getDelayedCalls()
    watch.log_in().leave()
    clock.advance(GAP)
    assert watch.take().connected
    assert not clock.getDelayedCalls()


def test_log_ins_to_one_server_are_spread_and_other_servers_are_not_waited_for(
    budget: ConnectionLimits, clock: Clock
) -> None:
    many = [Watch(budget, f"{number}").take() for number in range(4)]
    other = Watch(budget, "other", replace(TLS, host="mail.example.com")).take()
    assert other.connected
    for count in range(1, 5):
        assert len(connected(many)) == count
        clock.advance(GAP)
    assert not clock.getDelayedCalls()
    assert not many[0].waits


def test_the_spelling_of_a_host_does_not_matter_its_port_does(budget: ConnectionLimits) -> None:
    first = Watch(budget).take()
    second = Watch(budget, account=replace(TLS, host="MAIL.example.org.")).take()
    third = Watch(budget, account=replace(TLS, port=143)).take()
    assert [first.connected, second.connected, third.connected] == [True, False, True]


def test_inboxes_go_first_then_whoever_has_less(budget: ConnectionLimits, clock: Clock) -> None:
    anna = [Watch(budget, name).take() for name in ("A1", "A2", "A3")]
    bert = [Watch(budget, name, replace(TLS, user="bert")).take() for name in ("B1", INBOX)]
    order = []
    for _ in range(5):
        order += [name for name in connected(anna + bert) if name not in order]
        clock.advance(GAP)
    assert order == ["A1", INBOX, "A2", "B1", "A3"]


def test_one_that_stops_waiting_is_forgotten(budget: ConnectionLimits, clock: Clock) -> None:
    first, second, third = (Watch(budget, name).take() for name in "abc")
    second.taken.cancel()
    clock.pump([GAP, GAP])
    assert [first.connected, second.connected, third.connected] == [True, False, True]
    assert not clock.getDelayedCalls()


def test_a_clock_set_back_delays_nobody(budget: ConnectionLimits, clock: Clock) -> None:
    Watch(budget).take()
    clock.rightNow -= 3600
    assert Watch(budget, "b").take().connected


def crowd(budget: ConnectionLimits, clock: Clock, *names: str, most: int) -> list[Watch]:
    """Watch these on a server that takes `most` of them."""
    watches = [Watch(budget, name) for name in names]
    for watch in watches:
        watch.take()
    for _ in names:
        for watch in watches:
            if watch.connected and not watch.turn.accepted:  # type: ignore[attr-defined]
                if sum(each.turn.accepted for each in watches) < most:  # type: ignore[attr-defined]
                    watch.log_in()
                else:
                    watch.refuse()
        clock.advance(GAP)
    return watches


def test_a_refusal_teaches_the_limit_and_the_others_wait_in_words(
    budget: ConnectionLimits, clock: Clock
) -> None:
    watches = crowd(budget, clock, INBOX, "A", "B", "C", most=2)
    assert connected(watches) == [INBOX, "A"]
    refused, waiting = watches[2:]
    assert not refused.waits  # it waits because it was refused
    assert waiting.kinds == {ProblemKind.TOO_MANY}
    ((until, sentence),) = waiting.waits
    assert "no more than 2 connections" in sentence
    assert "C waits" in sentence
    assert abs(until - clock.seconds() - TURN) < 5


def test_mailboxes_take_turns_and_the_inbox_stays(budget: ConnectionLimits, clock: Clock) -> None:
    """Never more connections than the server takes; every mailbox is looked at."""
    watches = crowd(budget, clock, INBOX, "A", "B", "C", most=2)
    watches[2].take()
    looked = dict.fromkeys("ABC", 0)
    for _ in range(12 * 60):
        clock.advance(1)
        now = connected(watches)
        assert len(now) <= 2
        for watch in watches:
            if watch.connected and not watch.turn.accepted:  # type: ignore[attr-defined]
                watch.log_in()
                looked[watch.name] += 1
    assert watches[0].went == 0
    assert all(3 <= times <= 5 for times in looked.values()), looked


def test_with_room_for_one_the_inbox_makes_room_now_and_then(budget: ConnectionLimits, clock: Clock) -> None:
    inbox, other = crowd(budget, clock, INBOX, "A", most=1)
    other.take()
    assert "no more than one connection " in other.waits[-1][1]
    clock.advance(INBOX_TURN - GAP * 4)
    assert inbox.connected
    clock.pump([GAP] * 6)
    assert (inbox.connected, other.connected) == (False, True)
    other.log_in()
    clock.advance(TURN - 1)
    assert other.connected
    clock.pump([1, GAP, GAP])
    assert (inbox.connected, other.connected) == (True, False)


def test_a_limit_is_forgotten_after_an_hour(budget: ConnectionLimits, clock: Clock) -> None:
    inbox, other = crowd(budget, clock, INBOX, "A", most=1)
    clock.advance(LEARNT)
    assert other.take().connected
    assert inbox.connected


def test_a_limit_of_one_user_is_none_of_another_but_a_limit_of_all_is(
    budget: ConnectionLimits, clock: Clock
) -> None:
    crowd(budget, clock, INBOX, "A", most=1)
    bert = replace(TLS, user="bert")
    first = Watch(budget, INBOX, bert).take()
    assert first.connected
    first.log_in()
    clock.advance(GAP)
    second = Watch(budget, "A", bert).take().refuse(EARLY)
    clock.advance(GAP)
    assert not second.take().connected
    assert "no more than 2 connections" in second.waits[-1][1]


def test_where_others_hold_all_connections_nobody_knocks_for_a_while(
    budget: ConnectionLimits, clock: Clock
) -> None:
    """But whoever was refused itself, and asked to try again."""
    first, second = Watch(budget).take(), Watch(budget, "A").take()
    first.refuse()
    clock.advance(GAP)
    assert not second.connected
    assert second.waits
    assert first.take().connected
    first.refuse()
    clock.advance(CROWDED)
    assert second.connected
    second.log_in()
    clock.advance(GAP)
    assert not first.take().connected


def test_a_refusal_that_is_no_refusal_counts_for_the_user(budget: ConnectionLimits, clock: Clock) -> None:
    Watch(budget).take().refuse(ValueError())
    clock.advance(GAP)
    assert Watch(budget, INBOX, replace(TLS, user="bert")).take().connected


def test_one_that_is_asked_to_make_room_is_asked_once(budget: ConnectionLimits, clock: Clock) -> None:
    watches = crowd(budget, clock, "A", "B", most=1)
    first, second = watches
    first._give_way = lambda: setattr(first, "went", first.went + 1)  # type: ignore[method-assign]
    first.turn.give_way = first._give_way  # type: ignore[attr-defined]
    second.take()
    clock.pump([TURN] * 5)
    assert first.went == 1
    first.leave()
    clock.advance(GAP)
    assert second.connected


def test_several_that_wait_are_told_in_the_order_in_which_they_come(
    budget: ConnectionLimits, clock: Clock
) -> None:
    """And only when it has changed."""
    first, *others = crowd(budget, clock, "A", "B", "C", "D", most=1)
    others[0].take()  # the others wait already
    begins = [watch.waits[-1][0] - clock.seconds() for watch in others]
    assert sorted(begins) == pytest.approx(
        [min(begins) + TURN * place for place in range(len(others))], abs=2
    )
    told = [len(watch.waits) for watch in others]
    clock.advance(1)
    assert [len(watch.waits) for watch in others] == told
    assert first.connected


def test_while_all_connections_are_being_made_nobody_is_asked_to_make_room(
    budget: ConnectionLimits, clock: Clock
) -> None:
    first, second, third = (Watch(budget, name).take() for name in "ABC")
    clock.pump([GAP, GAP])
    third.log_in().leave()
    first.refuse()
    assert second.connected
    assert first.take().waits
    second.log_in()
    clock.advance(TURN)
    assert second.went == 1


def test_what_was_learnt_can_be_asked_for(clock: Clock) -> None:
    budget = ConnectionLimits(clock, lambda: 0.5)
    assert budget.most(TLS) is None
    first = Watch(budget).take().log_in()
    assert budget.most(TLS) is None
    clock.advance(GAP)
    second = Watch(budget, "Lists").take()
    second.turn.refused(AT_LOGIN)
    assert budget.most(TLS) == 1
    assert budget.most(replace(TLS, user="bob")) is None
    second.leave()
    clock.advance(LEARNT)
    assert budget.most(TLS) is None
    first.leave()


def many(budget: ConnectionLimits, count: int) -> list[Watch]:
    return [Watch(budget, account=replace(TLS, user=f"user{number}")).take() for number in range(count)]


def how_long(clock: Clock, watches: list[Watch]) -> float:
    """Seconds until all are logged in, each as soon as it may."""
    began = clock.seconds()
    pending = list(watches)
    while pending:
        for each in [each for each in pending if each.connected]:
            each.log_in()
            pending.remove(each)
        if pending:
            clock.advance(0.005)
    return clock.seconds() - began


def test_what_a_server_has_taken_before_it_takes_again_and_faster(
    budget: ConnectionLimits, clock: Clock
) -> None:
    """Fifty accounts are back within two seconds of an outage, and still not all at once."""
    watches = many(budget, 50)
    assert how_long(clock, watches) == pytest.approx(49 * GAP, rel=0.1)
    for each in watches:
        each.leave()
    clock.advance(20)
    again = [each.take() for each in watches]
    assert sum(each.connected for each in again) == 1
    assert 1.0 < how_long(clock, again) < 2.0


@pytest.mark.parametrize("how", ["refused", "hurried"])
def test_a_server_that_has_refused_one_is_not_hurried(
    budget: ConnectionLimits, clock: Clock, how: str
) -> None:
    """Nor one that says that there were too many log-ins."""
    watches = many(budget, 10)
    how_long(clock, watches)
    for each in watches:
        each.leave()
    clock.advance(20)
    if how == "refused":
        watches[0].take().refuse()
        clock.advance(LEARNT + 1)
    else:
        watches[0].turn.hurried()
    assert how_long(clock, [each.take() for each in watches]) == pytest.approx(9 * GAP, rel=0.1)


def test_a_server_that_does_not_answer_is_not_hurried(budget: ConnectionLimits, clock: Clock) -> None:
    """A few knock, the others come slowly."""
    watches = many(budget, 30)
    how_long(clock, watches)
    for each in watches:
        each.leave()
    clock.advance(20)
    for each in watches:
        each.take()
    clock.pump([0.005] * 60)
    few = sum(each.connected for each in watches)
    assert AT_ONCE <= few <= AT_ONCE + 3
    clock.pump([0.005] * 200)
    assert sum(each.connected for each in watches) <= few + 1 / GAP + 1


class Waiting(Watch):
    """One that waits because nobody answered, and hears of it when somebody else is let in."""

    def __init__(self, budget: ConnectionLimits, user: str, proxy: str = "") -> None:
        super().__init__(budget, account=replace(TLS, user=user, proxy=proxy))
        self.heard = 0

    def take(self) -> Waiting:
        self.turn.take(self._waits, self._give_way, self._hear).addCallback(self._go)
        return self

    def _hear(self) -> None:
        self.heard += 1


def test_who_waits_for_a_server_hears_when_it_answers_another(budget: ConnectionLimits, clock: Clock) -> None:
    """Once in a while, and neither who is connected nor who queues up."""
    waiting = [Waiting(budget, f"user{number}") for number in range(3)]
    for each in waiting:
        clock.advance(1)
        each.take().leave()
    clock.advance(1)
    waiting[0].take().log_in()
    clock.advance(0)
    assert [each.heard for each in waiting] == [0, 1, 1]
    clock.advance(1)
    Waiting(budget, "another").take().log_in()
    clock.advance(0)
    assert [each.heard for each in waiting] == [0, 1, 1]
    clock.advance(QUIET)
    Waiting(budget, "one more").take().log_in()
    clock.advance(0)
    assert [each.heard for each in waiting] == [0, 2, 2]


def test_who_knocked_just_before_it_answered_hears_too(budget: ConnectionLimits, clock: Clock) -> None:
    """Its attempt fails only when the first is let in already; one that was begun behind that is news."""
    first, late = Waiting(budget, "a").take(), Waiting(budget, "b").take()
    clock.advance(GAP)
    assert late.connected
    first.log_in()
    clock.advance(0)
    assert late.heard == 0
    late.leave()
    clock.advance(0)
    assert late.heard == 1
    clock.advance(QUIET)
    late.take().leave()
    clock.advance(QUIET)
    assert late.heard == 1


def test_one_scouts_for_all_until_somebody_is_let_in_or_it_is_heard_of_no_more(
    budget: ConnectionLimits, clock: Clock
) -> None:
    """Another way to the server has a scout of its own."""
    one, two = Waiting(budget, "a"), Waiting(budget, "b")
    assert [one.turn.scouts(), two.turn.scouts(), one.turn.scouts()] == [True, False, True]
    assert Waiting(budget, "c", "tor").turn.scouts()
    clock.advance(SCOUTING)
    assert two.turn.scouts()
    assert not one.turn.scouts()
    clock.rightNow -= 3600
    assert one.turn.scouts()
    two.take().log_in().leave()
    assert two.turn.scouts()
    assert not one.turn.scouts()


def test_mailboxes_of_one_user_learn_together_which_log_in_does_not_work(clock: Clock) -> None:
    """So that each of ten folders does not begin with a refusal; another user's account may keep another password."""
    budget = ConnectionLimits(clock, lambda: 0.5)
    budget.turn(TLS, INBOX).in_vain()["SCRAM-SHA-256"] = 1
    assert budget.turn(TLS, MailboxName("Lists")).in_vain() == {"SCRAM-SHA-256": 1}
    assert budget.turn(replace(TLS, user="bob"), INBOX).in_vain() == {}
    assert budget.turn(replace(TLS, host="other.example.org"), INBOX).in_vain() == {}
    assert Turn().in_vain() == {}
