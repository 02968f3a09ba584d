"""Fetches a small file over https with limits of size and redirects; or over http, if the address says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from twisted.web.http_headers import Headers

from tray.mail.setup.autoconfig import SIZE_LIMIT
from tray.mail.setup.discovery import SOURCE_TIMEOUT
from tray.mail.setup.providers import is_host_name
from tray.net.errors import NetError
from tray.net.http import bounded_agent, discard_body, read_body
from tray.net.proxy.route import HostEndpoint
from tray.net.tls.verification import verified

if TYPE_CHECKING:
    from twisted.web.client import URI

REDIRECT_LIMIT = 3
_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WIRE_LIMIT = 2 * SIZE_LIMIT  # bytes from one server, with headers
_PORTS = {"https": 443, "http": 80}


class FetchRefused(NetError):  # noqa: N818
    """The file does not exist or is too large, or its address is not allowed."""


class AutoconfigFetcher:
    """Fetches files; `ca_file` and `ports` (by scheme) are only for tests."""

    def __init__(self, reactor: Any, *, ca_file: str = "", ports: dict[str, int] | None = None) -> None:
        ports = ports or _PORTS

        def connect(uri: URI) -> tuple[Any, Any]:
            host, scheme = uri.host.decode("ascii"), uri.scheme.decode("ascii")
            creator = verified(host, ca_file) if scheme == "https" else None
            return HostEndpoint(reactor, host, ports[scheme], SOURCE_TIMEOUT), creator

        self._agent = bounded_agent(reactor, _WIRE_LIMIT, connect)

    async def get(self, url: str) -> bytes:
        """The file at `url`; at most three redirects are followed, only to https.

        Raises FetchRefused, or what Twisted and `tray.net.tls.verification` raise for a server that cannot be reached
        or trusted.
        """
        for _ in range(1 + REDIRECT_LIMIT):
            _check_address(url)
            response: Any = await self._agent.request(
                b"GET", url.encode("ascii"), Headers({b"User-Agent": [b"Mailbell"], b"Accept": [b"text/xml"]})
            )
            if response.code == _OK:
                return await read_body(response, SIZE_LIMIT, FetchRefused("it is too large"))
            discard_body(response)
            target = response.headers.getRawHeaders(b"location", [])
            if response.code not in _REDIRECTS or not target:
                raise FetchRefused(f"status {response.code}")
            url = _redirect_target(url, target[0].decode("latin-1"))
        raise FetchRefused("too many redirects")


def _redirect_target(url: str, target: str) -> str:
    try:
        address = urljoin(url, target)
    except ValueError as error:
        raise FetchRefused("a redirect to an invalid address") from error
    if not address.startswith("https://"):
        raise FetchRefused("a redirect that is not to https")
    return address


def _check_address(url: str) -> None:
    """Raise FetchRefused unless the host is a DNS name and the port is the default: no addresses, no local hosts."""
    try:
        parts = urlsplit(url)
        plain = parts.port is None and parts.username is None and url.isascii() and url.isprintable()
    except ValueError:
        plain = False
    if not plain or " " in url or not is_host_name(parts.hostname or ""):
        raise FetchRefused("its address is not allowed")
