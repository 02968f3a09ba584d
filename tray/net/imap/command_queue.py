"""What goes out: commands in order, together where they may be, IDLE behind all of them and DONE before the next."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.mail.imap4 import Command, IMAP4Client

from tray.imap import commands
from tray.imap.errors import LocalProtocolError
from tray.net.clock import Timer
from tray.net.errors import DeadlineExceeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.commands import Request
    from tray.imap.events import Tagged
    from tray.net.clock import Clock

    Respond = Callable[[bytes], bytes]
    """Takes the text of a continuation request, gives the whole line to send (with CR LF)."""
    from collections.abc import Callable, Iterator

    from tray.imap.events import Continuation


class PendingCommand(Command):
    """A `Command` made of a `Request`: sent in chunks, ended by one `Tagged`, within a deadline."""

    defer: Deferred[Tagged]  # type: ignore[assignment]  # None in the base class, which makes it when it sends

    def __init__(self, request: Request, deadline: float, respond: Respond | None = None) -> None:
        super().__init__(request.name.encode("ascii"))
        self.name = request.name
        self.request = request
        self.rest = list(request.chunks)
        """Chunks that were not sent yet."""
        self.deadline = deadline
        """Seconds, counted from the last time that we sent something of it."""
        self.respond = respond
        self.pipelined = False
        """Whether other commands were on the wire with it."""
        self.heard = False
        """Whether the server said anything since it was sent."""
        self.alone = False
        """Whether this is its second try, without company."""
        self.defer = Deferred()
        self._alarm: Timer | None = None

    def __repr__(self) -> str:
        return f"<PendingCommand {self.name}>"

    def next_chunk(self) -> bytes:
        """What is to be sent next of it; the last chunk gets its CR LF here."""
        chunk = self.rest.pop(0)
        return chunk if self.rest else chunk + b"\r\n"

    @property
    def holds_line(self) -> bool:
        """Whether nothing else may be sent before the server has answered this by ``+`` or by its tag."""
        return bool(self.rest) or self.respond is not None

    def start_again(self) -> None:
        """Make it ready for its second try."""
        self.rest = list(self.request.chunks)
        self.alone = True
        self.pipelined = self.heard = False

    def arm(self, clock: Clock, seconds: float, overdue: Callable[[PendingCommand, float], None]) -> None:
        """Call `overdue` unless the next step comes within `seconds`."""
        self._alarm = self._alarm or Timer(clock)
        self._alarm.set(seconds, overdue, self, seconds)

    def hurry(self, seconds: float) -> None:
        """Allow no more than `seconds` for the next step, and for those behind it."""
        self.deadline = min(self.deadline, seconds)
        if self._alarm is not None:
            self._alarm.hurry(seconds)

    def disarm(self) -> None:
        """It was answered, or nothing needs to be answered now."""
        if self._alarm is not None:
            self._alarm.clear()


class PendingIdle(PendingCommand):
    """IDLE (RFC 2177): begins with the server's ``+`` and lasts until DONE, or until the server has enough."""

    def __init__(self, deadline: float, begun: Callable[[], None] | None = None) -> None:
        super().__init__(commands.idle(), deadline)
        self.begun = begun
        self.idling = False
        """Between the server's ``+`` and our DONE."""
        self.done = False
        """Whether DONE was sent."""

    @property
    def holds_line(self) -> bool:
        """While idling, DONE is all that may be sent."""
        return True


log = logging.getLogger(__name__)

DEADLINE = 30.0
"""Seconds a command may take, where its caller does not say otherwise."""
DONE_DEADLINE = 20.0
"""Seconds until the end of IDLE must be confirmed."""
_IN_FLIGHT = 20  # Exchange Online takes 25 commands before their answers


