"""The user at the other end of a Unix socket; without Twisted, for the command line."""

from __future__ import annotations

import socket
import struct


def peer_uid(handle: object) -> int | None:
    """User id of the process at the other end of a Unix socket, or None where the system cannot tell."""
    option = getattr(socket, "SO_PEERCRED", None)  # Linux
    if option is None or not isinstance(handle, socket.socket):
        return None
    layout = struct.Struct("3i")  # struct ucred: pid, uid, gid (unix(7))
    return int(layout.unpack(handle.getsockopt(socket.SOL_SOCKET, option, layout.size))[1])
