"""Servers that take their time: every deadline is a deadline for the whole answer, not for its next byte."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from twisted.internet.task import Clock

from tests.net.session_fixture import SessionFixture
from tests.net.wire import Wire, result
from tray.imap import commands
from tray.net.errors import DeadlineExceeded
from tray.net.watch.idle_loop import CHECK_BURST, CHECKS_PER_SECOND, RENEWAL

if TYPE_CHECKING:
    from collections.abc import Iterable


def drip(wire: Wire, text: Iterable[int], seconds: float) -> float:
    """A byte every tenth of a second, until the client has enough or `seconds` are over; how long that took."""
    begin = wire.clock.seconds()
    for byte in text:
        if wire.transport.aborted or wire.clock.seconds() - begin > seconds:
            break
        wire.raw(bytes((byte,)))
        wire.clock.advance(0.1)
    return wire.clock.seconds() - begin


def test_a_greeting_that_drips_is_not_waited_for() -> None:
    wire = Wire(Clock())
    greeting = result(wire.protocol.greeting.wait())
    assert drip(wire, cycle(b"* OK hello "), 600) == pytest.approx(30, abs=0.2)
    assert isinstance(greeting[0], DeadlineExceeded)


def test_a_handshake_that_never_ends_is_not_waited_for() -> None:
    wire = Wire(clock := Clock())
    wire.protocol.secure(object())
    secured = result(wire.protocol.secured.wait())
    clock.advance(31)
    assert isinstance(secured[0], DeadlineExceeded)


@pytest.mark.parametrize(
    "text", [b"* OK still at it ", b"* 1 EXISTS\r\n", b"* 1 FETCH (X {200000}\r\n" + b"a" * 4000]
)
def test_an_answer_that_drips_is_not_waited_for(text: bytes) -> None:
    """Whole responses that are not the answer do not help either."""
    wire = Wire(Clock()).s("* OK [CAPABILITY IMAP4rev1] ready")
    noop = result(wire.protocol.request(commands.noop()))
    assert drip(wire, cycle(text), 600) == pytest.approx(30, abs=0.2)
    assert isinstance(noop[0], DeadlineExceeded)


def test_an_idle_that_drips_ends_with_its_renewal() -> None:
    """A line that never ends holds up the end of IDLE, for as long as DONE may take."""
    wire = Wire(Clock()).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID LITERAL+] ready")
    session = SessionFixture(wire).begin([1, 2])
    took = drip(wire, cycle(b"* OK a"), 2 * RENEWAL)
    assert RENEWAL < took < RENEWAL + 31
    assert isinstance(session.end[0], DeadlineExceeded)


def test_a_server_that_has_news_for_ever_is_looked_at_now_and_then() -> None:
    """And what the user asks for goes first."""
    clock = Clock()
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID LITERAL+] ready")
    SessionFixture(wire).begin([1])
    count_sent = [2]

    def reply(said: str) -> tuple[str, ...]:
        if said.startswith("UID SEARCH"):
            count_sent[0] += 1
            return f"* {count_sent[0]} EXISTS", "* ESEARCH UID COUNT 1", "OK"
        return ("OK",)

    wire.s("* 2 EXISTS")
    storm = wire.serve(reply)
    assert CHECK_BURST <= sum(said.startswith("UID SEARCH") for said in storm) <= CHECK_BURST + 2
    slow: list[str] = []
    for _ in range(100):
        clock.advance(0.1)
        slow += wire.serve(reply)
    assert 10 <= sum(said.startswith("UID SEARCH") for said in slow) <= 10 * CHECKS_PER_SECOND + 2
