"""Where a command gets a secret: from standard input, or typed unseen; and where it keeps one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tray.cli.exit_codes import USAGE, CommandFailed
from tray.mail.secret import Secret

if TYPE_CHECKING:
    from tray.desktop.paths import Paths
    from tray.desktop.secrets import Secrets


def secrets_of(paths: Paths) -> Secrets:
    """The secret store of a profile."""
    from tray.desktop.secrets import Secrets

    return Secrets(paths.keyring_service, paths.secret_file)


def typed(name: str, instead: str = "--password-stdin or --password-command") -> Secret:
    """A password typed on the terminal, without echo; raises `CommandFailed`, which tells of `instead`, without one."""
    if not sys.stdin.isatty():
        raise CommandFailed(f"There is no terminal to ask for the password of {name}. Use {instead}.", USAGE)
    from getpass import getpass

    try:
        return Secret(getpass(f"Password for {name}: "))
    except EOFError:
        raise CommandFailed("No password was given.", USAGE) from None


def from_stdin() -> Secret:
    """The first line of standard input, without its line end."""
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise CommandFailed("No password came from standard input.", USAGE)
    return Secret(line)
