"""A server played by hand: what it says is fed in pieces, what the client sends is compared line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IHostnameResolver, IReactorPluggableNameResolver
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure
from zope.interface import implementer

from tray.imap.events import Tagged
from tray.net.imap.connection import ignore
from tray.net.imap.protocol import MailProtocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred

TITLES = "(UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID CONTENT-TYPE)])"


class Transport(StringTransport):
    """Twisted's transport in memory, which also can abort, do STARTTLS (recorded) and count its writes."""

    def __init__(self, clock: Any) -> None:
        super().__init__()
        self._clock = clock
        self.protocol: Any = None
        self.writes: list[bytes] = []
        self.creators: list[object] = []
        self.aborted = False
        self.lost = False
        self.options: dict[int, int] = {}

    def write(self, data: bytes) -> None:
        if not self.lost:
            self.writes.append(data)
            super().write(data)

    def abortConnection(self) -> None:
        if not self.aborted:
            self.aborted = True
            self._clock.callLater(0, self.lose, ConnectionAborted())

    def lose(self, reason: Exception) -> None:
        if not self.lost:
            self.lost = True
            self.protocol.connectionLost(Failure(reason))

    def startTLS(self, creator: object) -> None:
        self.creators.append(creator)

    def setTcpNoDelay(self, on: bool) -> None:
        assert on

    def setTcpKeepAlive(self, on: bool) -> None:
        assert on

    def getHandle(self) -> Any:
        return self

    def setsockopt(self, level: int, option: int, value: int) -> None:
        self.options[option] = value


class Wire:
    """One connection; `$1`, `$2`... stand for tags: bound where `c` sees them, put in where `s` says them."""

    def __init__(self, clock: Any, chop: int | None = None, protocol: MailProtocol | None = None) -> None:
        self.clock = clock
        self.chop = chop
        self.events: list[Any] = []
        self.tags: dict[str, str] = {}
        self.owed: list[str] = []
        self.on_event: Callable[[Any], object] = self._keep
        self.on_data: Callable[[], object] = ignore
        self.protocol = protocol or MailProtocol(
            clock=clock,
            on_event=self._hand_on,
            on_data=lambda: self.on_data(),  # noqa: PLW0108 -- tests change it later
        )
        self.transport = Transport(clock)
        self.transport.protocol = self.protocol
        self.protocol.makeConnection(self.transport)

    def _keep(self, event: Any) -> None:
        if not isinstance(event, Tagged):
            self.events.append(event)

    def _hand_on(self, event: Any) -> None:
        self.on_event(event)

    def s(self, *lines: str | bytes) -> Wire:
        """The server says `lines`."""
        data = b"".join(
            (line if isinstance(line, bytes) else line.encode("utf-8", "surrogateescape")) + b"\r\n"
            for line in lines
        )
        self.raw(
            re.sub(
                rb"\$\w+", lambda found: self.tags.get(found[0].decode(), found[0].decode()).encode(), data
            )
        )
        return self

    def raw(self, data: bytes) -> Wire:
        """The server sends `data` as it is."""
        step = self.chop or max(1, len(data))
        for start in range(0, len(data), step):
            if not self.transport.lost:
                self.protocol.dataReceived(data[start : start + step])
        return self

    def sent(self) -> list[str]:
        """The lines that the client has sent since it was last asked, behind those that are `owed` an answer."""
        data = self.transport.value()
        self.transport.clear()
        assert not data or data.endswith(b"\r\n"), data
        owed, self.owed = self.owed, []
        return owed + data.decode("utf-8").split("\r\n")[:-1]

    def c(self, *expected: str) -> Wire:
        """The client has sent exactly these lines since it was last asked."""
        sent = self.sent()
        assert len(sent) == len(expected), sent
        for line, pattern in zip(sent, expected, strict=True):
            name, _, rest = pattern.partition(" ")
            if name.startswith("$"):
                tag, _, said = line.partition(" ")
                assert said == rest, sent
                self.tags[name] = tag
            else:
                assert line == pattern, sent
        return self

    def serve(self, reply: Callable[[str], tuple[str, ...] | None]) -> list[str]:
        """Answer all that the client sends: `reply` gives untagged lines and, last, the status; None closes."""
        served: list[str] = []
        while not self.transport.lost and (lines := self.sent()):
            for line in lines:
                tag, _, said = line.partition(" ")
                served.append(said or line)
                if line == "DONE":
                    self.s("$idle OK")
                elif said == "IDLE":
                    self.tags["$idle"] = tag
                    self.s("+ idling")
                else:
                    answers = reply(said)
                    if answers is None:
                        self.close(ConnectionLost())
                        self.clock.advance(0)
                        return served
                    *told, status = answers
                    self.s(*told, f"{tag} {status}")
        return served

    def close(self, reason: Exception | None = None) -> None:
        """The connection ends."""
        self.transport.lose(reason or ConnectionDone())


def row(
    sequence: int, uid: int, subject: str = "Hello", flags: str = "", sender: str = "Bob <bob@example.org>"
) -> str:
    """A FETCH response with a title, its literal included."""
    headers = f"Subject: {subject}\r\nFrom: {sender}\r\nMessage-ID: <{uid}@example.org>\r\n\r\n"
    return (
        f'* {sequence} FETCH (UID {uid} FLAGS ({flags}) INTERNALDATE "17-Jul-2026 02:44:25 +0000" '
        f"BODY[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID)] {{{len(headers.encode())}}}\r\n{headers})"
    )


def result(deferred: Deferred[Any]) -> list[Any]:
    """Every outcome of `deferred`, as it comes: a value, or the exception."""
    outcomes: list[Any] = []
    deferred.addCallbacks(outcomes.append, lambda failure: outcomes.append(failure.value))
    return outcomes


@implementer(IReactorPluggableNameResolver, IHostnameResolver)
class Reactor(MemoryReactorClock):
    """Twisted's reactor in memory; it knows some names, and gives each connection a `Wire`."""

    def __init__(self) -> None:
        super().__init__()
        self.names = {"mail.example.org": ["192.0.2.1", "192.0.2.2"], "localhost": ["127.0.0.1"]}
        self.nameResolver = self

    def installNameResolver(self, resolver: object) -> None:
        raise NotImplementedError

    def resolveHostName(
        self,
        receiver: Any,
        hostName: str,  # noqa: N803 -- Twisted's name
        portNumber: int = 0,  # noqa: N803
        **_: object,
    ) -> Any:
        receiver.resolutionBegan(None)
        for address in self.names.get(hostName, ()):
            receiver.addressResolved(IPv4Address("TCP", address, portNumber))
        receiver.resolutionComplete()

    def accept(self, chop: int | None = None) -> Wire:
        """The next connection that was asked for is made."""
        _, _, factory, *_ = self.tcpClients.pop(0)
        outer = factory.buildProtocol(None)
        transport = Transport(self)
        transport.protocol = outer
        outer.makeConnection(transport)
        inner = outer._wrappedProtocol
        wire = Wire.__new__(Wire)
        wire.clock, wire.chop, wire.events, wire.tags, wire.owed = self, chop, [], {}, []
        wire.protocol, wire.transport = inner, transport
        return wire

    def refuse(self, reason: Exception) -> None:
        """The next connection that was asked for fails."""
        _, _, factory, *_ = self.tcpClients.pop(0)
        factory.clientConnectionFailed(None, Failure(reason))
