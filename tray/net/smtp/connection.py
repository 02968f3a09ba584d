"""One connection to an SMTP server: one command at a time, each with a deadline."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IHandshakeListener
from twisted.internet.protocol import Protocol, connectionDone
from zope.interface import implementer

from tray.imap.errors import RemoteProtocolError
from tray.net.clock import Timer
from tray.net.deferreds import OneShotEvent, reason_of_end
from tray.net.errors import DeadlineExceeded, Stopped
from tray.net.smtp.replies import ReplyReader

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from tray.net.clock import Clock
    from tray.net.smtp.replies import SmtpReply

DEADLINE = 60.0
"""Seconds for the greeting, the TLS handshake and each command; RFC 5321, 4.5.3.2, allows more than a person waits."""
END_DEADLINE = 1.5
"""Seconds that the server has after QUIT."""


@implementer(IHandshakeListener)
class SmtpConnection(Protocol):
    """Each command waits for its reply; whatever comes unasked ends the connection."""

    transport: Any

    def __init__(self, clock: Clock) -> None:
        self._reader = ReplyReader()
        self._timer = Timer(clock)
        self._waiting: Deferred[SmtpReply] | None = None
        self._what = ""
        self._secured: OneShotEvent[None] = OneShotEvent()
        self._ended: BaseException | None = None
        self.encrypted = False
        """Whether TLS has begun."""
        self.greeting: Deferred[SmtpReply] = self._expect("greeting", DEADLINE)
        """Fires with the first reply."""

    def command(self, line: str | bytes, *, deadline: float = DEADLINE) -> Deferred[SmtpReply]:
        """Send `line`; fires with the reply.

        Fails with DeadlineExceeded, RemoteProtocolError, or the reason of the connection's end. The name of the
        command is its first word; the rest may be secret.
        """
        data = line.encode() if isinstance(line, str) else line
        assert b"\r" not in data, "a line break in a command"
        assert b"\n" not in data, "a line break in a command"
        return self.send(data + b"\r\n", data.partition(b" ")[0].decode("ascii", "replace")[:12], deadline)

    def send(self, data: bytes, what: str, deadline: float) -> Deferred[SmtpReply]:
        """Send `data` as it is; fires as that of `command`. `what` names it where an answer is missing."""
        answer = self._expect(what, deadline)
        if self._ended is None:
            self.transport.write(data)
        return answer

    async def secure(self, creator: object) -> None:
        """Do the TLS handshake; nothing that the server has said before it counts any more."""
        self.encrypted = True
        self._timer.set(DEADLINE, self._late, "TLS handshake", DEADLINE)
        self.transport.startTLS(creator)
        await self._secured.wait()

    async def end(self) -> None:
        """QUIT, and close the connection; never fails."""
        with suppress(Exception):
            await self.command("QUIT", deadline=END_DEADLINE)
        self.abort(Stopped())

    def abort(self, error: BaseException) -> None:
        """Drop the connection; what waits fails with `error`."""
        if self._ended is None:
            self._end(error)
            if self.transport is not None:
                self.transport.abortConnection()

    # Called by Twisted

    def dataReceived(self, data: bytes) -> None:
        """Hand out a reply when it is complete; bytes that follow it were not asked for (RFC 3207, 6, among others)."""
        if self._ended is not None:
            return
        try:
            self._reader.feed(data)
            reply = self._reader.next()
            if reply is not None and (self._waiting is None or self._reader.buffered):
                raise RemoteProtocolError("a reply to nothing")  # noqa: TRY301 -- as what the reader raises
        except RemoteProtocolError as error:
            self.abort(error)
            return
        if reply is not None and self._waiting is not None:
            self._timer.clear()
            waiting, self._waiting = self._waiting, None
            waiting.callback(reply)

    def handshakeCompleted(self) -> None:
        """TLS has begun, and the server's certificate was verified."""
        self._timer.clear()
        self._reader = ReplyReader()
        self._secured.set(None)
        if not self.greeting.called:
            self._timer.set(DEADLINE, self._late, "greeting", DEADLINE)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Fail what waits."""
        self._end(reason_of_end(reason))

    def _expect(self, what: str, deadline: float) -> Deferred[SmtpReply]:
        answer: Deferred[SmtpReply] = Deferred()
        if self._ended is not None:
            answer.errback(self._ended)
            return answer
        assert self._waiting is None, "one command at a time"
        self._waiting = answer
        self._timer.set(deadline, self._late, what, deadline)
        return answer

    def _late(self, what: str, seconds: float) -> None:
        self.abort(DeadlineExceeded(what, seconds))

    def _end(self, error: BaseException) -> None:
        if self._ended is not None:
            return
        self._ended = error
        self._timer.clear()
        self._secured.fail(error)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.errback(error)
