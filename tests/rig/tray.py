"""Uses StatusNotifierItems and their menus over D-Bus as a panel does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, HeaderFields
from jeepney.io.blocking import open_dbus_connection

from tests.rig.bus import DBusCallError, call
from tests.rig.processes import wait_until

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterator

    from typing_extensions import Self

WATCHER = "org.kde.StatusNotifierWatcher"
_ITEM = "org.kde.StatusNotifierItem"
_MENU = "com.canonical.dbusmenu"
_PROPERTIES = "org.freedesktop.DBus.Properties"


@dataclass(frozen=True)
class Item:
    """Where an item lives on the bus."""

    name: str
    path: str


@dataclass(frozen=True)
class Entry:
    """A line of a menu; a separator has no label."""

    id: int
    label: str
    depth: int
    enabled: bool = True
    visible: bool = True
    separator: bool = False
    checked: bool = False


class TrayDriver:
    """Lists, reads and clicks; `which` is the Id property of the item that is meant, the first one without it."""

    def __init__(self, address: str, which: str | None = None) -> None:
        self._connection = open_dbus_connection(address)
        self._which = which

    def close(self) -> None:
        """Leave the bus."""
        self._connection.close()

    def wait(self, seconds: float = 60.0) -> Item:
        """The item, waited for."""
        wait_until(lambda: self._find() is not None, "an item in the tray", seconds)
        return self._item()

    def props(self) -> dict[str, Any]:
        """The item's properties; of its pictures only their sizes."""
        item = self._item()
        return self._properties(item)

    def menu(self) -> builtins.list[str]:
        """The labels of the menu as written (with mnemonics), ``---`` for a separator; hidden ones left out."""
        return ["---" if entry.separator else entry.label for entry in self.entries() if entry.visible]

    def entries(self) -> builtins.list[Entry]:
        """All lines of the menu, sub-menus in place, deeper."""
        item, path = self._menu_path()
        layout = call(self._connection, DBusAddress(path, item.name, _MENU), "GetLayout", "iias", 0, -1, [])[
            1
        ]
        return [*_walk(layout, -1)]

    def open_menu(self) -> None:
        """Tell the program that its menu is about to be shown, as a panel does before it draws it."""
        item, path = self._menu_path()
        call(self._connection, DBusAddress(path, item.name, _MENU), "AboutToShow", "i", 0)

    def click(self, label: str) -> None:
        """Click the line of that label (mnemonics do not count); LookupError naming what there is."""
        wanted = _bare(label)
        for entry in self.entries():
            if _bare(entry.label) == wanted and entry.visible:
                if not entry.enabled:
                    raise LookupError(f"{label!r} is greyed out")
                item, path = self._menu_path()
                event = (entry.id, "clicked", ("i", 0), 0)
                call(self._connection, DBusAddress(path, item.name, _MENU), "Event", "isvu", *event)
                return
        raise LookupError(f"{label!r} is not among {self.menu()!r}")

    def activate(self, x: int = 0, y: int = 0) -> None:
        """A left click on the icon."""
        item = self._item()
        call(self._connection, DBusAddress(item.path, item.name, _ITEM), "Activate", "ii", x, y)

    def secondary(self, x: int = 0, y: int = 0) -> None:
        """A middle click on the icon."""
        item = self._item()
        call(self._connection, DBusAddress(item.path, item.name, _ITEM), "SecondaryActivate", "ii", x, y)

    def list(self) -> builtins.list[Item]:
        """The registered items, in the watcher's order; empty where there is no watcher."""
        try:
            value = self._get(WATCHER, "/StatusNotifierWatcher", WATCHER, "RegisteredStatusNotifierItems")
        except DBusCallError:
            return []
        items = []
        for text in value:
            name, slash, path = text.partition("/")
            items.append(Item(name, slash + path if slash else "/StatusNotifierItem"))
        return items

    def _find(self) -> Item | None:
        for item in self.list():
            try:
                properties = self._properties(item)
            except DBusCallError:  # gone since the watcher listed it
                continue
            if self._which in {None, properties.get("Id")}:
                return item
        return None

    def _item(self) -> Item:
        item = self._find()
        if item is None:
            raise LookupError("no item in the tray")
        return item

    def _menu_path(self) -> tuple[Item, str]:
        item = self._item()
        return item, str(self._properties(item)["Menu"])

    def _properties(self, item: Item) -> dict[str, Any]:
        address = DBusAddress(item.path, item.name, _PROPERTIES)
        found: Any = call(self._connection, address, "GetAll", "s", _ITEM)[0]
        return {
            key: [f"{image[0]}x{image[1]}" for image in value] if "Pixmap" in key else value
            for key, (_, value) in found.items()
        }

    def _get(self, name: str, path: str, interface: str, member: str) -> Any:
        answer: Any = call(
            self._connection, DBusAddress(path, name, _PROPERTIES), "Get", "ss", interface, member
        )
        return answer[0][1]


class MenuMonitor:
    """Hears on the bus what panels ask of menus (com.canonical.dbusmenu); a context manager."""

    def __init__(self, address: str) -> None:
        self._connection = open_dbus_connection(address)
        self._opened = False

    def __enter__(self) -> Self:
        monitoring = DBusAddress(
            "/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus.Monitoring"
        )
        rules = [f"type='method_call',interface='{_MENU}'"]
        call(self._connection, monitoring, "BecomeMonitor", "asu", rules, 0)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def saw_opening(self) -> bool:
        """Whether a panel signalled that it opens, or is about to open, a menu."""
        while not self._opened:
            try:
                message = self._connection.receive(timeout=0)
            except TimeoutError:
                break
            member = message.header.fields.get(HeaderFields.member)
            self._opened = member in {"AboutToShow", "AboutToShowGroup"} or "opened" in message.body
        return self._opened


def _bare(label: str) -> str:
    return label.replace("__", "\0").replace("_", "").replace("\0", "_")


def _walk(node: Any, depth: int) -> Iterator[Entry]:
    identity, properties, children = node
    plain = {key: value for key, (_, value) in properties.items()}
    if depth >= 0:
        yield Entry(
            id=identity,
            label=plain.get("label", ""),
            depth=depth,
            enabled=plain.get("enabled", True),
            visible=plain.get("visible", True),
            separator=plain.get("type") == "separator",
            checked=plain.get("toggle-state") == 1,
        )
    for child in children:
        yield from _walk(child[1], depth + 1)
