"""Asks the machine's own name servers for SRV and MX records."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from twisted.names import dns
from twisted.names.client import Resolver
from twisted.names.error import DNSNameError

from tray.files import read_regular_file
from tray.mail.setup.discovery import Service

if TYPE_CHECKING:
    from collections.abc import Callable

RESOLV_CONF = "/etc/resolv.conf"
_SERVERS_LIMIT = 3  # MAXNS of resolv.conf(5)
_RECORDS_LIMIT = 32
_TIMEOUTS = (1, 3)  # seconds until it is asked again, and until it is given up


class DnsRecords:
    """Looks up records; nothing is kept."""

    def __init__(self, reactor: Any, servers: list[tuple[str, int]] | None = None) -> None:
        """`servers` are (address, port); those of resolv.conf(5) where None."""
        # The resolver is given no file: it would read it again and again by a timer of its own.
        self._resolver = Resolver(
            servers=name_servers() if servers is None else servers, timeout=_TIMEOUTS, reactor=reactor
        )

    async def services(self, name: str) -> list[Service]:
        """The SRV records of `name`; none where there is no such name. Raises what twisted.names raises."""
        return await self._ask(
            self._resolver.lookupService,
            name,
            dns.SRV,
            lambda each: Service(each.priority, each.weight, str(each.target), each.port),
        )

    async def exchangers(self, domain: str) -> list[tuple[int, str]]:
        """The MX records of `domain` as (preference, host); else like `services`."""
        return await self._ask(
            self._resolver.lookupMailExchange, domain, dns.MX, lambda each: (each.preference, str(each.name))
        )

    @staticmethod
    async def _ask(look_up: Any, name: str, kind: int, value: Callable[[Any], Any]) -> list[Any]:
        try:
            answers, _, _ = await look_up(name)
        except DNSNameError:
            return []
        return [value(each.payload) for each in answers[:_RECORDS_LIMIT] if each.type == kind]


def name_servers(path: str = RESOLV_CONF) -> list[tuple[str, int]]:
    """The name servers of a resolv.conf(5); this machine where it names none."""
    found = []
    try:
        lines = read_regular_file(path, 65_536).decode("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    for line in lines:
        words = line.split()
        if len(words) > 1 and words[0] == "nameserver" and _is_address(words[1]):
            found.append((words[1], dns.PORT))
    return found[:_SERVERS_LIMIT] or [("127.0.0.1", dns.PORT)]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True
