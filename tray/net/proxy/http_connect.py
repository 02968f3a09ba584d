"""The client's side of HTTP CONNECT (RFC 9110, section 9.3.6), with Basic log-in (RFC 7617)."""

from __future__ import annotations

import re
from binascii import b2a_base64
from typing import TYPE_CHECKING

from tray.imap.text import decode_bytes, display_safe
from tray.mail.model.secret_filter import SecretFilter
from tray.mail.model.status import ProxyFault
from tray.net.errors import ProxyFailed
from tray.net.proxy.handshake import Handshake

if TYPE_CHECKING:
    from tray.net.proxy.handshake import Steps

HEAD_LIMIT = 16_384
"""Bytes of the head of the answer; other clients have limits from 8 to 100 KB."""
_STATUS = re.compile(rb"HTTP/1\.[01] (?P<code>[1-9][0-9]{2})(?: (?P<reason>[^\r\n]*))?\r?\n")
_END = re.compile(rb"\r?\n\r?\n")
_ASKS_BASIC = re.compile(rb"^proxy-authenticate:[^\r\n]*\bbasic\b", re.IGNORECASE | re.MULTILINE)
_REASON_LIMIT = 100
_BEGINNING = b"HTTP/1."
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


def http_connect(host: str, port: int, user: str = "", password: str = "") -> Handshake:
    """A handshake for a tunnel to `host`, an ASCII name or an address; raises ProxyFailed."""
    return Handshake(_steps(host, port, user, password), HEAD_LIMIT, ProxyFailed(ProxyFault.FOREIGN))


def _steps(host: str, port: int, user: str, password: str) -> Steps:
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
        raise ProxyFailed(_fault(code, head, bool(user)), clean(_reason(code, reason)))


def _fault(code: int, head: bytes, had_user: bool) -> ProxyFault:
    if code == 401 and had_user:  # noqa: PLR2004 -- tinyproxy's answer to a wrong password
        return ProxyFault.PASSWORD
    if code != 407:  # noqa: PLR2004 -- Proxy Authentication Required
        return _FAULTS.get(code, ProxyFault.FAILED)
    if not _ASKS_BASIC.search(head):
        return ProxyFault.NO_METHOD
    return ProxyFault.PASSWORD if had_user else ProxyFault.WANTS_USER


def _reason(code: int, reason: bytes) -> str:
    return f"{code} {display_safe(decode_bytes(reason), _REASON_LIMIT)}".strip()


def _head_length(received: bytes) -> int | None:
    if not received.startswith(_BEGINNING[: len(received)]):
        is_socks = received[:1] in {b"\x05", b"\x04", b"\0"}
        raise ProxyFailed(ProxyFault.IS_SOCKS if is_socks else ProxyFault.FOREIGN)
    end = _END.search(received)
    return end.end() if end else None
