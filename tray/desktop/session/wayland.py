"""Asks a Wayland compositor whether the window with the keyboard is full screen, which Qt does not offer.

By wlr-foreign-toplevel-management-unstable-v1, the protocol of taskbars, over a connection of its own: Sway, Hyprland,
labwc, Wayfire, river, niri and others have it; GNOME and KDE have not. Messages are coded as the Wayland protocol says
("Wire Format"): the id of the object, size and number of the message, arguments of whole 32-bit words.
"""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QSocketNotifier, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    OnKnown = Callable[[bool | None], None]

_MANAGER = "zwlr_foreign_toplevel_manager_v1"
_VERSION = 2
"""The first version whose windows have the state "fullscreen"."""
_DISPLAY, _REGISTRY, _LISTED, _WINDOWS, _TOLD = range(1, 6)
"""Ids of our objects: the first is given by the protocol, the others are free to choose in this order."""
_OF_SERVER = 0xFF000000
"""The first id of objects that the compositor makes: here, the windows."""
_SYNC, _GET_REGISTRY, _BIND = 0, 1, 0  # requests of wl_display, the last of wl_registry
_ERROR, _GLOBAL, _STATE, _CLOSED = 0, 0, 4, 6  # events of wl_display, wl_registry, and two of a window
_ACTIVATED, _FULL_SCREEN = 2, 3
_HEADER = struct.Struct("=II")
_LIMIT = 1_000_000
"""Bytes of one answer; some hundred windows take less."""


def ask_for_full_screen(known: OnKnown, timeout: int, parent: QObject) -> None:
    """Call `known` once: now where there is no compositor, else later; with None where it can never say.

    One that has not answered after `timeout` milliseconds counts as if nothing were full screen.
    """
    path = Path(os.environ.get("XDG_RUNTIME_DIR", ""), os.environ.get("WAYLAND_DISPLAY", "wayland-0"))
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.setblocking(False)
    try:
        connection.connect(os.fspath(path))
        connection.sendall(_request(_DISPLAY, _GET_REGISTRY, _REGISTRY) + _request(_DISPLAY, _SYNC, _LISTED))
    except OSError:
        connection.close()
        known(None)
    else:
        _Question(connection, known, timeout, parent)


class _Question(QObject):
    """One round: which protocols there are, then the windows and their states; deletes itself after the answer."""

    def __init__(self, connection: socket.socket, known: OnKnown, timeout: int, parent: QObject) -> None:
        super().__init__(parent)
        self._connection = connection
        self._known = known
        self._buffer = b""
        self._manager: int | None = None
        self._windows: dict[int, tuple[int, ...]] = {}
        number: Any = connection.fileno()  # the stubs want a pointer
        self._notifier = QSocketNotifier(number, QSocketNotifier.Read, self)
        self._notifier.activated.connect(self._read)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: self._answer(False))
        self._timer.start(timeout)

    def _read(self) -> None:
        try:
            received = self._connection.recv(65536)
            self._buffer += received
            if not received or len(self._buffer) > _LIMIT:
                raise ConnectionError
            for sender, event, arguments in self._events():
                if self._take(sender, event, arguments):
                    return
        except BlockingIOError:
            return
        except (OSError, ValueError, struct.error):
            self._answer(None)

    def _events(self) -> Iterator[tuple[int, int, bytes]]:
        while len(self._buffer) >= _HEADER.size:
            sender, word = _HEADER.unpack_from(self._buffer)
            size = word >> 16
            if size < _HEADER.size:
                reason = "a message without a header"
                raise ValueError(reason)
            if len(self._buffer) < size:
                return
            arguments, self._buffer = self._buffer[_HEADER.size : size], self._buffer[size:]
            yield sender, word & 0xFFFF, arguments

    def _take(self, sender: int, event: int, arguments: bytes) -> bool:
        """Whether this event was the last one that is needed."""
        if sender == _REGISTRY and event == _GLOBAL:
            name, length = _HEADER.unpack_from(arguments)
            interface = arguments[_HEADER.size : _HEADER.size + length - 1].decode()
            (version,) = struct.unpack("=I", arguments[-4:])
            if interface == _MANAGER and version >= _VERSION:
                self._manager = name
        elif sender == _LISTED and self._manager is not None:
            bind = _request(_REGISTRY, _BIND, self._manager, _MANAGER, _VERSION, _WINDOWS)
            self._connection.sendall(bind + _request(_DISPLAY, _SYNC, _TOLD))
        elif sender == _LISTED or (sender == _DISPLAY and event == _ERROR):
            self._answer(None)
            return True
        elif sender >= _OF_SERVER and event == _STATE:
            self._windows[sender] = struct.unpack_from(f"={len(arguments) // 4 - 1}I", arguments, 4)
        elif sender >= _OF_SERVER and event == _CLOSED:
            self._windows.pop(sender, None)
        elif sender == _TOLD:
            full = any({_ACTIVATED, _FULL_SCREEN} <= set(states) for states in self._windows.values())
            self._answer(full)
            return True
        return False

    def _answer(self, full: bool | None) -> None:
        self._notifier.setEnabled(False)
        self._timer.stop()
        self._connection.close()
        self.deleteLater()
        self._known(full)


def _request(sender: int, number: int, *arguments: int | str) -> bytes:
    words = b""
    for argument in arguments:
        if isinstance(argument, str):
            text = argument.encode() + b"\0"
            words += struct.pack("=I", len(text)) + text + bytes(-len(text) % 4)
        else:
            words += struct.pack("=I", argument)
    return _HEADER.pack(sender, (_HEADER.size + len(words)) << 16 | number) + words
