"""Receives the redirect of the browser after a sign-in, on the loopback interface (RFC 8252, 7.3).

It uses `twisted.web.http` and not `twisted.web.server`, whose error pages and log contain the address, and so the
authorisation code.
"""

from __future__ import annotations

import errno
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from twisted.internet.error import CannotListenError
from twisted.internet.protocol import connectionDone
from twisted.web.http import HTTPChannel, HTTPFactory, Request

from tray.mail.presentation.setup.sign_in_texts import page_empty
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    Take = Callable[[str], tuple[str, Callable[[], None]] | None]
    """Called with the encoded query of each GET for the path; returns the sentence for the browser, and a callable for
    when the browser has received it. None if the query is no answer to this sign-in.
    """

TIMEOUT = 600.0
"""Seconds that a user has for the sign-in."""
_REQUEST_TIMEOUT = 10.0
"""Seconds that a connection may last."""
_CONNECTION_LIMIT = 20
_V4, _V6 = "127.0.0.1", "::1"
_NO_IPV6 = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
_ATTEMPTS = 20
"""How many ports are tried to find one that is free on both loopback addresses."""
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",  # the address of this page contains the code
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class PortTaken(Exception):  # noqa: N818
    """Another program listens at the redirect address."""


class LoopbackRedirect:
    """Listens from construction until `close`; requests before a call of `answer` get status 404."""

    def __init__(self, reactor: Any, redirect: str) -> None:
        """Listen at `redirect`, at any free port if it has none; raises PortTaken."""
        parts = urlsplit(redirect)
        host = parts.hostname or ""
        wanted = parts.port or 0
        self._reactor = reactor
        self._ports: list[Any] = []
        factory = self._factory = _Factory(reactor, parts.path or "/")
        for attempts_left in range(0 if wanted else _ATTEMPTS - 1, -1, -1):
            try:
                self._listen(factory, host, wanted)
                break
            except CannotListenError as error:
                self.close()
                if not attempts_left:
                    raise PortTaken(redirect) from error
        shown = f"[{host}]" if ":" in host else host
        address = f"{shown}:{self._ports[0].getHost().port}"
        self.url = urlunsplit(("http", address, parts.path, "", ""))
        """The redirect with the port, for the authorisation server."""
        factory.host = address.removesuffix(":80").lower()

    def answer(self, take: Take) -> None:
        """Set the function that answers requests."""
        self._factory.take = take

    def _listen(self, factory: _Factory, host: str, port: int) -> None:
        listen = self._reactor.listenTCP
        self._ports.append(listen(port, factory, interface=_V6 if host == _V6 else _V4))
        if host != "localhost":
            return
        # A browser may connect to ::1 for that name. If another program listens there, it would get
        # the code, so the port is not used.
        try:
            self._ports.append(listen(self._ports[0].getHost().port, factory, interface=_V6))
        except CannotListenError as error:
            if error.socketError.errno not in _NO_IPV6:  # there is IPv6
                raise

    def close(self) -> None:
        """Stop listening; requests that have arrived are still answered."""
        ports, self._ports = self._ports, []
        for port in ports:
            port.stopListening()


class _Request(Request):
    channel: Any

    def gotLength(self, length: int | None) -> None:  # noqa: ARG002
        """Called after the header: ignore the length of the body, which is not kept."""
        super().gotLength(0)

    def handleContentChunk(self, data: bytes) -> None:
        """Ignore the body."""

    def process(self) -> None:
        """Answer the request."""
        factory: _Factory = self.channel.factory
        if self.method != b"GET":
            self._answer(405, page_empty())
        elif [host.lower() for host in self.requestHeaders.getRawHeaders("Host", [])] != [factory.host]:
            # Prevents DNS rebinding by other pages.
            self._answer(421, page_empty())
        elif self.path.decode("latin-1") != factory.path:
            self._answer(404, page_empty())
        else:
            taken = factory.take(self.uri.decode("latin-1").partition("?")[2])
            if taken is None:
                self._answer(404, page_empty())
                return
            sentence, self.channel.on_close = taken
            self._answer(200, sentence)

    def _answer(self, status: int, sentence: str) -> None:
        page = _PAGE.format(sentence=escape(sentence)).encode()
        self.setResponseCode(status)
        for name, value in _HEADERS.items():
            self.setHeader(name, value)
        self.setHeader("Content-Length", str(len(page)))
        self.write(page)
        self.finish()


class _Channel(HTTPChannel):
    """One connection with one request; Twisted limits its header to 16 KiB."""

    requestFactory = _Request  # noqa: N815
    factory: _Factory
    transport: Any

    def connectionMade(self) -> None:
        """Start the time limit, and abort the oldest connection if there are too many."""
        super().connectionMade()
        self.on_close: Callable[[], None] | None = None
        open_channels = self.factory.open_channels
        open_channels.append(self)
        if len(open_channels) > _CONNECTION_LIMIT:  # a browser sends its request at once
            open_channels.pop(0).transport.abortConnection()
        self._deadline = Timer(self.factory.reactor)
        self._deadline.set(_REQUEST_TIMEOUT, self.transport.abortConnection)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Call `on_close`."""
        super().connectionLost(reason)
        self._deadline.clear()
        if self in self.factory.open_channels:
            self.factory.open_channels.remove(self)
        if self.on_close is not None:
            self.on_close()

    def checkPersistence(self, request: Request, version: bytes) -> bool:  # noqa: ARG002
        """Close the connection after the answer."""
        request.setHeader("Connection", "close")
        return False


class _Factory(HTTPFactory):
    noisy = False
    protocol: Any = _Channel

    def __init__(self, reactor: Any, path: str) -> None:
        super().__init__(reactor=reactor)
        self.timeOut = None  # it would start again with each byte; `_Channel` has a deadline
        self.path = path
        self.take: Take = lambda _: None
        self.host = ""
        """The only value of the header Host that is answered, in lower case."""
        self.open_channels: list[_Channel] = []
        """Oldest first."""

    def startFactory(self) -> None:
        """Do nothing: there is no log of requests."""

    def stopFactory(self) -> None:
        """As above."""

    def log(self, request: Request) -> None:
        """Do not log: the address contains the code."""


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Mailbell</title>
<meta name="viewport" content="width=device-width">
<style>:root {{ color-scheme: light dark }}
body {{ font: 1.2em sans-serif; margin: 20vh auto; max-width: 30em; padding: 0 1em; text-align: center }}</style>
</head><body><h1>Mailbell</h1><p>{sentence}</p></body></html>
"""
