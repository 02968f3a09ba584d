"""How to connect to the servers of an account: directly, or through its proxy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import fail
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError

from tray.mail.model.host_names import BadHost, ascii_host
from tray.mail.model.secret import Secret, SecretUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted.internet.defer import Deferred

    from tray.mail.model.account import Account
    from tray.mail.settings.proxy import Proxy
    from tray.net.proxy.handshake import Handshake

    ProxySecret = Callable[[Account], Awaitable[Secret]]
    """The password kept for what `tray.mail.settings.proxy.credential_account` gives; raises SecretUnavailable."""

CONNECT_DEADLINE = 30.0
"""Seconds to find a host and to be accepted, over all its addresses (RFC 8305 by HostnameEndpoint)."""
PROXY_DEADLINE = 45.0
"""Seconds that a proxy has for its answers, the last of which waits for the server; Tor may need many of them."""
SOCKS_DEADLINE = 10.0
"""Seconds for the first answer of a SOCKS proxy, which needs nobody else for it. An HTTP proxy that was configured as
SOCKS waits for the end of a line that never comes. The only answer of HTTP has `PROXY_DEADLINE`.
"""
_IGNORED_BY_TOR = "mailbell"  # what Tor gets for a password: any will do, and none is not allowed


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach servers; `user` and `password` are for the proxy."""

    proxy: Proxy | None = None
    user: str = ""
    password: Secret = Secret("")  # noqa: RUF009 -- it never changes

    def endpoint(self, reactor: Any, host: str, port: int, timeout: float = CONNECT_DEADLINE) -> Any:
        """Where to connect for ``host:port``: an IStreamClientEndpoint, which is no type for a checker.

        A name is looked up here only where the way is direct. Connections fail with what Twisted raises, or with
        `tray.net.errors.ProxyFailed`.
        """
        if self.proxy is None:
            return HostEndpoint(reactor, host, port, timeout)
        from tray.mail.settings.proxy import ProxyKind  # most accounts have no proxy
        from tray.net.proxy.tunnel import Tunnel

        proxy = HostEndpoint(reactor, self.proxy.host, self.proxy.port, timeout)
        at_first = PROXY_DEADLINE if self.proxy.kind is ProxyKind.HTTP else SOCKS_DEADLINE
        return Tunnel(reactor, proxy, lambda: self._handshake(host, port), PROXY_DEADLINE, at_first)

    def _handshake(self, host: str, port: int) -> Handshake:
        from tray.mail.settings.proxy import ProxyKind
        from tray.net.proxy.http_connect import http_connect
        from tray.net.proxy.socks5 import socks5
        from tray.net.tls.verification import ascii_name

        assert self.proxy is not None
        make = http_connect if self.proxy.kind is ProxyKind.HTTP else socks5
        return make(ascii_name(host), port, self.user, self.password.reveal())


class _Endpoint(HostnameEndpoint):
    """Takes a name as it is: Twisted would encode it anew, and refuse names that there are (``r3---sn.example``)."""

    @staticmethod
    def _hostAsBytesAndText(host: Any) -> tuple[bool, bytes, str]:
        return False, host.encode("ascii"), host


class HostEndpoint:
    """An endpoint for any text; fails with DNSLookupError for what is no name at all."""

    def __init__(self, reactor: Any, host: str, port: int, timeout: float) -> None:
        self._reactor = reactor
        self._host = host
        self._port = port
        self._timeout = timeout

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803 -- Twisted's name
        """Connect."""
        try:
            name = ascii_host(self._host)
        except BadHost:
            return fail(DNSLookupError(self._host))
        connected: Deferred[Any] = _Endpoint(self._reactor, name, self._port, timeout=self._timeout).connect(
            protocolFactory
        )
        return connected


DIRECT = Route()


async def route_of(account: Account, proxy_secret: ProxySecret | None = None) -> Route:
    """The way for `account`; its proxy's password is asked of `proxy_secret`, where there is one.

    Tor gets the account's id for a user name: what travels under different names travels by different circuits
    (IsolateSOCKSAuth, tor(1)), so no two accounts are seen to be one person's. Raises SecretUnavailable.
    """
    if not account.proxy:
        return DIRECT
    from tray.mail.presentation.problem_texts import proxy as texts
    from tray.mail.settings.proxy import ProxyKind, credential_account, parse
    from tray.net.problems import proxy_failures  # noqa: F401 -- at hand when things fail, and files cannot be opened any more

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
        if (
            type(error) is not SecretUnavailable
        ):  # the keyring itself: it is the same for the account's own password
            raise
        raise SecretUnavailable(texts.no_password(account.name)) from error
