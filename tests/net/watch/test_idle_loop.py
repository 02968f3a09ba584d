"""Looks within limits, and servers whose IDLE is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.net.session_fixture import SessionFixture
from tests.net.wire import TITLES, Wire
from tray.net.watch.idle_loop import CheckRateLimit

if TYPE_CHECKING:
    from twisted.internet.task import Clock


def test_a_hundred_looks_are_taken_at_once_and_then_two_a_second() -> None:
    pace = CheckRateLimit(0)
    for _ in range(100):
        assert pace.wait(0) == 0
        pace.take()
    assert pace.wait(0) == pytest.approx(0.5)
    assert pace.wait(0.5) == 0
    pace.take()
    assert pace.wait(0.75) == pytest.approx(0.25)


def test_a_pause_fills_up_what_was_used_and_no_more() -> None:
    pace = CheckRateLimit(0)
    pace.wait(10_000)
    for _ in range(100):
        assert pace.wait(10_000) == 0
        pace.take()
    assert pace.wait(10_000) > 0


def test_a_clock_set_back_neither_blocks_nor_frees() -> None:
    pace = CheckRateLimit(0)
    for _ in range(100):
        pace.take()
    assert pace.wait(-3600) == pytest.approx(0.5)
    assert pace.wait(-3599.5) == 0


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
