"""A secret printed by a command of the user's, such as ``pass show mail``."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.secret import Secret, SecretUnavailable
from tray.mail.status import Trouble, TroubleKind

if TYPE_CHECKING:
    from subprocess import Popen

SECONDS = 60.0
"""How long a command may take; it may have to ask for a passphrase."""


def get(command: str, seconds: float = SECONDS) -> Secret:
    """First line that the shell command prints; SecretUnavailable in words that hold nothing of its output."""
    import subprocess

    if not command.strip():
        raise _unavailable(tr("The command that tells the password is missing."))
    with subprocess.Popen(  # noqa: S602 -- the user's own command, by design a shell's
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            sentence = tr("The command that tells the password did not end within {seconds} seconds.")
            # Not "from": the exception that is left out here carries the output.
            raise _unavailable(sentence.format(seconds=round(seconds))) from None
    if process.returncode != 0:
        sentence = tr("The command that tells the password failed with status {status}.")
        raise _unavailable(sentence.format(status=process.returncode))
    try:
        line = output.decode("utf-8").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        raise _unavailable(
            tr("The command that tells the password printed something else than text.")
        ) from None
    if not line:
        raise _unavailable(tr("The command that tells the password printed nothing."))
    return Secret(line)


def _end(process: Popen[bytes]) -> None:
    """End the shell and what it started, which would keep the pipe open."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _unavailable(sentence: str) -> SecretUnavailable:
    advice = tr("Try the command in a terminal, then correct it in the settings.")
    return SecretUnavailable(Trouble(TroubleKind.NO_SECRET, sentence, advice))
