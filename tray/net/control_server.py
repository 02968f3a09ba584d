"""The control socket: lines of JSON on a Unix socket, or a port on Windows, only for processes of the same user."""

from __future__ import annotations

import json
import logging
import os
import stat
from contextlib import suppress
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineOnlyReceiver

from tray.net.peer import peer_uid
from tray.net.port_file import HOST, has_unix_sockets, write_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IListeningPort
    from twisted.python.failure import Failure

    Handle = Callable[[dict[str, Any]], dict[str, Any]]
    Subscribe = Callable[[Callable[[dict[str, Any]], None]], Callable[[], None]]

log = logging.getLogger(__name__)

LINE_LIMIT = 65_536
"""Bytes of one request."""

WATCH = "watch"
"""The command whose reply never ends: a line with the present status, and one more at each change."""


def listen_control(reactor: Any, path: str, handle: Handle, subscribe: Subscribe) -> IListeningPort:
    """Serve `handle` at `path` (mode 0600); `reactor` is an IReactorUNIX, or an IReactorTCP on Windows.

    A client that asks to `WATCH` is told of the status by what `subscribe` calls back, until it leaves.

    A request is a line with a JSON object, and so is its reply, which `handle` returns. What it raises is logged
    and answered by ``{"error": …}`` without details. An old socket at `path` is removed, so the caller must hold the
    profile's lock. Raises twisted.internet.error.CannotListenError.
    """
    if not has_unix_sockets():
        return _listen_at_port(reactor, path, handle, subscribe)
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(os.stat(path, follow_symlinks=False).st_mode):  # noqa: PTH116
            os.unlink(path)  # noqa: PTH108
    factory = Factory.forProtocol(lambda: ControlProtocol(handle, subscribe))
    factory.noisy = False
    before = os.umask(0o177)  # so that the socket is closed to others from the start
    try:
        port: IListeningPort = reactor.listenUNIX(path, factory, mode=0o600)
        return port
    finally:
        os.umask(before)


def _listen_at_port(reactor: Any, path: str, handle: Handle, subscribe: Subscribe) -> IListeningPort:
    """Serve at a port of this machine; each client sends the key first that the file at `path` holds."""
    keys: list[str] = []
    factory = Factory.forProtocol(lambda: ControlProtocol(handle, subscribe, keys[0]))
    factory.noisy = False
    port: Any = reactor.listenTCP(0, factory, interface=HOST)
    keys.append(write_port(path, port.getHost().port))  # before the reactor accepts anybody
    listening: IListeningPort = port
    return listening


class ControlProtocol(LineOnlyReceiver):
    """One client."""

    transport: Any  # a Unix socket's

    delimiter = b"\n"
    MAX_LENGTH = LINE_LIMIT

    def __init__(self, handle: Handle, subscribe: Subscribe, key: str = "") -> None:
        """With a `key` the client has to send it as its first line."""
        self._key = key.encode()
        self._handle = handle
        self._subscribe = subscribe
        self._unsubscribe: Callable[[], None] | None = None
        self._paused = False
        self._latest: dict[str, Any] | None = None
        """The last status, while the client does not read."""
        self._connected = False

    def connectionMade(self) -> None:
        """Refuse processes of other users, also where the mode of a socket has no effect."""
        peer = peer_uid(self.transport.getHandle())  # None on Windows
        self._connected = peer is None or peer == os.geteuid()
        if not self._connected:
            log.warning("A process of user %s was refused at the control socket", peer)
            self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: ARG002 -- Twisted's signature
        """Tell the client of the status no more."""
        self._connected = False
        if self._unsubscribe is not None:
            self._unsubscribe()

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002 -- Twisted's signature
        """Abort: the start of the next request is unknown."""
        log.warning("A control request of more than %d bytes was refused", LINE_LIMIT)
        self.transport.abortConnection()

    def lineReceived(self, line: bytes) -> None:
        """Answer a request."""
        if self._key:
            self._check_key(line)
            return
        reply = self._answer(line) if self._connected else None
        if reply is not None:
            self._send(reply)

    def _check_key(self, line: bytes) -> None:
        if self._connected and compare_digest(line, self._key):
            self._key = b""
        else:
            self._connected = False
            log.warning("A program without the key was refused at the control port")
            self.transport.abortConnection()

    def _send(self, reply: dict[str, Any]) -> None:
        self.transport.write(json.dumps(reply, ensure_ascii=False).encode() + b"\n")

    def _answer(self, line: bytes) -> dict[str, Any] | None:
        """The reply; None where the client is told of the status from now on instead."""
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            request = None
        if not isinstance(request, dict):
            return {"error": "A request is one line with a JSON object."}
        if request.get("command") == WATCH and self._unsubscribe is None:
            self.transport.registerProducer(self, streaming=True)
            self._unsubscribe = self._subscribe(self._push)
            return None
        try:
            return self._handle(request)
        except Exception as error:
            log.exception("A control request failed")
            from tray.mail.presentation.problem_texts.connection import internal

            return {"error": internal(error).sentence}

    def _push(self, status: dict[str, Any]) -> None:
        """Send a status; a client that reads slowly gets the latest one only."""
        if self._paused:
            self._latest = status
        elif self._connected:
            self._send({"ok": True, "status": status})

    # twisted.internet.interfaces.IPushProducer

    def pauseProducing(self) -> None:
        """The client does not read as fast as the status changes."""
        self._paused = True

    def resumeProducing(self) -> None:
        """The client has read what was sent."""
        self._paused = False
        latest, self._latest = self._latest, None
        if latest is not None:
            self._push(latest)

    def stopProducing(self) -> None:
        """The connection has ended."""
        self._connected = False
