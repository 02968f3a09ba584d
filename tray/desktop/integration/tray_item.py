"""Looks whether the panel still has our icon: some panels drop one without a signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PyQt5.QtCore import QObject, QTimer

from tray.desktop.bus import method_call, property_call

if TYPE_CHECKING:
    from tray.desktop.bus import Bus

WATCHER = "org.kde.StatusNotifierWatcher"
WATCHER_PATH = "/StatusNotifierWatcher"
_BUS = "org.freedesktop.DBus"
_LOOK_MS = 3000
"""Milliseconds after which a panel has either taken an icon or dropped it, and a panel that restarts is back."""


class IconListener(Protocol):
    """Is called with what becomes of an icon that was shown."""

    def on_icon_dropped(self) -> None:
        """The panel has dropped the icon: take it away and show it again. Once for each panel."""

    def on_icon_seen(self, there: bool) -> None:
        """Whether the panel has the icon, some seconds after it was shown, and whenever that may have changed."""


class TrayItem(QObject):
    """Looks whether one of the registered StatusNotifierItems is of this process, each time that may have changed.

    GNOME's AppIndicator extension drops an item now and then ("While initalizing proxy …: Argument two may not be
    null", 2 of 33 starts): no icon, and no signal. A dropped icon is shown anew, once for each panel.
    While there is no panel at all the listener is not called: GNOME removes its own whenever the screen is locked.
    """

    def __init__(self, bus: Bus, listener: IconListener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        self._listener = listener
        self._shown_anew = False
        self._round = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._watching = False

    def watch(self) -> None:
        """The icon was just shown: look whether it stays."""
        if not self._watching:
            self._watching = True
            self._bus.watch(WATCHER, self._panel_changed)
            self._bus.listen(
                WATCHER, WATCHER_PATH, WATCHER, "StatusNotifierItemUnregistered", lambda _: self._look_soon()
            )
            self._bus.lost.connect(self.stop)
        self._look_soon()

    def stop(self) -> None:
        """Do not call the listener until the next `watch`."""
        self._round += 1
        self._timer.stop()

    def _panel_changed(self, _old: str, _new: str) -> None:
        self._shown_anew = False
        self._look_soon()

    def _look_soon(self) -> None:
        self._round += 1
        self._timer.start()

    def _look(self) -> None:
        this = self._round

        def answered(_error: str, reply: list[Any]) -> None:
            match reply:
                case [[*items]] if this == self._round:
                    names = {str(item).partition("/")[0].partition("@")[0] for item in items}
                    self._find_ours(names - {""}, this)

        self._bus.ask(
            property_call(WATCHER, WATCHER_PATH, WATCHER, "RegisteredStatusNotifierItems"), answered
        )

    def _find_ours(self, names: set[str], this: int) -> None:
        """Ask of which process each name is; our own is that of our connection, also behind a proxy."""
        own = self._bus.own_name
        processes: dict[str, int] = {}

        def ask(name: str) -> None:
            def answered(_error: str, reply: list[Any]) -> None:
                match reply:
                    case [int(process)]:
                        processes[name] = process
                    case _:
                        processes[name] = 0
                if len(processes) == len(asked) and this == self._round and processes[own]:
                    self._found(any(processes[each] == processes[own] for each in names))

            call = method_call(_BUS, "/org/freedesktop/DBus", _BUS, "GetConnectionUnixProcessID", name)
            self._bus.ask(call, answered)

        asked = sorted({own, *names})
        for each in asked:
            ask(each)

    def _found(self, there: bool) -> None:
        if there or self._shown_anew:
            self._listener.on_icon_seen(there)
        else:
            self._shown_anew = True
            self._listener.on_icon_dropped()
            self._look_soon()
