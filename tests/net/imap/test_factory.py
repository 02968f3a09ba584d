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
from tray.mail.model.account import Account, Security
from tray.net.errors import CleartextRefused, RootsUnusable
from tray.net.imap.factory import connect


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
    ("host", "name"),
    [
        ("BÜCHER.example.test", "xn--bcher-kva.example.test"),
        ("xn--bcher-kva.example.test.", "xn--bcher-kva.example.test"),
        ("bücher。example．test", "xn--bcher-kva.example.test"),
        ("bu\u0308cher.example.test", "xn--bcher-kva.example.test"),
        ("[::1]", "::1"),
        ("0:0::1", "::1"),
        ("r3---sn.example", "r3---sn.example"),  # Twisted would not encode it, nor the next one
        ("xn--n3h.example", "xn--n3h.example"),
    ],
)
def test_a_host_is_looked_up_under_one_name_however_it_is_spelt(host: str, name: str) -> None:
    asked = []

    class Recording(Reactor):
        def resolveHostName(self, receiver: object, host: str, *more: object, **_: object) -> None:
            asked.append(host)

    attempt(Recording(), replace(CLEAR, host=host, allow_cleartext=True))
    assert asked == [name]


@pytest.mark.parametrize(
    "host", ["a" * 64 + ".example", "ü" * 63 + ".example", "my_host", "a..b", "nowhere.example"]
)
def test_what_is_no_name_is_not_found(host: str) -> None:
    for account in (CLEAR, TLS):
        (failed,) = attempt(Reactor(), replace(account, host=host, allow_cleartext=True))
        assert isinstance(failed, DNSLookupError)
