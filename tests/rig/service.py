"""A service on a bus, which answers calls in a thread of its own and sends signals when it is asked to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageFlag, MessageType, new_error, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection
    from jeepney.low_level import Message
    from typing_extensions import Self

UNKNOWN_METHOD = "org.freedesktop.DBus.Error.UnknownMethod"


class Service:
    """Owns `names` on the bus at `address` between `start` and `stop`, or as a context manager."""

    matches: ClassVar[tuple[MatchRule, ...]] = ()
    """Signals for which `on_signal` is called."""

    def __init__(self, address: str, *names: str) -> None:
        self._address = address
        self._names = names
        self._connection: DBusConnection | None = None
        self._thread: threading.Thread | None = None
        self._sending = threading.Lock()
        self._stopping = threading.Event()
        self.calls: list[str] = []
        """Methods that were called, as they came."""

    def start(self) -> None:
        """Take the names, and answer from now on."""
        self._connection = open_dbus_connection(self._address, enable_fds=True)
        for name in self._names:
            assert self._connection.send_and_get_reply(message_bus.RequestName(name, 4)).body[0] == 1
        for rule in self.matches:
            self._connection.send_and_get_reply(message_bus.AddMatch(rule))
        self._stopping.clear()
        self._thread = threading.Thread(target=self._serve, args=(self._connection,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Leave the bus; once is enough."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def signal(self, path: str, interface: str, member: str, signature: str = "", *body: object) -> None:
        """Broadcast a signal."""
        self._send(new_signal(DBusAddress(path, interface=interface), member, signature or None, body))

    def answer(self, message: Message) -> Message | None:
        """The answer to a call, None for none; an error unless a subclass knows better."""
        return new_error(message, UNKNOWN_METHOD)

    def on_signal(self, message: Message) -> None:
        """Called with each signal that `matches`."""

    def _send(self, message: Message) -> None:
        assert self._connection is not None
        with self._sending:
            self._connection.send(message)

    def _serve(self, connection: DBusConnection) -> None:
        while not self._stopping.is_set():
            try:
                message = connection.receive(timeout=0.02)
            except TimeoutError:
                continue
            except ConnectionError:  # the bus has ended
                return
            kind = message.header.message_type
            if kind is MessageType.signal:
                self.on_signal(message)
            elif kind is MessageType.method_call:
                self.calls.append(str(message.header.fields.get(HeaderFields.member)))
                answer = self.answer(message)
                if answer is not None and not message.header.flags & MessageFlag.no_reply_expected:
                    self._send(answer)
