"""A secret printed by a command of the user's, such as ``pass show mail``."""

from __future__ import annotations

import atexit
import os
import select
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.secret import Secret, SecretUnavailable

if TYPE_CHECKING:
    from subprocess import Popen

SECONDS = 60.0
"""How long a command may take; it may have to ask for a passphrase."""
OUTPUT_LIMIT = 64 * 1024
"""Bytes that a command may print: many times the longest token that is known, and nothing for the memory."""
_POLL_INTERVAL = 0.2
"""Seconds between two looks whether the shell has ended while something that it left behind keeps the pipe open."""


class _Running:
    """The commands that run now, so that none is left behind when the program ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: set[Popen[bytes]] = set()
        self._over = False

    def begin(self, command: str) -> Popen[bytes]:
        """Start `command`; OSError or ValueError where that cannot be done."""
        import subprocess

        with self._lock:
            if self._over:
                raise OSError
            process = subprocess.Popen(  # noqa: S602 -- the user's own command, by design a shell's
                command,
                shell=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._processes.add(process)
        return process

    def ended(self, process: Popen[bytes]) -> None:
        """It runs no more."""
        with self._lock:
            self._processes.discard(process)

    def end(self) -> None:
        """End all that run now."""
        with self._lock:
            for process in self._processes:
                _kill(process)

    def end_for_good(self) -> None:
        """The interpreter ends: no thread of ours, which may live a little longer, starts another one."""
        self._over = True
        self.end()


_running = _Running()
atexit.register(_running.end_for_good)


def read(command: str, seconds: float = SECONDS) -> Secret:
    """First line that the shell command prints; SecretUnavailable in words that hold nothing of its output.

    The command and all that it started are ended when it takes longer than `seconds`, prints more than
    `OUTPUT_LIMIT`, or `end_running` is called. What it prints as errors is not read. A helper that a command leaves
    running in the background when it has ended well, such as an agent, is left alone and not waited for.
    """
    if not command.strip():
        raise _unavailable(tr("The password command is missing."))
    try:
        process = _running.begin(command)
    except (OSError, ValueError):  # no more processes or files, too long, or a NUL in it
        raise _unavailable(tr("The password command could not be started.")) from None
    try:
        output = _output(process, seconds)
    except BaseException:  # also Ctrl+C, in a command without a window
        _kill(process)
        raise
    finally:
        assert process.stdout is not None
        process.stdout.close()
        process.wait()
        _running.ended(process)
    if process.returncode != 0:
        sentence = tr("The password command failed with status {status}.")
        raise _unavailable(sentence.format(status=process.returncode))
    try:
        line = output.partition(b"\n")[0].decode("utf-8").rstrip("\r")
    except UnicodeDecodeError:
        # Not "from": the exception that is left out here carries the output.
        raise _unavailable(tr("The password command printed something else than text.")) from None
    if not line:
        raise _unavailable(tr("The password command printed nothing."))
    return Secret(line)


def end_running() -> None:
    """End all commands that run now, with what they started: the program ends, or nobody waits for them any more."""
    _running.end()


def _output(process: Popen[bytes], seconds: float) -> bytes:
    """All that `process` prints until it ends; SecretUnavailable where that is too much or takes too long."""
    import subprocess

    assert process.stdout is not None
    pipe = process.stdout.fileno()
    readable = select.poll()
    readable.register(pipe, select.POLLIN)
    deadline = time.monotonic() + seconds
    output = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise _too_long(seconds)
        has_ended = process.poll() is not None  # before the last look at what it has printed
        if readable.poll(0 if has_ended else 1000 * min(left, _POLL_INTERVAL)):
            chunk = os.read(pipe, OUTPUT_LIMIT)
            if not chunk:
                break
            output += chunk
            if len(output) > OUTPUT_LIMIT:
                sentence = tr("The password command printed more than {limit} bytes.")
                raise _unavailable(sentence.format(limit=OUTPUT_LIMIT))
        elif has_ended:
            break
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _too_long(seconds) from None
    return bytes(output)


def _too_long(seconds: float) -> SecretUnavailable:
    sentence = tr("The password command did not end within {seconds} seconds.")
    return _unavailable(sentence.format(seconds=round(seconds)))


def _kill(process: Popen[bytes]) -> None:
    """End the shell and what it started, which would keep the pipe open."""
    with suppress(OSError):  # all of them have ended
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _unavailable(sentence: str) -> SecretUnavailable:
    return SecretUnavailable.because(
        sentence, tr("Try the command in a terminal, then correct it in the settings.")
    )
