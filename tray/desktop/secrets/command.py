"""Reads a secret that a command of the user prints, such as ``pass show mail``."""

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
"""Time limit of a command, which may prompt for a passphrase."""
OUTPUT_LIMIT = 64 * 1024
"""Bytes that a command may print: many times the length of any token."""
_POLL_INTERVAL = 0.2
"""Seconds between checks whether the shell has ended: its background processes may keep the pipe open."""


_running: set[Popen[bytes]] = set()
"""The commands that run now, which are ended with the program."""
_lock = threading.Lock()
"""Held while `_running` is used, and while a command is started."""
_exiting = threading.Event()


def _begin(command: str) -> Popen[bytes]:
    """Start `command`; raises OSError or ValueError."""
    import subprocess

    with _lock:
        if _exiting.is_set():
            raise OSError
        process = subprocess.Popen(  # noqa: S602 -- the user's own command, by design a shell's
            command,
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # a window of a console, on Windows
        )
        _running.add(process)
    return process


def end_running() -> None:
    """End all running commands and their child processes."""
    with _lock:
        for process in _running:
            _kill(process)


def _end_for_good() -> None:
    """End all running commands, and let threads that still run at the exit of the interpreter start no more."""
    _exiting.set()
    end_running()


atexit.register(_end_for_good)


def read(command: str, seconds: float = SECONDS) -> Secret:
    """First line that the shell command prints; raises SecretUnavailable, whose text contains no output.

    The command and its child processes are ended when it takes longer than `seconds`, prints more than `OUTPUT_LIMIT`,
    or `end_running` is called. Its standard error is not read. Background processes of a command that has succeeded,
    such as an agent, are neither ended nor waited for.
    """
    if not command.strip():
        raise _unavailable(tr("The password command is missing."))
    try:
        process = _begin(command)
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
        with _lock:
            _running.discard(process)
    if process.returncode != 0:
        sentence = tr("The password command failed with status {status}.")
        raise _unavailable(sentence.format(status=process.returncode))
    try:
        line = output.partition(b"\n")[0].decode("utf-8").rstrip("\r")
    except UnicodeDecodeError:
        # "from None", because the exception contains the output.
        raise _unavailable(tr("The password command printed something else than text.")) from None
    if not line:
        raise _unavailable(tr("The password command printed nothing."))
    return Secret(line)


def _output(process: Popen[bytes], seconds: float) -> bytes:
    """The output of `process`; raises SecretUnavailable where that is too long or takes too long."""
    import subprocess

    if not hasattr(select, "poll"):
        return _output_by_thread(process, seconds)
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
        has_ended = process.poll() is not None  # checked before the last read
        if readable.poll(0 if has_ended else 1000 * min(left, _POLL_INTERVAL)):
            chunk = os.read(pipe, OUTPUT_LIMIT)
            if not chunk:
                break
            output += chunk
            if len(output) > OUTPUT_LIMIT:
                raise _too_much()
        elif has_ended:
            break
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _too_long(seconds) from None
    return bytes(output)


def _output_by_thread(process: Popen[bytes], seconds: float) -> bytes:
    """As `_output`, on Windows, where no pipe can be waited for; what is read after the end of the shell is left."""
    import subprocess

    assert process.stdout is not None
    pipe = process.stdout
    output = bytearray()

    def read() -> None:
        with suppress(OSError, ValueError):  # it was closed meanwhile
            while len(output) <= OUTPUT_LIMIT and (chunk := os.read(pipe.fileno(), OUTPUT_LIMIT)):
                output.extend(chunk)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise _too_much() if len(output) > OUTPUT_LIMIT else _too_long(seconds) from None
    reader.join(_POLL_INTERVAL)
    if len(output) > OUTPUT_LIMIT:
        raise _too_much()
    return bytes(output)


def _too_much() -> SecretUnavailable:
    sentence = tr("The password command printed more than {limit} bytes.")
    return _unavailable(sentence.format(limit=OUTPUT_LIMIT))


def _too_long(seconds: float) -> SecretUnavailable:
    sentence = tr("The password command did not end within {seconds} seconds.")
    return _unavailable(sentence.format(seconds=round(seconds)))


def _kill(process: Popen[bytes]) -> None:
    """End the shell and its child processes, which would keep the pipe open."""
    with suppress(OSError):  # all have ended already
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            _kill_on_windows(process)


def _kill_on_windows(process: Popen[bytes]) -> None:
    import subprocess

    tree = ("taskkill", "/T", "/F", "/PID", str(process.pid))
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    subprocess.run(tree, check=False, capture_output=True, creationflags=hidden)  # noqa: S603 -- fixed
    process.kill()


def _unavailable(sentence: str) -> SecretUnavailable:
    return SecretUnavailable.because(
        sentence, tr("Try the command in a terminal, then correct it in the settings.")
    )
