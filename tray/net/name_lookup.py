"""Looks up addresses of hosts; a look-up without an answer delays no other.

Twisted's resolver shares ten threads among all hosts, has no time limit, and waits for its threads at exit.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted.internet.interfaces import IResolutionReceiver

    Address = tuple[Any, Any, int, str, tuple[Any, ...]]
    Addresses = Sequence[Address]
    """What `socket.getaddrinfo` gives."""
    Key = tuple[str, int, int]

DEADLINE = 30.0
"""Seconds until a look-up without an answer fails."""
RETRY_DELAY = 2.0
"""Seconds until a second thread looks up the same host, because the network may have changed. Each further thread
starts after four times the delay of the one before, so that a host without an answer has few."""
_FAMILIES = {frozenset([IPv4Address]): socket.AF_INET, frozenset([IPv6Address]): socket.AF_INET6}
_ADDRESSES: dict[int, Any] = {socket.AF_INET: IPv4Address, socket.AF_INET6: IPv6Address}
_KINDS = {"TCP": socket.SOCK_STREAM, "UDP": socket.SOCK_DGRAM}


@implementer(IHostResolution)
class _Request:
    """A caller that waits for the addresses of a host."""

    def __init__(self, name: str, receiver: Any, port: int, transport: str) -> None:
        self.name = name
        self._receiver = receiver
        self._port = port
        self._transport = transport
        self._open = True
        self.timer: Any = None
        self._receiver.resolutionBegan(self)

    def cancel(self) -> None:
        """Ignore the answer."""
        self._open = False

    def answer(self, addresses: Addresses) -> None:
        """Give the receiver the addresses, none where the host is unknown."""
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        if not self._open:
            return
        self._open = False
        for family, _, _, _, address in addresses:
            if family in _ADDRESSES:  # Python without IPv6 returns other addresses
                self._receiver.addressResolved(
                    _ADDRESSES[family](self._transport, address[0], self._port, *address[2:])
                )
        self._receiver.resolutionComplete()


@dataclass
class _Host:
    """A host that is being looked up."""

    requests: list[_Request] = field(default_factory=list)
    threads: int = 0
    asked_at: float = 0.0
    """When the last thread began (reactor's seconds)."""


@implementer(IHostnameResolver)
class NameLookups:
    """A resolver for `reactor.installNameResolver`, with separate threads for each host.

    All callers for one host get the same answer. The threads are daemons: one that hangs does not delay the exit.
    """

    def __init__(
        self,
        reactor: Any,
        getaddrinfo: Callable[..., Addresses] | None = None,
        start_thread: Callable[[Callable[[], None], str], None] | None = None,
    ) -> None:
        """`getaddrinfo` is by default that of `socket`.

        `start_thread` is called with a callable and a name for the thread; raises RuntimeError if it cannot start one.
        """
        self._reactor = reactor
        self._getaddrinfo = getaddrinfo
        self._start_thread = start_thread or _start_thread
        self._hosts: dict[Key, _Host] = {}

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803 -- Twisted's names
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> _Request:
        """Give the receiver the addresses of a host, none if it is unknown or no answer comes within `DEADLINE`."""
        family = _FAMILIES.get(frozenset(addressTypes or ()), socket.AF_UNSPEC)
        kind = _KINDS[transportSemantics]
        request = _Request(hostName, resolutionReceiver, portNumber, transportSemantics)
        if family == socket.AF_UNSPEC and (address := _literal(hostName)) is not None:
            request.answer([address])  # no look-up for an address
        else:
            self._ask((hostName, family, kind), request)
        return request

    def _ask(self, key: Key, request: _Request) -> None:
        host = self._hosts.setdefault(key, _Host())
        host.requests.append(request)
        request.timer = self._reactor.callLater(DEADLINE, self._give_up, host, request)
        now = self._reactor.seconds()
        if host.threads and 0 <= now - host.asked_at < RETRY_DELAY * 4 ** (host.threads - 1):
            return
        host.asked_at = now
        host.threads += 1
        try:
            self._start_thread(lambda: self._look_up(key), f"look-up of {key[0]}")
        except RuntimeError:  # too many threads
            self._reactor.callLater(0, self._thread_ended, key, ())

    @staticmethod
    def _give_up(host: _Host, request: _Request) -> None:
        host.requests.remove(request)
        request.answer(())

    def _look_up(self, key: Key) -> None:
        name, family, kind = key
        try:
            found = (self._getaddrinfo or socket.getaddrinfo)(name, 0, family, kind)
        except (OSError, ValueError):  # unknown host, no network; not a name
            found = ()
        self._reactor.callFromThread(self._thread_ended, key, found)

    def _thread_ended(self, key: Key, found: Addresses) -> None:
        """A thread has ended; its failure is ignored while another thread of the host runs."""
        host = self._hosts[key]
        host.threads -= 1
        if found or not host.threads:
            requests, host.requests = host.requests, []
            for request in requests:
                request.answer(found)
        if not host.threads and not host.requests:  # an answer may have brought a new request
            del self._hosts[key]


def _literal(name: str) -> Address | None:
    try:
        address = ip_address(name)
    except ValueError:
        return None
    if address.version == 4:  # noqa: PLR2004
        return socket.AF_INET, socket.SOCK_STREAM, 0, "", (name, 0)
    if "%" in name:  # only the system knows the number of the interface
        return None
    return socket.AF_INET6, socket.SOCK_STREAM, 0, "", (name, 0, 0, 0)


def _start_thread(call: Callable[[], None], name: str) -> None:
    threading.Thread(target=call, name=name, daemon=True).start()
