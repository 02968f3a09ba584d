"""The way to the server."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest
from twisted.internet import error as failures
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from tests.net.accounts import CLEAR, STARTTLS, TLS
from tests.net.wire import Reactor, result
from tray.mail.account import Account, Security
from tray.net.connect import KEEPALIVE, connect, is_loopback
from tray.net.errors import CleartextRefused, RootsUnusable


def attempt(reactor: Reactor, account: Account) -> list[object]:
    return result(Deferred.fromCoroutine(connect(reactor, account)))


def test_tls_begins_with_the_connection() -> None:
    reactor = Reactor()
    done = attempt(reactor, TLS)
    wire = reactor.accept()
    assert done == [wire.protocol]
    assert len(wire.transport.creators) == 1
    assert wire.protocol.encrypted


@pytest.mark.parametrize("account", [STARTTLS, CLEAR])
def test_else_the_connection_begins_in_clear(account: Account) -> None:
    reactor = Reactor()
    attempt(reactor, account)
    assert not reactor.accept().transport.creators


def test_the_system_watches_the_link() -> None:
    reactor = Reactor()
    attempt(reactor, TLS)
    options = reactor.accept().transport.options
    assert options[socket.TCP_USER_TIMEOUT] == 30_000
    assert options[socket.TCP_KEEPIDLE] == 120
    assert options[socket.TCP_KEEPIDLE] + options[socket.TCP_KEEPINTVL] * options[socket.TCP_KEEPCNT] <= 180
    assert KEEPALIVE.silence <= 180


def test_systems_without_those_options_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "TCP_USER_TIMEOUT")
    reactor = Reactor()
    attempt(reactor, TLS)
    assert len(reactor.accept().transport.options) == 3


def test_all_addresses_are_tried() -> None:
    reactor = Reactor()
    done = attempt(reactor, TLS)
    reactor.refuse(failures.ConnectionRefusedError())
    reactor.advance(1)
    reactor.accept()
    assert len(done) == 1


def test_an_unknown_name() -> None:
    assert [type(outcome) for outcome in attempt(Reactor(), replace(TLS, host="nowhere.example"))] == [
        DNSLookupError
    ]


def test_cleartext_to_another_host_must_be_allowed_by_name() -> None:
    reactor = Reactor()
    account = replace(TLS, security=Security.NONE)
    assert [type(outcome) for outcome in attempt(reactor, account)] == [CleartextRefused]
    assert not reactor.tcpClients
    attempt(reactor, replace(account, allow_cleartext=True))
    assert reactor.tcpClients


def test_a_missing_file_of_roots_is_named_before_anything_is_sent() -> None:
    reactor = Reactor()
    done = attempt(reactor, replace(TLS, ca_file="/nonexistent/roots.pem"))
    assert [type(outcome) for outcome in done] == [RootsUnusable]
    assert not reactor.tcpClients


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True), ("LOCALHOST.", True), ("127.0.0.1", True), ("127.8.9.1", True), ("::1", True),
        ("localhost.example.org", False), ("192.0.2.1", False), ("mail.example.org", False),
    ],
)  # fmt: skip
def test_what_is_loopback_is_known_by_its_spelling(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
