"""Twisted's IMAP4Client with IDLE, events, pipelining, deadlines and safe framing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator, ITLSTransport
from twisted.mail.imap4 import Command, IMAP4Exception

from tray.imap import commands
from tray.imap.errors import LocalProtocolError, RemoteProtocolError
from tray.net.errors import CleartextRefused
from tray.net.imap.command_queue import DEADLINE, PendingCommand, PendingIdle, StockCommand
from tray.net.imap.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tray.imap.commands import Request
    from tray.imap.events import Tagged
    from tray.net.imap.command_queue import Respond

_UNVERIFIED = (
    "startTLS needs a context that verifies the server, as twisted.internet.ssl.optionsForClientTLS(host) is"
)
_IN_CLEAR = "the connection is not encrypted: use TLS, or set allow_cleartext where nobody can listen"


class MailProtocol(Connection):
    """IMAP4Client with the framing and parsing of `tray.imap`; methods of the base class work as documented there.

    `request` sends a command of `tray.imap.commands`; its Deferred fires with the tagged OK, or fails with
    CommandRefused. `idle` may be called at any time: IDLE is sent after all other commands, and a later command ends
    it by DONE. `queue` says which commands are under way, and sends several in one write.

    For safety some methods of the base class differ: LOGIN and AUTHENTICATE without TLS fail with CleartextRefused
    unless `allow_cleartext` is set; `startTLS` fails without a context that verifies the server; a breach of the
    protocol or of `limits` ends the connection with RemoteProtocolError.
    """

    allow_cleartext = False
    """Whether `login` and `authenticate` of the base class may send a password without TLS."""

    def request(
        self, request: Request, deadline: float = DEADLINE, respond: Respond | None = None
    ) -> Deferred[Tagged]:
        """Send `request`; `respond` answers each ``+`` of an exchange such as AUTHENTICATE.

        `deadline` is in seconds, counted from when it is sent. Fails with CommandRefused, DeadlineExceeded,
        RemoteProtocolError, or the reason of the connection's end.
        """
        return self._add(PendingCommand(request, deadline, respond))

    def idle(self, begun: Callable[[], None] | None = None) -> Deferred[Tagged]:
        """IDLE (RFC 2177) behind all commands; fires when it is over, by DONE for a next command or by the server.

        `begun` is called at the server's ``+``.
        """
        if self.queue.will_idle:
            raise LocalProtocolError("IDLE while IDLE is under way")
        return self._add(PendingIdle(DEADLINE, begun))

    @contextmanager
    def long_lines(self) -> Iterator[None]:
        """Inside this context, the answer to a SEARCH may exceed the limit of a line."""
        self._framer.allow_long_line = True
        try:
            yield
        finally:
            self._framer.allow_long_line = False

    async def upgrade(self, creator: object) -> None:
        """STARTTLS and the handshake; RemoteProtocolError if unencrypted bytes follow the server's OK."""
        await self._upgrade(self.request(commands.starttls()), creator)

    def hurry(self, seconds: float) -> None:
        """Limit all deadlines to `seconds`, to find out whether the connection still works."""
        self._timer.hurry(seconds)
        self.queue.hurry(seconds)

    # Methods of the base class that are not safe there, or accept no text.

    def sendCommand(self, cmd: Command) -> Deferred[Any]:
        """Send a stock command, alone; the Deferred is that of the base class.

        Twisted parses the whole answer at once, a second or more for each megabyte outside of literals.
        It also fails with CleartextRefused, DeadlineExceeded, RemoteProtocolError, or LocalProtocolError if the command
        contains a line break.
        """
        try:
            command = StockCommand(cmd)
        except LocalProtocolError:
            return fail()
        if command.name in {"LOGIN", "AUTHENTICATE"} and not (self.encrypted or self.allow_cleartext):
            return fail(CleartextRefused(_IN_CLEAR))
        return self._add(command)

    def login(self, username: str | bytes, password: str | bytes) -> Deferred[Any]:
        """LOGIN; `startTLS` is called first if the server offers it and TLS has not begun."""
        texts = (text.encode() if isinstance(text, str) else text for text in (username, password))
        return super().login(*texts)  # type: ignore[no-any-return]  # the base class has no types

    def startTLS(self, contextFactory: object = None) -> Deferred[Any]:  # noqa: N803 -- the base class's name
        """STARTTLS with `contextFactory` or that of the constructor, an IOpenSSLClientConnectionCreator.

        Fires with the new capabilities. Fails with IMAP4Exception if no context verifies the server, or if server,
        transport or connection cannot begin TLS.
        """
        creator = contextFactory or self.context
        if not IOpenSSLClientConnectionCreator.providedBy(creator):
            return fail(IMAP4Exception(_UNVERIFIED))
        if self.encrypted or not ITLSTransport.providedBy(self.transport):
            return fail(IMAP4Exception("TLS has begun already, or cannot begin on this transport"))
        return Deferred.fromCoroutine(self._start_tls(creator))

    async def _start_tls(self, creator: object) -> Any:
        if b"STARTTLS" not in await self.getCapabilities():
            raise IMAP4Exception("the server does not offer STARTTLS")
        await self._upgrade(self.sendCommand(Command(b"STARTTLS")), creator)
        return await self.getCapabilities()

    async def _upgrade(self, agreed: Deferred[Any], creator: object) -> None:
        await agreed
        if self._framer.buffered:
            error = RemoteProtocolError("unencrypted bytes after the answer to STARTTLS")
            self.abort(error)
            raise error
        self.secure(creator)
        await self.secured.wait()

    def _add(self, command: PendingCommand) -> Deferred[Any]:
        if self.ended is not None:
            command.defer.errback(self.ended)
            return command.defer
        return self.queue.add(command)
