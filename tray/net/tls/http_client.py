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

from tray.net.tls.verification import verified

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twisted.internet.interfaces import IProtocolFactory
    from twisted.python.failure import Failure
    from twisted.web.client import URI

    Reach = Callable[[str, int], Any]
    """Called with host and port; returns an IStreamClientEndpoint."""


def bounded_agent(
    reactor: Any, limit: int, reach: Reach, *, ca_file: str = "", ports: Mapping[str, int] | None = None
) -> Any:
    """Twisted's Agent without cookies, credentials, cache and persistent connections, with TLS for https.

    `limit`: bytes received on one connection, with headers. `ca_file` and `ports` (by scheme) are only for tests.
    """
    # Without a persistent pool a connection is closed after the response, and when cancelled.
    pool = HTTPConnectionPool(reactor, persistent=False)
    endpoints = _Endpoints(reactor, limit, reach, ca_file, ports or {})
    return Agent.usingEndpointFactory(reactor, endpoints, pool)


def read_body(response: Any, limit: int, too_large: Exception) -> Deferred[bytes]:
    """The body of a response; fails with `too_large` if it has more than `limit` bytes."""
    reader = _Body(limit, too_large)
    response.deliverBody(reader)
    return reader.done


class _Body(Protocol):
    """Collects the body; Twisted's `readBody` has no limit."""

    transport: Any

    def __init__(self, limit: int, too_large: Exception) -> None:
        self._limit = limit
        self._too_large = too_large
        self._data = b""
        self.done: Deferred[bytes] = Deferred(lambda _: self.transport.loseConnection())

    def dataReceived(self, data: bytes) -> None:
        """Add a part of the body."""
        self._data += data
        if len(self._data) > self._limit and not self.done.called:
            self.done.errback(self._too_large)
            self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The body is complete, or failed."""
        if self.done.called:
            return
        if reason.check(ResponseDone, PotentialDataLoss):  # the latter: without Content-Length
            self.done.callback(self._data)
        else:
            self.done.errback(reason)


class _Counting(ProtocolWrapper):
    """Aborts a connection that receives too much: Twisted does not limit the number of headers."""

    transport: Any
    factory: Any
    _received = 0

    def loseConnection(self) -> None:
        """Abort: with TLS the peer may never confirm the end of a connection."""
        self.transport.abortConnection()

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

    def __init__(self, wrapped: Any, limit: int) -> None:
        super().__init__(wrapped)
        self.limit = limit


@implementer(IAgentEndpointFactory)
class _Endpoints:
    def __init__(
        self, reactor: Any, limit: int, reach: Reach, ca_file: str, ports: Mapping[str, int]
    ) -> None:
        self._reactor = reactor
        self._limit = limit
        self._reach = reach
        self._ca_file = ca_file
        self._ports = ports

    def endpointForURI(self, uri: URI) -> _Endpoint:
        host = uri.host.decode("ascii").strip("[]")
        endpoint = self._reach(host, self._ports.get(uri.scheme.decode("ascii"), uri.port))
        creator = verified(host, self._ca_file) if uri.scheme == b"https" else None
        return _Endpoint(self._reactor, endpoint, creator, self._limit)


class _Endpoint:
    """Connections that receive a limited number of bytes; over TLS by `creator` unless that is None."""

    def __init__(self, reactor: Any, endpoint: Any, creator: Any, limit: int) -> None:
        self._reactor = reactor
        self._endpoint = endpoint
        self._creator = creator
        self._limit = limit

    def connect(self, factory: IProtocolFactory) -> Deferred[Any]:
        """Connect; fires with the protocol of `factory`, as Agent requires."""
        counting: Any = _Factory(factory, self._limit)
        connected: Deferred[Any]
        if self._creator is None:
            connected = self._endpoint.connect(counting)
            return connected.addCallback(lambda made: made.wrappedProtocol)
        # As wrapClientTLS does it, which takes the global reactor for its timers.
        tls = self._creator, True, counting
        try:
            encrypted = TLSMemoryBIOFactory(*tls, self._reactor)
        except TypeError:  # Twisted before 23.10 has no timers there
            encrypted = TLSMemoryBIOFactory(*tls)
        connected = self._endpoint.connect(encrypted)
        return connected.addCallback(lambda made: made.wrappedProtocol.wrappedProtocol)
