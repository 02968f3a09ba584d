"""Opens the connection of an account: directly or through its proxy, with keepalive and TLS."""

from __future__ import annotations

import socket
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.protocol import Factory

from tray.mail.model.account import Security
from tray.mail.model.host_names import is_loopback
from tray.net.errors import CleartextRefused
from tray.net.imap.connection import ignore
from tray.net.imap.protocol import MailProtocol
from tray.net.proxy.route import route_of
from tray.net.tls.verification import tls_creator

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.events import Event
    from tray.mail.model.account import Account
    from tray.net.clock import Clock
    from tray.net.proxy.route import ProxySecret

_READ = 16_384  # bytes read from the socket at once: to handle 64 KB of tiny responses may take a tenth of a second


KEEPALIVE = {
    "TCP_KEEPIDLE": 120,
    "TCP_KEEPALIVE": 120,  # its name on macOS
    "TCP_KEEPINTVL": 20,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 30_000,
}
"""When the system ends a connection whose peer does not answer on the level of TCP (tcp(7)).

After 120 seconds of silence (NATs drop silent connections after 5 minutes) three probes are sent, 20 seconds apart.
Sent bytes may stay unacknowledged for 30 seconds, while keepalive does not run (RFC 5482); Linux also ends a silent
connection after this time, at the next probe. Measured with silent loss of packets: the connection ends after 140
seconds, and the next one fetches the messages (``python -m tests.real.silent_peer``). If a relay still acknowledges,
only the renewal of IDLE notices the loss (`tray.net.watch.idle_loop`).
"""


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
    transport: Any = protocol.transport
    transport.bufferSize = _READ
    transport.setTcpNoDelay(True)
    transport.setTcpKeepAlive(True)
    for name, value in KEEPALIVE.items():
        option = getattr(socket, name, None)  # Linux has them all, others some
        if option is not None:
            transport.getHandle().setsockopt(socket.IPPROTO_TCP, option, value)
    if account.security is Security.TLS:
        protocol.secure(creator)
    return protocol
