"""A TCP proxy that does to a connection what networks do: drop, reset, freeze, delay, cut, forget and refuse."""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

_CHUNK = 65536
_MOST_BUFFERED = 1_000_000
_RST = struct.pack("ii", 1, 0)  # SO_LINGER: on, 0 s


class FaultProxy:
    """Listens on `port` of `host` while entered and passes bytes on to `backend_port` of the loopback, TLS untouched.

    One thread of its own does all the work; every method may be called from any other and returns when it is done.
    """

    def __init__(self, backend_port: int, host: str = "127.0.0.1") -> None:
        self._host = host
        self._backend = ("127.0.0.1", backend_port)
        self._selector = selectors.DefaultSelector()
        self._listener: socket.socket | None = None
        self.port = 0
        self._listen()
        self._pairs: list[_Pair] = []
        self._frozen = False
        self._delay = 0.0
        self._left: int | None = None  # bytes from the server until the cut
        self._orders: deque[tuple[Callable[[], None], threading.Event]] = deque()
        self._ending = False
        self._bell, self._ear = socket.socketpair()
        self._ear.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="fault proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end)
        self._thread.join(5)
        self._bell.close()
        self._ear.close()
        self._selector.close()

    # Faults.

    def drop(self) -> None:
        """Close every connection on both sides, with FIN."""
        self._do(lambda: self._close_all(hard=False))

    def reset(self) -> None:
        """The same with RST."""
        self._do(lambda: self._close_all(hard=True))

    def freeze(self) -> None:
        """Pass nothing on and take no new connection; what is open stays open."""
        self._do(lambda: self._set(frozen=True))

    def thaw(self) -> None:
        """Go on after `freeze`: what gathered meanwhile is passed on."""
        self._do(lambda: self._set(frozen=False))

    def delay(self, seconds: float) -> None:
        """From now on every byte comes so much later; 0 ends that."""
        self._do(lambda: self._set(delay=seconds))

    def cut(self, after: int) -> None:
        """Pass on `after` more bytes from the server, wherever in a line or TLS record that is, and drop all."""

        def arm() -> None:
            self._left = after

        self._do(arm)

    def forget_server(self) -> None:
        """Half-open: the server loses every connection, the program is not notified."""
        self._do(lambda: [pair.forget(pair.server) for pair in self._pairs] and None)

    def forget_client(self) -> None:
        """Half-open the other way: the program loses every connection, the server is not notified."""
        self._do(lambda: [pair.forget(pair.client) for pair in self._pairs] and None)

    def refuse(self) -> None:
        """Take no new connection: whoever tries is refused."""
        self._do(self._stop_listening)

    def accept(self) -> None:
        """Take connections again after `refuse`."""
        self._do(self._listen)

    def heal(self) -> None:
        """End every fault; connections that were broken stay broken."""

        def heal() -> None:
            self._set(frozen=False, delay=0.0)
            self._left = None
            self._listen()

        self._do(heal)

    @property
    def connections(self) -> int:
        """How many connections are whole."""
        found: list[int] = []
        self._do(lambda: found.append(sum(pair.whole for pair in self._pairs)))
        return found[0]

    # The thread.

    def _do(self, order: Callable[[], None]) -> None:
        done = threading.Event()
        self._orders.append((order, done))
        self._bell.send(b"!")
        if not done.wait(10):
            raise TimeoutError("the proxy's thread does not answer")

    def _run(self) -> None:
        self._watch()
        while not self._ending:
            for key, _ in self._selector.select(self._timeout()):
                if key.fileobj is self._ear:
                    self._ear.recv(_CHUNK)
                elif key.fileobj is self._listener:
                    self._take()
            while self._orders:
                order, done = self._orders.popleft()
                order()
                done.set()
            if not self._frozen:
                for pair in list(self._pairs):
                    self._pass_on(pair)
            self._watch()

    def _timeout(self) -> float | None:
        if self._frozen:
            return None
        due = [pair.due for pair in self._pairs if pair.due is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _watch(self) -> None:
        """Be woken by what can be read or written now, and by nothing else."""
        wanted: dict[socket.socket, int] = {self._ear: selectors.EVENT_READ}
        if not self._frozen:
            if self._listener is not None:
                wanted[self._listener] = selectors.EVENT_READ
            for pair in self._pairs:
                wanted.update(pair.wanted())
        for key in list(self._selector.get_map().values()):
            if wanted.get(key.fileobj) != key.events:  # type: ignore[call-overload]
                self._selector.unregister(key.fileobj)
        present = {key.fileobj for key in self._selector.get_map().values()}
        for each, events in wanted.items():
            if each not in present:
                self._selector.register(each, events)

    def _take(self) -> None:
        assert self._listener is not None
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        server = socket.socket()
        try:
            server.connect(self._backend)  # the loopback answers at once
        except OSError:
            server.close()
            _close(client, hard=True)
            return
        self._pairs.append(_Pair(client, server))

    def _pass_on(self, pair: _Pair) -> None:
        if pair not in self._pairs:  # a cut at the pair before has ended it
            return
        pair.read(time.monotonic() + self._delay)
        self._left = pair.write(time.monotonic(), self._left)
        if self._left is not None and self._left <= 0:
            self._left = None
            self._close_all(hard=False)
        elif pair.over:
            pair.close(hard=pair.broken)
            self._unwatch(pair)
            self._pairs.remove(pair)

    def _close_all(self, *, hard: bool) -> None:
        for pair in self._pairs:
            self._unwatch(pair)
            pair.close(hard=hard)
        self._pairs.clear()

    def _unwatch(self, pair: _Pair) -> None:
        for each in (pair.client, pair.server):
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(each)

    def _set(self, *, frozen: bool | None = None, delay: float | None = None) -> None:
        self._frozen = self._frozen if frozen is None else frozen
        self._delay = self._delay if delay is None else delay

    def _listen(self) -> None:
        if self._listener is not None:
            return
        until = time.monotonic() + 5
        while self._listener is None:
            try:
                self._listener = socket.create_server((self._host, self.port), backlog=50)
            except OSError:  # noqa: PERF203 -- somebody's outgoing connection may hold the port for a moment
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]

    def _stop_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(KeyError):
                self._selector.unregister(listener)
            listener.close()

    def _end(self) -> None:
        self._ending = True
        self._close_all(hard=True)
        self._stop_listening()


