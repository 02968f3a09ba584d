"""IMAP4Client with what it lacks: IDLE, events as they come, pipelining, deadlines and safe framing."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IHandshakeListener
from twisted.internet.protocol import connectionDone
from zope.interface import implementer

from tray.imap import commands
from tray.imap.errors import CommandRefused, RemoteProtocolError
from tray.imap.events import Capabilities, Continuation, Status, Tagged, Unparsed
from tray.imap.framer import Framer
from tray.imap.responses import parse
from tray.imap.text import display_safe
from tray.net.clock import Timer
from tray.net.deferreds import OneShotEvent
from tray.net.errors import DeadlineExceeded, HandlerFailed
from tray.net.imap.command_queue import CommandQueue, PendingIdle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from twisted.python.failure import Failure

    from tray.imap.events import Event
    from tray.net.clock import Clock
    from tray.net.imap.command_queue import PendingCommand

log = logging.getLogger(__name__)

GREETING_DEADLINE = 30.0
"""Seconds from the connection to the greeting, a TLS handshake before it included."""
FAREWELL = 3.0
"""Seconds that a server is given to close the connection after its BYE."""
WORK_SLICE = 0.01
"""Seconds that responses may be worked on before everybody else has a turn: a flood must not be felt."""

_ODD_LOGGED = 5  # responses that made no sense, of one connection
_NO_GREETING = "the server did not begin with a greeting"


def ignore(*_: object) -> None:
    """Do nothing: for owners that need no events."""


@implementer(IHandshakeListener)
class MailProtocol(CommandQueue):
    """Twisted's client on our own framing and parsing; the stock helpers (`login`, `fetch…`) are not for use here.

    `request` sends a command and gives a Deferred of its tagged OK; refused, it fails with CommandRefused.
    `idle` may be asked for at any time: it waits behind the commands, and a later command ends it by DONE.
    """

    def __init__(
        self,
        clock: Clock,
        on_event: Callable[[Event], object] = ignore,
        on_data: Callable[[], object] = ignore,
        *,
        pipelining: bool = True,
    ) -> None:
        """Call `on_event` with every response but continuations as it comes, once, whatever command is running.

        A tagged response is handed on before its command's Deferred fires. `on_data` is called whenever bytes arrive:
        proof that the server lives.
        """
        super().__init__(clock, pipelining=pipelining)
        self._on_event = on_event
        self._on_data = on_data
        self.clean: Callable[[str], str] = str
        """What every text for people goes through before anybody sees it: a server may repeat what is secret."""
        self.greeting: OneShotEvent[Status] = OneShotEvent()
        self.secured: OneShotEvent[None] = OneShotEvent()
        """The TLS handshake is done."""
        self.lost: OneShotEvent[Exception] = OneShotEvent()
        """Reached when the connection is gone, with the reason."""
        self.capabilities: frozenset[str] | None = None
        """As last told by the server; None while it has not told."""
        self.bye: Status | None = None
        self.encrypted = False
        self._framer = Framer()
        self._resting = False  # until the next turn: more has come than one should take
        self._odd = 0  # responses that made no sense
        self._patience = Timer(clock)  # for the greeting, the handshake or the end after BYE

    # What callers use.

    @property
    def ended(self) -> Exception | None:
        """Why nothing can be asked any more, or None while the connection is of use."""
        return self._ended

    @contextmanager
    def long_lines(self) -> Iterator[None]:
        """Inside, the answer to a SEARCH may be longer than a line should be."""
        self._framer.allow_long_line = True
        try:
            yield
        finally:
            self._framer.allow_long_line = False

    def secure(self, creator: object) -> None:
        """Begin TLS now; `creator` is an IOpenSSLClientConnectionCreator that verifies the server."""
        self._framer = Framer()
        self.capabilities = None  # what was told in clear, anybody may have told (RFC 3501, 6.2.1)
        self.encrypted = True
        if self.greeting.is_set:
            self._be_patient(GREETING_DEADLINE, "TLS handshake")
        self.transport.startTLS(creator)

    async def upgrade(self, creator: object) -> None:
        """STARTTLS and the handshake; RemoteProtocolError where bytes in clear follow the server's OK."""
        await self.request(commands.starttls())
        if self._framer.buffered:
            error = RemoteProtocolError("bytes in clear behind the answer to STARTTLS")
            self.abort(error)
            raise error
        self.secure(creator)
        await self.secured.wait()

    def hurry(self, seconds: float) -> None:
        """Whatever the server owes us is due within `seconds` from now: it has to prove that it lives."""
        self._patience.hurry(seconds)
        for exchange in (*self.tags.values(), *self.queued):
            exchange.hurry(seconds)

    def abort(self, error: Exception) -> None:
        """Drop the connection without waiting for the peer; whatever is pending fails with `error`."""
        if self._ended is None:
            self._end(error)
            self.transport.abortConnection()

    # What Twisted calls.

    def connectionMade(self) -> None:
        """Wait for the greeting, but not for ever."""
        self._be_patient(GREETING_DEADLINE, "greeting")

    def handshakeCompleted(self) -> None:
        """TLS is up, the server's certificate was verified."""
        if self.greeting.is_set:
            self._be_patient(None)
        self.secured.set(None)

    def dataReceived(self, data: bytes) -> None:
        """Cut, parse and dispatch; whatever is sent because of it goes out in one write."""
        if self._ended is not None:
            return
        for exchange in self.tags.values():
            exchange.heard = True
        with self.together(), _Guard(self):
            self._on_data()
            self._framer.feed(data)
            if not self._resting:
                self._work(WORK_SLICE)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Tell everybody who waits, once."""
        error = reason.value
        assert isinstance(error, Exception)
        if self._resting and self._ended is None:  # why it ends may be what was not read yet
            with _Guard(self):
                self._work(float("inf"))
        if self._ended is None:
            self._end(self._refused("", self.bye) if self.bye else error)
        self.lost.set(self._ended or error)

    # Reading.

    def _work(self, most: float) -> None:
        """Dispatch what has come, for `most` seconds; what is left waits for the next turn, and the server with it."""
        began = self._clock.seconds()
        try:
            while self._ended is None and (frame := self._framer.next()) is not None:
                self._dispatch(parse(frame))
                if self._clock.seconds() - began > most:
                    self._resting = True
                    self.transport.pauseProducing()
                    self._clock.callLater(0, self._go_on)
                    return
        except RemoteProtocolError as error:
            self.abort(error)

    def _go_on(self) -> None:
        """The others had their turn."""
        self._resting = False
        if self._ended is not None:
            return
        with self.together(), _Guard(self):
            self._work(WORK_SLICE)
        if not self._resting:
            self.transport.resumeProducing()

    def _dispatch(self, event: Event) -> None:
        if isinstance(event, (Status, Tagged)):
            event = replace(event, text=self.clean(event.text))
        if isinstance(event, Tagged):
            if self.greeting.is_set:
                self._on_event(event)
            if self._ended is None:
                self._tagged(event)
        elif not isinstance(event, Continuation):
            self._untagged(event)
        elif self.greeting.is_set:
            self._continue(event)
        else:
            raise RemoteProtocolError(_NO_GREETING)

    def _untagged(self, event: Event) -> None:
        if isinstance(event, Capabilities):
            self.capabilities = event.names
        elif isinstance(event, Status):
            if event.code is not None and event.code.capabilities is not None:
                self.capabilities = event.code.capabilities
            if event.status == "BYE":
                self.bye = event
        if not self.greeting.is_set:
            self._greet(event)
        elif isinstance(event, Unparsed):
            self._passed_over(f"{event.keyword or '*'}: {event.why}")
        elif self.bye is event and not any(each.name == "LOGOUT" for each in self.tags.values()):
            self._be_patient(FAREWELL, "end of the connection after BYE")
        if self._ended is None:
            self._on_event(event)

    def _greet(self, event: Event) -> None:
        if not isinstance(event, Status) or event.status in {"NO", "BAD"}:
            raise RemoteProtocolError(_NO_GREETING)
        if event.status == "BYE":
            self._on_event(event)
            self.abort(self._refused("greeting", event))
            return
        self._be_patient(None)
        self.greeting.set(event)

    def _passed_over(self, what: str) -> None:
        """What the server said makes no sense and is let pass; a server that goes on so does not fill the log."""
        self._odd += 1
        if self._odd <= _ODD_LOGGED:
            last = "; what else makes no sense on this connection is not logged" * (self._odd == _ODD_LOGGED)
            log.info("Passed over: %s%s", what, last)

    def _tagged(self, event: Tagged) -> None:
        if not self.greeting.is_set:
            raise RemoteProtocolError(_NO_GREETING)
        exchange: PendingCommand | None = self.tags.pop(event.tag.upper(), None)
        if exchange is None:
            if event.tag.upper() != b"DONE":  # the server had ended IDLE by itself before our DONE came
                self._passed_over("an answer to a command that was not sent")
            return
        exchange.disarm()
        if exchange is self._open:
            self._open = None
        if event.status == "OK" and event.code is not None and event.code.capabilities is not None:
            self.capabilities = event.code.capabilities
        if event.status == "OK" or (isinstance(exchange, PendingIdle) and exchange.done):
            exchange.defer.callback(event)
        elif event.status == "BAD" and exchange.pipelined and not exchange.alone:
            log.info("%s was refused in company, tried again alone", exchange.name)
            self.pipelining = False
            exchange.start_again()
            self.queued.insert(0, exchange)
        else:
            self.pipelining |= exchange.alone  # refused alone as well: company was not the reason
            exchange.defer.errback(self._refused(exchange.name, event))

    # Ending.

    def _be_patient(self, seconds: float | None, what: str = "") -> None:
        """From now on wait `seconds` for `what`, or for nothing."""
        if seconds is None:
            self._patience.clear()
        else:
            self._patience.set(seconds, self._impatient, what, seconds)

    def _impatient(self, what: str, seconds: float) -> None:
        self.abort(self._refused("", self.bye) if self.bye else DeadlineExceeded(what, seconds))

    def _end(self, error: Exception) -> None:
        self._ended = error
        self._be_patient(None)
        pending = [*self.tags.values(), *self.queued]
        self.tags.clear()
        self.queued.clear()
        self._open = None
        for exchange in pending:
            exchange.disarm()
        self.secured.fail(error)
        self.greeting.fail(error)
        for exchange in pending:
            exchange.defer.errback(self._refused(exchange.name, self.bye) if self.bye else error)

    def _refused(self, name: str, said: Status | Tagged) -> CommandRefused:
        code = said.code
        # Before TLS, what a code tells may be somebody else's word: another server to go to, for one.
        argument = self.clean(display_safe(code.argument)) if code is not None and self.encrypted else ""
        return CommandRefused(name, said.status, code.name if code else "", said.text, argument=argument)


class _Guard:
    """Turns an exception of an event handler into the named end of the connection, instead of a silent one."""

    def __init__(self, protocol: MailProtocol) -> None:
        self._protocol = protocol

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        log.error("A handler of a response failed", exc_info=error)
        failed = HandlerFailed(f"{type(error).__name__} while a response was handled")
        failed.__cause__ = error
        self._protocol.abort(failed)
        return True
