"""One connection: parses received bytes into events, completes commands, and fails all of them at its end."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from twisted.internet.error import TimeoutError as ConnectionTimeout
from twisted.internet.interfaces import IHandshakeListener, IPushProducer, ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.mail.imap4 import IMAP4Client
from zope.interface import implementer

from tray.imap import events
from tray.imap.errors import CommandRefused, RemoteProtocolError
from tray.imap.events import Continuation, StatusResponse, Tagged
from tray.imap.framer import Framer, Limits
from tray.imap.responses import parse
from tray.imap.text import display_safe
from tray.net.clock import Timer, global_reactor
from tray.net.deferreds import OneShotEvent, reason_of_end
from tray.net.errors import DeadlineExceeded, HandlerFailed
from tray.net.imap.command_queue import CommandQueue, PendingIdle, StockCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.imap.events import Event
    from tray.imap.framer import Frame
    from tray.net.clock import Clock

log = logging.getLogger(__name__)

GREETING_DEADLINE = 30.0
"""Seconds from the connection to the greeting, including a TLS handshake."""
BYE_DEADLINE = 3.0
"""Seconds that a server has to close the connection after its BYE."""
WORK_SLICE = 0.01
"""Seconds for handling responses before the reactor does other work, so that a flood does not block the program."""

_UNREADABLE_LOGGED = 5  # unreadable responses of one connection
_NO_GREETING = "the server did not begin with a greeting"


def ignore(*_: object) -> None:
    """Do nothing; the default callback."""


@implementer(IHandshakeListener)
class Connection(IMAP4Client):
    """The part of `MailProtocol` that receives: methods called by Twisted, and handling of each response."""

    limits: ClassVar[Limits] = Limits()
    """The longest line, literal and response; a subclass may set larger ones, to fetch whole messages."""

    transport: Any  # ITransport, ITCPTransport and ITLSTransport in one

    def __init__(
        self,
        contextFactory: object = None,  # noqa: N803 -- the base class's name
        *,
        on_event: Callable[[Event], object] = ignore,
        on_data: Callable[[], object] = ignore,
        clock: Clock | None = None,
        pipelining: bool = True,
    ) -> None:
        """`on_event` is called once with every response except continuations, in the order in which they arrive.

        For a tagged response it is called before the command's Deferred fires. `on_data` is called whenever bytes
        arrive. `contextFactory` is for `startTLS`; the default `clock` is Twisted's reactor.
        """
        super().__init__(contextFactory)
        self._clock = clock or global_reactor()
        self.queue = CommandQueue(self, self._clock, pipelining=pipelining)
        """The commands without an answer."""
        self.tags = self.queue.tags
        self.queued = self.queue.queued
        self._on_event = on_event
        self._on_data = on_data
        self.clean: Callable[[str], str] = str
        """Filter for every text of the server that may be displayed: the server may repeat a secret."""
        self.greeting: OneShotEvent[StatusResponse] = OneShotEvent()
        self.secured: OneShotEvent[None] = OneShotEvent()
        """Set after the TLS handshake."""
        self.lost: OneShotEvent[Exception] = OneShotEvent()
        """Set to the reason when the connection is closed."""
        self.bye: StatusResponse | None = None
        self._capabilities: frozenset[str] | None = None
        self.ended: Exception | None = None
        """Why no command can be sent any more; None while commands can be sent."""
        self._framer = Framer(self.limits)
        self._paused = False  # until the reactor has done other work
        self._unreadable = 0
        self._said: tuple[bytes, ...] = ()
        """The last OK without a code: at rest a server says the same again and again."""
        self._was_read: Event
        self._timer = Timer(self._clock)  # for the greeting, the handshake or the end after BYE

    @property
    def encrypted(self) -> bool:
        """Whether TLS has begun: by `secure`, by `startTLS`, or before the connection was made."""
        return self.startedTLS

    @property
    def capabilities(self) -> frozenset[str] | None:
        """In upper case, as last announced by the server; None while unknown."""
        return self._capabilities

    @capabilities.setter
    def capabilities(self, names: frozenset[str] | None) -> None:
        self._capabilities = names
        self._capCache = None  # the base class's own record of them

    def secure(self, creator: object) -> None:
        """Begin TLS now; `creator` is an IOpenSSLClientConnectionCreator that verifies the server."""
        self._framer = Framer(self.limits)
        self.capabilities = None  # before TLS an attacker may have sent them (RFC 3501, 6.2.1)
        self.startedTLS = True
        if self.greeting.is_set:
            self._wait_for(GREETING_DEADLINE, "TLS handshake")
        self.transport.startTLS(creator)

    def abort(self, error: Exception) -> None:
        """Drop the connection without waiting for the peer; all commands fail with `error`."""
        if self.ended is None:
            self._end(error)
            self.transport.abortConnection()

    # Called by Twisted.

    def connectionMade(self) -> None:
        """Wait for the greeting."""
        super().connectionMade()
        self.startedTLS = ISSLTransport.providedBy(self.transport)
        self._wait_for(GREETING_DEADLINE, "greeting")

    def handshakeCompleted(self) -> None:
        """TLS has begun, and the server's certificate was verified."""
        if self.greeting.is_set:
            self._wait_for(None)
        self.secured.set(None)

    def dataReceived(self, data: bytes) -> None:
        """Parse and handle responses; commands sent because of them are sent in one write."""
        if self.ended is not None:
            return
        if self.timeout > 0:
            self.resetTimeout()
        self.queue.data_arrived()
        with self.queue.together():
            self._on_data()
            self._framer.feed(data)
            if not self._paused:
                self._work(WORK_SLICE)

    def lineReceived(self, line: bytes) -> None:
        """Handle one line without its line end."""
        self.dataReceived(line + b"\r\n")

    def rawDataReceived(self, data: bytes) -> None:
        """As `dataReceived`: there is no raw mode."""
        self.dataReceived(data)

    def callLater(self, period: float, func: Callable[[], object]) -> Any:
        """Use `clock` for TimeoutMixin; `timeout` is the longest silence in seconds, 0 for no limit."""
        return self._clock.callLater(period, func)

    def timeoutConnection(self) -> None:
        """Abort: nothing has arrived for `timeout` seconds."""
        self.abort(ConnectionTimeout("nothing arrived in time"))

    def connectionLost(self, reason: Failure | Exception = connectionDone) -> None:
        """Fail all pending commands."""
        error = reason_of_end(reason)
        if self._paused and self.ended is None:  # the reason may be in unread responses
            self._work(float("inf"))
        if self.ended is None:
            self._end(self._refused("", self.bye) if self.bye else error)
        self.lost.set(self.ended or error)

    # Reading.

    def _work(self, limit: float) -> None:
        """Handle received responses for `limit` seconds; then pause until the reactor has done other work.

        An exception of an event handler aborts the connection with HandlerFailed.
        """
        began = self._clock.seconds()
        try:
            while self.ended is None and (frame := self._framer.next()) is not None:
                self._dispatch(frame)
                if self._clock.seconds() - began > limit:
                    self._paused = True
                    if IPushProducer.providedBy(self.transport):  # in tests it may not be
                        self.transport.pauseProducing()
                    self._clock.callLater(0, self._go_on)
                    return
        except RemoteProtocolError as error:
            self.abort(error)
        except Exception as error:
            log.exception("A handler of a response failed")
            failed = HandlerFailed(f"{type(error).__name__} while a response was handled")
            failed.__cause__ = error
            self.abort(failed)

    def _go_on(self) -> None:
        """Continue after the reactor has done other work."""
        self._paused = False
        if self.ended is not None:
            return
        with self.queue.together():
            self._work(WORK_SLICE)
        if not self._paused and IPushProducer.providedBy(self.transport):
            self.transport.resumeProducing()

    def _read(self, frame: Frame) -> Event:
        if frame.parts == self._said:
            return self._was_read
        event = parse(frame)
        if isinstance(event, StatusResponse) and event.status == "OK" and event.code is None:
            self._said, self._was_read = frame.parts, event
        return event

    def _dispatch(self, frame: Frame) -> None:
        event = self._read(frame)
        if isinstance(event, (StatusResponse, Tagged)):
            text = self.clean(event.text)
            if text != event.text:
                event = replace(event, text=text)
        if isinstance(event, (Tagged, Continuation)):
            if not self.greeting.is_set:
                raise RemoteProtocolError(_NO_GREETING)
            if isinstance(event, Continuation):
                self.queue.continue_(event)
                return
            self._on_event(event)
            if self.ended is None:
                self._tagged(event, frame)
            return
        if isinstance(event, events.Capabilities):
            self.capabilities = event.names
        elif isinstance(event, StatusResponse):
            if event.code is not None and event.code.capabilities is not None:
                self.capabilities = event.code.capabilities
            if event.status == "BYE":
                self.bye = event
        if self.greeting.is_set:
            self._untagged(event, frame)
        else:
            self._greet(event)
        if self.ended is None:
            self._on_event(event)

    def _greet(self, event: Event) -> None:
        if not isinstance(event, StatusResponse) or event.status in {"NO", "BAD"}:
            raise RemoteProtocolError(_NO_GREETING)
        if event.status == "BYE":
            self._on_event(event)
            self.abort(self._refused("greeting", event))
            return
        self._wait_for(None)
        self.state = "auth" if event.status == "PREAUTH" else "unauth"
        capabilities = None
        if event.code is not None and event.code.name in {"CAPABILITY", "IMAP4REV1"}:
            names = [name.encode() for name in event.code.argument.split()]
            capabilities = self._IMAP4Client__cbCapabilities(  # type: ignore[attr-defined]
                ([[b"CAPABILITY", *names]], b"")
            )
        self.greeting.set(event)
        self.serverGreeting(capabilities)

    def _untagged(self, event: Event, frame: Frame) -> None:
        if isinstance(event, events.Unparsed):
            self._ignore_unreadable(f"{event.keyword or '*'}: {event.why}")
        elif self.bye is event and not any(command.name == "LOGOUT" for command in self.tags.values()):
            self._wait_for(BYE_DEADLINE, "end of the connection after BYE")
        if self.queue.stock is not None:
            self.queue.stock.collect(_after_tag(frame))
        elif not self.queue.awaits_answers:
            self._call_hooks(event)

    def _call_hooks(self, event: Event) -> None:
        """Call the hooks of the base class for data that answers no command."""
        if isinstance(event, events.Exists):
            self.newMessages(event.count, None)
        elif isinstance(event, events.Recent):
            self.newMessages(None, event.count)
        elif isinstance(event, events.Fetched) and event.flags is not None:
            self.flagsChanged({event.sequence: sorted(event.flags)})
        elif isinstance(event, (StatusResponse, events.Unknown)):
            # Twisted's own server says "* [READ-ONLY]", without OK.
            code = (
                event.keyword[1:-1] if isinstance(event, events.Unknown) else getattr(event.code, "name", "")
            )
            if code in {"READ-ONLY", "READ-WRITE"}:
                self.modeChanged(code == "READ-WRITE")

    def _ignore_unreadable(self, what: str) -> None:
        """Log an unreadable response; only the first few of a connection."""
        self._unreadable += 1
        if self._unreadable <= _UNREADABLE_LOGGED:
            last = "; no more of this connection are logged" * (self._unreadable == _UNREADABLE_LOGGED)
            log.info("Unreadable response ignored: %s%s", what, last)

    def _tagged(self, event: Tagged, frame: Frame) -> None:
        command = self.queue.answered(event.tag)
        if command is None:
            if event.tag.upper() != b"DONE":  # the server had ended IDLE before DONE arrived
                self._ignore_unreadable("an answer to a command that was not sent")
            return
        if event.status == "OK" and event.code is not None and event.code.capabilities is not None:
            self.capabilities = event.code.capabilities
        if isinstance(command, StockCommand):
            line = _after_tag(frame)
            if event.status != "OK":
                line = self.clean(line.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
            command.answer(event.status, line, self._extraInfo)
        elif event.status == "OK" or (isinstance(command, PendingIdle) and command.done):
            command.defer.callback(event)
        elif event.status == "BAD" and command.pipelined and not (command.alone or command.request.once):
            log.info("%s was refused among other commands; it is sent again alone", command.name)
            self.queue.try_alone(command)
        else:
            self.queue.pipelining |= command.alone  # refused alone as well: pipelining was not the reason
            command.defer.errback(self._refused(command.name, event))

    # Ending.

    def _wait_for(self, seconds: float | None, what: str = "") -> None:
        """Abort after `seconds` without `what`; None: no time limit."""
        if seconds is None:
            self._timer.clear()
        else:
            self._timer.set(seconds, self._overdue, what, seconds)

    def _overdue(self, what: str, seconds: float) -> None:
        self.abort(self._refused("", self.bye) if self.bye else DeadlineExceeded(what, seconds))

    def _end(self, error: Exception) -> None:
        self.ended = error
        self._wait_for(None)
        self.setTimeout(None)
        pending = self.queue.end()
        self.secured.fail(error)
        self.greeting.fail(error)
        for command in pending:
            command.defer.errback(self._refused(command.name, self.bye) if self.bye else error)

    def _refused(self, name: str, status: StatusResponse | Tagged) -> CommandRefused:
        code = status.code
        # Before TLS an attacker may have sent it, such as the name of another server.
        argument = self.clean(display_safe(code.argument)) if code is not None and self.encrypted else ""
        return CommandRefused(name, status.status, code.name if code else "", status.text, argument=argument)


def _after_tag(frame: Frame) -> bytes:
    """The response for Twisted's `Command`: in one piece, without its tag and its last line end."""
    lines = [part if number % 2 else part + b"\r\n" for number, part in enumerate(frame.parts)]
    return b"".join(lines)[:-2].partition(b" ")[2]
