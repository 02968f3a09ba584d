"""Secrets in a file that only its owner can read, for accounts with `SecretSource.FILE`."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

from tray.desktop.storage.files import write_atomically
from tray.files import TooLarge, open_regular_file, read_bounded
from tray.i18n import system_reason, tr
from tray.mail.model.secret import Secret, SecretUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from tray.mail.model.account import AccountId

_VERSION = "version"
"""Key of a number in any later form; the present one, the first, has none, and only texts."""
_SIZE_LIMIT = 1_000_000
"""Bytes; a token has some thousands."""


def read(path: Path, account: AccountId) -> Secret | None:
    """The secret, None where the file has none; SecretUnavailable when others can read the file, or it is damaged."""
    text = _read(path).get(account)
    return None if text is None else Secret(text)


def write(path: Path, account: AccountId, secret: Secret) -> None:
    """Write the secret, in place of an older one; raises SecretUnavailable."""
    _write(path, {**_read(path), account: secret.reveal()})


def remove(path: Path, account: AccountId) -> None:
    """Remove the secret, if there is one."""
    kept = _read(path)
    if kept.pop(account, None) is not None:
        _write(path, kept)


def _read(path: Path) -> dict[str, str]:
    try:
        descriptor = open_regular_file(path, os.O_RDONLY)
        facts = os.fstat(descriptor)  # of the very file that is read
        if hasattr(os, "getuid") and (facts.st_uid != os.getuid() or stat.S_IMODE(facts.st_mode) & 0o077):
            os.close(descriptor)
            raise SecretUnavailable.because(
                tr("The file with the passwords, {file}, can be read by others.").format(file=path),
                tr("Change the passwords, then make the file yours alone (chmod 600)."),
            )
        content = json.loads(read_bounded(descriptor, path, _SIZE_LIMIT))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError, TooLarge):
        content = None  # the exception holds the text, so nothing is raised from it
    except OSError as error:
        sentence = tr("The file with the passwords, {file}, cannot be read: {reason}.")
        raise SecretUnavailable.because(
            sentence.format(file=path, reason=system_reason(error)), tr("Make it readable.")
        ) from error
    if isinstance(content, dict) and isinstance(content.get(_VERSION), int):
        sentence = tr("The file with the passwords, {file}, was written by a newer Mailbell.")
        raise SecretUnavailable.because(
            sentence.format(file=path),
            tr("Install that Mailbell again, or put the file aside and enter the passwords again."),
        )
    if not isinstance(content, dict) or not all(isinstance(text, str) for text in content.values()):
        sentence = tr("The file with the passwords, {file}, is damaged.")
        raise SecretUnavailable.because(
            sentence.format(file=path), tr("Remove it and enter the passwords again.")
        )
    return content


def _write(path: Path, content: dict[str, str]) -> None:
    try:
        write_atomically(path, json.dumps(content, indent=1).encode())
    except OSError as error:
        sentence = tr("The file with the passwords, {file}, cannot be written: {reason}.")
        advice = tr("Free space or make it writable.")
        raise SecretUnavailable.because(
            sentence.format(file=path, reason=system_reason(error)), advice
        ) from error
