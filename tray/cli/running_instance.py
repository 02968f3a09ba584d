"""``mailbell check``, ``open``, ``act``, ``pause`` and others: sends commands to the running instance."""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tray.cli.exit_codes import DONE, NOT_RUNNING, CommandFailed
from tray.cli.profile import paths_of
from tray.i18n import system_reason, tr
from tray.imap.text import display_safe
from tray.net.peer import peer_uid
from tray.net.port_file import connect_to_port, has_unix_sockets

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from tray.desktop.storage.paths import Paths

T = TypeVar("T")

_TIMEOUT = 5.0
_REPLY_LIMIT = 4 * 1024 * 1024
_TEXT_LIMIT = 4000


def ask(path: Path, command: str, **arguments: object) -> dict[str, Any]:
    """Send a command and return the reply, whose texts are safe to print; only to a program of the same user.

    Raises `CommandFailed`, with exit code 6 where no program listens.
    """
    with _explained(), _connect(path) as connection:
        connection.sendall(json.dumps({"command": command, **arguments}).encode() + b"\n")
        line = _line(connection)
    try:
        reply = clean(json.loads(line))
    except (ValueError, RecursionError):
        reply = None
    if not isinstance(reply, dict):
        raise unreadable()
    if not reply.get("ok"):
        raise CommandFailed(str(reply.get("error") or tr("The running Mailbell refused without a reason.")))
    return reply


@contextmanager
def _explained() -> Iterator[None]:
    """Raise `CommandFailed` for what goes wrong with the socket."""
    try:
        yield
    except (FileNotFoundError, ConnectionRefusedError):
        raise CommandFailed(
            tr("Mailbell is not running for this profile. Start it with 'mailbell'."), NOT_RUNNING
        ) from None
    except TimeoutError:
        raise CommandFailed(tr("The running Mailbell did not answer within 5 seconds.")) from None
    except OSError as error:
        raise CommandFailed(
            tr("The running Mailbell cannot be asked: {reason}.").format(reason=system_reason(error))
        ) from None


def _connect(path: Path) -> socket.socket:
    if not has_unix_sockets():
        return connect_to_port(str(path), _TIMEOUT)
    with ExitStack() as on_failure:
        connection = on_failure.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        connection.settimeout(_TIMEOUT)
        connection.connect(str(path))
        if peer_uid(connection) not in {None, os.geteuid()}:
            raise CommandFailed(
                tr(
                    "The program that listens at {path} belongs to another user, so it was not asked. "
                    "Remove that file, or choose another folder with --profile."
                ).format(path=path)
            )
        on_failure.pop_all()
    return connection


def unreadable() -> CommandFailed:
    """The error where an answer is not what it should be, such as that of another version."""
    return CommandFailed(tr("The running Mailbell gave an answer that cannot be read."))


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


def clean(value: Any) -> Any:
    """`value` without control characters, which would affect the terminal."""
    if isinstance(value, str):
        return display_safe(value, _TEXT_LIMIT)
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    return value


def ask_running(paths: Paths, command: str, **arguments: object) -> dict[str, Any]:
    """Send a command to the Mailbell that runs this profile and return the reply; raises `CommandFailed` as `ask`."""
    return _with_running(paths, lambda path: ask(path, command, **arguments))


def connect_running(paths: Paths) -> socket.socket:
    """A connection to the Mailbell that runs this profile, without a time limit; raises `CommandFailed` as `ask`."""

    def connect(path: Path) -> socket.socket:
        with _explained():
            return _connect(path)

    connection = _with_running(paths, connect)
    connection.settimeout(None)
    return connection


def _with_running(paths: Paths, call: Callable[[Path], T]) -> T:
    """Call `call` with the socket of the Mailbell that runs this profile.

    It lies in the folder of the session in which it was started; the lock file contains the path.
    """
    try:
        return call(paths.socket)
    except CommandFailed as failure:
        if failure.code != NOT_RUNNING:
            raise
        from tray.desktop.storage.instance_lock import read_holder

        holder = read_holder(paths.lock)
        if holder is None or not holder.is_on_this_computer or Path(holder.socket) == paths.socket:
            raise
    return call(Path(holder.socket))


def notify_running_instance(paths: Paths, *commands: str) -> None:
    """Make a running instance read the settings again, and then execute `commands`; nothing where none runs."""
    try:
        for command in ("reload", *commands):
            ask_running(paths, command)
    except CommandFailed as failure:
        if failure.code != NOT_RUNNING:
            print(tr("The running Mailbell does not use it yet: {failure}").format(failure=failure))


def check(arguments: argparse.Namespace) -> int:
    """Check for new mail."""
    ask_running(paths_of(arguments), "check")
    return DONE


def show(arguments: argparse.Namespace) -> int:
    """Show the window with the newest messages."""
    ask_running(paths_of(arguments), "show")
    return DONE


def open_message(arguments: argparse.Namespace) -> int:
    """Open a message, or the mail program."""
    token = os.environ.get("XDG_ACTIVATION_TOKEN", "")  # of the click on the bar that runs this
    ask_running(paths_of(arguments), "open", message=arguments.message, token=token)
    return DONE


def act(arguments: argparse.Namespace) -> int:
    """Do something with messages on their servers."""
    ask_running(paths_of(arguments), "act", action=arguments.action, messages=arguments.messages)
    return DONE


def undo(arguments: argparse.Namespace) -> int:
    """Undo the last action."""
    ask_running(paths_of(arguments), "undo")
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
