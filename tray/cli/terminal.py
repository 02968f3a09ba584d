"""Where a command reads a secret: from standard input, or typed on the terminal unseen."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IReadDescriptor
from zope.interface import implementer

from tray.cli.exit_codes import USAGE, CommandFailed
from tray.i18n import tr
from tray.mail.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure


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


_LINE_LIMIT = 16 * 1024
"""Octets; a terminal gives a fourth of that as one line."""


@implementer(IReadDescriptor)
class PastedLines:
    """Reads lines of the terminal until `close`.

    A terminal is readable when it has a whole line; so nothing about it has to be changed, which would have to be
    undone for whatever uses it afterwards.
    """

    def __init__(self, reactor: Any, on_line: Callable[[str], None]) -> None:
        """`on_line` is called with each line."""
        self._reactor = reactor
        self._on_line = on_line
        self._open = True
        reactor.addReader(self)

    def close(self) -> None:
        """Read no more."""
        if self._open:
            self._open = False
            self._reactor.removeReader(self)

    def fileno(self) -> int:
        """Standard input."""
        return sys.stdin.fileno()

    def doRead(self) -> None:  # noqa: N802 -- IReadDescriptor's names
        """Called when there is a line, or the end (Ctrl+D), after which nobody will type any more."""
        try:
            line = os.read(self.fileno(), _LINE_LIMIT)
        except OSError:  # the terminal is gone; the browser may still come
            line = b""
        if line:
            self._on_line(line.decode(errors="replace").strip())
        else:
            self.close()

    def connectionLost(self, reason: Failure) -> None:  # noqa: ARG002, N802
        """Called when the reactor reads it no more."""
        self._open = False

    def logPrefix(self) -> str:  # noqa: N802
        """For the reactor's log."""
        return "terminal"
