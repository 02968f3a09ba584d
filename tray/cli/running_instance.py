"""``mailbell status | check | pause | resume | quit``: sends commands to the running instance."""

from __future__ import annotations

import json
import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tray.cli.exit_codes import DONE, NOT_RUNNING, CommandFailed
from tray.cli.profile import paths_of
from tray.cli.terminal import print_json
from tray.i18n import tr
from tray.imap.text import display_safe
from tray.net.peer import peer_uid

if TYPE_CHECKING:
    import argparse

    from tray.desktop.storage.paths import Paths

_TIMEOUT = 5.0
_REPLY_LIMIT = 4 * 1024 * 1024
_TEXT_LIMIT = 4000


def ask(path: Path, command: str, **arguments: object) -> dict[str, Any]:
    """Send a command and return the reply, whose texts are safe to print; only to a program of the same user.

    Raises `CommandFailed`, with exit code 6 where no program listens.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_TIMEOUT)
            connection.connect(str(path))
            if peer_uid(connection) not in {None, os.geteuid()}:
                raise CommandFailed(
                    tr(
                        "The program that listens at {path} belongs to another user, so it was not asked. "
                        "Remove that file, or choose another folder with --profile."
                    ).format(path=path)
                )
            connection.sendall(json.dumps({"command": command, **arguments}).encode() + b"\n")
            line = _line(connection)
    except (FileNotFoundError, ConnectionRefusedError):
        raise CommandFailed(
            tr("Mailbell is not running for this profile. Start it with 'mailbell'."), NOT_RUNNING
        ) from None
    except TimeoutError:
        raise CommandFailed(tr("The running Mailbell did not answer within 5 seconds.")) from None
    except OSError as error:
        raise CommandFailed(
            tr("The running Mailbell cannot be asked: {reason}.").format(reason=error.strerror or error)
        ) from None
    try:
        reply = _clean(json.loads(line))
    except (ValueError, RecursionError):
        reply = None
    if not isinstance(reply, dict):
        raise CommandFailed(_unreadable())
    if not reply.get("ok"):
        raise CommandFailed(str(reply.get("error") or tr("The running Mailbell refused without a reason.")))
    return reply


def _unreadable() -> str:
    return tr("The running Mailbell gave an answer that cannot be read.")


def _line(connection: socket.socket) -> bytes:
    received = b""
    deadline = time.monotonic() + _TIMEOUT
    while not received.endswith(b"\n") and len(received) < _REPLY_LIMIT:
        data = connection.recv(65536)
        if not data:
            break
        if time.monotonic() > deadline:  # also where the reply comes byte by byte
            raise TimeoutError
        received += data
    return received


def _clean(value: Any) -> Any:
    """`value` without control characters, which would affect the terminal."""
    if isinstance(value, str):
        return display_safe(value, _TEXT_LIMIT)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value


def ask_running(paths: Paths, command: str, **arguments: object) -> dict[str, Any]:
    """Send a command to the Mailbell that runs this profile and return the reply; raises `CommandFailed` as `ask`.

    Its socket lies in the folder of the session in which it was started; the lock file contains the path.
    """
    try:
        return ask(paths.socket, command, **arguments)
    except CommandFailed as failure:
        if failure.code != NOT_RUNNING:
            raise
        from tray.desktop.storage.instance_lock import read_holder

        holder = read_holder(paths.lock)
        if holder is None or not holder.is_on_this_computer or Path(holder.socket) == paths.socket:
            raise
    return ask(Path(holder.socket), command, **arguments)


def notify_running_instance(paths: Paths, *commands: str) -> None:
    """Make a running instance read the settings again, and then execute `commands`; nothing where none runs."""
    try:
        for command in ("reload", *commands):
            ask_running(paths, command)
    except CommandFailed as failure:
        if failure.code != NOT_RUNNING:
            print(tr("The running Mailbell does not use it yet: {failure}").format(failure=failure))


def status(arguments: argparse.Namespace) -> int:
    """Print the status of the accounts."""
    record = ask_running(paths_of(arguments), "status").get("status")
    if arguments.json:
        return print_json(record)
    from tray.mail.presentation.status_json import status_text

    try:
        text = status_text(record, time.time())  # type: ignore[arg-type]
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError):  # of another version
        raise CommandFailed(_unreadable()) from None
    print(text)
    return DONE


def check(arguments: argparse.Namespace) -> int:
    """Check for new mail."""
    ask_running(paths_of(arguments), "check")
    return DONE


def pause(arguments: argparse.Namespace) -> int:
    """Pause for some minutes, or until resumed."""
    ask_running(paths_of(arguments), "pause", minutes=arguments.minutes)
    return DONE


def resume(arguments: argparse.Namespace) -> int:
    """End the pause."""
    ask_running(paths_of(arguments), "resume")
    return DONE


def leave(arguments: argparse.Namespace) -> int:
    """End the running instance."""
    ask_running(paths_of(arguments), "quit")
    return DONE