class CommandQueue(IMAP4Client):
    """Twisted's client, its way out replaced: tags, `Command` and the queue are as there.

    Commands that are ready together go out together, except with `pipelining` off: then one at a time.
    """

    transport: Any  # ITransport, ITCPTransport and ITLSTransport in one

    def __init__(self, clock: Clock, *, pipelining: bool) -> None:
        super().__init__()
        self.pipelining = pipelining
        """Turned off when the server refuses a command that it accepts when sent alone."""
        self._clock = clock
        self._open: PendingCommand | None = (
            None  # the one that waits for `+`, or idles: nothing may follow it
        )
        self._held = 0  # while positive, commands only gather
        self._ended: Exception | None = None

    def request(
        self, request: Request, deadline: float = DEADLINE, respond: Respond | None = None
    ) -> Deferred[Tagged]:
        """Send `request`; `respond` answers each ``+`` of a conversation such as AUTHENTICATE.

        Fails with CommandRefused, DeadlineExceeded, RemoteProtocolError, or the reason of the connection's end.
        """
        return self.sendCommand(PendingCommand(request, deadline, respond))

    def idle(self, begun: Callable[[], None] | None = None) -> Deferred[Tagged]:
        """IDLE behind all commands; fires when it is over, by DONE for a next command or by the server.

        `begun` is called when the server has said ``+``.
        """
        if self.rests:
            raise LocalProtocolError("IDLE while IDLE is under way")
        return self.sendCommand(PendingIdle(DEADLINE, begun))

    @property
    def rests(self) -> bool:
        """Whether IDLE is under way, or will be when all that was asked for is done."""
        return isinstance(self.queued[-1] if self.queued else self._open, PendingIdle)

    @property
    def idles(self) -> bool:
        """Whether IDLE is under way and DONE was not sent: what the server says now, it pushes."""
        return isinstance(self._open, PendingIdle) and self._open.idling

    @property
    def busy(self) -> bool:
        """Whether a command waits to be sent or to be answered."""
        return bool(self.tags or self.queued)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commands given inside go out in one write at the end."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            self._flush()

    def abort(self, error: Exception) -> None:
        """Drop the connection without waiting for the peer; whatever is pending fails with `error`."""
        raise NotImplementedError  # pragma: no cover -- MailProtocol knows how

    def sendCommand(self, cmd: PendingCommand) -> Deferred[Tagged]:
        """Queue `cmd`, IDLE always last, and send what can be sent."""
        if self._ended is not None:
            cmd.defer.errback(self._ended)
            return cmd.defer
        at = len(self.queued)
        if self.queued and isinstance(self.queued[-1], PendingIdle):
            at -= 1
        self.queued.insert(at, cmd)
        self._flush()
        return cmd.defer

    def _continue(self, event: Continuation) -> None:
        exchange = self._open
        if exchange is None:
            log.debug("a continuation that nobody asked for")
        elif exchange.rest:
            self._write(exchange.next_chunk())
            exchange.arm(self._clock, exchange.deadline, self._overdue)
            if not exchange.holds_line:
                self._open = None
        elif isinstance(exchange, PendingIdle):
            if not exchange.idling:
                exchange.disarm()
                exchange.idling = True
                if exchange.begun is not None:
                    exchange.begun()
        else:
            assert exchange.respond is not None
            self._write(exchange.respond(event.text))
            exchange.arm(self._clock, exchange.deadline, self._overdue)

    def _flush(self) -> None:
        """Send all that may be sent, in one write."""
        if self._held or self._ended is not None:
            return
        out: list[bytes] = []
        while self.queued and self._line_is_free(out):
            if not self._has_room():
                break
            exchange = self.queued.pop(0)
            tag = self.makeTag()
            self.tags[tag] = exchange
            out.append(tag + b" " + exchange.next_chunk())
            exchange.arm(self._clock, exchange.deadline, self._overdue)
            log.debug("C: %s %s", tag, exchange.name)
            if exchange.holds_line:
                self._open = exchange
        if len(self.tags) > 1:
            for each in self.tags.values():
                each.pipelined = True
        if out:
            self._write(b"".join(out))

    def _line_is_free(self, out: list[bytes]) -> bool:
        """Whether a command may be sent now; ends an IDLE that stands in the way."""
        idle = self._open
        if idle is None:
            return True
        if not isinstance(idle, PendingIdle) or not idle.idling:
            return False  # DONE before the `+` could reach a server that refuses IDLE, and confuse it
        out.append(commands.DONE)
        idle.idling, idle.done = False, True
        idle.name = "DONE"
        idle.arm(self._clock, min(DONE_DEADLINE, *(each.deadline for each in self.queued)), self._overdue)
        self._open = None
        return True

    def _has_room(self) -> bool:
        return len(self.tags) < _IN_FLIGHT if self.pipelining else not self.tags

    def _write(self, data: bytes) -> None:
        self.transport.write(data)

    def _overdue(self, exchange: PendingCommand, seconds: float) -> None:
        suspect = exchange.pipelined and exchange.heard
        self.abort(DeadlineExceeded(exchange.name, seconds, pipelined=suspect))
