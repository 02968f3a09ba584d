"""Asks the running instance over its socket: one line of JSON there, one back; loads neither Qt nor Twisted."""

from __future__ import annotations

import json
import os
import socket
import time
from typing import TYPE_CHECKING, Any

from tray.cli.exit_codes import NOT_RUNNING, CommandFailed
from tray.imap.text import display_safe
from tray.net.peer import peer_uid

if TYPE_CHECKING:
    from pathlib import Path

_TIMEOUT = 5.0
_LONGEST = 4 * 1024 * 1024
_TEXT_MOST = 4000
UNREADABLE = "The running Mailbell gave an answer that cannot be read."


def ask(path: Path, command: str, **arguments: object) -> dict[str, Any]:
    """Send a command and return the reply, in which every text is fit to be printed.

    It is sent to a program of the user's own only.
    Raises `CommandFailed`: with exit code 6 where nobody listens, else with what went wrong.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_TIMEOUT)
            connection.connect(str(path))
            if peer_uid(connection) not in {None, os.geteuid()}:
                raise CommandFailed(
                    f"The program that listens at {path} belongs to another user, so it was not asked. "
                    "Remove that file, or choose another folder with --profile."
                )
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
        reply = _clean(json.loads(line))
    except (ValueError, RecursionError):
        reply = None
    if not isinstance(reply, dict):
        raise CommandFailed(UNREADABLE)
    if not reply.get("ok"):
        raise CommandFailed(str(reply.get("error") or "The running Mailbell refused without a reason."))
    return reply


def _line(connection: socket.socket) -> bytes:
    received = b""
    deadline = time.monotonic() + _TIMEOUT
    while not received.endswith(b"\n") and len(received) < _LONGEST:
        data = connection.recv(65536)
        if not data:
            break
        if time.monotonic() > deadline:  # whoever sends byte by byte
            raise TimeoutError
        received += data
    return received


def _clean(value: Any) -> Any:
    """`value` without what would move, hide or colour anything on a terminal."""
    if isinstance(value, str):
        return display_safe(value, _TEXT_MOST)
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(each) for key, each in value.items()}
    return value
