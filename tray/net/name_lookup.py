"""Looks up the addresses of hosts, so that a name server that is silent for one of them holds up no other.

Twisted's own way shares ten threads among all hosts, has no time limit, and waits for its threads at the exit.
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
"""Seconds that are waited for an answer."""
ASK_ANEW = 2.0
"""Seconds that a thread has before another one asks for the same host: the network may be another one by now. Each one
more waits four times as long as the one before, so that for a host that nobody ever answers for there are few."""
_FAMILIES = {frozenset([IPv4Address]): socket.AF_INET, frozenset([IPv6Address]): socket.AF_INET6}
_ADDRESSES: dict[int, Any] = {socket.AF_INET: IPv4Address, socket.AF_INET6: IPv6Address}
_KINDS = {"TCP": socket.SOCK_STREAM, "UDP": socket.SOCK_DGRAM}


@implementer(IHostResolution)
class _Question:
    """One who waits for the addresses of a host; gets each answer once."""

    def __init__(self, name: str, receiver: Any, port: int, transport: str) -> None:
        self.name = name
        self._receiver = receiver
        self._port = port
        self._transport = transport
        self._open = True
        self.timer: Any = None
        self._receiver.resolutionBegan(self)

    def cancel(self) -> None:
        """Nobody waits any more."""
        self._open = False

    def answer(self, addresses: Addresses) -> None:
        """Tell what was found; nothing, where there is no such host, or nobody who knows it."""
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        if not self._open:
            return
        self._open = False
        for family, _, _, _, place in addresses:
            if family in _ADDRESSES:  # with no IPv6 in it, Python gives places that are none
                self._receiver.addressResolved(
                    _ADDRESSES[family](self._transport, place[0], self._port, *place[2:])
                )
        self._receiver.resolutionComplete()


@dataclass
class _Host:
    """A host that is being asked for."""

    questions: list[_Question] = field(default_factory=list)
    threads: int = 0
    asked_at: float = 0.0
    """When the last thread began (reactor's seconds)."""


@implementer(IHostnameResolver)
class NameLookups:
    """A resolver for `reactor.installNameResolver`: threads of its own for each host, and none where nobody asks.

    Whoever asks for a host that is being asked for already gets the same answer. The threads are daemons: one that
    hangs does not hold up the exit.
    """

    def __init__(
        self,
        reactor: Any,
        getaddrinfo: Callable[..., Addresses] | None = None,
        start_thread: Callable[[Callable[[], None], str], None] | None = None,
    ) -> None:
        """`getaddrinfo` is that of `socket` where None.

        `start_thread` gets what to call and a name for the thread; raises RuntimeError where there can be none.
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
    ) -> _Question:
        """Tell the receiver the addresses of a host, none where it has none or nobody answers within `DEADLINE`."""
        family = _FAMILIES.get(frozenset(addressTypes or ()), socket.AF_UNSPEC)
        kind = _KINDS[transportSemantics]
        question = _Question(hostName, resolutionReceiver, portNumber, transportSemantics)
        if family == socket.AF_UNSPEC and (address := _literal(hostName)) is not None:
            question.answer([address])  # an address is no name: nobody is asked
        else:
            self._ask((hostName, family, kind), question)
        return question

    def _ask(self, key: Key, question: _Question) -> None:
        host = self._hosts.setdefault(key, _Host())
        host.questions.append(question)
        question.timer = self._reactor.callLater(DEADLINE, self._give_up, host, question)
        now = self._reactor.seconds()
        if host.threads and 0 <= now - host.asked_at < ASK_ANEW * 4 ** (host.threads - 1):
            return
        host.asked_at = now
        host.threads += 1
        try:
            self._start_thread(lambda: self._look_up(key), f"look-up of {key[0]}")
        except RuntimeError:  # the machine gives no more threads
            self._reactor.callLater(0, self._come_back, key, ())

    @staticmethod
    def _give_up(host: _Host, question: _Question) -> None:
        host.questions.remove(question)
        question.answer(())

    def _look_up(self, key: Key) -> None:
        name, family, kind = key
        try:
            found = (self._getaddrinfo or socket.getaddrinfo)(name, 0, family, kind)
        except (OSError, ValueError):  # no such host, no network; no name at all
            found = ()
        self._reactor.callFromThread(self._come_back, key, found)

    def _come_back(self, key: Key, found: Addresses) -> None:
        """One thread has an answer: it counts, but for a failure where a later thread still asks."""
        host = self._hosts[key]
        host.threads -= 1
        if found or not host.threads:
            questions, host.questions = host.questions, []
            for question in questions:
                question.answer(found)
        if not host.threads and not host.questions:  # an answer may have brought a new question
            del self._hosts[key]


def _literal(name: str) -> Address | None:
    try:
        address = ip_address(name)
    except ValueError:
        return None
    if address.version == 4:  # noqa: PLR2004
        return socket.AF_INET, socket.SOCK_STREAM, 0, "", (name, 0)
    if "%" in name:  # the system knows the number of that interface
        return None
    return socket.AF_INET6, socket.SOCK_STREAM, 0, "", (name, 0, 0, 0)


def _start_thread(call: Callable[[], None], name: str) -> None:
    threading.Thread(target=call, name=name, daemon=True).start()
