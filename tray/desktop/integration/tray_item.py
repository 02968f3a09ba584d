"""Checks whether the panel still has Mailbell's icon: some panels drop an icon without a signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PyQt5.QtCore import QObject, QTimer

from tray.desktop.bus import method_call, property_call

if TYPE_CHECKING:
    from tray.desktop.bus import Bus

WATCHER = "org.kde.StatusNotifierWatcher"
WATCHER_PATH = "/StatusNotifierWatcher"
_BUS = "org.freedesktop.DBus"
_CHECK_DELAY_MS = 3000
"""Milliseconds after which a panel has either accepted an icon or dropped it, and a panel that restarts is back."""
_MAX_RETRIES = 2
"""How often a dropped icon is registered again with one panel: under load one may drop it several times."""


class IconListener(Protocol):
    """Is called with the state of an icon that was shown."""

    def on_icon_dropped(self) -> None:
        """The panel has dropped the icon: hide it and show it again. At most `_MAX_RETRIES` times for each panel."""

    def on_icon_seen(self, in_panel: bool) -> None:
        """Whether the panel has the icon, some seconds after it was shown, and whenever that may have changed."""


class TrayItem(QObject):
    """Checks whether a registered StatusNotifierItem is of this process, whenever that may have changed.

    GNOME's AppIndicator extension drops an item now and then ("While initalizing proxy …: Argument two may not be
    null", 2 of 33 starts): no icon, and no signal. A dropped icon is registered again, some seconds later.
    While there is no panel at all the listener is not called: GNOME removes its panel whenever the screen is locked.
    """

    def __init__(self, bus: Bus, listener: IconListener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        self._listener = listener
        self._retries = 0
        self._round = 0
        """Number of the newest check: answers to older ones are ignored."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CHECK_DELAY_MS)
        self._timer.timeout.connect(self._check)
        self._watching = False

    def watch(self) -> None:
        """Check, from now on, whether the icon that was just shown stays in the panel."""
        if not self._watching:
            self._watching = True
            self._bus.watch(WATCHER, self._panel_changed)
            self._bus.listen(
                WATCHER, WATCHER_PATH, WATCHER, "StatusNotifierItemUnregistered", lambda _: self._check_soon()
            )
            self._bus.lost.connect(self.stop)
        self._check_soon()

    def stop(self) -> None:
        """Call the listener no more, until the next `watch`."""
        self._round += 1
        self._timer.stop()

    def _panel_changed(self, _old: str, _new: str) -> None:
        self._retries = 0
        self._check_soon()

    def _check_soon(self) -> None:
        self._round += 1
        self._timer.start()

    def _check(self) -> None:
        this = self._round

        def answered(_error: str, reply: list[Any]) -> None:
            match reply:
                case [[*items]] if this == self._round:
                    names = {str(item).partition("/")[0].partition("@")[0] for item in items}
                    self._find_own(names - {""}, this)

        self._bus.ask(
            property_call(WATCHER, WATCHER_PATH, WATCHER, "RegisteredStatusNotifierItems"), answered
        )

    def _find_own(self, names: set[str], this: int) -> None:
        """Ask for the process of each name, and for that of this connection, as a bus behind a proxy sees it."""
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
                    self._report(any(processes[name] == processes[own] for name in names))

            call = method_call(_BUS, "/org/freedesktop/DBus", _BUS, "GetConnectionUnixProcessID", name)
            self._bus.ask(call, answered)

        asked = sorted({own, *names})
        for name in asked:
            ask(name)

    def _report(self, in_panel: bool) -> None:
        if in_panel or self._retries >= _MAX_RETRIES:
            self._listener.on_icon_seen(in_panel)
        else:
            self._retries += 1
            self._listener.on_icon_dropped()
            self._check_soon()
