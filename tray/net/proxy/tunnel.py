"""An endpoint whose connections lead through a proxy: after the handshake they belong to the inner protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet import error as failures
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IHandshakeListener, IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol, connectionDone
from zope.interface import implementer

from tray.mail.model.status import ProxyFault
from tray.net.clock import Timer
from tray.net.errors import ProxyFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure

    from tray.net.clock import Clock
    from tray.net.proxy.handshake import Handshake


@implementer(IStreamClientEndpoint)
class Tunnel:
    """Connections to somewhere behind a proxy; they fail with ProxyFailed.

    The protocol that is made has the transport of the connection to the proxy for its own: TLS begins on it, and
    keepalive watches the way to the proxy.
    """

    def __init__(
        self, clock: Clock, proxy: Any, handshake: Callable[[], Handshake], patience: float, at_first: float
    ) -> None:
        """`proxy` is the endpoint of the proxy, `handshake` makes what is done with it within `patience` seconds.

        It has `at_first` seconds for its first byte.
        """
        self._clock = clock
        self._proxy = proxy
        self._handshake = handshake
        self._patience = patience
        self._at_first = at_first

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803 -- Twisted's name
        """A Deferred of the protocol that `protocolFactory` made; it can be cancelled."""
        patience = self._at_first, self._patience
        factory = _Factory(
            lambda: _HandshakeProtocol(self._clock, self._handshake(), patience, protocolFactory)
        )
        connected: Deferred[Any] = self._proxy.connect(factory)
        return connected.addCallbacks(lambda protocol: protocol.done, _unreachable)


class _Factory(Factory):
    noisy = False

    def __init__(self, make: Callable[[], _HandshakeProtocol]) -> None:
        self._make = make

    def buildProtocol(self, addr: IAddress | None) -> _HandshakeProtocol:
        protocol = self._make()
        protocol.address = addr
        return protocol


@implementer(IHandshakeListener)
class _HandshakeProtocol(Protocol):
    """Does the handshake with the proxy, and afterwards passes on all that is received."""

    transport: Any

    def __init__(
        self, clock: Clock, handshake: Handshake, patience: tuple[float, float], factory: Any
    ) -> None:
        self.done: Deferred[Any] = Deferred(lambda _: self._give_up(None))
        self.address: IAddress | None = None
        self._handshake = handshake
        self._factory = factory
        self._at_first, self._patience = patience
        self._has_answered = False
        self._timer = Timer(clock)
        self._inner: Any = None

    def connectionMade(self) -> None:
        """Start the handshake."""
        self._wait(self._at_first)
        self.transport.write(self._handshake.start())

    def dataReceived(self, data: bytes) -> None:
        """The proxy's answers, then the data of the inner protocol."""
        if self._inner is not None:
            self._inner.dataReceived(data)
            return
        if self.done.called:  # given up
            return
        if not self._has_answered:
            self._has_answered = True
            self._wait(self._patience)
        try:
            to_send = self._handshake.receive(data)
        except ProxyFailed as failed:
            self._give_up(failed)
            return
        if to_send:
            self.transport.write(to_send)
        if self._handshake.is_done:
            self._open(self._handshake.rest)

    def _wait(self, seconds: float) -> None:
        self._timer.set(seconds, self._too_late)

    def _too_late(self) -> None:
        # A proxy that has answered runs, and is of the right kind: what it does not reach is the server.
        self._give_up(
            ProxyFailed(ProxyFault.SERVER_NO_ANSWER if self._handshake.answers else ProxyFault.NO_ANSWER)
        )

    def _open(self, rest: bytes) -> None:
        self._timer.clear()
        self._inner = self._factory.buildProtocol(self.address)
        self._inner.makeConnection(self.transport)
        self.done.callback(self._inner)
        if rest:
            # The inner protocol may have begun TLS by now; these bytes must not bypass it.
            self.transport.protocol.dataReceived(rest)

    def handshakeCompleted(self) -> None:
        """TLS to the server is up."""
        if IHandshakeListener.providedBy(self._inner):
            self._inner.handshakeCompleted()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The proxy, or the server behind it, has closed the connection."""
        self._timer.clear()
        if self._inner is not None:
            self._inner.connectionLost(reason)
        elif not self.done.called:
            self.done.errback(ProxyFailed(ProxyFault.CLOSED))

    def _give_up(self, failed: ProxyFailed | None) -> None:
        """End it, because it failed, or was cancelled (None)."""
        self._timer.clear()
        self.transport.abortConnection()
        if failed is not None:
            self.done.errback(failed)


_FAULTS: tuple[tuple[type[Exception], ProxyFault], ...] = (
    (failures.DNSLookupError, ProxyFault.NOT_FOUND),
    (failures.UnknownHostError, ProxyFault.NOT_FOUND),
    (failures.ConnectionRefusedError, ProxyFault.REFUSED),
    (failures.TimeoutError, ProxyFault.NO_ANSWER),
    (failures.TCPTimedOutError, ProxyFault.NO_ANSWER),
    (failures.ConnectError, ProxyFault.NO_WAY),
)


def _unreachable(failure: Failure) -> Failure:
    """There is no connection to the proxy itself; a cancel stays one."""
    if failure.check(CancelledError, failures.ConnectingCancelledError):
        return failure
    for kind, fault in _FAULTS:
        if failure.check(kind):
            raise ProxyFailed(fault) from failure.value
    return failure
