"""Where a command gets a secret: from where the account keeps it, from standard input, or typed unseen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tray.cli.exit_codes import USAGE, CommandFailed
from tray.mail.account import SecretSource
from tray.mail.secret import Secret

if TYPE_CHECKING:
    from tray.desktop.paths import Paths
    from tray.desktop.secrets import Secrets
    from tray.mail.account import Account


def secrets_of(paths: Paths) -> Secrets:
    """The secret store of a profile."""
    from tray.desktop.secrets import Secrets

    return Secrets(paths.keyring_service, paths.secret_file)


def secret_of(account: Account, paths: Paths) -> Secret:
    """The secret of an account; typed by the user where it is asked for each time.

    Raises `tray.mail.secret.SecretUnavailable`.
    """
    if account.secret is SecretSource.ASK and sys.stdin.isatty():
        return typed(account.name)
    return secrets_of(paths).get(account)


def typed(name: str) -> Secret:
    """A password typed on the terminal, without echo; raises `CommandFailed` where there is no terminal."""
    if not sys.stdin.isatty():
        raise CommandFailed(
            "There is no terminal to ask for the password. Use --password-stdin or --password-command.", USAGE
        )
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
