"""What server discovery asks on the network: small files over HTTP, DNS records, and greetings of IMAP servers."""

from __future__ import annotations

import ipaddress
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from twisted.internet.defer import TimeoutError as LookUpTimeout
from twisted.names import dns
from twisted.names.client import Resolver
from twisted.names.error import DNSNameError, DNSQueryTimeoutError, DNSServerError, ResolverError
from twisted.web.http_headers import Headers

from tray.files import read_regular_file
from tray.mail.model.account import Account, AccountId, Security
from tray.mail.model.host_names import is_host_name
from tray.mail.setup.autoconfig import SIZE_LIMIT
from tray.mail.setup.discovery import NAMES_TIMEOUT, SOURCE_TIMEOUT, Service
from tray.net.errors import NetError, NoNameServer, Stopped
from tray.net.imap.factory import connect
from tray.net.proxy.route import HostEndpoint
from tray.net.tls.http_client import bounded_agent, read_body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

REDIRECT_LIMIT = 3
_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {b"User-Agent": [b"Mailbell"], b"Accept": [b"text/xml"]}
_WIRE_LIMIT = 2 * SIZE_LIMIT  # bytes from one server, with headers
_RESOLV_CONF = "/etc/resolv.conf"
_INTERFACES = r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces"
_NAME_SERVERS_LIMIT = 3  # MAXNS of resolv.conf(5)
_RECORDS_LIMIT = 32
_DNS_TIMEOUTS = (1, 2)  # seconds of each attempt, with each server
_IMAPS = 993


class FetchRefused(NetError):  # noqa: N818
    """The file does not exist or is too large, or its address is not allowed."""


class Network:
    """Asks the network; every method may raise what Twisted raises for a server that cannot be reached or trusted."""

    def __init__(
        self,
        reactor: Any,
        *,
        ca_file: str = "",
        ports: Mapping[str, int] | None = None,
        servers: Sequence[tuple[str, int]] = (),
    ) -> None:
        """`ca_file`, `ports` (of http, https and imap) and name `servers` (address, port) are only for tests."""
        self._reactor = reactor
        self._ca_file = ca_file
        self._ports = ports or {}
        self._servers = servers

    async def fetch(self, url: str) -> bytes:
        """The small file at `url`, https or http; at most three redirects are followed, only to https.

        Raises FetchRefused.
        """
        agent = bounded_agent(
            self._reactor,
            _WIRE_LIMIT,
            lambda host, port: HostEndpoint(self._reactor, host, port, SOURCE_TIMEOUT),
            ca_file=self._ca_file,
            ports=self._ports,
        )
        for _ in range(1 + REDIRECT_LIMIT):
            _check_address(url)
            response: Any = await agent.request(b"GET", url.encode("ascii"), Headers(_HEADERS))
            body = await read_body(response, SIZE_LIMIT, FetchRefused("it is too large"))
            if response.code == _OK:
                return body
            target = response.headers.getRawHeaders(b"location", [])
            if response.code not in _REDIRECTS or not target:
                raise FetchRefused(f"status {response.code}")
            url = _redirect_target(url, target[0].decode("latin-1"))
        raise FetchRefused("too many redirects")

    async def services(self, name: str) -> list[Service]:
        """The SRV records of `name`; none for an unknown name."""
        return [
            Service(record.priority, record.weight, str(record.target), record.port)
            for record in await self._records(Resolver.lookupService, name, dns.SRV)
        ]

    async def exchangers(self, domain: str) -> list[tuple[int, str]]:
        """The MX records of `domain` as (preference, host); none for an unknown name."""
        return [
            (record.preference, str(record.name))
            for record in await self._records(Resolver.lookupMailExchange, domain, dns.MX)
        ]

    async def _records(self, look_up: Callable[[Resolver, str], Any], name: str, kind: int) -> list[Any]:
        # The resolver gets no file: it would read it repeatedly by a timer.
        servers = [*self._servers] or (windows_name_servers() if sys.platform == "win32" else name_servers())
        resolver = Resolver(servers=servers, timeout=_DNS_TIMEOUTS, reactor=self._reactor)
        try:
            # With several servers their times would add up.
            answers, _, _ = await look_up(resolver, name).addTimeout(NAMES_TIMEOUT, self._reactor)
        except DNSNameError:
            return []
        except (LookUpTimeout, DNSQueryTimeoutError, DNSServerError, ResolverError, OSError) as error:
            raise NoNameServer(str(error)) from error
        return [answer.payload for answer in answers[:_RECORDS_LIMIT] if answer.type == kind]

    async def greets(self, host: str) -> bool:
        """Whether an IMAP server with a valid certificate sends a greeting at port 993; raises as `connect` does."""
        port = self._ports.get("imap", _IMAPS)
        account = Account(AccountId(""), "", "", host, "", port, Security.TLS, ca_file=self._ca_file)
        protocol = await connect(self._reactor, account)
        try:
            return (await protocol.greeting.wait()).status in {"OK", "PREAUTH"}
        finally:
            protocol.abort(Stopped())


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


def name_servers(path: str = _RESOLV_CONF) -> list[tuple[str, int]]:
    """The name servers of a resolv.conf(5); this machine if it has none."""
    found = []
    try:
        lines = read_regular_file(path, 65_536).decode("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    for line in lines:
        words = line.split()
        if len(words) > 1 and words[0] == "nameserver" and _is_address(words[1]):
            found.append((words[1], dns.PORT))
    return found[:_NAME_SERVERS_LIMIT] or [("127.0.0.1", dns.PORT)]


def windows_name_servers() -> list[tuple[str, int]]:
    """The name servers of all network interfaces, by the registry of Windows; this machine if there is none."""
    import importlib

    registry: Any = importlib.import_module("winreg")  # which type checkers know on Windows only
    found: dict[str, None] = {}
    with suppress(OSError), registry.OpenKey(registry.HKEY_LOCAL_MACHINE, _INTERFACES) as interfaces:
        for number in range(registry.QueryInfoKey(interfaces)[0]):
            with registry.OpenKey(interfaces, registry.EnumKey(interfaces, number)) as interface:
                for name in ("NameServer", "DhcpNameServer"):  # the first by hand: it counts
                    text = ""
                    with suppress(OSError):
                        text = str(registry.QueryValueEx(interface, name)[0])
                    if servers := [word for word in text.replace(",", " ").split() if _is_address(word)]:
                        found |= dict.fromkeys(servers)
                        break
    return [(server, dns.PORT) for server in list(found)[:_NAME_SERVERS_LIMIT]] or [("127.0.0.1", dns.PORT)]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True
