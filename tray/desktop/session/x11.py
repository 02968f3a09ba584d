"""Asks the X server what Qt 5 does not offer, by libxcb, which Qt has loaded on X11.

A process of ``xprop`` for each question took 10 to 20 ms. PyQt5 does not offer windows of other programs.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_uint8, c_uint16, c_uint32, c_void_p

_WINDOW, _ATOM, _INTEGER = 33, 4, 19  # predefined atoms of the X protocol
_APPEND = 2  # XCB_PROP_MODE_APPEND
_BITS = 32
_STATES_LIMIT = 64
_STATE = b"_NET_WM_STATE"


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


class _Number(Structure):
    """The reply of InternAtom and GetSelectionOwner: one number after the header (xproto.h)."""

    _fields_ = (
        *(("response_type", c_uint8), ("pad", c_uint8), ("sequence", c_uint16), ("length", c_uint32)),
        ("value", c_uint32),
    )


class _XServer:
    """A connection of our own; each question is a round trip of about 0.05 ms."""

    def __init__(self, xcb: ctypes.CDLL, connection: int, screen: int) -> None:
        self._xcb, self._connection = xcb, connection
        self._free = ctypes.CDLL(None).free
        self._free.argtypes = (c_void_p,)
        self.screen = screen
        """Number of the default screen."""
        self.root = 0
        self.active = 0
        """The window that had the keyboard when that was asked last."""
        self._atoms: dict[bytes, int] = {}

    @property
    def has_ended(self) -> bool:
        """Whether there is no connection, or no longer."""
        return bool(self._xcb.xcb_connection_has_error(self._connection))

    def close(self) -> None:
        """End the connection."""
        self._xcb.xcb_disconnect(self._connection)

    def forget_events(self) -> None:
        """Free what the server sends to every client, such as another keyboard layout."""
        while event := self._xcb.xcb_poll_for_event(self._connection):
            self._free(event)

    def find_root(self) -> None:
        """Look up the root window of the first screen; there is one unless the connection has ended."""
        setup = self._xcb.xcb_get_setup(self._connection)
        self.root = int(self._xcb.xcb_setup_roots_iterator(setup).data[0])

    def atom(self, name: bytes, *, make: bool = False) -> int:
        """The atom of this name; 0 where no program has made it, unless this is to `make` it."""
        if not self._atoms.get(name):
            cookie = self._xcb.xcb_intern_atom(self._connection, not make, len(name), name)
            self._atoms[name] = self._number(self._xcb.xcb_intern_atom_reply(self._connection, cookie, None))
        return self._atoms[name]

    def owner(self, selection: int) -> int:
        """The window that owns a selection, or 0."""
        cookie = self._xcb.xcb_get_selection_owner(self._connection, selection)
        return self._number(self._xcb.xcb_get_selection_owner_reply(self._connection, cookie, None))

    def _number(self, reply: ctypes._Pointer[_Number]) -> int:
        try:
            return int(reply.contents.value) if reply else 0
        finally:
            self._free(reply)

    def values(self, *properties: tuple[int, bytes, int]) -> list[list[int]]:
        """Properties that are lists of numbers, by window, name and type, in one round trip; empty where absent."""
        get, reply_of = self._xcb.xcb_get_property, self._xcb.xcb_get_property_reply
        questions = [(window, self.atom(name, make=True), kind) for window, name, kind in properties]
        cookies = [get(self._connection, False, *question, 0, _STATES_LIMIT) for question in questions]
        return [self._numbers(reply_of(self._connection, cookie, None)) for cookie in cookies]

    def _numbers(self, reply: ctypes._Pointer[_Property]) -> list[int]:
        try:
            if not reply or reply.contents.format != _BITS:
                return []
            begin = ctypes.addressof(reply.contents) + ctypes.sizeof(_Property)
            return list((c_uint32 * reply.contents.value_len).from_address(begin))
        finally:
            self._free(reply)

    def append(self, window: int, name: bytes, value: int) -> None:
        """Add an atom to a property of a window; returns when the server has done it."""
        cookie = self._xcb.xcb_change_property_checked(
            self._connection, _APPEND, window, self.atom(name), _ATOM, _BITS, 1, byref(c_uint32(value))
        )
        self._free(self._xcb.xcb_request_check(self._connection, cookie))


_kept: dict[str, _XServer] = {}
"""The connection to each display that was asked: to connect takes longer than to ask."""


def _x_server() -> _XServer:
    """The connection to the display of the environment; raises OSError where there is no libxcb or no X server."""
    display = os.environ.get("DISPLAY", "")
    server = _kept.get(display)
    if server is not None:
        server.forget_events()
        if not server.has_ended:
            return server
        server.close()
        del _kept[display]
    server = _kept[display] = _connect()
    return server


def _connect() -> _XServer:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.argtypes, xcb.xcb_connect.restype = (c_char_p, POINTER(c_int)), c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = (c_void_p,)
    xcb.xcb_get_setup.argtypes, xcb.xcb_get_setup.restype = (c_void_p,), c_void_p
    xcb.xcb_setup_roots_iterator.argtypes, xcb.xcb_setup_roots_iterator.restype = (c_void_p,), _Screens
    xcb.xcb_intern_atom.argtypes = (c_void_p, c_uint8, c_uint16, c_char_p)
    xcb.xcb_get_selection_owner.argtypes = (c_void_p, c_uint32)
    xcb.xcb_get_property.argtypes = (c_void_p, c_uint8, *[c_uint32] * 5)
    xcb.xcb_change_property_checked.argtypes = (
        c_void_p,
        c_uint8,
        *[c_uint32] * 3,
        c_uint8,
        c_uint32,
        c_void_p,
    )
    xcb.xcb_request_check.argtypes, xcb.xcb_request_check.restype = (c_void_p, _Cookie), c_void_p
    xcb.xcb_poll_for_event.argtypes, xcb.xcb_poll_for_event.restype = (c_void_p,), c_void_p
    for name, reply in (
        ("xcb_intern_atom", _Number),
        ("xcb_get_selection_owner", _Number),
        ("xcb_get_property", _Property),
    ):
        getattr(xcb, name).restype = _Cookie
        answer = getattr(xcb, f"{name}_reply")
        answer.argtypes, answer.restype = (c_void_p, _Cookie, c_void_p), POINTER(reply)
    xcb.xcb_change_property_checked.restype = _Cookie

    screen = c_int(0)
    server = _XServer(xcb, xcb.xcb_connect(None, byref(screen)), screen.value)
    if server.has_ended:
        server.close()
        reason = "there is no X server"
        raise OSError(reason)
    server.find_root()
    return server


def presence() -> tuple[bool, bool]:
    """Whether the window with the keyboard is full screen (EWMH), and whether XScreenSaver has blanked or locked.

    XScreenSaver tells nobody else (its driver/atoms.c). Both are False without a program that says so, or an X server.
    The state of the window that had the keyboard last is asked for in the same round trip: mostly it has it still.
    """
    with suppress(OSError):
        server = _x_server()
        root = server.root
        status, active, states = server.values(
            (root, b"_SCREENSAVER_STATUS", _INTEGER),  # the atom BLANK or LOCK, then the time since when
            (root, b"_NET_ACTIVE_WINDOW", _WINDOW),
            (server.active or root, _STATE, _ATOM),
        )
        if not active or active[0] != server.active:
            server.active = active[0] if active else 0
            (states,) = server.values((server.active, _STATE, _ATOM)) if server.active else ([],)
        full_screen = bool(server.active) and server.atom(b"_NET_WM_STATE_FULLSCREEN") in states
        return full_screen, bool(status and status[0])
    return False, False


def has_xembed_tray() -> bool:
    """Whether a client owns the system tray selection of the default screen (System Tray Protocol, "Locating").

    False where there is no X server or no libxcb, which every Qt program on X11 has.
    """
    with suppress(OSError):
        server = _x_server()
        selection = server.atom(b"_NET_SYSTEM_TRAY_S%d" % server.screen)
        return bool(selection) and server.owner(selection) != 0
    return False


def keep_out_of_taskbar(window: int) -> None:
    """Set ``_NET_WM_STATE_SKIP_TASKBAR`` (EWMH 1.5) on our window with this id, each time before it is shown.

    Xfce's taskbar also lists windows of the type UTILITY, as Qt makes them of `Qt.Tool`. Window managers remove the
    state when a window is hidden, and Qt keeps what it finds there when it shows one. Qt 5 has no call for it. The
    server is to know the window already.
    """
    with suppress(OSError):
        server = _x_server()
        skip = server.atom(b"_NET_WM_STATE_SKIP_TASKBAR")
        if skip:  # no window manager has made it: none would look at it
            server.append(window, _STATE, skip)
