"""A mouse for a Wayland compositor without one: wlr-virtual-pointer (wlroots) or fake-input (KWin), as raw protocol."""

from __future__ import annotations

import socket
import struct
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WLR = "zwlr_virtual_pointer_manager_v1"
_KWIN = "org_kde_kwin_fake_input"
_CODES = {1: 0x110, 2: 0x112, 3: 0x111}  # linux/input-event-codes.h
_DISPLAY, _REGISTRY, _SYNC, _MANAGER, _POINTER = 1, 2, 3, 4, 5
_SETTLE = 0.15
"""Seconds between moving and pressing: toolkits want to see the mouse come before it clicks."""


class WaylandPointer:
    """Moves and clicks on a screen of `size` behind the compositor's socket; `close` takes it away."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self._size = size
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(10)
        self._socket.connect(str(path))
        events = self._events()
        self._send(_DISPLAY, 1, struct.pack("=I", _REGISTRY))
        self._send(_DISPLAY, 0, struct.pack("=I", _SYNC))
        offered: dict[str, tuple[int, int]] = {}
        for receiver, event, body in events:
            if receiver == _REGISTRY and event == 0:
                name, length = struct.unpack_from("=II", body)
                text = body[8 : 8 + length - 1].decode()
                (version,) = struct.unpack_from("=I", body, 8 + length + -length % 4)
                offered[text] = name, version
            if receiver == _SYNC:
                break
        self._wlr = _WLR in offered
        if self._wlr:
            self._bind(_WLR, offered[_WLR][0], 1)
            self._send(_MANAGER, 0, struct.pack("=II", 0, _POINTER))
        elif _KWIN in offered:
            name, version = offered[_KWIN]
            self._bind(_KWIN, name, min(4, version))
            self._send(_MANAGER, 0, _text("rig") + _text("rig"))
        else:
            raise RuntimeError(f"the compositor offers neither {_WLR} nor {_KWIN}")
        self._socket.settimeout(None)
        # What it receives must be read, or the compositor drops a client whose pipe is full.
        threading.Thread(target=lambda: [None for _ in events], daemon=True).start()
        self.move(size[0] // 2, size[1] // 2)

    def close(self) -> None:
        """Leave; the thread that reads ends with the connection."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def move(self, x: int, y: int) -> None:
        """Move there, in pixels of the screen."""
        if self._wlr:
            self._send(_POINTER, 1, struct.pack("=IIIII", _now(), x, y, *self._size))
            self._send(_POINTER, 4)
        else:
            self._send(_MANAGER, 9, struct.pack("=ii", x * 256, y * 256))
        time.sleep(_SETTLE)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click there: 1 left, 2 middle, 3 right."""
        self.move(x, y)
        self._button(_CODES[button], 1)
        time.sleep(_SETTLE / 2)
        self._button(_CODES[button], 0)

    def key(self, code: int) -> None:
        """Press a key by its number in linux/input-event-codes.h; KWin only."""
        for state in (1, 0):
            self._send(_MANAGER, 10, struct.pack("=II", code, state))

    def _button(self, code: int, down: int) -> None:
        if self._wlr:
            self._send(_POINTER, 2, struct.pack("=III", _now(), code, down))
            self._send(_POINTER, 4)
        else:
            self._send(_MANAGER, 2, struct.pack("=II", code, down))

    def _bind(self, interface: str, name: int, version: int) -> None:
        body = struct.pack("=I", name) + _text(interface) + struct.pack("=II", version, _MANAGER)
        self._send(_REGISTRY, 0, body)

    def _send(self, receiver: int, request: int, body: bytes = b"") -> None:
        self._socket.sendall(struct.pack("=II", receiver, (8 + len(body)) << 16 | request) + body)

    def _events(self) -> Iterator[tuple[int, int, bytes]]:
        buffer = b""
        while True:
            while len(buffer) < 8 or len(buffer) < struct.unpack_from("=I", buffer, 4)[0] >> 16:
                try:
                    data = self._socket.recv(65536)
                except OSError:
                    return
                if not data:
                    return
                buffer += data
            receiver, word = struct.unpack_from("=II", buffer)
            yield receiver, word & 0xFFFF, buffer[8 : word >> 16]
            buffer = buffer[word >> 16 :]


def _text(text: str) -> bytes:
    data = text.encode() + b"\0"
    return struct.pack("=I", len(data)) + data + b"\0" * (-len(data) % 4)


def _now() -> int:
    return int(time.monotonic() * 1000) & 0xFFFFFFFF
