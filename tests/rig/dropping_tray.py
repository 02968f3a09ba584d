"""A tray that loses icons: a StatusNotifierWatcher which drops the first registrations, as GNOME's extension may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jeepney import HeaderFields, MatchRule, new_method_return

from tests.rig.service import Service
from tests.rig.tray import WATCHER

if TYPE_CHECKING:
    from jeepney.low_level import Message

_PATH = "/StatusNotifierWatcher"
_INTERFACE = f"""<node><interface name="{WATCHER}">
<method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
<property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
<property name="RegisteredStatusNotifierItems" type="as" access="read"/>
</interface></node>"""


class DroppingTray(Service):
    """Watcher and host at once on the bus at `address`; `drops` registrations are accepted and dropped."""

    matches = (MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged"),)

    def __init__(self, address: str, drops: int) -> None:
        super().__init__(address, WATCHER)
        self._drops = drops
        self.registered: list[str] = []
        """Each registration, dropped or not, by the unique name of its sender."""
        self.items: list[str] = []
        """What is in the tray."""

    def drop(self, sender: str) -> None:
        """Lose an item that was in the tray, and say so."""
        self.items.remove(sender)
        self.signal(_PATH, WATCHER, "StatusNotifierItemUnregistered", "s", f"{sender}/StatusNotifierItem")

    def answer(self, message: Message) -> Message | None:
        """As a watcher."""
        fields = message.header.fields
        match fields.get(HeaderFields.member), message.body:
            case "RegisterStatusNotifierItem", _:
                sender = str(fields[HeaderFields.sender])
                self.registered.append(sender)
                if len(self.registered) > self._drops:
                    self.items.append(sender)
                return new_method_return(message)
            case "Introspect", _:  # Qt believes in no property that was not announced
                return new_method_return(message, "s", (_INTERFACE,))
            case "Get", (_, "IsStatusNotifierHostRegistered"):
                return new_method_return(message, "v", (("b", True),))
            case "Get", (_, "RegisteredStatusNotifierItems"):
                items = [f"{sender}/StatusNotifierItem" for sender in self.items]
                return new_method_return(message, "v", (("as", items),))
        return super().answer(message)

    def on_signal(self, message: Message) -> None:
        """Programs that have left the bus leave the tray."""
        if message.header.fields.get(HeaderFields.member) == "NameOwnerChanged":
            name, _old, new = message.body
            if not new and name in self.items:
                self.items.remove(name)
