"""Looks within limits, and servers whose IDLE is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from twisted.internet.defer import Deferred

from tests.net.faulty import Faulty
from tests.net.session_fixture import SessionFixture
from tests.net.wire import TITLES, Wire, row
from tray.net.errors import DeadlineExceeded
from tray.net.imap.mailbox.selected_mailbox import MailboxChange
from tray.net.watch.idle_loop import CHECK_BURST, LONGEST_IDLE, POLL_INTERVAL, RENEWAL, IdleLoop, Need

if TYPE_CHECKING:
    from twisted.internet.task import Clock


def test_a_hundred_checks_are_made_at_once_and_then_two_a_second(clock: Clock) -> None:
    wire = Wire(clock).s("* OK ready")
    loop = IdleLoop(clock, wire.protocol, push=False)
    checks: list[Need] = []

    def announce(count: int = 1) -> None:
        for _ in range(count):
            loop.need(Need.MAIL)
            Deferred.fromCoroutine(loop.next_needs()).addCallback(checks.append)

    announce(101)
    assert len(checks) == CHECK_BURST
    clock.advance(0.49)
    assert len(checks) == CHECK_BURST
    clock.advance(0.01)
    assert len(checks) == CHECK_BURST + 1
    clock.rightNow -= 3600  # set back: neither blocks nor frees
    announce()
    clock.advance(0.5)
    assert len(checks) == CHECK_BURST + 2
    clock.advance(10_000)
    announce(CHECK_BURST + 1)
    assert len(checks) == 2 * CHECK_BURST + 2
    loop.close()


def end_idle(life: SessionFixture) -> None:
    """The server ends IDLE by itself, and takes the next one."""
    life.ok("$idle")
    life.wire.c("$idle IDLE").s("+ idling")


@pytest.mark.parametrize("lasted", [2.0, -3600.0], ids=["two seconds", "a clock set back"])
def test_an_idle_that_lasts_is_begun_anew_however_often_it_ends(clock: Clock, lasted: float) -> None:
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID LITERAL+] ready")
    life = SessionFixture(wire).begin([10])
    for _ in range(6):
        clock.rightNow += lasted
        end_idle(life)
    wire.s("* 2 EXISTS").c("DONE", f"$f UID FETCH 11:* {TITLES}")


def test_short_idles_with_a_longer_one_between_them_are_no_refusal(clock: Clock) -> None:
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID LITERAL+] ready")
    life = SessionFixture(wire).begin([10])
    for seconds in (0, 1.9, 2, 0, 1.9, 2):
        clock.advance(seconds)
        end_idle(life)


@pytest.mark.parametrize(("push", "period"), [(True, RENEWAL), (False, POLL_INTERVAL)])
def test_all_mailboxes_look_on_one_tick_whenever_each_was_opened(
    clock: Clock, push: bool, period: float
) -> None:
    """So that they wake the program once: fifty accounts would wake it fifty times in nine minutes."""
    clock.advance(1000)
    began = clock.seconds()
    looks: list[float] = []
    loops: list[IdleLoop] = []
    for _ in range(3):
        wire = Wire(clock).s("* OK ready")
        loop = IdleLoop(clock, wire.protocol, RENEWAL, push=push, ticks_since=began)
        loop.idle = lambda: None  # type: ignore[method-assign]
        loops.append(loop)
        Deferred.fromCoroutine(loop.next_needs()).addCallback(lambda _: looks.append(clock.seconds()))
        loop.looked()
        clock.advance(7)
    clock.advance(period - 21 - 0.5)
    assert looks == []
    clock.advance(0.5)
    assert looks == [began + period] * 3
    loops[0].looked()
    assert loops[0]._look_timer.remaining == period
    for loop in loops:
        loop.close()


# A server that says now and then that it is there.


def renewals(
    clock: Clock, words: float, until: float, *, push: bool = True, silent: bool = False
) -> list[float]:
    """When a loop looks whose server says something every `words` seconds, up to `until`."""
    wire = Wire(clock).s("* OK ready")
    loop = IdleLoop(clock, wire.protocol, RENEWAL, push=push, silent=silent)
    loop.idle = lambda: None  # type: ignore[method-assign]
    looks: list[float] = []

    def wait() -> None:
        loop.looked()
        Deferred.fromCoroutine(loop.next_needs()).addCallback(lambda _: looks.append(clock.seconds()))

    wait()
    for second in range(1, int(until) + 1):
        clock.advance(1)
        if second % words == 0:
            loop.on_change(MailboxChange.NOTHING)
        if looks and looks[-1] == clock.seconds():
            wait()
    loop.close()
    return looks


def test_idle_is_renewed_before_29_minutes_where_the_server_says_now_and_then_that_it_is_there(
    clock: Clock,
) -> None:
    """RFC 2177, section 3; a renewal costs more than anything else that the program does at rest."""
    assert renewals(clock, 120, 4000) == [LONGEST_IDLE, 2 * LONGEST_IDLE]


def test_idle_is_renewed_in_time_where_the_server_says_something_too_seldom(clock: Clock) -> None:
    assert renewals(clock, 181, 2 * RENEWAL) == [RENEWAL, 2 * RENEWAL]


@pytest.mark.parametrize("options", [{"push": False}, {"silent": True}])
def test_a_poll_is_never_left_out(clock: Clock, options: dict[str, bool]) -> None:
    assert renewals(clock, 10, 3 * POLL_INTERVAL, **options) == [60.0, 120.0, 180.0]


def test_a_server_that_has_stopped_to_say_that_it_is_there_is_found_out_at_the_next_tick(
    clock: Clock,
) -> None:
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID LITERAL+] ready")
    life = SessionFixture(wire).begin([10])
    for _ in range(7):
        clock.advance(120)
        wire.s("* OK Still here").c()
    clock.advance(2 * RENEWAL - 7 * 120)
    wire.c("DONE", f"$f UID FETCH 11:* {TITLES}")
    clock.advance(30)
    assert isinstance(life.end[0], DeadlineExceeded)


@pytest.mark.parametrize("moved", [-3600.0, 3600.0])
def test_a_clock_that_jumps_renews_rather_too_early(clock: Clock, moved: float) -> None:
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID LITERAL+] ready")
    SessionFixture(wire).begin([10])
    wire.s("* OK Still here").c()
    clock.rightNow += moved
    wire.s("* OK Still here").c()
    clock.advance(RENEWAL)
    wire.c("DONE", f"$f UID FETCH 11:* {TITLES}")


# A server that takes IDLE and pushes nothing.


def told_at_done(server: Faulty) -> None:
    done = server.wire.s

    def say(*lines: str) -> Wire:
        return done(f"* {len(server.uids)} EXISTS", *lines) if lines == ("$idle OK",) else done(*lines)

    server.wire.s = say  # type: ignore[method-assign]


def test_a_server_that_tells_of_mail_only_at_done_is_looked_after_each_minute(clock: Clock) -> None:
    """GNU mailutils; learnt at the first mail, and known to the next connection."""
    server = Faulty(clock, [10])
    server.titles = lambda number, uid: row(number, uid, f"Mail {uid}")
    life = server.connect()
    told_at_done(server)
    server.uids.append(11)
    server.pass_time(RENEWAL)
    assert life.arrivals == ["Mail 11"]
    assert life.confirmed[-1] is False
    server.uids.append(12)
    server.pass_time(POLL_INTERVAL)
    assert life.arrivals == ["Mail 11", "Mail 12"]
    server.wire.close()
    again = server.connect(life.state)
    told_at_done(server)
    server.uids.append(13)
    server.pass_time(POLL_INTERVAL)
    assert again.arrivals == ["Mail 13"]


def test_a_server_that_pushes_again_is_left_alone_again(clock: Clock) -> None:
    """What looked like silence was a mail that came in the same moment."""
    server = Faulty(clock, [10])
    life = server.connect()
    told_at_done(server)
    server.uids.append(11)
    server.pass_time(RENEWAL)
    server.deliver(12)
    assert life.confirmed[-1] is True
    server.asked.clear()
    server.pass_time(RENEWAL - 1)
    assert server.asked == []
    server.pass_time(1)
    assert server.asked


def test_mail_upon_mail_that_was_pushed_is_no_silence(clock: Clock) -> None:
    server = Faulty(clock, [10])
    life = server.connect()
    told_at_done(server)
    server.deliver(11)
    server.uids.append(12)
    server.deliver(13)
    server.pass_time(RENEWAL)
    assert life.confirmed[-1] is True
