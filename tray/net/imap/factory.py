"""Opens the connection of an account: directly or through its proxy, with keepalive and TLS."""

from __future__ import annotations

import socket
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from twisted.internet.protocol import Factory

from tray.mail.model.account import Security
from tray.mail.model.host_names import is_loopback
from tray.net.errors import CleartextRefused
from tray.net.imap.connection import ignore
from tray.net.imap.protocol import MailProtocol
from tray.net.proxy.route import CONNECT_DEADLINE, route_of
from tray.net.tls.verification import tls_creator

__all__ = [
    "CONNECT_DEADLINE",
    "KEEPALIVE",
    "Keepalive",
    "connect",
    "forbid_cleartext",
    "set_keepalive",
]

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.events import Event
    from tray.mail.model.account import Account
    from tray.net.clock import Clock
    from tray.net.proxy.route import ProxySecret

_READ = 16_384  # bytes read from the socket at once: to handle 64 KB of tiny responses may take a tenth of a second


class Keepalive(NamedTuple):
    """When the system ends a connection whose peer does not answer on the level of TCP (tcp(7)).

    Measured with silent loss of packets: the connection ends after 140 seconds, and the next one fetches the messages
    (``python -m tests.real.silent_peer``). If a relay still acknowledges, only the renewal of IDLE notices the loss
    (`tray.net.watch.idle_loop`).
    """

    idle: int = 120
    """Seconds of silence before the first probe; NATs drop silent connections after 5 minutes."""
    interval: int = 20
    """Seconds between two probes."""
    probes: int = 3
    unacknowledged: int = 30
    """Seconds that sent bytes may stay unacknowledged, while keepalive does not run (RFC 5482).

    Linux also ends a silent connection after this time, at the next probe.
    """

    @property
    def silence(self) -> int:
        """Seconds after which the connection to a silent peer has ended, at the latest."""
        return self.idle + self.interval * self.probes


KEEPALIVE = Keepalive()


def forbid_cleartext(account: Account) -> None:
    """Raises CleartextRefused if a password would be sent unencrypted and the account does not allow that.

    It may be sent to this machine; but behind a proxy, ``localhost`` is the proxy's machine.
    """
    is_local = is_loopback(account.host) and not account.proxy
    if account.security is Security.NONE and not (account.allow_cleartext or is_local):
        raise CleartextRefused(account.host)


async def connect(
    reactor: Clock,
    account: Account,
    on_event: Callable[[Event], object] = ignore,
    on_data: Callable[[], object] = ignore,
    *,
    pipelining: bool = True,
    proxy_secret: ProxySecret | None = None,
) -> MailProtocol:
    """A connected protocol, before the greeting; with `Security.TLS` its handshake has begun.

    `on_event`, `on_data` and `pipelining` are those of `MailProtocol`. An account with a proxy is reached only
    through it; `proxy_secret` gives the password of the proxy. Raises CleartextRefused,
    RootsUnusable, IdentityUnusable, BadProxy, ProxyFailed, SecretUnavailable, or what Twisted raises for an unknown
    or unreachable host.
    """
    forbid_cleartext(account)
    creator = tls_creator(account) if account.security is not Security.NONE else None
    route = await route_of(account, proxy_secret)
    endpoint = route.endpoint(reactor, account.host, account.port)
    factory = Factory.forProtocol(
        partial(MailProtocol, clock=reactor, on_event=on_event, on_data=on_data, pipelining=pipelining)
    )
    factory.noisy = False
    protocol: MailProtocol = await endpoint.connect(factory)
    set_keepalive(protocol.transport)
    protocol.transport.bufferSize = _READ
    if account.security is Security.TLS:
        protocol.secure(creator)
    return protocol


def set_keepalive(transport: object) -> None:
    """Set TCP keepalive for silent connections, and a time limit for unacknowledged bytes."""
    transport.setTcpNoDelay(True)  # type: ignore[attr-defined]  # ITCPTransport
    transport.setTcpKeepAlive(True)  # type: ignore[attr-defined]
    handle: socket.socket = transport.getHandle()  # type: ignore[attr-defined]
    for name, value in (
        ("TCP_KEEPIDLE", KEEPALIVE.idle),
        ("TCP_KEEPINTVL", KEEPALIVE.interval),
        ("TCP_KEEPCNT", KEEPALIVE.probes),
        ("TCP_USER_TIMEOUT", KEEPALIVE.unacknowledged * 1000),
    ):
        option = getattr(socket, name, None)  # Linux has them all, others some
        if option is not None:
            handle.setsockopt(socket.IPPROTO_TCP, option, value)
