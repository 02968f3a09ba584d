"""How to connect to the servers of an account: directly, or through its proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import fail
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError

from tray.mail.model.host_names import BadHost, ascii_host
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted.internet.defer import Deferred

    from tray.mail.model.account import Account
    from tray.mail.settings.proxy import Proxy
    from tray.net.proxy.handshakes import Handshake

    ProxySecret = Callable[[Account], Awaitable[Secret]]
    """The password of a `tray.mail.settings.proxy.credential_account`; raises SecretUnavailable."""

CONNECT_DEADLINE = 30.0
"""Seconds for look-up and connection, over all addresses (RFC 8305 by HostnameEndpoint)."""
NEXT_ADDRESS = 0.25
"""Seconds after which the next address of a host is tried beside the one before (RFC 8305, 5)."""
PROXY_DEADLINE = 45.0
"""Seconds for all answers of a proxy, including its connection to the server, which is slow with Tor."""
SOCKS_DEADLINE = 10.0
"""Seconds for the first answer of a SOCKS proxy, which depends on no other server. An HTTP proxy configured as SOCKS
sends none, because it waits for the end of a line.
"""
_IGNORED_BY_TOR = "mailbell"  # password for Tor, which accepts any but an empty one


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach servers; `user` and `password` are for the proxy."""

    proxy: Proxy | None = None
    user: str = ""
    password: Secret = Secret("")

    def endpoint(self, reactor: Any, host: str, port: int, timeout: float = CONNECT_DEADLINE) -> Any:
        """An IStreamClientEndpoint for ``host:port``.

        Only a direct connection looks up names here. Connections fail with errors of Twisted, or with
        `tray.net.errors.ProxyFailed`.
        """
        if self.proxy is None:
            return HostEndpoint(reactor, host, port, timeout)
        from tray.mail.settings.proxy import ProxyKind  # most accounts have no proxy
        from tray.net.proxy.tunnel import Tunnel

        proxy = HostEndpoint(reactor, self.proxy.host, self.proxy.port, timeout)
        first_deadline = PROXY_DEADLINE if self.proxy.kind is ProxyKind.HTTP else SOCKS_DEADLINE
        return Tunnel(reactor, proxy, lambda: self._handshake(host, port), PROXY_DEADLINE, first_deadline)

    def _handshake(self, host: str, port: int) -> Handshake:
        from tray.mail.settings.proxy import ProxyKind
        from tray.net.proxy.handshakes import Handshake, http_connect, socks5
        from tray.net.tls.verification import ascii_name

        assert self.proxy is not None
        steps = http_connect if self.proxy.kind is ProxyKind.HTTP else socks5
        return Handshake(steps(ascii_name(host), port, self.user, self.password.reveal()))


class HostEndpoint(HostnameEndpoint):
    """An endpoint for any text; fails with DNSLookupError for an invalid name.

    Twisted would encode names by its own rules, and refuse valid ones such as ``r3---sn.example``.
    """

    def __init__(self, reactor: Any, host: str, port: int, timeout: float) -> None:
        super().__init__(reactor, host, port, timeout=timeout, attemptDelay=NEXT_ADDRESS)

    @staticmethod
    def _hostAsBytesAndText(host: Any) -> tuple[bool, bytes, str]:
        try:
            name = ascii_host(host)
        except BadHost:
            return True, b"", host
        return False, name.encode("ascii"), name

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803 -- Twisted's name
        """Connect."""
        if self._badHostname:
            return fail(DNSLookupError(self._hostText))
        connected: Deferred[Any] = super().connect(protocolFactory)
        return connected


DIRECT = Route()


async def route_of(account: Account, proxy_secret: ProxySecret | None = None) -> Route:
    """The route for `account`; `proxy_secret` gives the password of its proxy.

    Tor gets the account's id as user name: it uses different circuits for different user names (IsolateSOCKSAuth,
    tor(1)), so that accounts cannot be linked to one person. Raises SecretUnavailable.
    """
    if not account.proxy:
        return DIRECT
    from tray.mail.presentation.problem_texts import (
        proxy as texts,  # now: later, no files may be open to import it
    )
    from tray.mail.settings.proxy import ProxyKind, credential_account, parse

    proxy = parse(account.proxy)
    if proxy is None:
        return DIRECT
    if proxy.kind is ProxyKind.TOR:
        return Route(proxy, account.id, Secret(_IGNORED_BY_TOR))
    kept = credential_account(account)
    if kept is None:
        return Route(proxy)
    if proxy_secret is None:
        raise SecretUnavailable(texts.no_password(account.name))
    try:
        return Route(proxy, proxy.user, await proxy_secret(kept))
    except SecretUnavailable as error:
        if type(error) is not SecretUnavailable:  # an error of the keyring itself
            raise
        raise SecretUnavailable(texts.no_password(account.name)) from error
