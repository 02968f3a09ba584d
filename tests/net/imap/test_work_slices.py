"""A flood is worked on for a while, then everybody else has a turn; nothing of it is lost or out of order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock

from tests.net.wire import Wire, result
from tray.imap import commands
from tray.imap.events import Exists
from tray.net.errors import Stopped
from tray.net.imap.connection import WORK_SLICE

if TYPE_CHECKING:
    from collections.abc import Callable


class Busy(Clock):
    """Each look at it takes a third of a turn."""

    def seconds(self) -> float:
        self.rightNow += WORK_SLICE / 3
        return self.rightNow


@pytest.fixture
def busy() -> Wire:
    wire = Wire(Busy()).s("* OK [CAPABILITY IMAP4rev1] ready")
    wire.clock.pump([0, 0])
    wire.events.clear()
    return wire


def flood(wire: Wire, count: int) -> None:
    wire.raw(b"".join(b"* %d EXISTS\r\n" % number for number in range(count)))


def finish(wire: Wire) -> int:
    """Let it go on until there is nothing to do; how many turns that took."""
    turns = 0
    while wire.transport.producerState == "paused":
        turns += 1
        (call,) = (each for each in wire.clock.getDelayedCalls() if each.func == wire.protocol._go_on)
        call.cancel()
        wire.protocol._go_on()
    return turns


def test_a_flood_takes_turns_and_the_server_waits(busy: Wire) -> None:
    """What comes meanwhile stays in order behind it."""
    flood(busy, 100)
    assert busy.transport.producerState == "paused"
    assert 0 < len(busy.events) < 5
    busy.s("* 100 EXISTS")
    assert len(busy.events) < 5
    assert finish(busy) > 20
    assert busy.events == [Exists(number) for number in range(101)]


def test_what_is_asked_meanwhile_is_sent_and_answered(busy: Wire) -> None:
    """It waits for what stands before its answer, and for no more."""
    flood(busy, 30)
    done = result(busy.protocol.request(commands.noop()))
    busy.c("$noop NOOP").s("$noop OK")
    assert done == []
    finish(busy)
    assert len(done) == 1


@pytest.mark.parametrize("last", ["* BYE I am tired", "* BYE"])
def test_what_was_said_before_the_end_is_heard(busy: Wire, last: str) -> None:
    """The reason stands behind the flood."""
    flood(busy, 30)
    busy.s(last)
    busy.transport.lose(ConnectionDone())
    assert len(busy.events) >= 30
    assert "refused: BYE" in str(busy.protocol.ended)
    busy.clock.advance(0)


def test_an_end_of_our_own_leaves_the_rest(busy: Wire) -> None:
    """Nobody wants it any more."""
    flood(busy, 30)
    count = len(busy.events)
    busy.protocol.abort(Stopped())
    busy.clock.advance(0)
    busy.clock.advance(0)
    assert len(busy.events) == count


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda wire: wire.raw(b"zzzz who\r\n"), "neither data nor the end of a command"),
        (lambda wire: setattr(wire, "on_event", lambda _: 1 / 0), "ZeroDivisionError"),
    ],
)
def test_what_goes_wrong_in_a_later_turn_ends_it_too(
    busy: Wire, spoil: Callable[[Wire], object], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A breach of the protocol, and a fault of ours."""
    flood(busy, 30)
    spoil(busy)
    for _ in range(40):
        busy.clock.advance(0)
    assert said in str(busy.protocol.ended)
    caplog.clear()
