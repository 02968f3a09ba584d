"""The client's side of SOCKS5 (RFC 1928), with login by user name and password (RFC 1929).

No library is used, since it would save only 50 lines: socksio has had no release since 2020, the protocol without I/O
of python-socks is private, and neither supports Tor's replies or a refusal that a proxy cuts short.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from tray.mail.model.status import ProxyFault
from tray.net.errors import ProxyFailed
from tray.net.proxy.handshake import Handshake

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.net.proxy.handshake import Steps

_VERSION = 5
_OPEN, _PASSWORD, _NONE = 0, 2, 0xFF  # login methods; _NONE: none of those offered
_LOGIN_VERSION = 1
_CONNECT = 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_ADDRESS_LENGTH = {_IPV4: 4, _IPV6: 16}
_ANSWER_LIMIT = 4 + 1 + 255 + 2
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


def socks5(host: str, port: int, user: str = "", password: str = "") -> Handshake:
    """A handshake for a connection to `host`, an ASCII name or an address; raises ProxyFailed.

    The proxy looks up names. User name and password are sent only if the proxy asks for them.
    """
    return Handshake(_steps(host, port, user, password), _ANSWER_LIMIT, ProxyFailed(ProxyFault.FOREIGN))


def _steps(host: str, port: int, user: str, password: str) -> Steps:
    methods = bytes((_OPEN, _PASSWORD) if user else (_OPEN,))
    chosen = yield bytes((_VERSION, len(methods))) + methods, _pair_length(_VERSION)
    method = chosen[1]
    if method == _PASSWORD and user:
        login = bytes((_LOGIN_VERSION,)) + _with_length(user.encode()) + _with_length(password.encode())
        reply = yield login, _pair_length(_LOGIN_VERSION)
        if reply[1] != 0:
            raise ProxyFailed(ProxyFault.PASSWORD)
    elif method == _NONE:
        raise ProxyFailed(ProxyFault.NO_METHOD if user else ProxyFault.WANTS_USER)
    elif method != _OPEN:
        raise ProxyFailed(ProxyFault.FOREIGN, f"method {method}")
    reply = yield bytes((_VERSION, _CONNECT, 0)) + _address(host) + port.to_bytes(2, "big"), _reply_length
    if reply[1] != 0:
        raise ProxyFailed(*_REPLIES.get(reply[1], (ProxyFault.FAILED, f"SOCKS reply {reply[1]}")))


def _pair_length(version: int) -> Callable[[bytes], int | None]:
    """The length of an answer of two bytes, the first of which is `version`."""

    def length(received: bytes) -> int | None:
        _check_version(received, version)
        return 2 if len(received) > 1 else None

    return length


def _reply_length(received: bytes) -> int | None:
    _check_version(received, _VERSION)
    head = 5  # up to the length of a name
    if len(received) > 1 and received[1] != 0:  # some proxies send only this and close the connection
        return len(received)
    if len(received) < head:
        return None
    kind = received[3]
    if kind == _NAME:
        length = 1 + received[4]
    elif kind in _ADDRESS_LENGTH:
        length = _ADDRESS_LENGTH[kind]
    else:
        raise ProxyFailed(ProxyFault.FOREIGN, f"address type {kind}")
    whole = 4 + length + 2
    return whole if len(received) >= whole else None


def _check_version(received: bytes, version: int) -> None:
    if received and received[0] != version:
        raise ProxyFailed(ProxyFault.IS_HTTP if received[:1] == b"H" else ProxyFault.FOREIGN)


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
