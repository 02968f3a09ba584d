"""Fetches one small file over verified https, bounded in size and redirects; or over http, where that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

from tray.mail.setup.autoconfig import SIZE_LIMIT
from tray.mail.setup.discovery import SOURCE_TIMEOUT
from tray.mail.setup.providers import is_host_name
from tray.net.errors import NetError
from tray.net.http import BoundedAgent, discard_body, read_body
from tray.net.proxy.route import HostEndpoint
from tray.net.tls.verification import verified

if TYPE_CHECKING:
    from twisted.web.client import URI

REDIRECT_LIMIT = 3
_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WIRE_LIMIT = 2 * SIZE_LIMIT  # of bytes that one server may send, headers included
_PORTS = {"https": 443, "http": 80}


class FetchRefused(NetError):  # noqa: N818 -- names what happened
    """The file is not there, too large, or its address is one that we do not ask."""


class AutoconfigFetcher:
    """Twisted's Agent without cookies, credentials, cache or kept connections.

    `ca_file` and `ports` (by scheme) are others than the system's and the usual ones in tests only.
    """

    def __init__(self, reactor: Any, *, ca_file: str = "", ports: dict[str, int] | None = None) -> None:
        endpoints = _Endpoints(reactor, ca_file, ports or _PORTS)
        self._agent = Agent.usingEndpointFactory(
            reactor, endpoints, HTTPConnectionPool(reactor, persistent=False)
        )

    async def get(self, url: str) -> bytes:
        """The file at `url`; at most three redirects are followed, to https alone.

        Raises FetchRefused, or what Twisted and `tray.net.tls.verification` raise for a server that cannot be reached
        or trusted.
        """
        for _ in range(1 + REDIRECT_LIMIT):
            _judge(url)
            # Without a pool the connection is closed with the response, and with a cancel.
            response: Any = await self._agent.request(
                b"GET", url.encode("ascii"), Headers({b"User-Agent": [b"Mailbell"], b"Accept": [b"text/xml"]})
            )
            if response.code == _OK:
                return await read_body(response, SIZE_LIMIT, FetchRefused("it is too large"))
            discard_body(response)
            target = response.headers.getRawHeaders(b"location", [])
            if response.code not in _REDIRECTS or not target:
                raise FetchRefused(f"status {response.code}")
            url = _onward(url, target[0].decode("latin-1"))
        raise FetchRefused("it leads from one address to the next")


def _onward(url: str, target: str) -> str:
    try:
        onward = urljoin(url, target)
    except ValueError as error:
        raise FetchRefused("it leads to what is no address") from error
    if not onward.startswith("https://"):
        raise FetchRefused("it leads away from https")
    return onward


def _judge(url: str) -> None:
    """Ask only what has a name in DNS, on the usual port: no address, nothing on this machine's network."""
    try:
        parts = urlsplit(url)
        plain = parts.port is None and parts.username is None and url.isascii() and url.isprintable()
    except ValueError:
        plain = False
    if not plain or " " in url or not is_host_name(parts.hostname or ""):
        raise FetchRefused("its address is none that is asked")


@implementer(IAgentEndpointFactory)
class _Endpoints:
    def __init__(self, reactor: Any, ca_file: str, ports: dict[str, int]) -> None:
        self._reactor = reactor
        self._ca_file = ca_file
        self._ports = ports

    def endpointForURI(self, uri: URI) -> BoundedAgent:
        """The way to the server of an address that was judged."""
        host = uri.host.decode("ascii")
        scheme = uri.scheme.decode("ascii")
        endpoint = HostEndpoint(self._reactor, host, self._ports[scheme], SOURCE_TIMEOUT)
        creator = verified(host, self._ca_file) if scheme == "https" else None
        return BoundedAgent(self._reactor, endpoint, creator, _WIRE_LIMIT)
