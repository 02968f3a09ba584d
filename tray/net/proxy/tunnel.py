"""An endpoint for connections through a proxy; after the handshake the inner protocol takes over."""

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

    from twisted.python.failure import Failure

    from tray.net.clock import Clock
    from tray.net.proxy.handshakes import Handshake


@implementer(IStreamClientEndpoint)
class Tunnel:
    """Connects to a server through a proxy; fails with ProxyFailed.

    The inner protocol uses the transport of the connection to the proxy: for TLS, and for keepalive to the proxy.
    """

    def __init__(
        self,
        clock: Clock,
        proxy: Any,
        handshake: Callable[[], Handshake],
        deadline: float,
        first_deadline: float,
    ) -> None:
        """`proxy` is the endpoint of the proxy; `handshake` makes the handshake for each connection.

        `deadline`: seconds for the handshake; `first_deadline`: seconds for the first byte of the proxy.
        """
        self._clock = clock
        self._proxy = proxy
        self._handshake = handshake
        self._deadlines = first_deadline, deadline

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803 -- Twisted's name
        """Fires with the protocol that `protocolFactory` made; can be cancelled."""
        factory = Factory.forProtocol(
            lambda: _HandshakeProtocol(self._clock, self._handshake(), self._deadlines, protocolFactory)
        )
        factory.noisy = False
        connected: Deferred[Any] = self._proxy.connect(factory)
        return connected.addCallbacks(lambda protocol: protocol.done, _unreachable)


@implementer(IHandshakeListener)
class _HandshakeProtocol(Protocol):
    """Does the handshake with the proxy, then passes received data to the inner protocol."""

    transport: Any

    def __init__(
        self, clock: Clock, handshake: Handshake, deadlines: tuple[float, float], factory: Any
    ) -> None:
        self.done: Deferred[Any] = Deferred(lambda _: self._give_up(None))
        self._handshake = handshake
        self._factory = factory
        self._first_deadline, self._deadline = deadlines
        self._has_answered = False
        self._timer = Timer(clock)
        self._inner: Any = None

    def connectionMade(self) -> None:
        """Start the handshake."""
        self._timer.set(self._first_deadline, self._on_deadline)
        self.transport.write(self._handshake.start())

    def dataReceived(self, data: bytes) -> None:
        """Handle answers of the proxy, then pass data to the inner protocol."""
        if self._inner is not None:
            self._inner.dataReceived(data)
            return
        if not self._has_answered:
            self._has_answered = True
            self._timer.set(self._deadline, self._on_deadline)
        try:
            to_send = self._handshake.receive(data)
        except ProxyFailed as failed:
            self._give_up(failed)
            return
        if to_send:
            self.transport.write(to_send)
        if self._handshake.is_done:
            self._open(self._handshake.rest)

    def _on_deadline(self) -> None:
        # A proxy that has answered works and is of the right kind: it cannot reach the server.
        self._give_up(
            ProxyFailed(ProxyFault.SERVER_NO_ANSWER if self._handshake.has_answer else ProxyFault.NO_ANSWER)
        )

    def _open(self, rest: bytes) -> None:
        self._timer.clear()
        self._inner = self._factory.buildProtocol(self.transport.getPeer())
        self._inner.makeConnection(self.transport)
        self.done.callback(self._inner)
        if rest:
            # The inner protocol may have begun TLS; these bytes must not bypass it.
            self.transport.protocol.dataReceived(rest)

    def handshakeCompleted(self) -> None:
        """TLS to the server has begun."""
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
        """Abort: the handshake has failed, or was cancelled (None)."""
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
    (failures.ConnectError, ProxyFault.NO_ROUTE),
)


def _unreachable(failure: Failure) -> Failure:
    """Convert a failure to reach the proxy; cancellation remains."""
    if failure.check(CancelledError, failures.ConnectingCancelledError):
        return failure
    for kind, fault in _FAULTS:
        if failure.check(kind):
            raise ProxyFailed(fault) from failure.value
    return failure
