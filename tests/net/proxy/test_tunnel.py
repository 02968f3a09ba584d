"""Through proxies on loopback that do what they should not: silence, drip, garbage, endless heads, early ends."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IHostnameResolver
from twisted.internet.task import deferLater
from zope.interface import implementer

from tests.net.accounts import CLEAR, SECRET, STARTTLS, TLS
from tests.net.loopback import certificates, run, serving
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import CheckResult, CheckStep, ProblemKind, ProxyFault
from tray.net.errors import CleartextRefused, ProxyFailed, Stopped
from tray.net.imap.factory import connect
from tray.net.imap.login import await_greeting
from tray.net.problems import problem_of
from tray.net.proxy import route
from tray.net.proxy.route import route_of
from tray.net.setup.account_check import AccountCheck

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.mail.model.account import Account

GREETING = b"* OK [CAPABILITY IMAP4rev1] hello\r\n"
OPENED = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"


@implementer(IHostnameResolver)
class Nobody:
    """No name may be looked up; the proxy has an address."""

    def resolveHostName(
        self,
        receiver: Any,
        hostName: str,  # noqa: N803 -- Twisted's name
        portNumber: int = 0,  # noqa: N803
        **_: object,
    ) -> None:
        assert hostName == "127.0.0.1"
        receiver.resolutionBegan(None)
        receiver.addressResolved(IPv4Address("TCP", hostName, portNumber))
        receiver.resolutionComplete()


def behind(port: int, kind: str = "socks5", account: Account = CLEAR) -> Account:
    return replace(account, host="mail.example.org", proxy=f"{kind}://127.0.0.1:{port}", allow_cleartext=True)


def greeting(account: Account, **how: Any) -> str:
    """Of the server behind the account's proxy."""

    async def main(reactor: Any) -> str:
        reactor.installNameResolver(Nobody())
        protocol = await connect(reactor, account, **how)
        try:
            await await_greeting(protocol, account)
            return (await protocol.greeting.wait()).text
        finally:
            protocol.abort(Stopped())

    return run(main)


def socks_proxy(wire: socket.socket, behind_it: bytes = b"") -> None:
    """A good one, as far as it goes."""
    wire.recv(3)
    wire.sendall(b"\x05\x00")
    wire.recv(300)
    wire.sendall(OPENED + behind_it)


def fault(account: Account) -> ProxyFault:
    with pytest.raises(ProxyFailed) as failed:
        greeting(account)
    return failed.value.fault


def test_what_comes_in_one_piece_with_the_answer_is_the_servers() -> None:
    def good(wire: socket.socket) -> None:
        socks_proxy(wire, GREETING)
        wire.recv(1)

    with serving(good) as port:
        assert greeting(behind(port)) == "hello"


def test_what_a_proxy_slips_in_before_tls_is_no_greeting() -> None:
    """It is read as the answer to our TLS, which it is not; nobody is taken for logged in."""

    def evil(wire: socket.socket) -> None:
        socks_proxy(wire, b"* PREAUTH in you are\r\n")
        wire.recv(1)

    with serving(evil) as port, pytest.raises(Exception, match=r"wrong version number|packet length"):
        greeting(behind(port, account=TLS))


