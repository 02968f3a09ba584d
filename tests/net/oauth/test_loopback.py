"""Where the browser comes back to: this machine alone, and nobody else beside us."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest
from twisted.internet.error import CannotListenError
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransportWithDisconnection

from tests.net.loopback import run
from tray.net.oauth.loopback import LoopbackRedirect, PortTaken

HAS_IPV6 = True
try:
    with socket.create_server(("::1", 0), family=socket.AF_INET6):
        pass
except OSError:
    HAS_IPV6 = False
needs_ipv6 = pytest.mark.skipif(not HAS_IPV6, reason="this machine has no IPv6 loopback")


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
        self.factory = factory
        self.open.append(Port(self, port, interface))
        return self.open[-1]


class Port:
    def __init__(self, reactor, port, interface):
        self.reactor, self.port, self.interface = reactor, port, interface

    def getHost(self):
        return self

    def stopListening(self):
        self.reactor.open.remove(self)


@pytest.mark.parametrize(
    ("redirect", "where", "taken"),
    [
        ("http://localhost:7000/", "::1", False),
        ("http://localhost:7000/", "127.0.0.1", False),
        ("http://LOCALHOST:7000/", "::1", False),
        ("http://127.0.0.1:7000/", "::1", True),
        ("http://[::1]:7000/", "127.0.0.1", True),
        ("http://[::1]:7000/", "::1", False),
    ],
)
def test_a_port_is_taken_only_where_all_that_the_browser_may_mean_is_ours(redirect, where, taken):
    reactor = Reactor(refused=[(7000, where)])
    if taken:
        LoopbackRedirect(reactor, redirect)
    else:
        with pytest.raises(PortTaken):
            LoopbackRedirect(reactor, redirect)
    assert len(reactor.open) == taken


def test_another_free_port_is_tried_where_one_is_free_on_one_loopback_only():
    reactor = Reactor(refused=[(5001, "::1"), (5002, "::1")])
    listener = LoopbackRedirect(reactor, "http://localhost/")
    assert listener.url == "http://localhost:5003/"
    assert [(each.port, each.interface) for each in reactor.open] == [(5003, "127.0.0.1"), (5003, "::1")]


def test_a_machine_where_somebody_takes_every_port_of_one_loopback_gets_none():
    reactor = Reactor(refused=[(0, "::1")])
    with pytest.raises(PortTaken):
        LoopbackRedirect(reactor, "http://localhost/")
    assert reactor.next == 5020  # it gave up after twenty
    assert reactor.open == []


@pytest.mark.parametrize("error", [97, 99], ids=["no IPv6", "no address"])
def test_without_ipv6_nobody_else_can_listen_there_either(error):
    reactor = Reactor(refused=[(0, "::1")], error=error)
    listener = LoopbackRedirect(reactor, "http://localhost:7000/")
    assert listener.url == "http://localhost:7000/"


@needs_ipv6
def test_both_loopbacks_are_heard():
    async def main(reactor):
        listener = LoopbackRedirect(reactor, "http://localhost/")
        port = int(listener.url.rsplit(":", 1)[1].strip("/"))
        with ExitStack() as stack:
            for host in ("127.0.0.1", "::1"):
                stack.enter_context(socket.create_connection((host, port), 5))
        listener.close()
        return True

    assert run(main)


# What is answered, and to whom


class Browser(StringTransportWithDisconnection):
    """A connection to the listener, in memory."""

    def __init__(self, factory):
        super().__init__()
        self.protocol = factory.buildProtocol(None)
        self.protocol.makeConnection(self)

    def loseConnection(self):
        self.disconnecting = True
        super().loseConnection()

    def abortConnection(self):
        self.loseConnection()

    def send(self, *lines, host="localhost:5001", body=b""):
        """The status that a request gets, and what else."""
        head = "\r\n".join((*lines, *([f"Host: {host}"] if host else []), "", ""))
        self.protocol.dataReceived(head.encode() + body)
        answer = self.value().decode()
        return (answer.split()[1] if answer else None), answer


@pytest.fixture
def listener():
    """A listener on a reactor that is moved by hand; `queries` are those that it was given, `shown` what was read."""
    reactor = Reactor()
    reactor.queries, reactor.shown = [], []

    def take(query):
        reactor.queries.append(query)
        return ("Well <done>.", lambda: reactor.shown.append(query)) if "state=right" in query else None

    LoopbackRedirect(reactor, "http://localhost/back").answer(take)
    return reactor


def test_the_answer_closes_the_connection_and_is_kept_nowhere(listener):
    """Neither in a cache nor in the address that another page would be told; and says nothing of the server."""
    browser = Browser(listener.factory)
    status, answer = browser.send("GET /back?code=c&state=right HTTP/1.1")
    head, _, page = answer.partition("\r\n\r\n")
    fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
    assert (status, listener.queries, listener.shown) == (
        "200",
        ["code=c&state=right"],
        ["code=c&state=right"],
    )
    assert "Well &lt;done&gt;." in page
    assert not browser.connected
    assert fields.pop("content-length") == str(len(page))
    assert fields == {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "connection": "close",
    }


@pytest.mark.parametrize(
    ("status", "line", "more"),
    [
        ("404", "GET /back?code=c HTTP/1.1", {}),
        ("404", "GET /back HTTP/1.1", {}),
        ("404", "GET /other?state=right HTTP/1.1", {}),
        ("404", "GET //localhost:5001/back?state=right HTTP/1.1", {}),
        ("404", "GET http://localhost:5001/back?state=right HTTP/1.1", {}),
        ("405", "HEAD /back?state=right HTTP/1.1", {}),
        ("405", "POST /back?state=right HTTP/1.1", {}),
        ("405", "OPTIONS * HTTP/1.1", {}),
        ("421", "GET /back?state=right HTTP/1.1", {"host": "evil.example.org:5001"}),
        ("421", "GET /back?state=right HTTP/1.1", {"host": "localhost"}),
        ("421", "GET /back?state=right HTTP/1.1\r\nHost: evil.example.org", {}),
        ("421", "GET /back?state=right HTTP/1.1", {"host": ""}),
        ("400", "GET /back?state=right", {}),
        ("400", "GET /back?state=right HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked", {}),
        (None, "GET /back?state=right&more=" + "x" * 20_000 + " HTTP/1.1", {}),
        ("400", "GET /back?state=right HTTP/1.1" + "\r\nMore: of this" * 2_000, {}),
    ],
)
def test_what_no_browser_of_the_user_sends_is_no_answer(listener, status, line, more):
    browser = Browser(listener.factory)
    assert browser.send(line, **more)[0] == status
    assert not [query for query in listener.queries if "state=right" in query]
    assert not browser.connected


def test_a_body_is_read_and_thrown_away(listener):
    """However much of it is announced: nothing is kept, neither in memory nor in a file."""
    browser = Browser(listener.factory)
    length = 10**9
    assert browser.send("POST /back HTTP/1.1", f"Content-Length: {length}", body=b"x" * 100_000)[0] is None
    assert browser.protocol.requests[0].content.getvalue() == b""
    listener.advance(10)
    assert not browser.connected


def test_a_second_request_on_the_same_connection_is_not_answered(listener):
    line = "GET /back?code=c&state=right HTTP/1.1"
    browser = Browser(listener.factory)
    browser.send("GET /other HTTP/1.1", body=f"{line}\r\nHost: localhost:5001\r\n\r\n".encode())
    assert listener.queries == []


def test_who_sends_byte_by_byte_is_cut_off_after_ten_seconds(listener):
    browser = Browser(listener.factory)
    for octet in b"GET /back":
        listener.advance(1)
        browser.protocol.dataReceived(bytes([octet]))
    assert browser.connected
    listener.advance(1)
    assert not browser.connected
    assert listener.getDelayedCalls() == []


def test_of_too_many_connections_the_oldest_is_cut_off(listener):
    browsers = [Browser(listener.factory) for _ in range(21)]
    assert [browser.connected for browser in browsers] == [False] + 20 * [True]
    assert browsers[-1].send("GET /back?state=right HTTP/1.1")[0] == "200"


def test_no_request_is_logged(listener, caplog):
    caplog.set_level(0)
    Browser(listener.factory).send("GET /back?code=secret&state=right HTTP/1.1")
    Browser(listener.factory).send("GET /back?code=secret HTTP/1.1", host="evil.example.org")
    assert caplog.records == []
