"""Where the browser comes back to: this machine alone, and nobody else beside us."""

from __future__ import annotations

import socket
from contextlib import ExitStack, closing

import pytest
from twisted.internet.error import CannotListenError
from twisted.internet.task import Clock

from tests.net.loopback import run
from tray.net.oauth.loopback import LoopbackRedirect, PortTaken

HAS_IPV6 = True
try:
    with socket.create_server(("::1", 0), family=socket.AF_INET6):
        pass
except OSError:
    HAS_IPV6 = False
needs_ipv6 = pytest.mark.skipif(not HAS_IPV6, reason="this machine has no IPv6 loopback")


def listens(redirect, where, port):
    """Whether the redirect is taken while somebody else listens on `port` of `where`; our sockets are closed then."""

    async def main(reactor):
        family = socket.AF_INET6 if ":" in where else socket.AF_INET
        with closing(socket.create_server((where, port), family=family)) as stranger:
            wanted = redirect.format(port=stranger.getsockname()[1])
            try:
                LoopbackRedirect(reactor, wanted, lambda _: None).close()
            except PortTaken:
                return False
            return True

    return run(main)


@needs_ipv6
@pytest.mark.parametrize(
    ("redirect", "where", "taken"),
    [
        ("http://localhost:{port}/", "::1", False),
        ("http://localhost:{port}/", "127.0.0.1", False),
        ("http://LOCALHOST:{port}/", "::1", False),
        ("http://127.0.0.1:{port}/", "::1", True),
        ("http://[::1]:{port}/", "127.0.0.1", True),
        ("http://[::1]:{port}/", "::1", False),
    ],
)
def test_a_port_is_taken_only_where_all_that_the_browser_may_mean_is_ours(redirect, where, taken):
    assert listens(redirect, where, 0) is taken


class Reactor(Clock):
    """Where `refused` (port, interface) others listen; free ports are given in order."""

    def __init__(self, refused=(), error=98):
        super().__init__()
        self.refused, self.error, self.next = refused, error, 5000
        self.open = []

    def listenTCP(self, port, factory, interface):
        if not port:
            self.next += 1
            port = self.next
        if (port, interface) in self.refused or (0, interface) in self.refused:
            raise CannotListenError(interface, port, OSError(self.error, "refused"))
        self.open.append(Port(self, port, interface))
        return self.open[-1]


class Port:
    def __init__(self, reactor, port, interface):
        self.reactor, self.port, self.interface = reactor, port, interface

    def getHost(self):
        return self

    def stopListening(self):
        self.reactor.open.remove(self)


def test_another_free_port_is_tried_where_one_is_free_on_one_loopback_only():
    reactor = Reactor(refused=[(5001, "::1"), (5002, "::1")])
    listener = LoopbackRedirect(reactor, "http://localhost/", lambda _: None)
    assert listener.url == "http://localhost:5003/"
    assert [(each.port, each.interface) for each in reactor.open] == [(5003, "127.0.0.1"), (5003, "::1")]


def test_a_machine_where_somebody_takes_every_port_of_one_loopback_gets_none():
    reactor = Reactor(refused=[(0, "::1")])
    with pytest.raises(PortTaken):
        LoopbackRedirect(reactor, "http://localhost/", lambda _: None)
    assert reactor.open == []


@pytest.mark.parametrize("error", [97, 99], ids=["no IPv6", "no address"])
def test_without_ipv6_nobody_else_can_listen_there_either(error):
    reactor = Reactor(refused=[(0, "::1")], error=error)
    listener = LoopbackRedirect(reactor, "http://localhost:7000/", lambda _: None)
    assert listener.url == "http://localhost:7000/"


@needs_ipv6
def test_both_loopbacks_are_heard():
    async def main(reactor):
        listener = LoopbackRedirect(reactor, "http://localhost/", lambda _: None)
        port = int(listener.url.rsplit(":", 1)[1].strip("/"))
        with ExitStack() as stack:
            for host in ("127.0.0.1", "::1"):
                stack.enter_context(socket.create_connection((host, port), 5))
        listener.close()
        return True

    assert run(main)
