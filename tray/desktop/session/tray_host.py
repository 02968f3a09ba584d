"""Waits for a panel that shows tray icons, and checks that it keeps Mailbell's: some drop one without a signal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtDBus import QDBus, QDBusConnection
from PyQt5.QtGui import QGuiApplication

from tray.desktop.bus import method_call, property_call, single_shot

if TYPE_CHECKING:
    from tray.desktop.bus import Bus

_WATCHER = "org.kde.StatusNotifierWatcher"
_PATH = "/StatusNotifierWatcher"
_BUS = "org.freedesktop.DBus"
_PATIENCE = 100
"""Milliseconds that the start of the program waits for the watcher's answer."""
_XEMBED_GRACE = 1500
"""Milliseconds for a panel with an XEmbed tray to become a StatusNotifierHost, too: most panels do both."""
_CHECK_DELAY_MS = 3000
"""Milliseconds after which a panel has either accepted an icon or dropped it, and a panel that restarts is back."""
_MAX_RETRIES = 2
"""How often a dropped icon is registered again with one panel: under load one may drop it several times."""


def has_panel(session: QDBusConnection | None = None) -> bool:
    """Whether there is a panel that shows icons of the session bus, or of another `session`; waits for the answer."""
    if sys.platform in {"win32", "darwin"}:
        return False
    question = property_call(_WATCHER, _PATH, _WATCHER, "IsStatusNotifierHostRegistered")
    reply = (session or QDBusConnection.sessionBus()).call(question, QDBus.Block, _PATIENCE)
    return reply.arguments() == [True]


class TrayListener(Protocol):
    """Is called with the state of the tray, and of an icon that was shown."""

    def on_tray(self) -> None:
        """There is a tray: the icon may be made. Called once, perhaps after `on_no_tray`."""

    def on_no_tray(self) -> None:
        """No tray appeared in time; one may still appear."""

    def on_bus_lost(self) -> None:
        """The session bus has ended, and with it every icon that was shown over it."""

    def on_icon_dropped(self) -> None:
        """The panel has dropped the icon: hide it and show it again. At most `_MAX_RETRIES` times for each panel."""

    def on_icon_seen(self, in_panel: bool) -> None:
        """Whether the panel has the icon, some seconds after it was shown, and whenever that may have changed."""


class TrayHost(QObject):
    """Finds out whether there is a tray before any QSystemTrayIcon is made, and whether it keeps the icon.

    Qt chooses once, at its first tray icon, between StatusNotifierItem and XEmbed: XEmbed when no StatusNotifier host
    is registered at that moment (QDBusMenuConnection in Qt 5). So `on_tray` is called late enough for the right
    choice: at once where a host is registered, else when one is registered or at the timeout.

    GNOME's AppIndicator extension drops an item now and then ("While initalizing proxy …: Argument two may not be
    null", 2 of 33 starts): no icon, and no signal. A dropped icon is registered again, some seconds later.
    While there is no panel at all that is not checked: GNOME removes its panel whenever the screen is locked.
    """

    def __init__(self, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        self._listener: TrayListener | None = None
        self._waiting = False
        self._watches_icon = False
        self._retries = 0
        self._round = 0
        """Number of the newest check of the icon: answers to older ones are ignored."""
        self._timeout = single_shot(self, self._timed_out)
        self._xembed_grace = single_shot(self, self._check_xembed, _XEMBED_GRACE)
        self._check_icon_later = single_shot(self, self._check_icon, _CHECK_DELAY_MS)
        bus.watch(_WATCHER, self._watcher_changed)
        bus.listen(_WATCHER, _PATH, _WATCHER, "StatusNotifierHostRegistered", lambda _: self._ask())
        bus.listen(
            _WATCHER, _PATH, _WATCHER, "StatusNotifierItemUnregistered", lambda _: self._check_icon_soon()
        )
        bus.lost.connect(self._bus_lost)

    def wait(self, listener: TrayListener, timeout: int) -> None:
        """Call `listener` from now on: `on_no_tray` after `timeout` milliseconds without a tray.

        It is not called from within `wait`.
        """
        self._listener = listener
        self._waiting = True
        if sys.platform in {"win32", "darwin"}:
            QTimer.singleShot(0, self._found)  # these systems always have a tray
            return
        self._ask()
        self._timeout.start(timeout)
        self._xembed_grace.start()

    def watch_icon(self) -> None:
        """Check, from now on, whether the panel keeps the StatusNotifierItem that was just shown."""
        self._watches_icon = True
        self._check_icon_soon()

    def unwatch_icon(self) -> None:
        """The icon was hidden on purpose."""
        self._forget_icon()

    def stop(self) -> None:
        """Call the listener no more."""
        self._listener = None
        self._waiting = False
        self._timeout.stop()
        self._xembed_grace.stop()
        self._forget_icon()

    def _watcher_changed(self, _old: str, new: str) -> None:
        self._retries = 0
        self._check_icon_soon()
        if new:
            self._ask()

    def _bus_lost(self) -> None:
        self._forget_icon()
        if self._listener is not None:
            self._listener.on_bus_lost()

    # Whether there is a tray

    def _ask(self) -> None:
        """Ask whether a host is registered: the watcher may start before the panel."""
        if self._waiting:
            call = property_call(_WATCHER, _PATH, _WATCHER, "IsStatusNotifierHostRegistered")
            self._bus.ask(call, self._answered)

    def _answered(self, _error: str, reply: list[Any]) -> None:
        match reply:
            case [True]:
                self._found()

    def _found(self) -> None:
        self._timeout.stop()
        self._xembed_grace.stop()
        if self._waiting and self._listener is not None:
            self._waiting = False
            self._listener.on_tray()

    def _check_xembed(self) -> None:
        if QGuiApplication.platformName() != "xcb":
            return
        from tray.desktop.session.x11 import has_xembed_tray

        if has_xembed_tray():
            self._found()

    def _timed_out(self) -> None:
        self._check_xembed()
        if self._waiting and self._listener is not None:
            self._listener.on_no_tray()

    # Whether it has the icon: one of the registered items is of this process

    def _forget_icon(self) -> None:
        self._watches_icon = False
        self._round += 1
        self._check_icon_later.stop()

    def _check_icon_soon(self) -> None:
        if self._watches_icon:
            self._round += 1
            self._check_icon_later.start()

    def _check_icon(self) -> None:
        this = self._round

        def answered(_error: str, reply: list[Any]) -> None:
            match reply:
                case [[*items]] if this == self._round:
                    names = {str(item).partition("/")[0].partition("@")[0] for item in items}
                    self._find_own(names - {""}, this)

        call = property_call(_WATCHER, _PATH, _WATCHER, "RegisteredStatusNotifierItems")
        self._bus.ask(call, answered)

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
        if self._listener is None:
            return
        if in_panel or self._retries >= _MAX_RETRIES:
            self._listener.on_icon_seen(in_panel)
        else:
            self._retries += 1
            self._listener.on_icon_dropped()
            self._check_icon_soon()
