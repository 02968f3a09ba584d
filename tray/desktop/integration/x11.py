"""Asks the X server about the window that has the keyboard, by libxcb, which Qt has loaded on X11.

A process of ``xprop`` for each question took 10 to 20 ms. PyQt5 does not offer windows of other programs.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_int, c_uint8, c_uint16, c_uint32, c_void_p

_WINDOW, _ATOM = 33, 4  # predefined atoms of the X protocol
_BITS = 32
_STATES_LIMIT = 64


class _Cookie(Structure):
    _fields_ = (("sequence", c_uint32),)


class _Screens(Structure):
    """``xcb_screen_iterator_t``; a screen begins with its root window."""

    _fields_ = (("data", POINTER(c_uint32)), ("rem", c_int), ("index", c_int))


class _Property(Structure):
    """``xcb_get_property_reply_t``; the values follow it."""

    _fields_ = (
        *(("response_type", c_uint8), ("format", c_uint8), ("sequence", c_uint16), ("length", c_uint32)),
        *(("type", c_uint32), ("bytes_after", c_uint32), ("value_len", c_uint32), ("pad", c_uint8 * 12)),
    )


class _Atom(Structure):
    """``xcb_intern_atom_reply_t``."""

    _fields_ = (
        *(("response_type", c_uint8), ("pad", c_uint8), ("sequence", c_uint16), ("length", c_uint32)),
        ("atom", c_uint32),
    )


def active_window_is_full_screen() -> bool:
    """Whether the window with the keyboard is (EWMH); False without a window manager that says so.

    A few round trips to the X server, together below 1 ms; Qt itself waits for the same server. Raises OSError where
    there is no libxcb.
    """
    xcb = ctypes.CDLL("libxcb.so.1")
    free = ctypes.CDLL(None).free
    free.argtypes = (c_void_p,)
    xcb.xcb_connect.argtypes, xcb.xcb_connect.restype = (c_char_p, c_void_p), c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = (c_void_p,)
    xcb.xcb_get_setup.argtypes, xcb.xcb_get_setup.restype = (c_void_p,), c_void_p
    xcb.xcb_setup_roots_iterator.argtypes, xcb.xcb_setup_roots_iterator.restype = (c_void_p,), _Screens
    xcb.xcb_intern_atom.argtypes = (c_void_p, c_uint8, c_uint16, c_char_p)
    xcb.xcb_get_property.argtypes = (c_void_p, c_uint8, *[c_uint32] * 5)
    xcb.xcb_intern_atom.restype = xcb.xcb_get_property.restype = _Cookie
    for function, reply in ((xcb.xcb_intern_atom_reply, _Atom), (xcb.xcb_get_property_reply, _Property)):
        function.argtypes, function.restype = (c_void_p, _Cookie, c_void_p), POINTER(reply)

    connection = xcb.xcb_connect(None, None)

    def atom(name: bytes) -> int:
        cookie = xcb.xcb_intern_atom(connection, True, len(name), name)
        reply = xcb.xcb_intern_atom_reply(connection, cookie, None)
        try:
            return int(reply.contents.atom) if reply else 0
        finally:
            free(reply)

    def values(window: int, name: bytes, kind: int) -> list[int]:
        cookie = xcb.xcb_get_property(connection, False, window, atom(name), kind, 0, _STATES_LIMIT)
        reply = xcb.xcb_get_property_reply(connection, cookie, None)
        try:
            if not reply or reply.contents.format != _BITS:
                return []
            begin = ctypes.addressof(reply.contents) + ctypes.sizeof(_Property)
            return list((c_uint32 * reply.contents.value_len).from_address(begin))
        finally:
            free(reply)

    try:
        if xcb.xcb_connection_has_error(connection):
            return False
        root = xcb.xcb_setup_roots_iterator(xcb.xcb_get_setup(connection)).data[0]
        active = values(root, b"_NET_ACTIVE_WINDOW", _WINDOW)
        full_screen = atom(b"_NET_WM_STATE_FULLSCREEN")
        return bool(active and active[0]) and full_screen in values(active[0], b"_NET_WM_STATE", _ATOM)
    finally:
        xcb.xcb_disconnect(connection)
