"""HTTP clients with limits for the body of a response and for all bytes of a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol, connectionDone
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.web.client import Agent, HTTPConnectionPool, ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IProtocolFactory
    from twisted.python.failure import Failure
    from twisted.web.client import URI

    from tray.net.clock import Clock

CLOSE_DEADLINE = 5.0
"""Seconds from the end of a connection on this side until it is aborted: with TLS the peer may never confirm it."""


def read_body(response: Any, limit: int, too_large: Exception) -> Deferred[bytes]:
    """The body of a response; fails with `too_large` if it has more than `limit` bytes."""
    reader = _Body(limit, too_large)
    response.deliverBody(reader)
    return reader.done


def discard_body(response: Any) -> None:
    """Close the connection without reading the body."""
    reader = _Body(0, ValueError())
    reader.done.addErrback(lambda _: None)
    response.deliverBody(reader)
    reader.done.cancel()


class _Body(Protocol):
    """Collects the body."""

    transport: Any

    def __init__(self, limit: int, too_large: Exception) -> None:
        self._limit = limit
        self._too_large = too_large
        self._data = b""
        self.done: Deferred[bytes] = Deferred(lambda _: self._abort())

    def dataReceived(self, data: bytes) -> None:
        """Add a part of the body."""
        self._data += data
        if len(self._data) > self._limit and not self.done.called:
            self.done.errback(self._too_large)
            self._abort()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The body is complete, or failed."""
        if self.done.called:
            return
        if reason.check(ResponseDone, PotentialDataLoss):  # the latter: without Content-Length
            self.done.callback(self._data)
        else:
            self.done.errback(reason)

    def _abort(self) -> None:
        if self.transport is not None:
            self.transport.loseConnection()  # this transport cannot abort


class _Counting(ProtocolWrapper):
    """Aborts a connection that receives too much: Twisted does not limit the number of headers."""

    transport: Any
    factory: Any
    _received = 0

    def __init__(self, factory: Any, wrapped: Any) -> None:
        super().__init__(factory, wrapped)
        self._close_timer = Timer(factory.clock)

    def loseConnection(self) -> None:
        """Close, and abort if the peer does not confirm that."""
        super().loseConnection()
        self._close_timer.set(CLOSE_DEADLINE, self.transport.abortConnection)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Stop the timer."""
        self._close_timer.clear()
        super().connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:
        """Count the bytes."""
        self._received += len(data)
        if self._received > self.factory.limit:
            self.transport.abortConnection()
        else:
            super().dataReceived(data)


class _Factory(WrappingFactory):
    noisy = False
    protocol = _Counting

    def __init__(self, clock: Clock, wrapped: Any, limit: int) -> None:
        super().__init__(wrapped)
        self.clock = clock
        self.limit = limit


class _BoundedEndpoint:
    """An endpoint whose connections receive a limited number of bytes."""

    def __init__(self, reactor: Any, endpoint: Any, creator: Any, limit: int) -> None:
        self._reactor = reactor
        self._endpoint = endpoint
        self._creator = creator
        self._limit = limit

    def connect(self, factory: IProtocolFactory) -> Deferred[Any]:
        """Connect; fires with the protocol of `factory`, as Agent requires."""
        counting: Any = _Factory(self._reactor, factory, self._limit)
        connected: Deferred[Any]
        if self._creator is None:
            connected = self._endpoint.connect(counting)
            return connected.addCallback(lambda made: made.wrappedProtocol)
        # As wrapClientTLS does it, which takes the global reactor for its timers.
        connected = self._endpoint.connect(TLSMemoryBIOFactory(self._creator, True, counting, self._reactor))
        return connected.addCallback(lambda made: made.wrappedProtocol.wrappedProtocol)


@implementer(IAgentEndpointFactory)
class _Endpoints:
    def __init__(self, reactor: Any, limit: int, connect: Callable[[URI], tuple[Any, Any]]) -> None:
        self._reactor = reactor
        self._limit = limit
        self._connect = connect

    def endpointForURI(self, uri: URI) -> _BoundedEndpoint:
        return _BoundedEndpoint(self._reactor, *self._connect(uri), self._limit)


def bounded_agent(reactor: Any, limit: int, connect: Callable[[URI], tuple[Any, Any]]) -> Any:
    """Twisted's Agent without cookies, credentials, cache and persistent connections.

    `limit`: bytes received on one connection, with headers. `connect` returns the endpoint for an address, and an
    IOpenSSLClientConnectionCreator, None for http.
    """
    # Without a persistent pool a connection is closed after the response, and when cancelled.
    pool = HTTPConnectionPool(reactor, persistent=False)
    return Agent.usingEndpointFactory(reactor, _Endpoints(reactor, limit, connect), pool)