class _Pair:
    """One connection: a socket on either side and the bytes on their way, each with the time of its arrival."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client = client
        self.server = server
        self.broken = False
        """Whether a side ended by an error."""
        self._forgotten: socket.socket | None = None
        self._ended: set[socket.socket] = set()
        self._way: dict[socket.socket, deque[tuple[float, bytes]]] = {client: deque(), server: deque()}
        for each in (client, server):
            each.setblocking(False)
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def whole(self) -> bool:
        """Whether it connects anybody with anybody."""
        return self._forgotten is None and not self._ended

    @property
    def over(self) -> bool:
        """Whether nobody is left whom it could serve: a side ended, and what it said before was passed on."""
        return self.broken or any(not self._way[self._other(each)] for each in self._ended)

    @property
    def due(self) -> float | None:
        """When the next bytes arrive; None where none are on their way, or they only wait for room."""
        now = time.monotonic()
        return min((way[0][0] for way in self._way.values() if way and way[0][0] > now), default=None)

    def wanted(self) -> dict[socket.socket, int]:
        """What each side waits for now."""
        now = time.monotonic()
        wanted = {}
        for each, way in self._way.items():
            room = sum(len(data) for _, data in self._way[self._other(each)]) < _MOST_BUFFERED
            events = selectors.EVENT_READ if room and each not in self._ended else 0
            events |= selectors.EVENT_WRITE if way and way[0][0] <= now else 0
            if events and each is not self._forgotten:
                wanted[each] = events
        return wanted

    def read(self, arrival: float) -> None:
        """Take in what either side has said; it arrives at `arrival`."""
        for each in (self.client, self.server):
            if each in self._ended or each is self._forgotten:
                continue
            try:
                data = each.recv(_CHUNK)
            except BlockingIOError:
                continue
            except OSError:
                self.broken = True
                continue
            if not data:
                self._ended.add(each)
            elif self._forgotten is None:
                self._way[self._other(each)].append((arrival, data))

    def write(self, now: float, left: int | None) -> int | None:
        """Pass on what has arrived; at most `left` bytes from the server. What is left then."""
        for each, way in self._way.items():
            while way and way[0][0] <= now and each is not self._forgotten:
                arrival, data = way.popleft()
                limited = data if left is None or each is self.server else data[:left]
                try:
                    sent = each.send(limited) if limited else 0
                except BlockingIOError:
                    sent = 0
                except OSError:
                    self.broken = True
                    return left
                if left is not None and each is self.client:
                    left -= sent
                if sent < len(data):
                    way.appendleft((arrival, data[sent:]))
                    break
        return left

    def forget(self, side: socket.socket) -> None:
        """Lose `side`; the other one is listened to and never answered, until it ends."""
        if self._forgotten is None:
            self._forgotten = side
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            for way in self._way.values():
                way.clear()

    def close(self, *, hard: bool) -> None:
        """End both sides."""
        for each in (self.client, self.server):
            _close(each, hard=hard)

    def _other(self, side: socket.socket) -> socket.socket:
        return self.server if side is self.client else self.client


def _close(side: socket.socket, *, hard: bool) -> None:
    with contextlib.suppress(OSError):
        if hard:
            side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
    side.close()
