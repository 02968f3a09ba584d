"""What discovery asks the network, against real sockets on loopback."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.names import dns

from tests.desktop.registry import Registry
from tests.net.loopback import answering, certificates, run, serving
from tests.net.wire import Reactor, result
from tray.mail.setup.discovery import NAMES_TIMEOUT, SOURCE_TIMEOUT, Service
from tray.net.errors import CertificateRefused, NoNameServer
from tray.net.setup import network
from tray.net.setup.network import FetchRefused, Network, name_servers, windows_name_servers

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

NAME = "autoconfig.example.org"
URL = f"https://{NAME}/mail/config-v1.1.xml"


class Web:
    """A web server that answers by path; remembers what it was asked."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages = pages
        self.asked: list[bytes] = []

    def __call__(self, wire: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += wire.recv(4096)
        self.asked.append(request)
        path = request.split()[1].decode()
        wire.sendall(self.pages.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))


def page(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nSet-Cookie: a=b\r\n\r\n%s" % (len(body), body)


def moved(to: str, code: int = 302) -> bytes:
    return f"HTTP/1.1 {code} Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


def fetch(
    folder: Path, pages: dict[str, bytes] | Callable[[socket.socket], None], url: str = URL, **tls: Any
) -> Any:
    web = Web(pages) if isinstance(pages, dict) else pages
    context = certificates(folder, *tls.get("names", (NAME, "other.example.net")))
    with serving(web, context) as https, serving(web) as http:
        ports = {"https": https, "http": http}
        got = run(lambda reactor: Network(reactor, ca_file=str(folder / "ca.pem"), ports=ports).fetch(url))
    return got, web


def test_a_file_is_fetched(tmp_path: Path) -> None:
    got, web = fetch(tmp_path, {"/mail/config-v1.1.xml": page(b"<x/>")})
    assert got == b"<x/>"
    (request,) = web.asked
    assert b"Cookie" not in request
    assert b"Host: autoconfig.example.org" in request


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_three_redirects_are_followed_to_https(tmp_path: Path, code: int) -> None:
    pages = {
        "/mail/config-v1.1.xml": moved("/next", code),
        "/next": moved("https://other.example.net/third", code),
        "/third": moved("/last?a=b", code),
        "/last?a=b": page(b"<x/>"),
    }
    got, web = fetch(tmp_path, pages)
    assert got == b"<x/>"
    assert len(web.asked) == 4
    assert all(b"Cookie" not in request for request in web.asked)


def test_http_may_lead_to_https(tmp_path: Path) -> None:
    got, _ = fetch(tmp_path, {"/mail/config-v1.1.xml": moved(f"https://{NAME}/a"), "/a": page(b"<x/>")}, f"http://{NAME}/mail/config-v1.1.xml")  # fmt: skip
    assert got == b"<x/>"


@pytest.mark.parametrize(
    "answer",
    [
        moved(URL),  # for ever
        moved(f"http://{NAME}/a"), moved("https://127.0.0.1/a"), moved("https://localhost/a"),
        moved("https://other.example.net:8443/a"), moved("https://user:pw@other.example.net/a"),
        moved("https://[::1/a"), moved("https://other.example.net:99999/a"), moved("file:///etc/passwd"), moved("https://exämple.org/"),
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot there",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        page(b"x" * 70_000),
    ],
    ids=lambda answer: repr(answer[:60]),
)  # fmt: skip
def test_what_is_not_followed_nor_read(tmp_path: Path, answer: bytes) -> None:
    web = Web({"/mail/config-v1.1.xml": answer, "/a": page(b"<x/>")})
    with pytest.raises(FetchRefused):
        fetch(tmp_path, web)
    assert len(web.asked) == (4 if answer == moved(URL) else 1)


def reply(data: bytes, *records: Any, code: int = dns.OK) -> bytes:
    message = dns.Message()
    message.fromStr(data)
    message.answer = 1
    message.rCode = code
    message.answers = [
        dns.RRHeader(str(message.queries[0].name), each.TYPE, ttl=60, payload=each) for each in records
    ]
    return message.toStr()


def ask(answer: Callable[[bytes], bytes | None], question: Callable[[Network], Any]) -> Any:
    with answering(answer) as port:
        return run(lambda reactor: question(Network(reactor, servers=[("127.0.0.1", port)])))


def test_service_records_are_read() -> None:
    asked = []

    def answer(data: bytes) -> bytes:
        asked.append(data)
        return reply(
            data, dns.Record_SRV(10, 5, 993, b"imap.example.org"), dns.Record_CNAME(b"elsewhere.example.org")
        )

    got = ask(answer, lambda records: records.services("_imaps._tcp.example.org"))
    assert got == [Service(10, 5, "imap.example.org", 993)]
    assert b"\x06_imaps\x04_tcp\x07example\x03org" in asked[0]


def test_a_service_that_is_not_offered_is_a_dot() -> None:
    (got,) = ask(
        lambda data: reply(data, dns.Record_SRV(0, 0, 0, b"")),
        lambda records: records.services("_imaps._tcp.a.org"),
    )
    assert got.host in {"", "."}


def test_mail_exchangers_are_read() -> None:
    got = ask(
        lambda data: reply(data, dns.Record_MX(20, b"b.example.org"), dns.Record_MX(10, b"a.example.org")),
        lambda records: records.exchangers("example.org"),
    )
    assert got == [(20, "b.example.org"), (10, "a.example.org")]


def test_no_such_name_is_no_record() -> None:
    assert (
        ask(lambda data: reply(data, code=dns.ENAME), lambda records: records.exchangers("example.org")) == []
    )


def test_a_name_server_that_fails_is_said() -> None:
    with pytest.raises(NoNameServer):
        ask(
            lambda data: reply(data, code=dns.ESERVER),
            lambda records: records.exchangers("example.org"),
        )


def test_a_silent_name_server_is_given_up_within_the_time_of_a_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sum(network._DNS_TIMEOUTS) <= NAMES_TIMEOUT < SOURCE_TIMEOUT
    monkeypatch.setattr(network, "_DNS_TIMEOUTS", (0.1, 0.2))
    with pytest.raises(NoNameServer):
        ask(lambda _: None, lambda records: records.exchangers("example.org"))


def test_several_silent_name_servers_are_given_up_in_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them is asked."""
    monkeypatch.setattr(network, "_DNS_TIMEOUTS", (0.1, 30))
    monkeypatch.setattr(network, "NAMES_TIMEOUT", 0.3)
    with pytest.raises(NoNameServer):
        ask(lambda _: None, lambda records: records.exchangers("example.org"))


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("# x\nnameserver 192.0.2.1\nsearch a.org\nnameserver 2001:db8::1\nnameserver fe80::1%eth0\nnameserver 192.0.2.9\n",
         ["192.0.2.1", "2001:db8::1", "fe80::1%eth0"]),
        ("nameserver\nnameserver x\noptions edns0\n", ["127.0.0.1"]),
        (None, ["127.0.0.1"]),
    ],
)  # fmt: skip
def test_the_name_servers_of_the_machine(tmp_path: Path, text: str | None, servers: list[str]) -> None:
    path = tmp_path / "resolv.conf"
    if text is not None:
        path.write_text(text)
    assert name_servers(str(path)) == [(each, 53) for each in servers]


def imap(wire: socket.socket) -> None:
    wire.sendall(b"* OK hello\r\n")
    wire.recv(100)


@pytest.mark.parametrize("name", ["imap.example.org", "imap.example.net"])
def test_a_probe_succeeds_where_the_server_can_be_trusted(tmp_path: Path, name: str) -> None:
    with serving(imap, certificates(tmp_path, name)) as port:

        def probe() -> bool:
            ca_file = str(tmp_path / "ca.pem")
            return run(
                lambda reactor: Network(reactor, ca_file=ca_file, ports={"imap": port}).greets(
                    "imap.example.org"
                )
            )

        if name == "imap.example.org":
            assert probe()
        else:
            with pytest.raises(CertificateRefused):
                probe()


def test_a_probe_greets_and_leaves() -> None:
    reactor = Reactor()
    done = result(Deferred.fromCoroutine(Network(reactor).greets("mail.example.org")))
    assert reactor.tcpClients[0][:2] == ("192.0.2.1", 993)
    wire = reactor.accept()
    wire.protocol.handshakeCompleted()
    wire.s("* OK hi")
    assert done == [True]
    assert wire.transport.aborted
    assert wire.sent() == []


def test_a_probe_that_is_given_up_hangs_up() -> None:
    reactor = Reactor()
    running = Deferred.fromCoroutine(Network(reactor).greets("mail.example.org"))
    done = result(running)
    wire = reactor.accept()
    running.cancel()
    assert [type(outcome) for outcome in done] == [CancelledError]
    assert wire.transport.aborted


def test_on_windows_the_name_servers_are_those_of_the_interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    monkeypatch.setitem(sys.modules, "winreg", registry)
    assert windows_name_servers() == [("127.0.0.1", dns.PORT)]
    interfaces = "HKLM", r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces"
    registry.keys[interfaces] = {}
    registry.keys[interfaces[0], interfaces[1] + r"\{1}"] = {"DhcpNameServer": "192.0.2.1 nonsense 192.0.2.2"}
    registry.keys[interfaces[0], interfaces[1] + r"\{2}"] = {
        "NameServer": "192.0.2.3,2001:db8::1",
        "DhcpNameServer": "192.0.2.4",
    }
    registry.keys[interfaces[0], interfaces[1] + r"\{3}"] = {"NameServer": ""}
    assert windows_name_servers() == [
        (address, dns.PORT) for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3")
    ]
