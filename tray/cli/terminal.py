"""Reads secrets from standard input or from the terminal, and lines that are pasted there."""

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
"""Octets; Linux terminals limit a line to 4096."""


@implementer(IReadDescriptor)
class PastedLines:
    """Reads lines of the terminal until `close`.

    A terminal is readable when it has a whole line, so its modes need not be changed.
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
        """Called when there is a line, or the end of input (Ctrl+D)."""
        try:
            line = os.read(self.fileno(), _LINE_LIMIT)
        except OSError:  # the terminal is closed; the browser may still be redirected
            line = b""
        if line:
            self._on_line(line.decode(errors="replace").strip())
        else:
            self.close()

    def connectionLost(self, reason: Failure) -> None:  # noqa: ARG002, N802
        """Called when the reactor stops reading it."""
        self._open = False

    def logPrefix(self) -> str:  # noqa: N802
        """The name in the reactor's log."""
        return "terminal"
