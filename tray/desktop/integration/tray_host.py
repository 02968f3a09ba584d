"""Waits for a panel that shows tray icons, which may start later than Mailbell at log-in."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any, Protocol

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtGui import QGuiApplication

from tray.desktop.bus import property_call
from tray.desktop.integration.tray_item import WATCHER, WATCHER_PATH, IconListener, TrayItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

_SELECTION = b"_NET_SYSTEM_TRAY_S%d"


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Reply(ctypes.Structure):
    """Of InternAtom and GetSelectionOwner: the answer is the first field after the header (xproto.h)."""

    _fields_ = (
        ("response_type", ctypes.c_uint8),
        ("pad", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("length", ctypes.c_uint32),
        ("value", ctypes.c_uint32),
    )


def has_xembed_tray() -> bool:
    """Whether a client owns the system tray selection of the default screen (System Tray Protocol, "Locating").

    False where there is no X server or no libxcb, which every Qt program on X11 has.
    """
    try:
        xcb, libc = ctypes.CDLL("libxcb.so.1"), ctypes.CDLL(None)
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_intern_atom.restype = xcb.xcb_get_selection_owner.restype = _Cookie
    for name in ("xcb_intern_atom_reply", "xcb_get_selection_owner_reply"):
        getattr(xcb, name).restype = ctypes.POINTER(_Reply)
    screen = ctypes.c_int(0)
    connection = ctypes.c_void_p(xcb.xcb_connect(None, ctypes.byref(screen)))
    try:
        if xcb.xcb_connection_has_error(connection):
            return False
        selection = _SELECTION % screen.value
        cookie = xcb.xcb_intern_atom(connection, 1, len(selection), selection)
        atom = _value_of(libc, xcb.xcb_intern_atom_reply(connection, cookie, None))
        if not atom:
            return False
        cookie = xcb.xcb_get_selection_owner(connection, atom)
        return _value_of(libc, xcb.xcb_get_selection_owner_reply(connection, cookie, None)) != 0
    finally:
        xcb.xcb_disconnect(connection)


def _value_of(libc: ctypes.CDLL, reply: ctypes._Pointer[_Reply]) -> int:
    """The reply's value, 0 without a reply; frees the reply, as libxcb requires of its callers."""
    if not reply:
        return 0
    value = int(reply.contents.value)
    libc.free(ctypes.cast(reply, ctypes.c_void_p))
    return value


_XEMBED_GRACE = 1500
"""Milliseconds for a panel with an XEmbed tray to become a StatusNotifierHost, too: most panels do both."""


class TrayListener(IconListener, Protocol):
    """Is called with the state of the tray."""

    def on_tray(self) -> None:
        """There is a tray: the icon may be made. Called once, perhaps after `on_no_tray`."""

    def on_no_tray(self) -> None:
        """No tray appeared in time; one may still appear."""

    def on_bus_lost(self) -> None:
        """The session bus has ended, and with it every icon that was shown over it."""


class TrayHost(QObject):
    """Finds out whether there is a tray before any QSystemTrayIcon is made.

    Qt chooses once, at its first tray icon, between StatusNotifierItem and XEmbed: XEmbed when no StatusNotifier host
    is registered at that moment (QDBusMenuConnection in Qt 5). So `on_tray` is called late enough for the right
    choice: at once where a host is registered, else when one is registered or at the timeout.
    """

    def __init__(self, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        self._listener: TrayListener | None = None
        self._waiting = False
        self._timeout = self._timer(self._timed_out)
        self._xembed_grace = self._timer(self._check_xembed)
        self._item: TrayItem | None = None
        bus.watch(WATCHER, lambda _old, new: self._ask() if new else None)
        bus.listen(WATCHER, WATCHER_PATH, WATCHER, "StatusNotifierHostRegistered", lambda _: self._ask())

    def _timer(self, on_timeout: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(on_timeout)
        return timer

    def wait(self, listener: TrayListener, timeout: int) -> None:
        """Call `listener` from now on: `on_no_tray` after `timeout` milliseconds without a tray.

        It is not called from within `wait`.
        """
        self._listener = listener
        self._waiting = True
        self._bus.lost.connect(listener.on_bus_lost)
        if sys.platform in {"win32", "darwin"}:
            QTimer.singleShot(0, self._found)  # these systems always have a tray
            return
        self._ask()
        self._timeout.start(timeout)
        self._xembed_grace.start(min(_XEMBED_GRACE, timeout))

    def watch_icon(self) -> None:
        """Check whether the panel keeps the StatusNotifierItem that was just shown (`TrayItem`)."""
        if self._item is None and self._listener is not None:
            self._item = TrayItem(self._bus, self._listener, self)
        if self._item is not None:
            self._item.watch()

    def stop(self) -> None:
        """Call the listener no more."""
        if self._item is not None:
            self._item.stop()
        if self._listener is not None:
            self._bus.lost.disconnect(self._listener.on_bus_lost)
        self._listener = None
        self._waiting = False
        self._timeout.stop()
        self._xembed_grace.stop()

    def _ask(self) -> None:
        """Ask whether a host is registered: the watcher may start before the panel."""
        if self._waiting:
            call = property_call(WATCHER, WATCHER_PATH, WATCHER, "IsStatusNotifierHostRegistered")
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
        if QGuiApplication.platformName() == "xcb" and has_xembed_tray():
            self._found()

    def _timed_out(self) -> None:
        self._check_xembed()
        if self._waiting and self._listener is not None:
            self._listener.on_no_tray()
