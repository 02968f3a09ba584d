"""Finds out whether a message bus answers at a socket, without waiting for it."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QSocketNotifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Knock(QObject):
    """Says hello at the door, in the bus's own words, and leaves: libdbus would wait 25 s for one that hangs.

    With socket activation (systemd) it is also what starts the bus: the socket is there before anybody answers.
    """

    def __init__(self, path: Path, answered: Callable[[], None], parent: QObject | None = None) -> None:
        """`answered` is called, later, once somebody does; where nobody ever does it is never called."""
        super().__init__(parent)
        self._call = answered
        self._notifier: QSocketNotifier | None = None
        self._left = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        try:
            self._socket.connect(str(path))
            # D-Bus Specification, "Authentication Protocol": a null byte, then a line with our user's number in hex.
            self._socket.send(b"\0AUTH EXTERNAL %s\r\n" % str(os.getuid()).encode().hex().encode())
        except OSError:  # nobody listens, or too many do so already
            self.leave()
            return
        number: Any = self._socket.fileno()  # the stubs want a pointer
        self._notifier = QSocketNotifier(number, QSocketNotifier.Read, self)
        self._notifier.activated.connect(self._heard)

    def leave(self) -> None:
        """Wait for no answer any more; once is enough."""
        if self._left:
            return
        self._left = True
        notifier, self._notifier = self._notifier, None
        if notifier is not None:
            notifier.setEnabled(False)
        self._socket.close()
        self.deleteLater()

    def _heard(self) -> None:
        answer = b""
        with suppress(OSError):
            answer = self._socket.recv(1024)
        self.leave()
        if answer:  # a word, whichever: it lives
            self._call()
