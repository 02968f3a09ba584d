"""Asks the running instance over its socket: one line of JSON there, one back; loads neither Qt nor Twisted."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

from tray.cli.exit_codes import NOT_RUNNING, CommandFailed

if TYPE_CHECKING:
    from pathlib import Path

_TIMEOUT = 5.0
_LONGEST = 4 * 1024 * 1024


def ask(path: Path, command: str, **arguments: object) -> dict[str, Any]:
    """Send a command and return the reply.

    Raises `CommandFailed`: with exit code 6 where nobody listens, else with what went wrong.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_TIMEOUT)
            connection.connect(str(path))
            connection.sendall(json.dumps({"command": command, **arguments}).encode() + b"\n")
            line = _line(connection)
    except (FileNotFoundError, ConnectionRefusedError):
        raise CommandFailed(
            "Mailbell is not running for this profile. Start it with 'mailbell'.", NOT_RUNNING
        ) from None
    except TimeoutError:
        raise CommandFailed("The running Mailbell did not answer within 5 seconds.") from None
    except OSError as error:
        raise CommandFailed(f"The running Mailbell cannot be asked: {error.strerror or error}.") from None
    try:
        reply: dict[str, Any] = json.loads(line)
    except ValueError:
        raise CommandFailed("The running Mailbell gave an answer that cannot be read.") from None
    if not reply.get("ok"):
        raise CommandFailed(str(reply.get("error") or "The running Mailbell refused without a reason."))
    return reply


def _line(connection: socket.socket) -> bytes:
    received = b""
    while not received.endswith(b"\n") and len(received) < _LONGEST:
        data = connection.recv(65536)
        if not data:
            break
        received += data
    return received
