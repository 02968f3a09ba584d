"""One command on its way: Twisted's Command, with what our protocol has to know beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred
from twisted.mail.imap4 import Command

from tray.imap import commands
from tray.net.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.commands import Request
    from tray.imap.events import Tagged
    from tray.net.alarm import Clock

    Respond = Callable[[bytes], bytes]
    """Takes the text of a continuation request, gives the whole line to send (with CR LF)."""


class Exchange(Command):
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
        self._alarm: Alarm | None = None

    def __repr__(self) -> str:
        return f"<Exchange {self.name}>"

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

    def arm(self, clock: Clock, seconds: float, overdue: Callable[[Exchange, float], None]) -> None:
        """Call `overdue` unless the next step comes within `seconds`."""
        self._alarm = self._alarm or Alarm(clock)
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


class Idle(Exchange):
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
