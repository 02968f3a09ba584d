"""Keeps a window out of the taskbar on X11; Qt 5 has no call for it."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

from PyQt5.QtGui import QGuiApplication

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QWidget

_ATOM, _APPEND = 4, 2
"""XA_ATOM and XCB_PROP_MODE_APPEND."""


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _InternAtomReply(ctypes.Structure):
    _fields_ = (("head", ctypes.c_uint64), ("atom", ctypes.c_uint32))


def keep_out_of_taskbar(window: QWidget) -> None:
    """Set ``_NET_WM_STATE_SKIP_TASKBAR`` (EWMH 1.5) on `window`; call it before each time that it is shown.

    Xfce's taskbar also lists windows of the type UTILITY, as Qt makes them of `Qt.Tool`. Window managers remove the
    state when a window is hidden, and Qt keeps what it finds there when it shows one.
    """
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        free = ctypes.CDLL(None).free
    except OSError:
        return
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_intern_atom.restype = xcb.xcb_change_property_checked.restype = _Cookie
    xcb.xcb_intern_atom_reply.restype = ctypes.POINTER(_InternAtomReply)
    xcb.xcb_request_check.restype = ctypes.c_void_p
    identity = int(window.winId())
    QGuiApplication.sync()  # the screen is to know the window when another connection speaks of it
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))

    def atom(name: bytes) -> int:
        cookie = xcb.xcb_intern_atom(connection, 0, len(name), name)
        reply = xcb.xcb_intern_atom_reply(connection, cookie, None)
        number = reply.contents.atom if reply else 0
        free(reply)
        return number

    if not xcb.xcb_connection_has_error(connection):
        state, skip = atom(b"_NET_WM_STATE"), ctypes.c_uint32(atom(b"_NET_WM_STATE_SKIP_TASKBAR"))
        cookie = xcb.xcb_change_property_checked(
            connection, _APPEND, identity, state, _ATOM, 32, 1, ctypes.byref(skip)
        )
        free(ctypes.c_void_p(xcb.xcb_request_check(connection, cookie)))  # also waits for it
    xcb.xcb_disconnect(connection)