@pytest.mark.parametrize("account", [TLS, STARTTLS], ids=["TLS", "STARTTLS"])
def test_tls_to_the_mail_server_goes_on_inside(tmp_path: Path, account: Account) -> None:
    """Verified for its name, which nobody here has looked up, and not for the proxy's."""

    def serve(name: str) -> str:
        context = certificates(tmp_path, name)

        def proxy(wire: socket.socket) -> None:
            socks_proxy(wire)
            if account is STARTTLS:
                wire.sendall(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
                wire.sendall(wire.recv(100).split()[0] + b" OK\r\n")
            with context.wrap_socket(wire, server_side=True) as inner:
                if account is TLS:
                    inner.sendall(GREETING)
                inner.recv(1)

        with serving(proxy) as port:
            return greeting(replace(behind(port, account=account), ca_file=str(tmp_path / "ca.pem")))

    assert serve("mail.example.org") == "hello"
    with pytest.raises(Exception, match="refused: WRONG_HOST"):
        serve("localhost")


def silent(wire: socket.socket) -> None:
    wire.recv(1000)
    wire.recv(1000)


def drip(wire: socket.socket) -> None:
    wire.recv(1000)
    for octet in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
        wire.sendall(bytes((octet,)))
        time.sleep(0.02)


def endless(wire: socket.socket) -> None:
    wire.recv(1000)
    wire.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        wire.sendall(b"X-Header: value\r\n" * 1000)


def garbage(wire: socket.socket) -> None:
    wire.recv(1000)
    wire.sendall(bytes(range(256)) * 100)
    wire.recv(1000)


def leaves(wire: socket.socket) -> None:
    wire.recv(1000)


def leaves_at_once(_: socket.socket) -> None:
    pass


def leaves_late(wire: socket.socket) -> None:
    wire.recv(3)
    wire.sendall(b"\x05\x00")
    wire.recv(300)
    wire.sendall(OPENED[:5])


@pytest.mark.parametrize(
    ("proxy", "kind", "expected"),
    [
        (silent, "socks5", ProxyFault.NO_ANSWER),
        (silent, "http", ProxyFault.NO_ANSWER),
        (drip, "http", ProxyFault.NO_ANSWER),
        (endless, "http", ProxyFault.FOREIGN),
        (garbage, "socks5", ProxyFault.FOREIGN),
        (garbage, "http", ProxyFault.IS_SOCKS),
        (leaves, "socks5", ProxyFault.CLOSED),
        (leaves, "http", ProxyFault.CLOSED),
        (leaves_at_once, "socks5", ProxyFault.CLOSED),
        (leaves_late, "socks5", ProxyFault.CLOSED),
    ],
)
def test_a_hostile_proxy_gets_nowhere(
    proxy: Callable[[socket.socket], None], kind: str, expected: ProxyFault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In time, and in words that say what to do."""
    monkeypatch.setattr(route, "PROXY_DEADLINE", 0.4)
    monkeypatch.setattr(route, "SOCKS_DEADLINE", 0.4)
    with serving(proxy) as port:
        account = behind(port, kind)
        assert fault(account) is expected
        problem = problem_of(ProxyFailed(expected), account)
        assert problem.kind in {ProblemKind.UNREACHABLE, ProblemKind.PROXY}
        assert f"127.0.0.1:{port}" in problem.sentence
        assert "the kind and the port of the proxy" in problem.advice


def test_a_socks_proxy_answers_at_once_and_has_time_to_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    """An HTTP proxy that is taken for one says nothing; Tor says that it is there, and builds a circuit."""
    monkeypatch.setattr(route, "SOCKS_DEADLINE", 0.2)

    def slow(wire: socket.socket) -> None:
        wire.recv(3)
        wire.sendall(b"\x05\x00")
        wire.recv(300)
        time.sleep(0.4)
        wire.sendall(OPENED + GREETING)
        wire.recv(1)

    with serving(silent) as port:
        assert fault(behind(port)) is ProxyFault.NO_ANSWER
    with serving(slow) as port:
        assert greeting(behind(port)) == "hello"
        monkeypatch.setattr(route, "PROXY_DEADLINE", 0.2)
        assert fault(behind(port)) is ProxyFault.SERVER_NO_ANSWER


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert fault(behind(free.getsockname()[1])) is ProxyFault.REFUSED


@implementer(IHostnameResolver)
class Unknown:
    """No name has an address."""

    def resolveHostName(self, receiver: Any, *_: object, **__: object) -> None:
        receiver.resolutionBegan(None)
        receiver.resolutionComplete()


@pytest.mark.parametrize("name", ["nowhere", "a..b", "my_host", "x" * 70])
def test_a_proxy_or_a_server_that_is_not_found_is_named(name: str) -> None:
    """Also where its name cannot be one."""

    async def main(reactor: Any) -> None:
        reactor.installNameResolver(Unknown())
        direct = replace(CLEAR, host=name, allow_cleartext=True)
        proxied = replace(CLEAR, host="mail.example.org", proxy=f"http://{name}:1", allow_cleartext=True)
        for account, what in ((direct, f"server {name}"), (proxied, f"proxy {name}:1")):
            with pytest.raises((ProxyFailed, DNSLookupError)) as failed:
                await connect(reactor, account)
            assert problem_of(failed.value, account).sentence == f"The {what} was not found."

    run(main)


def test_who_waits_for_a_proxy_can_give_up() -> None:
    """And the proxy sees the end of it."""
    ends: list[bytes] = []

    def proxy(wire: socket.socket) -> None:
        wire.recv(3)
        try:
            ends.append(wire.recv(1))
        except ConnectionResetError:
            ends.append(b"")

    async def main(reactor: Any) -> None:
        running = Deferred.fromCoroutine(connect(reactor, behind(port)))
        await deferLater(reactor, 0.1, lambda: None)
        running.cancel()
        with pytest.raises(CancelledError):
            await running
        while not ends:
            await deferLater(reactor, 0.01, lambda: None)

    with serving(proxy) as port:
        run(main)
    assert ends == [b""]


def test_localhost_behind_a_proxy_is_the_proxys() -> None:
    """So a password in clear would cross a network."""
    with pytest.raises(CleartextRefused):
        greeting(replace(CLEAR, proxy="socks5://127.0.0.1:1"))


def test_a_check_leaves_the_name_to_the_proxy() -> None:
    """And says so."""
    steps: list[CheckResult] = []

    async def main(reactor: Any) -> bool:
        async def secret(_: Account) -> Secret:
            return SECRET

        reactor.installNameResolver(Nobody())
        return await AccountCheck(reactor, behind(port), secret, steps.append).run()

    def good(wire: socket.socket) -> None:
        socks_proxy(wire, GREETING)

    with serving(good) as port:
        assert run(main) is False
    said = [step.sentence for step in steps]
    assert said[0] == (f"mail.example.org is looked up by the proxy 127.0.0.1:{port}, not by this computer.")
    assert said[1].endswith(f"port 143, through the proxy 127.0.0.1:{port}.")
    assert steps[2].step is CheckStep.ENCRYPT


def outcome(account: Account, secret: Any = None) -> Any:
    return run(lambda _: route_of(account, secret))


def test_a_password_is_asked_for_where_there_is_a_user() -> None:
    """Of nobody for Tor, where each account is a stranger to the others."""
    asked: list[Account] = []

    async def secret(kept: Account) -> Secret:
        asked.append(kept)
        return Secret("hidden")

    way = outcome(replace(TLS, proxy="socks5://joe@proxy:1"), secret)
    assert (way.user, way.password.reveal()) == ("joe", "hidden")
    assert "hidden" not in repr(way)
    assert [each.id for each in asked] == ["a1/proxy/socks5://joe@proxy:1"]
    assert outcome(replace(TLS, proxy="http://proxy:1"), secret).user == ""
    tor = outcome(replace(TLS, proxy="tor"), secret)
    assert tor.user == TLS.id
    assert outcome(TLS, secret).proxy is None
    assert outcome(replace(TLS, proxy=" "), secret).proxy is None
    assert len(asked) == 1


def test_a_password_that_is_missing_is_the_proxys() -> None:
    """Nobody goes around the proxy then."""

    async def secret(_: Account) -> Secret:
        raise SecretUnavailable(problem_of(ProxyFailed(ProxyFault.PASSWORD), account))

    account = replace(TLS, proxy="socks5://joe@proxy:1")
    for way in (secret, None):
        with pytest.raises(SecretUnavailable) as missing:
            outcome(account, way)
        assert missing.value.problem.kind is ProblemKind.PROXY_REFUSED
        assert "the proxy of Work" in missing.value.problem.sentence
        assert missing.value.problem.brief == "There is no password for its proxy yet."


def test_it_is_said_where_a_connection_was_to_lead() -> None:
    """For a token it is not the mail server."""
    failed = ProxyFailed(ProxyFault.FORBIDDEN)
    failed.server = "login.example.com"
    account = replace(TLS, proxy="http://proxy:1")
    assert "to login.example.com." in problem_of(failed, account).sentence
