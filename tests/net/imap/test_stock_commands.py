"""The methods of IMAP4Client on our framing: alone on the line, within limits, never a password in clear."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet import ssl
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectionDone
from twisted.internet.error import TimeoutError as ConnectionTimeout
from twisted.internet.interfaces import ITLSTransport
from twisted.mail.imap4 import Command, CramMD5ClientAuthenticator, IMAP4Exception, Query
from zope.interface import directlyProvides

from tests.net.wire import Wire, result
from tray.imap import commands
from tray.imap.errors import LocalProtocolError, RemoteProtocolError
from tray.imap.events import Exists
from tray.net.errors import CleartextRefused, DeadlineExceeded
from tray.net.imap import command_queue
from tray.net.imap.command_queue import DEADLINE
from tray.net.imap.protocol import MailProtocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.task import Clock

VERIFYING = ssl.optionsForClientTLS("mail.example.org")


def test_data_go_to_the_command_and_to_the_handler_of_events(wire: Wire) -> None:
    done = result(wire.protocol.fetchSpecific("1", headerType="TEXT"))
    wire.c("$1 FETCH 1 BODY[TEXT]").s(
        "* 9 EXISTS", "* 1 FETCH (BODY[TEXT] {8}\r\nHi\r\n(you FLAGS ())", "$1 OK done"
    )
    assert done == [{1: [["BODY", ["TEXT"], "Hi\r\n(you"]]}]
    assert Exists(9) in wire.events


def test_a_message_is_appended_by_its_continuation(wire: Wire) -> None:
    done = result(wire.protocol.append("INBOX", BytesIO(b"Subject: x\r\n\r\n"), ["\\Seen"]))
    wire.c("$1 APPEND INBOX (\\Seen) {14}").s("+ go on")
    assert wire.transport.producer is not None
    while wire.transport.producer is not None:
        wire.transport.producer.resumeProducing()
    wire.c("Subject: x", "", "").s("$1 OK done")
    assert len(done) == 1


def test_it_has_the_line_to_itself(wire: Wire) -> None:
    """Untagged responses do not say which command they answer."""
    wire.protocol.request(commands.noop())
    done = result(wire.protocol.noop())
    wire.protocol.request(commands.noop())
    wire.c("$1 NOOP").s("* 1 EXISTS", "$1 OK")
    wire.c("$2 NOOP").s("* 2 EXISTS", "$2 OK")
    wire.c("$3 NOOP").s("* 3 EXISTS", "$3 OK")
    assert done == [[[b"2", b"EXISTS"]]]


def test_it_ends_idle_and_idle_goes_on_behind_it(wire: Wire) -> None:
    wire.protocol.idle()
    wire.c("$1 IDLE").s("+")
    done = result(wire.protocol.noop())
    wire.protocol.idle()
    wire.c("DONE").s("* 1 EXISTS", "$1 OK")
    wire.c("$2 NOOP").s("$2 OK")
    wire.c("$3 IDLE")
    assert done == [[]]


def test_a_refusal_carries_the_servers_line_without_what_is_secret(wire: Wire) -> None:
    wire.protocol.clean = lambda text: text.replace("hunter2", "…")
    wire.protocol.queue.pipelining = False
    done = result(wire.protocol.create("x"))
    wire.c("$1 CREATE x").s("$1 NO [CANNOT] not hunter2")
    assert [type(error) for error in done] == [IMAP4Exception]
    assert done[0].args == ("[CANNOT] not …".encode(),)
    assert not wire.protocol.queue.pipelining


def test_data_that_the_base_class_cannot_read_fail_the_command_and_nothing_else(wire: Wire) -> None:
    done = result(wire.protocol.noop())
    wire.c("$1 NOOP").s("* XFOO (()", "$1 OK").s("* 5 EXISTS")
    assert isinstance(done[0], Exception)
    assert not wire.transport.aborted
    assert wire.events[-1] == Exists(5)


def test_an_answer_without_end_is_cut_off(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_queue, "_COLLECTED_LIMIT", 1000)
    done = result(wire.protocol.search(Query(unseen=1)))
    wire.c("$1 SEARCH UNSEEN").s(*["* SEARCH 1 2 3 4 5 6 7 8 9"] * 50)
    assert [type(error) for error in done] == [RemoteProtocolError]
    assert wire.transport.aborted


def test_its_deadline_is_counted_from_what_arrived_last(wire: Wire, clock: Clock) -> None:
    done = result(wire.protocol.fetchMessage("1"))
    wire.sent()
    clock.advance(DEADLINE - 1)
    wire.s("* 1 FETCH (FLAGS ())")
    clock.advance(DEADLINE - 1)
    assert done == []
    clock.advance(1)
    assert [type(error) for error in done] == [DeadlineExceeded]


def test_an_upload_may_take_as_long_as_it_takes(wire: Wire, clock: Clock) -> None:
    sent: Deferred[None] = Deferred()
    done = result(wire.protocol.sendCommand(Command(b"APPEND", b"x {9}", (), lambda _: sent)))
    wire.c("$1 APPEND x {9}").s("+")
    clock.advance(10 * DEADLINE)
    assert done == []
    sent.callback(None)
    clock.advance(DEADLINE)
    assert [type(error) for error in done] == [DeadlineExceeded]


def test_an_upload_that_cannot_go_on_ends_the_connection(wire: Wire) -> None:
    """The server would take the next command for its data."""
    wire.protocol.sendCommand(Command(b"APPEND", b"x {9}", (), lambda _: fail(OSError("unreadable"))))
    wire.c("$1 APPEND x {9}").s("+")
    assert wire.transport.disconnecting


def test_silence_longer_than_timeout_ends_the_connection(clock: Clock) -> None:
    protocol = MailProtocol(clock=clock)
    protocol.timeout = 5
    wire = Wire(clock, protocol=protocol).s("* OK ready")
    done = result(protocol.noop())
    clock.advance(4)
    wire.s("* 1 EXISTS")
    clock.advance(4)
    assert done == []
    clock.advance(1)
    assert [type(error) for error in done] == [ConnectionTimeout]
    assert wire.transport.aborted


@pytest.mark.parametrize("text", ["a\r\nx LOGOUT", "a\nx", "a\0"])
def test_a_command_that_would_be_two_is_not_sent(wire: Wire, text: str) -> None:
    done = result(wire.protocol.sendCommand(Command(b"LOGIN", text.encode())))
    assert [type(error) for error in done] == [LocalProtocolError]
    wire.c()


def login(client: MailProtocol) -> Deferred[Any]:
    return client.login("bob", "hunter2")


def authenticate(client: MailProtocol) -> Deferred[Any]:
    client.registerAuthenticator(CramMD5ClientAuthenticator(b"bob"))
    return client.authenticate(b"hunter2")


@pytest.mark.parametrize("log_in", [login, authenticate])
def test_a_password_is_not_sent_in_clear(
    clock: Clock, log_in: Callable[[MailProtocol], Deferred[Any]]
) -> None:
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5] ready")
    done = result(log_in(wire.protocol))
    wire.c()
    assert [type(error) for error in done] == [CleartextRefused]
    assert "not encrypted" in str(done[0])


@pytest.mark.parametrize("how", ["TLS", "allowed"])
def test_a_password_is_sent_where_nobody_can_read_it_or_it_was_allowed(clock: Clock, how: str) -> None:
    wire = Wire(clock)
    if how == "TLS":
        wire.protocol.secure(VERIFYING)
    else:
        wire.protocol.allow_cleartext = True
    done = result(wire.s("* OK [CAPABILITY IMAP4rev1] ready").protocol.login("bob", "hunter2"))
    assert "hunter2" not in repr(list(wire.protocol.tags.values()))
    wire.c('$1 LOGIN "bob" "hunter2"').s("$1 OK")
    assert len(done) == 1
    assert not isinstance(done[0], Exception)


@pytest.fixture
def clear(clock: Clock) -> Wire:
    """A connection that may begin TLS."""
    wire = Wire(clock)
    directlyProvides(wire.transport, ITLSTransport)
    return wire.s("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready")


@pytest.mark.parametrize("context", [None, ssl.ClientContextFactory()])
def test_tls_does_not_begin_without_a_context_that_verifies(clear: Wire, context: object) -> None:
    done = result(clear.protocol.startTLS(context))
    clear.c()
    assert [type(error) for error in done] == [IMAP4Exception]
    assert "verifies the server" in str(done[0])


@pytest.mark.parametrize("encrypted", [True, False])
def test_tls_begins_once_and_on_a_transport_that_can_begin_it(
    clear: Wire, whole: Wire, *, encrypted: bool
) -> None:
    wire = clear if encrypted else whole
    if encrypted:
        wire.protocol.secure(VERIFYING)
    done = result(wire.protocol.startTLS(VERIFYING))
    wire.c()
    assert [type(error) for error in done] == [IMAP4Exception]
    assert "cannot begin on this transport" in str(done[0])


def test_log_in_begins_tls_first_and_asks_again_for_capabilities(clear: Wire) -> None:
    clear.protocol.context = VERIFYING
    done = result(clear.protocol.login("bob", "hunter2"))
    clear.c("$1 STARTTLS").s("$1 OK")
    assert clear.transport.creators == [VERIFYING]
    clear.c()
    clear.protocol.handshakeCompleted()
    clear.c("$2 CAPABILITY").s("* CAPABILITY IMAP4rev1", "$2 OK")
    clear.c('$3 LOGIN "bob" "hunter2"').s("$3 OK")
    assert len(done) == 1


@pytest.mark.parametrize(
    ("greeting", "answer"),
    [
        ("* OK [CAPABILITY IMAP4rev1] ready", None),
        ("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready", "$1 NO not now"),
        ("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready", "$1 OK\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN"),
    ],
)
def test_where_tls_cannot_begin_the_log_in_fails_and_no_password_is_sent(
    clock: Clock, greeting: str, answer: str | None
) -> None:
    wire = Wire(clock)
    directlyProvides(wire.transport, ITLSTransport)
    wire.s(greeting)
    wire.protocol.context = VERIFYING
    done = result(wire.protocol.startTLS().addCallback(lambda _: wire.protocol.login("bob", "hunter2")))
    if answer is not None:
        wire.c("$1 STARTTLS").s(answer)
    assert [isinstance(error, (IMAP4Exception, RemoteProtocolError)) for error in done] == [True]
    wire.c()


def test_news_without_a_command_call_the_methods_that_a_subclass_overrides(clock: Clock) -> None:
    called: list[Any] = []

    class Client(MailProtocol):
        def serverGreeting(self, caps: Any) -> None:
            called.append(caps)

        def newMessages(self, exists: int | None, recent: int | None) -> None:
            called.append((exists, recent))

        def flagsChanged(self, newFlags: Any) -> None:  # noqa: N803 -- the base class's name
            called.append(newFlags)

        def modeChanged(self, writeable: bool) -> None:
            called.append(writeable)

    wire = Wire(clock, protocol=Client(clock=clock)).s("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready")
    wire.protocol.idle()
    wire.c("$1 IDLE").s("* 3 EXISTS", "+", "* 1 RECENT", "* 2 FETCH (FLAGS (\\Seen))", "* OK [READ-ONLY] now")
    assert called == [
        {b"IMAP4rev1": None, b"AUTH": [b"PLAIN"]}, (3, None), (None, 1), {2: ["\\Seen"]}, False,
    ]  # fmt: skip
    called.clear()
    wire.protocol.request(commands.noop())
    wire.c("DONE", "$2 NOOP").s("* 4 EXISTS", "$1 OK", "$2 OK")
    assert called == []  # perhaps the answer to a command, for the handler of events alone


def test_lines_may_come_one_by_one(clock: Clock) -> None:
    """As LineReceiver gives them, from which the base class derives."""
    wire = Wire(clock)
    wire.protocol.lineReceived(b"* OK ready")
    wire.protocol.rawDataReceived(b"* 3 EXISTS\r\n")
    assert wire.events[-1] == Exists(3)


def test_a_log_in_makes_the_known_capabilities_void_for_both_ways_to_ask(wire: Wire) -> None:
    first = result(wire.protocol.getCapabilities())
    assert b"IDLE" in first[0]
    wire.protocol.request(commands.noop())
    wire.c("$1 NOOP").s("$1 OK [CAPABILITY IMAP4rev1 MOVE] in")
    second = result(wire.protocol.getCapabilities())
    wire.c("$2 CAPABILITY").s("* CAPABILITY IMAP4rev1 MOVE", "$2 OK")
    assert second == [{b"IMAP4rev1": None, b"MOVE": None}]


@pytest.mark.parametrize("reason", [ConnectionDone("x")])
def test_the_end_of_the_connection_fails_it(wire: Wire, reason: Exception) -> None:
    done = [result(wire.protocol.noop()), result(wire.protocol.check())]
    wire.close(reason)
    assert done == [[reason], [reason]]
    assert result(wire.protocol.noop()) == [reason]
