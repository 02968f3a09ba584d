"""The protocol: framing, dispatch, deadlines, endings; every Deferred exactly once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from twisted.internet.error import ConnectionDone, ConnectionLost

from tests.net.wire import Wire, result
from tray.imap import commands
from tray.imap.errors import CommandRefused, RemoteProtocolError
from tray.imap.events import Exists, Unparsed
from tray.net.errors import DeadlineExceeded, HandlerFailed
from tray.net.imap.command_queue import DEADLINE
from tray.net.imap.connection import BYE_DEADLINE, GREETING_DEADLINE

if TYPE_CHECKING:
    from twisted.internet.task import Clock

ODD_TEXTS = ("Hello :)", 'don"t', "[ALERT] https://x/(y", "{90%}", "{5}", "[]", "")


def test_a_refusal_says_what_was_refused_and_the_servers_words(wire: Wire) -> None:
    done = result(wire.protocol.request(commands.examine("x")))
    wire.c('$1 EXAMINE "x"').s("$1 NO [NONEXISTENT] No such mailbox")
    assert isinstance(done[0], CommandRefused)
    assert (done[0].command, done[0].status, done[0].code, done[0].text) == (
        "EXAMINE", "NO", "NONEXISTENT", "No such mailbox",
    )  # fmt: skip


def test_commands_given_together_go_out_in_one_write(whole: Wire) -> None:
    with whole.protocol.queue.together():
        for _ in range(3):
            whole.protocol.request(commands.noop())
    assert len(whole.transport.writes) == 1
    whole.c("$1 NOOP", "$2 NOOP", "$3 NOOP")


@pytest.mark.parametrize(
    ("untagged", "answer"),
    [
        ("* 3 EXISTS", "$1 OK done"),
        ("* 4 exists", "$1 ok"),  # hard case 19
        ("* OK [X-NEW (a b)] text", "$1 OK [XBAR] done"),  # hard case 29
        ("* XFOO bar", "$1 OK"),
        # Hard case 26.
        ("* LIST () NIL {3}\r\nabc", "$1 OK"),
        ('* LIST () "\\\\" "C:\\\\"', "$1 OK"),
        ("* 1 FETCH (UID 5 BODY[HEADER] ~{5}\r\nabc\r\n)", "$1 OK"),
        # Hard case 18.
        *((f"* NO {text}", f"$1 OK {text}") for text in ODD_TEXTS),
    ],
)
def test_a_command_ends_with_its_tag_whatever_else_is_said(wire: Wire, untagged: str, answer: str) -> None:
    done = result(wire.protocol.request(commands.noop()))
    wire.c("$1 NOOP").s(untagged, answer)
    assert [outcome.status for outcome in done] == ["OK"]
    assert len(wire.events) == 2
    assert not isinstance(wire.events[-1], Unparsed)
    wire.clock.advance(8 * 3600)  # nothing is due while nothing is asked
    assert not wire.transport.aborted


@pytest.mark.parametrize(
    "breach",
    [
        b"* OK " + b"x" * 65_537 + b"\r\n",
        b"* 1 FETCH (BODY[HEADER] {10000000000}\r\n",
        b"* 1 FETCH (BODY[HEADER] {-5}\r\n",
        b"* 1 FETCH (BODY[HEADER] {abc}\r\n",
        b"* 1 FETCH (BODY[HEADER] {2}\r\nhiding) x\r\n",
        b"nonsense\r\n",
    ],
)
def test_a_breach_of_protocol_aborts_and_later_bytes_are_ignored(clock: Clock, breach: bytes) -> None:
    """Hard cases 24 and 25."""
    wire = Wire(clock).s("* OK ready")
    done = result(wire.protocol.request(commands.noop()))
    wire.c("$1 NOOP").raw(breach).s("* 7 EXISTS", "$1 OK done")
    assert wire.transport.aborted
    assert [type(outcome) for outcome in done] == [RemoteProtocolError]
    assert Exists(7) not in wire.events
    clock.advance(0)
    assert len(done) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"* ",
        b"*",
        b"* FLAGS NIL",
        b"* FLAGS",
        b"* XFOO {5",
        b"* (x)",
        b"* 99999999999 EXISTS",
        b"* 1 FETCH (FLAGS NIL)",
        b"* 1 FETCH (UID 0",
        rb'* NAMESPACE (("" "\"))',
        rb'* LIST (\HasNoChildren) "/" "Old\"',
        b"* SEARCH x",
        b"ZZZZ OK never asked",
        b"0001 OK done long ago",
    ],
)
def test_what_makes_no_sense_is_passed_over_where_its_end_is_certain(
    clock: Clock, chop: int | None, line: bytes
) -> None:
    wire = Wire(clock, chop).s("* OK ready")
    result(wire.protocol.request(commands.noop()))
    wire.c("$1 NOOP").s("$1 OK")
    done = result(wire.protocol.request(commands.noop()))
    wire.c("$2 NOOP").s(line, "* 7 EXISTS", "$2 OK done")
    assert [outcome.status for outcome in done] == ["OK"]
    assert wire.events[-1] == Exists(7)
    assert not wire.transport.aborted


def test_what_makes_no_sense_fills_no_log(whole: Wire, caplog: pytest.LogCaptureFixture) -> None:
    """And nothing of it is in the log: a server may echo a password."""
    caplog.set_level(logging.INFO)
    whole.raw(b"* FLAGS\r\n* p4ssw0rd\r\n* p4ssw0rd EXISTS\r\np4ssw0rd OK p4ssw0rd\r\n* \r\n" * 2000)
    assert not whole.transport.aborted
    assert len(caplog.records) == 5
    assert "no more of this connection are logged" in caplog.text
    assert "p4ssw0rd" not in caplog.text


def test_a_tag_may_come_back_in_lower_case(wire: Wire) -> None:
    for _ in range(9):
        result(wire.protocol.request(commands.noop()))
        wire.c("$1 NOOP").s("$1 OK")
    done = result(wire.protocol.request(commands.noop()))
    wire.c("$1 NOOP").s(wire.tags["$1"].lower() + " OK")
    assert wire.tags["$1"] == "000A"
    assert [outcome.status for outcome in done] == ["OK"]


def test_a_late_answer_to_done_is_no_breach(wire: Wire) -> None:
    """The server had ended IDLE by itself: it sees our DONE as a command."""
    wire.s("DONE BAD unknown command")
    assert not wire.transport.aborted


def test_no_greeting_means_no_connection(clock: Clock) -> None:
    """Hard case 16: silence after the connection, or a TLS handshake that never ends."""
    wire = Wire(clock)
    greeting, lost = result(wire.protocol.greeting.wait()), result(wire.protocol.lost.wait())
    clock.advance(GREETING_DEADLINE - 0.1)
    assert not greeting
    clock.pump([0.1, 0])
    assert [type(outcome) for outcome in greeting + lost] == [DeadlineExceeded, DeadlineExceeded]
    assert str(greeting[0]) == "greeting: no answer within 30 s"


@pytest.mark.parametrize(
    "line",
    [
        "* NO go away",
        "* 3 EXISTS",
        "* CAPABILITY IMAP4rev1",
        "*",
        "* FLAGS NIL",
        "* 1 FETCH (",
        "a1 OK hi",
        "+OK POP3",
    ],
)
def test_a_greeting_that_is_none_is_a_breach(clock: Clock, line: str) -> None:
    wire = Wire(clock)
    greeting = result(wire.protocol.greeting.wait())
    wire.s(line)
    assert [type(outcome) for outcome in greeting] == [RemoteProtocolError]


def test_a_line_may_be_long_only_while_a_search_is_answered(whole: Wire) -> None:
    line = "* SEARCH " + "1 " * 40_000
    with whole.protocol.long_lines():
        whole.s(line)
    assert not whole.transport.aborted
    whole.s(line)
    assert whole.transport.aborted


def test_bye_as_greeting_keeps_its_words(clock: Clock, chop: int | None) -> None:
    """Hard case 17."""
    wire = Wire(clock, chop)
    greeting = result(wire.protocol.greeting.wait())
    wire.s("* BYE [UNAVAILABLE] Too many connections")
    assert isinstance(greeting[0], CommandRefused)
    assert (greeting[0].status, greeting[0].code, greeting[0].text) == (
        "BYE",
        "UNAVAILABLE",
        "Too many connections",
    )
    assert [event.status for event in wire.events] == ["BYE"]  # it may be an alert for the user
    assert wire.transport.aborted


def test_bye_during_commands_ends_each_of_them_once_with_its_words(wire: Wire) -> None:
    """Hard case 17."""
    outcomes = [result(wire.protocol.request(commands.noop())) for _ in range(2)]
    lost = result(wire.protocol.lost.wait())
    wire.c("$1 NOOP", "$2 NOOP").s("* BYE Shutting down")
    wire.close()
    assert [(error.command, error.status, error.text) for (error,) in outcomes] == [
        ("NOOP", "BYE", "Shutting down")
    ] * 2
    assert lost[0].text == "Shutting down"
    wire.clock.advance(100)
    assert [len(each) for each in outcomes] == [1, 1]


def test_a_server_that_says_bye_and_stays_is_left(wire: Wire) -> None:
    lost = result(wire.protocol.lost.wait())
    wire.s("* BYE Shutting down")
    wire.clock.pump([BYE_DEADLINE, 0])
    assert lost[0].text == "Shutting down"


def test_bye_to_logout_is_awaited_with_the_commands_own_deadline(wire: Wire) -> None:
    done = result(wire.protocol.request(commands.logout(), 10))
    wire.c("$1 LOGOUT").s("* BYE see you")
    wire.clock.advance(BYE_DEADLINE + 1)
    assert not wire.transport.aborted
    wire.s("$1 OK bye")
    assert done[0].status == "OK"


def test_an_unanswered_command_ends_the_connection(wire: Wire) -> None:
    outcomes = [result(wire.protocol.request(commands.noop())) for _ in range(3)]
    wire.clock.advance(DEADLINE - 1)
    assert not wire.transport.aborted
    wire.clock.advance(8 * 3600)  # hard case 35: after sleep the answer is not awaited
    assert wire.transport.aborted
    assert [type(error) for (error,) in outcomes] == [DeadlineExceeded] * 3
    wire.clock.advance(100)
    assert [len(each) for each in outcomes] == [1, 1, 1]


def test_silence_after_a_word_in_a_pipeline_is_told_apart(whole: Wire) -> None:
    """A server that minds pipelining may simply forget what came behind the first command."""
    first, second = (result(whole.protocol.request(commands.noop())) for _ in range(2))
    whole.c("$1 NOOP", "$2 NOOP").s("$1 OK")
    whole.clock.advance(DEADLINE)
    assert first[0].status == "OK"
    assert second[0].pipelined


def test_a_command_after_the_end_fails_at_once(wire: Wire) -> None:
    """Hard case 34."""
    wire.close(ConnectionLost())
    assert [type(outcome) for outcome in result(wire.protocol.request(commands.noop()))] == [ConnectionLost]
    assert [type(outcome) for outcome in result(wire.protocol.idle())] == [ConnectionLost]
    wire.c()


@pytest.mark.expects_log("A handler of a response failed")
def test_a_failing_handler_is_named_and_ends_the_connection(
    whole: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    done = result(whole.protocol.request(commands.noop()))

    def fail(_: object) -> None:
        raise KeyError("boom")

    whole.on_event = fail
    whole.c("$1 NOOP").s("* 3 EXISTS", "$1 OK")
    assert [type(outcome) for outcome in done] == [HandlerFailed]
    assert isinstance(done[0].__cause__, KeyError)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_handlers_may_abort_in_the_middle_of_a_chunk(whole: Wire) -> None:
    seen = []

    def handler(event: object) -> None:
        seen.append(event)
        whole.protocol.abort(ConnectionDone())

    whole.on_event = handler
    whole.s("* 3 EXISTS", "* 4 EXISTS")
    assert seen == [Exists(3)]
    whole.protocol.abort(ConnectionLost())
    assert isinstance(whole.protocol.ended, ConnectionDone)


def test_whatever_arrives_is_proof_of_life(whole: Wire) -> None:
    heard = []
    whole.on_data = lambda: heard.append(1)
    whole.s("* OK Still here", "+ odd")
    assert heard == [1]


def test_what_a_server_says_again_and_again_is_heard_each_time(wire: Wire) -> None:
    wire.events.clear()
    wire.s("* OK Still here", "* OK Still here", "* OK Still there", "* 3 EXISTS", "* OK Still here")
    said = ["Still here", "Still here", "Still there", 3, "Still here"]
    assert [getattr(event, "text", None) or event.count for event in wire.events] == said


@pytest.mark.parametrize(
    "line", ["* OK [ALERT] Again", "* NO Again", "* BYE Again", "* OK [CAPABILITY IDLE] Again"]
)
def test_what_matters_is_read_each_time(wire: Wire, line: str) -> None:
    wire.events.clear()
    wire.s("* OK Again", line, "* OK Again", line)
    status = line.split()[1]
    assert [event.status for event in wire.events] == ["OK", status, "OK", status]
    assert wire.events[1].code == wire.events[3].code != wire.events[0].code or status != "OK"


def test_a_secret_is_filtered_that_was_said_before_it_was_known(wire: Wire) -> None:
    wire.events.clear()
    wire.s("* OK hunter2")
    wire.protocol.clean = lambda text: text.replace("hunter2", "…")
    wire.s("* OK hunter2")
    assert [event.text for event in wire.events] == ["hunter2", "…"]


def test_a_synchronizing_literal_waits_for_its_plus(wire: Wire) -> None:
    done = [result(wire.protocol.request(commands.login("änna", "pässwort"))) for _ in range(2)]
    later = result(wire.protocol.request(commands.noop()))
    wire.c("$1 LOGIN {5}").s("+ go on")
    assert wire.transport.value() == "änna {9}\r\n".encode()
    wire.transport.clear()
    wire.s("+").c("pässwort", "$2 LOGIN {5}").s("$1 OK", "$2 NO too long").c("$3 NOOP").s("$3 OK")
    assert [outcome.status for (outcome,) in [*done, later]] == ["OK", "NO", "OK"]


def test_a_conversation_answers_each_plus(wire: Wire) -> None:
    asked = []

    def respond(text: bytes) -> bytes:
        asked.append(text)
        return b"answer\r\n"

    done = result(wire.protocol.request(commands.authenticate("LOGIN", None), respond=respond))
    wire.c("$1 AUTHENTICATE LOGIN").s("+ one").c("answer").s("+ two").c("answer").s("$1 OK")
    assert asked == [b"one", b"two"]
    assert done[0].status == "OK"


def test_capabilities_are_those_that_were_told_last(wire: Wire) -> None:
    assert "ESEARCH" in wire.protocol.capabilities
    wire.s("* CAPABILITY IMAP4rev1 IDLE")
    assert wire.protocol.capabilities == {"IMAP4REV1", "IDLE"}
    wire.protocol.request(commands.noop())
    wire.c("$1 NOOP").s("$1 OK [CAPABILITY IMAP4rev1 MOVE] done")
    assert wire.protocol.capabilities == {"IMAP4REV1", "MOVE"}


def test_a_refused_command_tells_no_capabilities(wire: Wire) -> None:
    before = wire.protocol.capabilities
    result(wire.protocol.request(commands.noop()))
    wire.c("$1 NOOP").s("$1 NO [CAPABILITY FORGED] no")
    assert wire.protocol.capabilities == before


def test_a_command_refused_in_company_is_tried_alone_and_from_then_on_each_goes_alone(wire: Wire) -> None:
    first, second, third = (result(wire.protocol.request(commands.noop())) for _ in range(3))
    wire.c("$1 NOOP", "$2 NOOP", "$3 NOOP").s("$1 OK", "$2 BAD one at a time", "$3 BAD one at a time")
    wire.c("$4 NOOP").s("$4 OK").c("$5 NOOP").s("$5 OK")
    assert [outcome.status for outcome in first + second + third] == ["OK", "OK", "OK"]
    assert not wire.protocol.queue.pipelining
    for _ in range(2):
        wire.protocol.request(commands.noop())
    wire.c("$6 NOOP").s("$6 OK").c("$7 NOOP")


def test_a_command_refused_alone_as_well_was_not_refused_for_its_company(wire: Wire) -> None:
    first, second = (result(wire.protocol.request(commands.noop())) for _ in range(2))
    wire.c("$1 NOOP", "$2 NOOP").s("$1 OK", "$2 BAD no").c("$3 NOOP").s("$3 BAD no")
    assert first[0].status == "OK"
    assert second[0].status == "BAD"
    assert wire.protocol.queue.pipelining


def test_no_more_than_twenty_commands_wait_for_their_answers(whole: Wire) -> None:
    """Exchange Online takes at most 25."""
    for _ in range(25):
        whole.protocol.request(commands.noop())
    assert len(whole.sent()) == 20
    whole.s("0001 OK")
    assert len(whole.sent()) == 1


def test_the_exchange_never_shows_what_it_carries(whole: Wire) -> None:
    whole.protocol.request(commands.login("anna", "secret"))
    assert [repr(each) for each in whole.protocol.tags.values()] == ["<PendingCommand LOGIN>"]
