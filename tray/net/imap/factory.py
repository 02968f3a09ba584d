"""Opens the connection of an account: directly or through its proxy, with keepalive, and with TLS where it is due."""

from __future__ import annotations

import socket
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
    "MailFactory",
    "connect",
    "forbid_cleartext",
    "notice_dead_peers",
]

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress

    from tray.imap.events import Event
    from tray.mail.model.account import Account
    from tray.net.clock import Clock
    from tray.net.proxy.route import ProxySecret

_READ = 16_384  # bytes taken off the socket at once: what 64 KB of tiny responses mean may take a tenth of a second


class Keepalive(NamedTuple):
    """When the system takes a peer for dead that does not answer on the level of TCP either (tcp(7)).

    Measured where packets are lost without a word: the connection ends after 140 seconds, and the next one brings the
    mail (``python -m tests.real.silent_peer``). Where a relay in between still acknowledges, only the renewal of IDLE
    notices (`tray.net.watch.idle_loop`).
    """

    idle: int = 120
    """Seconds of silence before it is asked whether it is there; NATs forget after 5 minutes."""
    interval: int = 20
    """Seconds between two such probes."""
    probes: int = 3
    unacknowledged: int = 30
    """Seconds that sent bytes may stay unacknowledged: keepalive does not run meanwhile (RFC 5482).

    Linux ends a silent connection after so many seconds as well, at the first probe that is due then.
    """

    @property
    def silence(self) -> int:
        """Seconds after which the connection to a peer that no longer answers has ended, at the latest."""
        return self.idle + self.interval * self.probes


KEEPALIVE = Keepalive()


class MailFactory(Factory):
    """Builds the protocol for one connection."""

    noisy = False

    def __init__(
        self,
        clock: Clock,
        on_event: Callable[[Event], object] = ignore,
        on_data: Callable[[], object] = ignore,
        *,
        pipelining: bool = True,
    ) -> None:
        """The arguments are those of `MailProtocol`."""
        self._clock = clock
        self._on_event = on_event
        self._on_data = on_data
        self._pipelining = pipelining

    def buildProtocol(self, addr: IAddress | None) -> MailProtocol:  # noqa: ARG002 -- Twisted's signature
        """A fresh protocol."""
        protocol = MailProtocol(
            clock=self._clock, on_event=self._on_event, on_data=self._on_data, pipelining=self._pipelining
        )
        protocol.factory = self
        return protocol


def forbid_cleartext(account: Account) -> None:
    """Raises CleartextRefused where a password would cross a network unprotected.

    Behind a proxy, ``localhost`` is the proxy's machine.
    """
    at_home = is_loopback(account.host) and not account.proxy
    if account.security is Security.NONE and not (account.allow_cleartext or at_home):
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
    """A connected protocol that has not greeted yet; with `Security.TLS` its handshake has begun.

    `on_event`, `on_data` and `pipelining` are those of `MailProtocol`. An account with a proxy is reached through it
    and no other way; `proxy_secret` is asked for the password that is kept for the proxy. Raises CleartextRefused,
    RootsUnusable, IdentityUnusable, BadProxy, ProxyFailed, SecretUnavailable, or what Twisted raises for an unknown
    or unreachable host.
    """
    forbid_cleartext(account)
    creator = tls_creator(account) if account.security is not Security.NONE else None
    route = await route_of(account, proxy_secret)
    endpoint = route.endpoint(reactor, account.host, account.port)
    protocol: MailProtocol = await endpoint.connect(
        MailFactory(reactor, on_event, on_data, pipelining=pipelining)
    )
    notice_dead_peers(protocol.transport)
    protocol.transport.bufferSize = _READ
    if account.security is Security.TLS:
        protocol.secure(creator)
    return protocol


def notice_dead_peers(transport: object) -> None:
    """Have the system watch the link: keepalive while it is silent, a time limit while bytes are on their way."""
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
