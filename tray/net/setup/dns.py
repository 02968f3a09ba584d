"""Looks up SRV and MX records at the name servers of the system."""

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
_TIMEOUTS = (1, 3)  # seconds to the second attempt, and then to the failure


class DnsRecords:
    """Looks up records without a cache."""

    def __init__(self, reactor: Any, servers: list[tuple[str, int]] | None = None) -> None:
        """`servers` are (address, port); by default those of resolv.conf(5)."""
        # The resolver gets no file: it would read it repeatedly by a timer.
        self._resolver = Resolver(
            servers=name_servers() if servers is None else servers, timeout=_TIMEOUTS, reactor=reactor
        )

    async def services(self, name: str) -> list[Service]:
        """The SRV records of `name`; none for an unknown name. Raises what twisted.names raises."""
        return await self._ask(
            self._resolver.lookupService,
            name,
            dns.SRV,
            lambda record: Service(record.priority, record.weight, str(record.target), record.port),
        )

    async def exchangers(self, domain: str) -> list[tuple[int, str]]:
        """The MX records of `domain` as (preference, host); else like `services`."""
        return await self._ask(
            self._resolver.lookupMailExchange,
            domain,
            dns.MX,
            lambda record: (record.preference, str(record.name)),
        )

    @staticmethod
    async def _ask(look_up: Any, name: str, kind: int, value: Callable[[Any], Any]) -> list[Any]:
        try:
            answers, _, _ = await look_up(name)
        except DNSNameError:
            return []
        return [value(answer.payload) for answer in answers[:_RECORDS_LIMIT] if answer.type == kind]


def name_servers(path: str = RESOLV_CONF) -> list[tuple[str, int]]:
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
    return found[:_SERVERS_LIMIT] or [("127.0.0.1", dns.PORT)]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True
