"""A port of this machine and a key for it, in a file of the user: instead of a Unix socket, where there are none.

That is Windows. Other users can reach the port, but cannot read the file, which lies in the user's own folder.
Without Twisted, for the command line.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys

from tray.files import read_regular_file

HOST = "127.0.0.1"
_LIMIT = 1024
"""Bytes of the file."""


def has_unix_sockets() -> bool:
    """Whether Python and Twisted have them: Python 3.15 may on Windows, where Twisted cannot listen at one."""
    return hasattr(socket, "AF_UNIX") and sys.platform != "win32"


def write_port(path: str, port: int) -> str:
    """Write `port` and a new key to the file at `path`, mode 0600; returns the key. Raises OSError."""
    key = secrets.token_hex(32)
    new = f"{path}.{secrets.token_hex(4)}"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump({"port": port, "key": key}, file)
    os.replace(new, path)  # noqa: PTH105 -- no Path object is of use here
    return key


def read_port(path: str) -> tuple[int, str]:
    """Port and key; raises OSError, and ConnectionRefusedError where the file holds something else."""
    try:
        found = json.loads(read_regular_file(path, _LIMIT))
        port, key = int(found["port"]), str(found["key"])
    except (ValueError, LookupError, TypeError, RecursionError):
        raise ConnectionRefusedError from None
    if not 0 < port < 65536 or not key.isalnum():  # noqa: PLR2004 -- the ports that there are
        raise ConnectionRefusedError
    return port, key


def connect_to_port(path: str, seconds: float) -> socket.socket:
    """A connection to the program that has written the file, which has got the key; raises OSError."""
    port, key = read_port(path)
    connection = socket.create_connection((HOST, port), timeout=seconds)
    try:
        connection.sendall(key.encode() + b"\n")
    except BaseException:
        connection.close()
        raise
    return connection
