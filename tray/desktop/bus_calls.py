"""Calls over a message bus that block, by jeepney, as the keyring's library makes them: for threads and commands.

`tray.desktop.bus` needs the thread of the GUI for its replies; commands load no Qt.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

BUS, BUS_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"
PROPERTIES = "org.freedesktop.DBus.Properties"


class BusRefusal(Exception):  # noqa: N818 -- a reply
    """The reply was an error; args[0] is its D-Bus name. Its text is left out, as it may hold secrets."""


@contextmanager
def connected(bus: str = "SESSION") -> Iterator[Any]:
    """A connection to the bus ("SESSION" or "SYSTEM"), closed at the end.

    Raises OSError (TimeoutError, ConnectionError), ValueError, RuntimeError or ImportError where there is none, or
    where it does not answer within seconds.
    """
    from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped, import-not-found, unused-ignore]

    address = bus if bus == "SYSTEM" else session_address()
    if not address:
        raise ConnectionError
    connection = open_dbus_connection(address)
    try:
        yield connection
    finally:
        connection.close()


def session_address() -> str:
    """Where the session bus listens; without the variable, the user's own bus of systemd (pam_systemd(8)), if any."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if not address and folder and Path(folder, "bus").is_socket():
        return f"unix:path={folder}/bus"
    return address


def call(
    bus: Any,
    service: str,
    path: str,
    interface: str,
    method: str,
    signature: str = "",
    *body: object,
    answer: str = "",
    seconds: float,
    start: bool = True,
) -> tuple[Any, ...]:
    """Call and wait for the reply; raises `BusRefusal` and OSError (TimeoutError, ConnectionError).

    Raises ValueError for a reply that is not of the D-Bus type `answer`, where that is given. A service that is not
    running is started for this, unless `start` is False.
    """
    from jeepney import (  # type: ignore[import-untyped, import-not-found, unused-ignore]
        DBusAddress,
        HeaderFields,
        MessageFlag,
        MessageType,
        new_method_call,
    )

    message = new_method_call(DBusAddress(path, service, interface), method, signature or None, body)
    if not start:
        message.header.flags |= MessageFlag.no_auto_start
    reply = bus.send_and_get_reply(message, timeout=seconds)
    if reply.header.message_type is MessageType.error:
        raise BusRefusal(reply.header.fields.get(HeaderFields.error_name, ""))
    if answer and reply.header.fields.get(HeaderFields.signature) != answer:
        raise ValueError("not what was asked for")
    return tuple(reply.body)
