"""Looks for an old (XEmbed) tray on X11 behind Qt's back: asking Qt makes it choose a kind of tray for good."""

from __future__ import annotations

import ctypes

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


def tray_is_there() -> bool:
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
