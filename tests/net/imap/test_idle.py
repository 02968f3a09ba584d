"""IDLE: who may say what, and when."""

from __future__ import annotations

import pytest
from twisted.internet.error import ConnectionLost

from tests.net.wire import Wire, result
from tray.imap import commands
from tray.imap.errors import CommandRefused, LocalProtocolError
from tray.imap.events import Exists
from tray.net.errors import DeadlineExceeded
from tray.net.imap.command_queue import DEADLINE, DONE_DEADLINE


@pytest.mark.parametrize("plus", ["+ idling", "+", "+ "])
def test_a_command_ends_idle_first(wire: Wire, plus: str) -> None:
    """Hard cases 1 and 11: the `+` may carry no text."""
    begun: list[int] = []
    idle = result(wire.protocol.idle(lambda: begun.append(1)))
    wire.c("$1 IDLE").s(plus)
    assert begun == [1]
    noop = result(wire.protocol.request(commands.noop()))
    wire.c("DONE", "$2 NOOP").s("$1 OK", "$2 OK")
    assert [outcome.status for outcome in idle + noop] == ["OK", "OK"]


def test_done_commands_and_the_next_idle_are_one_write(whole: Wire) -> None:
    whole.protocol.idle()
    whole.c("$1 IDLE").s("+ idling")
    before = len(whole.transport.writes)
    with whole.protocol.queue.together():
        whole.protocol.request(commands.noop())
        whole.protocol.idle()
        whole.protocol.request(commands.noop())  # goes before an IDLE that was not sent
    assert len(whole.transport.writes) == before + 1
    whole.c("DONE", "$2 NOOP", "$3 NOOP", "$4 IDLE")


def test_before_the_plus_events_come_and_a_command_waits(wire: Wire) -> None:
    """Hard cases 2 (Outlook) and 11: DONE may be sent only after the ``+``."""
    wire.s("+ hello")  # not requested
    wire.protocol.idle()
    wire.c("$1 IDLE").s("* 4 EXISTS")
    noop = result(wire.protocol.request(commands.noop()))
    wire.c().s("+ idling", "+ still idling", "* 5 EXISTS").c("DONE", "$2 NOOP").s("$1 OK", "$2 OK")
    assert wire.events[1:] == [Exists(4), Exists(5)]
    assert noop[0].status == "OK"


def test_a_command_given_while_done_is_out_goes_out_behind_it(wire: Wire) -> None:
    """Hard cases 11 and 12."""
    wire.protocol.idle()
    wire.c("$1 IDLE").s("+")
    wire.protocol.request(commands.noop())
    wire.c("DONE", "$2 NOOP")
    wire.protocol.request(commands.noop())
    wire.c("$3 NOOP").s("* 9 EXISTS", "$1 OK", "$2 OK", "$3 OK")
    assert wire.events[-1] == Exists(9)


def test_the_server_may_end_idle_and_done_may_cross_its_answer(wire: Wire) -> None:
    """Hard case 13."""
    idle = result(wire.protocol.idle())
    wire.c("$1 IDLE").s("+", "$1 OK enough")
    assert idle[0].text == "enough"
    idle = result(wire.protocol.idle())
    wire.c("$2 IDLE").s("+")
    noop = result(wire.protocol.request(commands.noop()))
    wire.c("DONE", "$3 NOOP").s("$2 OK enough", "DONE BAD what", "$3 OK")
    assert [outcome.status for outcome in idle + noop] == ["OK", "OK"]


@pytest.mark.parametrize("status", ["NO", "BAD"])
def test_idle_may_be_refused(wire: Wire, status: str) -> None:
    """Hard case 14."""
    idle = result(wire.protocol.idle())
    noop = result(wire.protocol.request(commands.noop()))
    wire.c("$1 IDLE").s(f"$1 {status} not here").c("$2 NOOP").s("$2 OK")
    assert isinstance(idle[0], CommandRefused)
    assert noop[0].status == "OK"


def test_a_refusal_of_done_ends_idle_all_the_same(wire: Wire) -> None:
    idle = result(wire.protocol.idle())
    wire.c("$1 IDLE").s("+")
    wire.protocol.request(commands.noop())
    wire.c("DONE", "$2 NOOP").s("$1 BAD")
    assert idle[0].status == "BAD"


def test_done_without_an_answer_ends_the_connection(wire: Wire) -> None:
    """Hard case 15."""
    idle = result(wire.protocol.idle())
    wire.c("$1 IDLE").s("+")
    wire.clock.advance(3600)  # while idling nothing is due
    noop = result(wire.protocol.request(commands.noop()))
    wire.clock.advance(DONE_DEADLINE)
    assert [type(outcome) for outcome in idle + noop] == [DeadlineExceeded, DeadlineExceeded]
    assert idle[0].what == "DONE"


def test_a_short_deadline_holds_for_the_done_before_it_and_a_plus_must_come(wire: Wire) -> None:
    wire.protocol.idle().addErrback(lambda _: None)
    wire.c("$1 IDLE").s("+")
    probe = result(wire.protocol.request(commands.noop(), 5))
    wire.clock.advance(5)
    assert isinstance(probe[0], DeadlineExceeded)
    again = Wire(wire.clock).s("* OK hi")
    idle = result(again.protocol.idle())
    wire.clock.advance(DEADLINE)
    assert isinstance(idle[0], DeadlineExceeded)


def test_bye_while_idling_keeps_its_words(wire: Wire) -> None:
    """Hard case 17."""
    idle = result(wire.protocol.idle())
    wire.c("$1 IDLE").s("+", "* BYE Idle for too long")
    wire.close(ConnectionLost())
    assert (idle[0].command, idle[0].text) == ("IDLE", "Idle for too long")


def test_one_idle_at_a_time(wire: Wire) -> None:
    wire.protocol.idle()
    with pytest.raises(LocalProtocolError):
        wire.protocol.idle()


def test_without_pipelining_done_waits_for_its_answer(wire: Wire) -> None:
    wire.protocol.queue.pipelining = False
    wire.protocol.idle()
    wire.c("$1 IDLE").s("+")
    with wire.protocol.queue.together():
        wire.protocol.request(commands.noop())
        wire.protocol.idle()
    assert wire.protocol.queue.will_idle
    wire.c("DONE").s("$1 OK").c("$2 NOOP").s("$2 OK").c("$3 IDLE")


def test_an_idle_refused_in_company_is_tried_alone(wire: Wire) -> None:
    with wire.protocol.queue.together():
        wire.protocol.request(commands.noop())
        idle = result(wire.protocol.idle())
    wire.c("$1 NOOP", "$2 IDLE").s("$1 OK", "$2 BAD").c("$3 IDLE").s("+")
    wire.protocol.request(commands.noop())
    wire.c("DONE").s("$3 OK").c("$4 NOOP")
    assert idle[0].status == "OK"
