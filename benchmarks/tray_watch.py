"""Hears when icons appear in the tray: the moments at which the panel's watcher says that an item was registered."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

from jeepney import HeaderFields, MatchRule, message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.rig.tray import WATCHER

if TYPE_CHECKING:
    from typing_extensions import Self


class TrayWatch:
    """`moments` are in seconds of the monotonic clock; it listens while entered."""

    def __init__(self, address: str) -> None:
        self.moments: list[float] = []
        self._connection = open_dbus_connection(address)
        rule = MatchRule(type="signal", interface=WATCHER, member="StatusNotifierItemRegistered")
        self._connection.send_and_get_reply(message_bus.AddMatch(rule))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._connection.close()

    def _listen(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                message = self._connection.receive(timeout=0.2)
                if message.header.fields.get(HeaderFields.member) == "StatusNotifierItemRegistered":
                    self.moments.append(time.monotonic())
