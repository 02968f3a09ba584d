"""``mailbell status``: once, or at each change, for people, scripts and bars."""

from __future__ import annotations

import json
import os
import select
import sys
import time
from typing import TYPE_CHECKING, Any

from tray.cli.exit_codes import DONE, NOT_RUNNING, CommandFailed
from tray.cli.profile import paths_of
from tray.cli.running_instance import ask_running, clean, connect_running, unreadable
from tray.i18n import tr

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Callable, Iterator

    from tray.desktop.storage.paths import Paths
    from tray.mail.presentation.status_json import Record

_RETRY = 5.0
"""Seconds between two looks for a Mailbell that does not run."""
_LINE_LIMIT = 4 * 1024 * 1024


def run(arguments: argparse.Namespace) -> int:
    """Print the status once, or at each change until interrupted.

    Where Mailbell does not run, the formats of bars say so; who watches waits for the next start.
    """
    paths, shown = paths_of(arguments), _renderer(arguments)

    def render(record: Record | None) -> str:
        try:
            return shown(record)
        except (AttributeError, LookupError, TypeError, ValueError, OverflowError):  # of another version
            raise unreadable() from None

    try:
        if not arguments.watch:
            print(render(_status(paths, for_a_bar=bool(arguments.format))))
            return DONE
        last = None
        for record in _statuses(paths):
            if record is None and not arguments.format:
                print(tr("Mailbell is not running; waiting for its start."), file=sys.stderr)
                continue
            line = render(record)
            if line != last:
                print(line, flush=True)
            last = line
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains at its end
    return DONE


def _renderer(arguments: argparse.Namespace) -> Callable[[Record | None], str]:
    if arguments.format:
        from tray.mail.presentation.bar_formats import format_status

        return lambda record: format_status(record, arguments.format)
    if arguments.json:
        indent = None if arguments.watch else 2
        return lambda record: json.dumps(record, ensure_ascii=False, indent=indent)
    from tray.mail.presentation.status_json import status_text

    return lambda record: status_text(record, time.time())  # type: ignore[arg-type]


def _status(paths: Paths, *, for_a_bar: bool) -> Record | None:
    try:
        record: Record | None = ask_running(paths, "status").get("status")
    except CommandFailed as failure:
        if failure.code != NOT_RUNNING or not for_a_bar:
            raise
        return None
    return record


def _statuses(paths: Paths) -> Iterator[Record | None]:
    """Each status as it comes, None while Mailbell does not run; ends when nobody reads the output any more."""
    while True:
        try:
            with connect_running(paths) as connection:
                connection.sendall(b'{"command": "watch"}\n')
                yield from _received(connection)
        except CommandFailed as failure:
            if failure.code != NOT_RUNNING:
                raise
        except OSError:
            pass  # it was killed
        yield None
        while _is_absent(paths):
            if _wait(None, _RETRY):
                return


def _is_absent(paths: Paths) -> bool:
    try:
        connect_running(paths).close()
    except CommandFailed as failure:
        return failure.code == NOT_RUNNING
    return False


def _received(connection: socket.socket) -> Iterator[Record]:
    data = b""
    while not _wait(connection, None):
        received = connection.recv(65536)
        if not received:
            return
        data += received
        *lines, data = data.split(b"\n")
        for line in lines:
            yield _record(line)
        if len(data) > _LINE_LIMIT:
            raise unreadable()
    raise BrokenPipeError


def _record(line: bytes) -> Record:
    try:
        reply: Any = clean(json.loads(line))
        if not reply.get("ok"):  # such as of an older version, which does not know the command
            raise CommandFailed(str(reply["error"]))
        record: Record = reply["status"]
    except (ValueError, RecursionError, AttributeError, LookupError):
        raise unreadable() from None
    return record


def _wait(connection: socket.socket | None, seconds: float | None) -> bool:
    """Wait until there is something to read; whether the reader of our output has gone instead."""
    if not hasattr(select, "poll"):  # Windows, where only sockets can be waited for
        if connection is None:
            time.sleep(seconds or 0)
        else:
            select.select([connection], [], [], seconds)
        return False
    waiting = select.poll()
    try:
        output = sys.stdout.fileno()
    except (OSError, ValueError):  # captured
        output = -1
    if output >= 0:
        waiting.register(output, 0)  # errors are reported all the same
    if connection is not None:
        waiting.register(connection, select.POLLIN)
    ready = waiting.poll(None if seconds is None else seconds * 1000)
    return any(descriptor == output for descriptor, _ in ready)
