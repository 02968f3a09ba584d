"""Looks whether the panel still has our icon: some panels drop one and say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtDBus import QDBusMessage

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

_WATCHER = "org.kde.StatusNotifierWatcher"
_PATH = "/StatusNotifierWatcher"
_BUS = "org.freedesktop.DBus"
_LOOK_MS = 3000
"""Milliseconds after which a panel has either taken an icon or dropped it, and a panel that restarts is back."""


class TrayItem(QObject):
    """Looks whether one of the registered StatusNotifierItems is of this process, each time that may have changed.

    GNOME's AppIndicator extension drops an item now and then ("While initalizing proxy …: Argument two may not be
    null", 2 of 33 starts): no icon, and no word of it. A dropped icon is shown anew, once for each panel.
    While there is no panel at all nothing is told: GNOME takes its own away whenever the screen is locked.
    """

    def __init__(
        self,
        bus: Bus,
        show_anew: Callable[[], None],
        seen: Callable[[bool], None],
        parent: QObject | None = None,
    ) -> None:
        """`show_anew` is to take the icon away and show it again; `seen` is told whether it is there in the end."""
        super().__init__(parent)
        self._bus = bus
        self._show_anew = show_anew
        self._seen = seen
        self._tried_anew = False
        self._round = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look)
        self._watching = False

    def watch(self) -> None:
        """The icon was just shown: look whether it stays."""
        if not self._watching:
            self._watching = True
            self._bus.watch(_WATCHER, self._panel_changed)
            self._bus.listen(
                _WATCHER, _PATH, _WATCHER, "StatusNotifierItemUnregistered", lambda _: self._look_soon()
            )
        self._look_soon()

    def _panel_changed(self, _old: str, _new: str) -> None:
        self._tried_anew = False
        self._look_soon()

    def stop(self) -> None:
        """Tell nothing until the next `watch`."""
        self._round += 1
        self._soon.stop()

    def _look_soon(self) -> None:
        self._round += 1
        self._soon.start(_LOOK_MS)

    def _look(self) -> None:
        call = QDBusMessage.createMethodCall(_WATCHER, _PATH, "org.freedesktop.DBus.Properties", "Get")
        call.setArguments([_WATCHER, "RegisteredStatusNotifierItems"])
        call.setAutoStartService(False)
        this = self._round

        def answered(_error: str, answer: list[Any]) -> None:
            match answer:
                case [[*items]] if this == self._round:
                    names = {str(item).partition("/")[0].partition("@")[0] for item in items}
                    self._find_ours(names - {""}, this)

        self._bus.ask(call, answered)

    def _found(self, there: bool) -> None:
        if there or self._tried_anew:
            self._seen(there)
        else:
            self._tried_anew = True
            self._show_anew()
            self._look_soon()

    def _find_ours(self, names: set[str], this: int) -> None:
        """Ask of which process each name is; our own is that of our place on the bus, also behind a proxy."""
        own = self._bus.own_name
        asked = {own, *names}
        processes: dict[str, int] = {}

        def answered(name: str, answer: list[Any]) -> None:
            match answer:
                case [int(process)]:
                    processes[name] = process
                case _:
                    processes[name] = 0
            if len(processes) == len(asked) and this == self._round and processes[own]:
                self._found(any(processes[each] == processes[own] for each in names))

        def ask(name: str) -> None:
            call = QDBusMessage.createMethodCall(
                _BUS, "/org/freedesktop/DBus", _BUS, "GetConnectionUnixProcessID"
            )
            call.setArguments([name])
            self._bus.ask(call, lambda _error, answer: answered(name, answer))

        for each in sorted(asked):
            ask(each)
