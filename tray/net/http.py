"""What keeps a web server within bounds: how large its answer may be, and how much may come over one connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol, connectionDone
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss

from tray.net.clock import Timer

if TYPE_CHECKING:
    from twisted.internet.interfaces import IProtocolFactory
    from twisted.python.failure import Failure

    from tray.net.clock import Clock

PARTING = 5.0
"""Seconds that the other side has to end a connection which we have ended: by TLS it may ignore that for ever."""


def read_body(response: Any, most: int, too_large: Exception) -> Deferred[bytes]:
    """The body of a response; fails with `too_large` where it has more than `most` bytes."""
    reader = _Body(most, too_large)
    response.deliverBody(reader)
    return reader.done


def discard_body(response: Any) -> None:
    """Read no body: the connection is closed."""
    reader = _Body(0, ValueError())
    reader.done.addErrback(lambda _: None)
    response.deliverBody(reader)
    reader.done.cancel()


class _Body(Protocol):
    """Collects the body, within bounds."""

    transport: Any

    def __init__(self, most: int, too_large: Exception) -> None:
        self._most = most
        self._too_large = too_large
        self._data = b""
        self.done: Deferred[bytes] = Deferred(lambda _: self._abort())

    def dataReceived(self, data: bytes) -> None:
        """More of it."""
        self._data += data
        if len(self._data) > self._most and not self.done.called:
            self.done.errback(self._too_large)
            self._abort()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """All is there, or will never be."""
        if self.done.called:
            return
        if reason.check(ResponseDone, PotentialDataLoss):  # the latter: no length was told
            self.done.callback(self._data)
        else:
            self.done.errback(reason)

    def _abort(self) -> None:
        if self.transport is not None:
            self.transport.loseConnection()  # what Twisted gives a body to hold cannot abort


class _Counting(ProtocolWrapper):
    """Aborts a connection over which too much comes: Twisted bounds no number of headers."""

    transport: Any
    factory: Any
    _received = 0

    def __init__(self, factory: Any, wrapped: Any) -> None:
        super().__init__(factory, wrapped)
        self._parting = Timer(factory.clock)

    def loseConnection(self) -> None:
        """End it; whoever does not answer that is not waited for."""
        super().loseConnection()
        self._parting.set(PARTING, self.transport.abortConnection)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """It has ended."""
        self._parting.clear()
        super().connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:
        """Count."""
        self._received += len(data)
        if self._received > self.factory.most:
            self.transport.abortConnection()
        else:
            super().dataReceived(data)


class _Factory(WrappingFactory):
    noisy = False
    protocol = _Counting

    def __init__(self, clock: Clock, wrapped: Any, most: int) -> None:
        super().__init__(wrapped)
        self.clock = clock
        self.most = most


class BoundedAgent:
    """An endpoint whose connections bring so much and no more."""

    def __init__(self, reactor: Any, endpoint: Any, creator: Any, most: int) -> None:
        """`creator` is an IOpenSSLClientConnectionCreator, None for http; `most` counts bytes, headers included."""
        self._reactor = reactor
        self._endpoint = endpoint
        self._creator = creator
        self._most = most

    def connect(self, factory: IProtocolFactory) -> Deferred[Any]:
        """Connect; Agent wants the protocol that it made."""
        counting: Any = _Factory(self._reactor, factory, self._most)
        connected: Deferred[Any]
        if self._creator is None:
            connected = self._endpoint.connect(counting)
            return connected.addCallback(lambda made: made.wrappedProtocol)
        # As wrapClientTLS does it, which takes the global reactor for its timers.
        connected = self._endpoint.connect(TLSMemoryBIOFactory(self._creator, True, counting, self._reactor))
        return connected.addCallback(lambda made: made.wrappedProtocol.wrappedProtocol)
