"""A peer on a bus that owns whatever names it is given, and says what nobody should."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, MessageFlag, MessageType, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

NONSENSE: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("", ()),
    ("s", ("",)),
    ("s", ("\u202e" + "x" * 100_000,)),
    ("i", (-1,)),
    ("u", (2**32 - 1,)),
    ("x", (-(2**63),)),
    ("t", (2**64 - 1,)),
    ("d", (float("nan"),)),
    ("y", (255,)),
    ("b", (True,)),
    ("o", ("/",)),
    ("o", ("/no/such/thing",)),
    ("g", ("a{sv}",)),
    ("v", (("v", ("s", "deep")),)),
    ("v", (("a(ii)", [(1, 2)]),)),
    ("as", (["x"] * 10_000,)),
    ("as", ([],)),
    ("ay", (b"\x00\xff",)),
    ("ai", ([1, 2],)),
    ("av", ([("s", "x"), ("i", 1)],)),
    ("a{sv}", ({"x": ("i", 1)},)),
    ("a{sa{sv}}", ({"x": {"y": ("i", 1)}},)),
    ("a{us}", ({1: "x"},)),
    ("(us)", ((1, "default"),)),
    ("a(us)", ([(1, "default")],)),
    ("uu", (1, 1)),
    ("us", (1, "default\x01")),
    ("us", (0, "default")),
    ("ub", (1, True)),
    ("su", ("1", 1)),
    ("uuu", (1, 2, 3)),
    ("uss", (1, "default", "more")),
    ("(us)s", ((1, "x"), "default")),
    ("u(us)", (1, (1, "x"))),
    ("uas", (1, ["default"])),
    ("sa{sv}as", ("org.freedesktop.login1.Session", {"LockedHint": ("s", "no")}, [])),
    ("sa{sv}as", ("org.freedesktop.NetworkManager", {"PrimaryConnection": ("a{sv}", {})}, [])),
    ("sa{ss}as", ("org.freedesktop.login1.Session", {"LockedHint": "false"}, [])),
    ("sas", ("org.freedesktop.login1.Session", ["LockedHint"])),
)
"""Signatures and bodies: every basic type, containers, too few, too many, nearly right ones."""


class FakeService:
    """As a context manager it is on the bus; every call is answered by `reply`, whatever was asked."""

    def __init__(self, address: str, names: Sequence[str]) -> None:
        self._address = address
        self._names = names
        self._orders: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._ready = threading.Event()
        self.reply: tuple[str, tuple[object, ...]] = ("", ())
        self.asked: list[str] = []
        """Methods that were called, as they came."""

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._orders.put(None)
        self._thread.join()

    def tell(self, path: str, interface: str, member: str, signature: str, body: tuple[object, ...]) -> None:
        """Broadcast a signal."""
        self._orders.put(new_signal(DBusAddress(path, interface=interface), member, signature or None, body))

    def _serve(self) -> None:
        connection = open_dbus_connection(self._address)
        try:
            for name in self._names:
                connection.send_and_get_reply(message_bus.RequestName(name, 4))
            self._ready.set()
            while True:
                while not self._orders.empty():
                    order = self._orders.get()
                    if order is None:
                        return
                    connection.send(order)
                try:
                    message = connection.receive(timeout=0.01)
                except TimeoutError:
                    continue
                if message.header.message_type is MessageType.method_call:
                    self.asked.append(str(message.header.fields.get(3)))
                    if not message.header.flags & MessageFlag.no_reply_expected:
                        signature, body = self.reply
                        connection.send(new_method_return(message, signature or None, body))
        finally:
            connection.close()
