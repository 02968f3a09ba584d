"""The client's side of SOCKS5 (RFC 1928, RFC 1929) and HTTP CONNECT (RFC 9110, 9.3.6; RFC 7617), without I/O.

No library is used, since it would save only 50 lines: socksio has had no release since 2020, the protocol without I/O
of python-socks is private, and neither supports Tor's replies or a refusal that a proxy cuts short.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from ipaddress import ip_address
from typing import TYPE_CHECKING

from tray.imap.text import decode_bytes, display_safe
from tray.mail.model.secret_filter import SecretFilter
from tray.mail.model.status import ProxyFault
from tray.net.errors import ProxyFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Length = int | Callable[[bytes], int | None]
    """The length of an answer, or a function from the received bytes to it, None while the answer is incomplete."""
    Steps = Generator[tuple[bytes, Length], bytes, None]
    """Requests with the lengths of their answers."""

HEAD_LIMIT = 16_384
"""Bytes of the head of an answer of HTTP; other clients have limits from 8 to 100 KB."""

_SOCKS = 5
_OPEN, _PASSWORD, _NONE = 0, 2, 0xFF  # login methods; _NONE: none of those offered
_LOGIN_VERSION = 1
_CONNECT = 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_ADDRESS_LENGTH = {_IPV4: 4, _IPV6: 16}
_LENGTH_LIMIT = 255
_REPLIES = {
    1: (ProxyFault.FAILED, "general SOCKS server failure"),
    2: (ProxyFault.FORBIDDEN, "connection not allowed by ruleset"),
    3: (ProxyFault.SERVER_NO_ROUTE, "network unreachable"),
    4: (ProxyFault.SERVER_NO_ROUTE, "host unreachable"),
    5: (ProxyFault.SERVER_REFUSED, "connection refused"),
    6: (ProxyFault.SERVER_NO_ANSWER, "TTL expired"),
    7: (ProxyFault.FOREIGN, "command not supported"),
    8: (ProxyFault.FOREIGN, "address type not supported"),
    # Tor's, for onion services (proposal 304), if its option ExtendedErrors is on.
    0xF0: (ProxyFault.ONION, "onion service descriptor not found"),
    0xF1: (ProxyFault.ONION, "onion service descriptor invalid"),
    0xF2: (ProxyFault.ONION, "onion service introduction failed"),
    0xF3: (ProxyFault.ONION, "onion service rendezvous failed"),
    0xF4: (ProxyFault.ONION, "onion service wants client authorization"),
    0xF5: (ProxyFault.ONION, "onion service refused the client authorization"),
    0xF6: (ProxyFault.ONION, "onion service address invalid"),
    0xF7: (ProxyFault.ONION, "onion service introduction timed out"),
}

_HTTP = b"HTTP/1."
_STATUS = re.compile(rb"HTTP/1\.[01] (?P<code>[1-9][0-9]{2})(?: (?P<reason>[^\r\n]*))?\r?\n")
_END = re.compile(rb"\r?\n\r?\n")
_ASKS_BASIC = re.compile(rb"^proxy-authenticate:[^\r\n]*\bbasic\b", re.IGNORECASE | re.MULTILINE)
_REASON_LIMIT = 100
_TOR = b"Tor is not an HTTP Proxy"
"""The answer of Tor's SOCKS port (with code 501) to an HTTP request."""
_FAULTS = {
    400: ProxyFault.FOREIGN,
    403: ProxyFault.FORBIDDEN,
    404: ProxyFault.SERVER_NOT_FOUND,
    405: ProxyFault.FORBIDDEN,
    501: ProxyFault.FORBIDDEN,
    502: ProxyFault.SERVER_NO_ROUTE,
    503: ProxyFault.SERVER_NO_ROUTE,
    504: ProxyFault.SERVER_NO_ANSWER,
}


