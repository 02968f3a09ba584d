"""What is said to proxies, byte by byte, and what they can say: SOCKS5 and HTTP CONNECT."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from tray.mail.model.status import ProxyFault
from tray.net.errors import ProxyFailed
from tray.net.proxy.handshakes import HEAD_LIMIT, Handshake, http_connect, socks5

if TYPE_CHECKING:
    from tray.net.proxy.handshakes import Steps

NAME = b"\x05\x01\x00\x03\x10mail.example.org\x03\xe1"
OK = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"


def heard(steps: Steps, *answers: bytes) -> list[bytes]:
    """All that is said, when these are the answers, however they are cut."""
    handshake = Handshake(steps)
    said = [handshake.start()]
    for answer in answers:
        words = b"".join(handshake.receive(bytes((octet,))) for octet in answer)
        said += [words] if words else []
    return said


def refused(steps: Steps, *answers: bytes) -> ProxyFailed:
    with pytest.raises(ProxyFailed) as failed:
        heard(steps, *answers)
    return failed.value


def whole(steps: Steps, answer: bytes) -> bytes:
    """What is left of `answer`, which comes in one piece, after the handshake."""
    handshake = Handshake(steps)
    handshake.start()
    handshake.receive(answer)
    assert handshake.is_done
    return handshake.rest


def test_a_name_is_left_for_the_proxy_to_look_up() -> None:
    assert heard(socks5("mail.example.org", 993), b"\x05\x00", OK) == [b"\x05\x01\x00", NAME]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.1", b"\x01\xc0\x00\x02\x01"),
        ("2001:db8::1", b"\x04\x20\x01\x0d\xb8" + b"\0" * 11 + b"\x01"),
    ],
)
def test_an_address_goes_as_an_address(host: str, address: bytes) -> None:
    assert heard(socks5(host, 143), b"\x05\x00", OK)[1] == b"\x05\x01\x00" + address + b"\x00\x8f"


def test_the_password_is_sent_to_who_asks_for_it_alone() -> None:
    said = heard(socks5("h", 1, "anna", "pä"), b"\x05\x02", b"\x01\x00", OK)
    assert said[:2] == [b"\x05\x02\x00\x02", b"\x01\x04anna\x03p\xc3\xa4"]
    said = heard(socks5("h", 1, "anna", "pä"), b"\x05\x00", OK)
    assert b"p\xc3\xa4" not in b"".join(said)


@pytest.mark.parametrize(
    "reply",
    [
        b"\x05\x00\x00\x03\x04name\x00\x01",
        b"\x05\x00\x00\x04" + b"\0" * 18,
        b"\x05\x00\x00\x03\x00\x00\x01",
    ],
)
def test_whatever_address_it_tells_is_passed_over(reply: bytes) -> None:
    """And what comes behind it in one piece is not lost."""
    assert whole(socks5("h", 1), b"\x05\x00" + reply + b"* OK hello") == b"* OK hello"


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ([b"\x05\xff"], ProxyFault.WANTS_USER),
        ([b"\x05\x02"], ProxyFault.FOREIGN),  # it was not offered
        ([b"\x05\x01"], ProxyFault.FOREIGN),
        ([b"\x04\x5a"], ProxyFault.FOREIGN),
        ([b"HTTP/1.0 400"], ProxyFault.IS_HTTP),
        ([b"* OK"], ProxyFault.FOREIGN),
        ([b"\x05\x00", b"\x04\x00"], ProxyFault.FOREIGN),
        ([b"\x05\x00", b"\x05\x00\x00\x02\x00"], ProxyFault.FOREIGN),
        *(
            ([b"\x05\x00", bytes((5, code))], fault)
            for code, fault in {
                1: ProxyFault.FAILED, 2: ProxyFault.FORBIDDEN, 3: ProxyFault.SERVER_NO_ROUTE, 4: ProxyFault.SERVER_NO_ROUTE,
                5: ProxyFault.SERVER_REFUSED, 6: ProxyFault.SERVER_NO_ANSWER, 7: ProxyFault.FOREIGN, 8: ProxyFault.FOREIGN,
                9: ProxyFault.FAILED, 255: ProxyFault.FAILED, 0xEF: ProxyFault.FAILED, 0xF8: ProxyFault.FAILED,
                **dict.fromkeys(range(0xF0, 0xF8), ProxyFault.ONION),
            }.items()
        ),
    ],
)  # fmt: skip
def test_every_refusal_is_known(answers: list[bytes], fault: ProxyFault) -> None:
    assert refused(socks5("h", 1), *answers).fault is fault


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ([b"\x05\xff"], ProxyFault.NO_METHOD),
        ([b"\x05\x02", b"\x01\x01"], ProxyFault.PASSWORD),
        ([b"\x05\x02", b"\x05\x00"], ProxyFault.FOREIGN),
    ],
)
def test_a_log_in_that_fails(answers: list[bytes], fault: ProxyFault) -> None:
    assert refused(socks5("h", 1, "u", "p"), *answers).fault is fault


def test_a_password_that_socks_cannot_carry() -> None:
    assert refused(socks5("h", 1, "u", "p" * 256), b"\x05\x02").fault is ProxyFault.TOO_LONG


@pytest.mark.parametrize(("host", "target"), [("a.example", b"a.example:993"), ("::1", b"[::1]:993")])
def test_connect_names_the_server(host: str, target: bytes) -> None:
    assert heard(http_connect(host, 993)) == [b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n\r\n" % (target, target)]


def test_connect_with_a_log_in() -> None:
    (said,) = heard(http_connect("h", 1, "anna", "pä:ss"))
    assert b"\r\nProxy-Authorization: Basic " + b64encode("anna:pä:ss".encode()) + b"\r\n\r\n" in said


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 Connection established\r\n\r\n",
        b"HTTP/1.1 200\r\nContent-Length: 7\r\nX: y\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 Fine\nX: y\n\n",
    ],
)
def test_a_tunnel_begins_where_the_head_ends(answer: bytes) -> None:
    assert whole(http_connect("h", 1), answer + b"* OK") == b"* OK"


@pytest.mark.parametrize(
    ("answer", "user", "fault", "told"),
    [
        (b"HTTP/1.0 403 Access violation\r\n\r\n", "", ProxyFault.FORBIDDEN, "403 Access violation"),
        (b"HTTP/1.0 404\r\n\r\n", "", ProxyFault.SERVER_NOT_FOUND, "404"),
        (b"HTTP/1.0 405 No\r\n\r\n", "", ProxyFault.FORBIDDEN, "405 No"),
        (b"HTTP/1.0 501 Not Implemented\r\n\r\n", "", ProxyFault.FORBIDDEN, "501 Not Implemented"),
        (b"HTTP/1.0 501 Tor is not an HTTP Proxy\r\n\r\n", "", ProxyFault.IS_TOR, ""),
        (b"HTTP/1.0 400 Bad\r\n\r\n", "", ProxyFault.FOREIGN, "400 Bad"),
        (b"HTTP/1.0 503 Busy\r\n\r\n", "", ProxyFault.SERVER_NO_ROUTE, "503 Busy"),
        (b"HTTP/1.0 502 Bad\r\n\r\n", "", ProxyFault.SERVER_NO_ROUTE, "502 Bad"),
        (b"HTTP/1.0 504 Late\r\n\r\n", "", ProxyFault.SERVER_NO_ANSWER, "504 Late"),
        (b"HTTP/1.0 500 \xe2\x80\xae\x07\r\n\r\n", "", ProxyFault.FAILED, "500"),
        (b"HTTP/1.0 302 Go\r\nLocation: http://evil/\r\n\r\n", "", ProxyFault.FAILED, "302 Go"),
        (b"HTTP/1.0 401 No\r\n\r\n", "u", ProxyFault.PASSWORD, "401 No"),
        (b"HTTP/1.0 401 No\r\n\r\n", "", ProxyFault.FAILED, "401 No"),
        (
            b"HTTP/1.0 407 Who\r\nProxy-Authenticate: Basic realm=x\r\n\r\n",
            "",
            ProxyFault.WANTS_USER,
            "407 Who",
        ),
        (b"HTTP/1.0 407 Who\r\nproxy-authenticate: Basic\r\n\r\n", "u", ProxyFault.PASSWORD, "407 Who"),
        (b"HTTP/1.0 407 Who\r\nProxy-Authenticate: Negotiate\r\n\r\n", "u", ProxyFault.NO_METHOD, "407 Who"),
        (b"HTTP/2 200\r\n\r\n", "", ProxyFault.FOREIGN, ""),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "", ProxyFault.FOREIGN, ""),
        (b"\x05\xff", "", ProxyFault.IS_SOCKS, ""),
        (b"* OK IMAP4rev1", "", ProxyFault.FOREIGN, ""),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * HEAD_LIMIT, "", ProxyFault.FOREIGN, ""),
    ],
)
def test_every_answer_is_known(answer: bytes, user: str, fault: ProxyFault, told: str) -> None:
    with pytest.raises(ProxyFailed) as failed:
        whole(http_connect("h", 1, user, "p"), answer)
    assert (failed.value.fault, failed.value.text) == (fault, told)
