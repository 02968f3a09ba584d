"""A tray that loses icons: a StatusNotifierWatcher which drops the first registrations, as GNOME's extension may do."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    MessageFlag,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.rig.tray import WATCHER

if TYPE_CHECKING:
    from jeepney.low_level import Message
    from typing_extensions import Self

_PATH = "/StatusNotifierWatcher"
_INTERFACE = f"""<node><interface name="{WATCHER}">
<method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
<property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
<property name="RegisteredStatusNotifierItems" type="as" access="read"/>
</interface></node>"""
_LEAVING = MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged")


class ForgetfulTray:
    """Watcher and host at once on the bus at `address`; `drops` registrations are taken and forgotten."""

    def __init__(self, address: str, drops: int) -> None:
        self._connection = open_dbus_connection(address)
        self._drops = drops
        self._orders: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.registered: list[str] = []
        """Each registration, dropped or not, by the unique name of its sender."""
        self.items: list[str] = []
        """What is in the tray."""
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._connection.send_and_get_reply(message_bus.RequestName(WATCHER, 4))
        self._connection.send_and_get_reply(message_bus.AddMatch(_LEAVING))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._orders.put(None)
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        while True:
            while not self._orders.empty():
                order = self._orders.get()
                if order is None:
                    return
                self._connection.send(order)
            try:
                message = self._connection.receive(timeout=0.02)
            except TimeoutError:
                continue
            if message.header.message_type is MessageType.method_call:
                self._answer(message)
            elif message.header.message_type is MessageType.signal:
                self._forget_who_left(message)

    def drop(self, sender: str) -> None:
        """Lose an item that was in the tray, and say so."""
        self.items.remove(sender)
        body = (f"{sender}/StatusNotifierItem",)
        watcher = DBusAddress(_PATH, interface=WATCHER)
        self._orders.put(new_signal(watcher, "StatusNotifierItemUnregistered", "s", body))

    def _answer(self, message: Message) -> None:
        fields = message.header.fields
        match fields.get(HeaderFields.member), message.body:
            case "RegisterStatusNotifierItem", _:
                sender = str(fields[HeaderFields.sender])
                self.registered.append(sender)
                if len(self.registered) > self._drops:
                    self.items.append(sender)
                reply = new_method_return(message)
            case "Introspect", _:  # Qt believes in no property that was not announced
                reply = new_method_return(message, "s", (_INTERFACE,))
            case "Get", (_, "IsStatusNotifierHostRegistered"):
                reply = new_method_return(message, "v", (("b", True),))
            case "Get", (_, "RegisteredStatusNotifierItems"):
                items: Any = [f"{sender}/StatusNotifierItem" for sender in self.items]
                reply = new_method_return(message, "v", (("as", items),))
            case _:
                reply = new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
        if not message.header.flags & MessageFlag.no_reply_expected:
            self._connection.send(reply)

    def _forget_who_left(self, message: Message) -> None:
        if message.header.fields.get(HeaderFields.member) == "NameOwnerChanged":
            name, _old, new = message.body
            if not new and name in self.items:
                self.items.remove(name)
