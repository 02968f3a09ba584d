"""Where the message buses are, as D-Bus addresses (D-Bus Specification, "Server Addresses")."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HAS_BUSES = sys.platform not in {"win32", "darwin"}
SYSTEM = "unix:path=/run/dbus/system_bus_socket"
"""Where the system bus is unless the environment says otherwise ("Well-known Message Bus Instances")."""


def session() -> str:
    """Where the session's bus is; empty where only libdbus may know."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if not address and HAS_BUSES:
        usual = usual_session()
        path = socket_of(usual)
        if path is not None and path.exists():
            return usual
    return address


def usual_session() -> str:
    """Where systemd puts the bus of a user."""
    from urllib.parse import quote

    folder = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return "unix:path=" + quote(f"{folder}/bus", safe="/-_.*\\")


def socket_of(address: str) -> Path | None:
    """The file of the first ``unix:path=`` in a list of addresses."""
    from urllib.parse import unquote

    for each in address.split(";"):
        transport, _, options = each.partition(":")
        for option in options.split(","):
            key, _, value = option.partition("=")
            if transport == "unix" and key == "path" and value:
                return Path(unquote(value))
    return None