class Handshake:
    """Runs the steps of a handshake; its methods raise ProxyFailed."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._length: Length = 0
        self.rest = b""
        """Bytes received after the last complete answer."""
        self.has_answer = False
        """Whether an answer was complete."""
        self.is_done = False

    def start(self) -> bytes:
        """The first request."""
        request, self._length = next(self._steps)
        return request

    def receive(self, data: bytes) -> bytes:
        """The next requests after `data`; empty while an answer is incomplete, and at the end."""
        self.rest += data
        to_send = b""
        while not self.is_done:
            length = self._length if isinstance(self._length, int) else self._length(self.rest)
            if length is None or len(self.rest) < length:
                break
            answer, self.rest = self.rest[:length], self.rest[length:]
            self.has_answer = True
            try:
                request, self._length = self._steps.send(answer)
                to_send += request
            except StopIteration:
                self.is_done = True
        return to_send


def socks5(host: str, port: int, user: str = "", password: str = "") -> Steps:
    """Steps for a connection to `host`, an ASCII name or an address; raises ProxyFailed.

    The proxy looks up names. User name and password are sent only if the proxy asks for them.
    """
    methods = bytes((_OPEN, _PASSWORD) if user else (_OPEN,))
    version, method = yield bytes((_SOCKS, len(methods))) + methods, 2
    _check_version(version, _SOCKS)
    if method == _PASSWORD and user:
        login = bytes((_LOGIN_VERSION,)) + _with_length(user.encode()) + _with_length(password.encode())
        version, status = yield login, 2
        _check_version(version, _LOGIN_VERSION)
        if status != 0:
            raise ProxyFailed(ProxyFault.PASSWORD)
    elif method == _NONE:
        raise ProxyFailed(ProxyFault.NO_METHOD if user else ProxyFault.WANTS_USER)
    elif method != _OPEN:
        raise ProxyFailed(ProxyFault.FOREIGN, f"method {method}")
    version, reply = yield bytes((_SOCKS, _CONNECT, 0)) + _address(host) + port.to_bytes(2, "big"), 2
    _check_version(version, _SOCKS)
    if reply != 0:  # some proxies send only this and close the connection
        raise ProxyFailed(*_REPLIES.get(reply, (ProxyFault.FAILED, f"SOCKS reply {reply}")))
    _, kind = yield b"", 2
    if kind == _NAME:
        (length,) = yield b"", 1
    elif kind in _ADDRESS_LENGTH:
        length = _ADDRESS_LENGTH[kind]
    else:
        raise ProxyFailed(ProxyFault.FOREIGN, f"address type {kind}")
    yield b"", length + 2  # and the port


def _check_version(received: int, version: int) -> None:
    if received != version:
        raise ProxyFailed(ProxyFault.IS_HTTP if received == _HTTP[0] else ProxyFault.FOREIGN)


def _address(host: str) -> bytes:
    try:
        address = ip_address(host)
    except ValueError:
        return bytes((_NAME,)) + _with_length(host.encode("ascii"))
    return bytes((_IPV6 if address.version == 6 else _IPV4,)) + address.packed  # noqa: PLR2004


def _with_length(octets: bytes) -> bytes:
    if len(octets) > _LENGTH_LIMIT:
        raise ProxyFailed(ProxyFault.TOO_LONG)
    return bytes((len(octets),)) + octets


def http_connect(host: str, port: int, user: str = "", password: str = "") -> Steps:
    """Steps for a tunnel to `host`, an ASCII name or an address; raises ProxyFailed."""
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if user:
        pair = b2a_base64(f"{user}:{password}".encode(), newline=False)
        lines.append(f"Proxy-Authorization: Basic {pair.decode('ascii')}")
    request = "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii")
    code, reason = 100, b""
    while 100 <= code < 200:  # noqa: PLR2004 -- provisional answers (RFC 9110, 15.2)
        head = yield request, _head_length
        request = b""
        status = _STATUS.match(head)
        if status is None:
            raise ProxyFailed(ProxyFault.FOREIGN)
        code, reason = int(status["code"]), status["reason"] or b""
        if reason.startswith(_TOR):
            raise ProxyFailed(ProxyFault.IS_TOR)
    if not 200 <= code < 300:  # noqa: PLR2004
        clean = SecretFilter((password,), (user, host))
        text = f"{code} {display_safe(decode_bytes(reason), _REASON_LIMIT)}".strip()
        raise ProxyFailed(_fault(code, head, bool(user)), clean(text))


def _head_length(received: bytes) -> int | None:
    if not received.startswith(_HTTP[: len(received)]):
        is_socks = received[:1] in {b"\x05", b"\x04", b"\0"}
        raise ProxyFailed(ProxyFault.IS_SOCKS if is_socks else ProxyFault.FOREIGN)
    end = _END.search(received)
    if end is None and len(received) > HEAD_LIMIT:
        raise ProxyFailed(ProxyFault.FOREIGN)
    return end.end() if end else None


def _fault(code: int, head: bytes, had_user: bool) -> ProxyFault:
    if code == 401 and had_user:  # noqa: PLR2004 -- tinyproxy's answer to a wrong password
        return ProxyFault.PASSWORD
    if code != 407:  # noqa: PLR2004 -- Proxy Authentication Required
        return _FAULTS.get(code, ProxyFault.FAILED)
    if not _ASKS_BASIC.search(head):
        return ProxyFault.NO_METHOD
    return ProxyFault.PASSWORD if had_user else ProxyFault.WANTS_USER
