"""Looks up addresses of hosts; a look-up without an answer delays no other.

Twisted's resolver shares ten threads among all hosts, has no time limit, and waits for its threads at exit.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted.internet.interfaces import IResolutionReceiver

    Addresses = Sequence[tuple[int, int, int, str, tuple[Any, ...]]]
    """What `socket.getaddrinfo` gives."""

DEADLINE = 30.0
"""Seconds until a look-up without an answer fails."""
_FAMILIES = {frozenset([IPv4Address]): socket.AF_INET, frozenset([IPv6Address]): socket.AF_INET6}
_ADDRESSES: dict[int, Any] = {socket.AF_INET: IPv4Address, socket.AF_INET6: IPv6Address}
_KINDS = {"TCP": socket.SOCK_STREAM, "UDP": socket.SOCK_DGRAM}


@implementer(IHostResolution)
class _LookUp:
    """One look-up; the first of answer, deadline and `cancel` ends it."""

    def __init__(self, reactor: Any, name: str, receiver: Any, port: int, transport: str) -> None:
        self.name = name
        self._receiver = receiver
        self._port = port
        self._transport = transport
        self._deadline = reactor.callLater(DEADLINE, self._complete, ())
        receiver.resolutionBegan(self)

    def cancel(self) -> None:
        """Ignore the answer."""
        if self._deadline.active():
            self._deadline.cancel()

    def answer(self, addresses: Addresses) -> None:
        """End with `addresses`, none where the host is unknown."""
        if self._deadline.active():
            self._deadline.cancel()
            self._complete(addresses)

    def _complete(self, addresses: Addresses) -> None:
        for family, _, _, _, address in addresses:
            if family in _ADDRESSES:  # Python without IPv6 returns other addresses
                self._receiver.addressResolved(
                    _ADDRESSES[family](self._transport, address[0], self._port, *address[2:])
                )
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class NameLookups:
    """A resolver for `reactor.installNameResolver` with a thread for each look-up.

    The threads are daemons: one that hangs does not delay the exit. They are few: during an outage one watcher tries
    for all of its server (docs/decisions/0007), at growing intervals.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803 -- Twisted's names
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> _LookUp:
        """Give the receiver the addresses of a host, none if it is unknown or no answer comes within `DEADLINE`."""
        family = _FAMILIES.get(frozenset(addressTypes or ()), socket.AF_UNSPEC)
        kind = _KINDS[transportSemantics]
        look_up = _LookUp(self._reactor, hostName, resolutionReceiver, portNumber, transportSemantics)

        def ask() -> None:
            found: Addresses = ()
            with suppress(OSError, ValueError):  # unknown host, no network; not a name
                # Of a text Python makes bytes by its own IDNA, whose tables take 2 ms to load.
                found = socket.getaddrinfo(hostName.encode("ascii"), 0, family, kind)
            self._reactor.callFromThread(look_up.answer, found)

        try:
            Thread(target=ask, name=f"look-up of {hostName}", daemon=True).start()
        except RuntimeError:  # too many threads
            self._reactor.callLater(0, look_up.answer, ())
        return look_up
