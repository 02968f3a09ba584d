"""Receives the browser that comes back from a sign-in: a listener on this machine, for one answer (RFC 8252, 7.3)."""

from __future__ import annotations

import errno
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Factory, Protocol, connectionDone

from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure

    Take = Callable[[str], tuple[str, Callable[[], None]] | None]
    """Called with the query of each GET for the path, as it stands in the address; gives the sentence that the browser
    shows, and what is called when it has it. None where the query is no answer.
    """

PATIENCE = 600.0
"""Seconds that a user has for the sign-in."""
_REQUEST_MOST = 16 * 1024
_REQUEST_PATIENCE = 10.0
_CONNECTIONS_MOST = 20
_V4, _V6 = "127.0.0.1", "::1"
_NO_IPV6 = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
_TRIES = 20
"""Free ports that are tried until one is free on both loopbacks."""


class PortTaken(Exception):  # noqa: N818 -- a state of affairs
    """Another program listens where the browser has to come back to."""


class LoopbackRedirect:
    """Listens from the start, until `close`."""

    def __init__(self, reactor: Any, redirect: str, take: Take) -> None:
        """Listen at `redirect`, at a free port where it names none; PortTaken where that cannot be."""
        parts = urlsplit(redirect)
        self.path = parts.path or "/"
        self.take = take
        self.open: list[_Request] = []
        """Whoever is connected, oldest first."""
        self.reactor = reactor
        self._ports: list[Any] = []
        factory = _Factory(self)
        host = parts.hostname or ""
        wanted = parts.port or 0
        for tries_left in range(0 if wanted else _TRIES - 1, -1, -1):
            try:
                self._listen(factory, host, wanted)
                break
            except CannotListenError as error:
                self.close()
                if not tries_left:
                    raise PortTaken(redirect) from error
        port = self._ports[0].getHost().port
        shown = f"[{host}]" if ":" in host else host
        self.url = urlunsplit(("http", f"{shown}:{port}", parts.path, "", ""))
        """The redirect as the authorisation server has to know it, with the port."""
        self.host = f"{shown}:{port}".removesuffix(":80").lower().encode("ascii")
        """What the browser says whom it asks; under another name a page of somebody else's would ask."""

    def _listen(self, factory: Factory, host: str, port: int) -> None:
        listen = self.reactor.listenTCP
        self._ports.append(listen(port, factory, interface=_V6 if host == _V6 else _V4))
        if host != "localhost":
            return
        # A browser may take that for ::1. Whoever else listens there, another user of this machine perhaps, would
        # get the code: then this port is not taken at all.
        try:
            self._ports.append(listen(self._ports[0].getHost().port, factory, interface=_V6))
        except CannotListenError as error:
            if error.socketError.errno not in _NO_IPV6:  # where there is none, nobody listens there
                raise

    def close(self) -> None:
        """Listen no more; what is being answered is."""
        ports, self._ports = self._ports, []
        for port in ports:
            port.stopListening()


class _Factory(Factory):
    noisy = False

    def __init__(self, owner: LoopbackRedirect) -> None:
        self.owner = owner

    def buildProtocol(self, addr: IAddress | None) -> _Request:  # noqa: ARG002
        return _Request(self.owner)


class _Request(Protocol):
    """One request, one answer."""

    transport: Any

    def __init__(self, owner: LoopbackRedirect) -> None:
        self._owner = owner
        self._data = b""
        self._done = False
        self._then: Callable[[], None] | None = None
        self._patience = Timer(owner.reactor)

    def connectionMade(self) -> None:
        """Somebody knocks; it may say nothing."""
        self._owner.open.append(self)
        if (
            len(self._owner.open) > _CONNECTIONS_MOST
        ):  # the browser asks as soon as it is there: the oldest is none
            self._owner.open.pop(0).transport.abortConnection()
        self._patience.set(_REQUEST_PATIENCE, self.transport.abortConnection)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: ARG002
        """Gone."""
        if self in self._owner.open:
            self._owner.open.remove(self)
        self._patience.clear()
        if self._then is not None:
            self._then()

    def dataReceived(self, data: bytes) -> None:
        """The head of the request is all that counts."""
        if self._done:
            return
        self._data += data
        if b"\r\n\r\n" in self._data:
            self._done = True
            self._answer(*self._data.partition(b"\r\n\r\n")[0].split(b"\r\n"))
        elif len(self._data) > _REQUEST_MOST:
            self._done = True
            self._say("431 Request Header Fields Too Large", "")

    def _answer(self, line: bytes, *fields: bytes) -> None:
        method, _, rest = line.partition(b" ")
        target, _, version = rest.partition(b" ")
        if method != b"GET" or not version.startswith(b"HTTP/1."):
            self._say("405 Method Not Allowed", "")
            return
        hosts = [
            value for name, _, value in (each.partition(b":") for each in fields) if name.lower() == b"host"
        ]
        if [host.strip().lower() for host in hosts] != [self._owner.host]:
            self._say("421 Misdirected Request", "")
            return
        path, _, query = target.decode("latin-1").partition("?")
        taken = self._owner.take(query) if path == self._owner.path else None
        if taken is None:
            self._say("404 Not Found", "There is nothing here.")
        else:
            sentence, self._then = taken
            self._say("200 OK", sentence)

    def _say(self, status: str, sentence: str) -> None:
        page = _PAGE.format(sentence=escape(sentence)).encode()
        head = (
            f"HTTP/1.1 {status}\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(page)}\r\n"
            "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n"
            "Referrer-Policy: no-referrer\r\n"  # the address of this page holds the code
            "Cache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Connection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + page)
        self.transport.loseConnection()


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Mailbell</title>
<meta name="viewport" content="width=device-width">
<style>:root {{ color-scheme: light dark }}
body {{ font: 1.2em sans-serif; margin: 20vh auto; max-width: 30em; padding: 0 1em; text-align: center }}</style>
</head><body><h1>Mailbell</h1><p>{sentence}</p></body></html>
"""
