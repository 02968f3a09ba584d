"""Reads secrets and answers from standard input or from the terminal; prints JSON."""

from __future__ import annotations

import json
import sys

from tray.cli.exit_codes import DONE, USAGE, CommandFailed
from tray.i18n import tr
from tray.mail.model.secret import Secret


def typed(name: str, instead: str = "") -> Secret:
    """A password typed on the terminal, without echo.

    Without a terminal raises `CommandFailed`, which names what to use `instead`.
    """
    if not sys.stdin.isatty():
        instead = instead or tr("--password-stdin or --password-command")
        raise CommandFailed(
            tr("There is no terminal to ask for the password of {name}. Use {instead}.").format(
                name=name, instead=instead
            ),
            USAGE,
        )
    from getpass import getpass

    try:
        return Secret(getpass(tr("Password for {name}:").format(name=name) + " "))
    except EOFError:
        raise CommandFailed(tr("No password was given."), USAGE) from None


def from_stdin() -> Secret:
    """The first line of standard input, without its line end."""
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise CommandFailed(tr("No password came from standard input."), USAGE)
    return Secret(line)


def agreed(answer: str) -> bool:
    """Whether what was typed after "[y/N]" is a yes, in English or in the user's language."""
    # Translators: what counts as a yes, with spaces in between
    words = tr("y yes")
    return answer.strip().casefold() in {"y", "yes", *words.casefold().split()}


def print_json(value: object) -> int:
    """Print `value` for scripts; the exit code of a command that is done with that."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
    return DONE
