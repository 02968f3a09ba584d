"""Waits for somebody who shows tray icons, which at log-in may come later than we do."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtDBus import QDBusMessage
from PyQt5.QtGui import QGuiApplication

from tray.desktop.integration.tray_item import TrayItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

_NAME = b"_NET_SYSTEM_TRAY_S%d"


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Reply(ctypes.Structure):
    """Of InternAtom and of GetSelectionOwner alike: the answer is the first field after the header (xproto.h)."""

    _fields_ = (
        ("response_type", ctypes.c_uint8),
        ("pad", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("length", ctypes.c_uint32),
        ("value", ctypes.c_uint32),
    )


def has_xembed_tray() -> bool:
    """Whether somebody owns the system tray selection of the default screen (System Tray Protocol, "Locating").

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
        wanted = _NAME % screen.value
        atom = _take(
            libc,
            xcb.xcb_intern_atom_reply(
                connection, xcb.xcb_intern_atom(connection, 1, len(wanted), wanted), None
            ),
        )
        if not atom:
            return False
        owner = xcb.xcb_get_selection_owner(connection, atom)
        return _take(libc, xcb.xcb_get_selection_owner_reply(connection, owner, None)) != 0
    finally:
        xcb.xcb_disconnect(connection)


def _take(libc: ctypes.CDLL, reply: ctypes._Pointer[_Reply]) -> int:
    """The reply's value, 0 without a reply; a reply of libxcb is the caller's to free."""
    if not reply:
        return 0
    value = int(reply.contents.value)
    libc.free(ctypes.cast(reply, ctypes.c_void_p))
    return value


_WATCHER = "org.kde.StatusNotifierWatcher"
_PATH = "/StatusNotifierWatcher"
_XEMBED_GRACE = 1500
"""Milliseconds that a panel with an old tray has to offer the new kind too; most do both, one after the other."""


class TrayHost(QObject):
    """Finds out whether there is a tray before any QSystemTrayIcon is touched.

    Qt chooses once, at its first tray icon, between StatusNotifierItem and XEmbed, and takes XEmbed for good when
    no StatusNotifier host is registered in that moment (QDBusMenuConnection in Qt 5). So `ready` is called late
    enough for the right choice: at once when a host is there, else when one comes or when patience ends.

    Each icon of Qt's has a connection of its own to the session bus, which dies with the bus: `cut_off` is when to
    take such an icon away, `wait` again when to make another.
    """

    def __init__(self, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        self._ready: Callable[[bool], None] | None = None
        self._appeared: Callable[[], None] | None = None
        self._xembed_will_do = True
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._give_up)
        self._xembed_grace = QTimer(self)
        self._xembed_grace.setSingleShot(True)
        self._xembed_grace.timeout.connect(self._look_for_xembed)
        self.cut_off = bus.lost
        self._item: TrayItem | None = None
        bus.watch(_WATCHER, lambda _old, new: self._ask() if new else None)
        bus.listen(_WATCHER, _PATH, _WATCHER, "StatusNotifierHostRegistered", lambda _: self._ask())
        bus.joined.connect(self._ask)

    def wait(
        self,
        ready: Callable[[bool], None],
        patience_ms: int,
        appeared: Callable[[], None] | None = None,
        *,
        xembed_will_do: bool = True,
    ) -> None:
        """Call `ready` once: True as soon as a tray is there, False when none came within `patience_ms`.

        After a False, `appeared` is called once, when a host comes after all. Neither is called from within `wait`.
        Where Qt has made its choice already, an old tray is of no more use: `xembed_will_do` is False.
        """
        self._ready, self._appeared = ready, appeared
        self._xembed_will_do = xembed_will_do
        if sys.platform in {"win32", "darwin"}:
            QTimer.singleShot(0, self._found)  # the tray is part of these systems
            return
        self._ask()
        self._patience.start(patience_ms)
        self._xembed_grace.start(min(_XEMBED_GRACE, patience_ms))

    def look_after(self, show_anew: Callable[[], None], seen: Callable[[bool], None]) -> None:
        """A StatusNotifierItem of ours was just shown: have it shown anew where the panel drops it (`TrayItem`).

        `seen` is told whether it is there some seconds later, and again when that may have changed.
        """
        if self._item is None:
            self._item = TrayItem(self._bus, show_anew, seen, self)
            self._bus.lost.connect(self._item.stop)
        self._item.watch()

    def stop(self) -> None:
        """Call nobody any more."""
        if self._item is not None:
            self._item.stop()
        self._ready = self._appeared = None
        self._patience.stop()
        self._xembed_grace.stop()

    def _ask(self) -> None:
        """Ask whether a host is registered: the watcher alone may be there before the panel is."""
        if self._ready is None and self._appeared is None:
            return
        call = QDBusMessage.createMethodCall(_WATCHER, _PATH, "org.freedesktop.DBus.Properties", "Get")
        call.setArguments([_WATCHER, "IsStatusNotifierHostRegistered"])
        call.setAutoStartService(False)
        self._bus.ask(call, self._answered)

    def _answered(self, _error: str, answer: list[Any]) -> None:
        match answer:
            case [True]:
                self._found()

    def _found(self) -> None:
        self._patience.stop()
        self._xembed_grace.stop()
        ready, appeared = self._ready, self._appeared
        self._ready = self._appeared = None
        if ready is not None:
            ready(True)
        elif appeared is not None:
            appeared()

    def _look_for_xembed(self) -> None:
        if self._xembed_will_do and QGuiApplication.platformName() == "xcb" and has_xembed_tray():
            self._found()

    def _give_up(self) -> None:
        self._look_for_xembed()
        if self._ready is not None:
            ready, self._ready = self._ready, None
            ready(False)
