"""Lines that the user types, or pastes, on the terminal while the reactor runs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IReadDescriptor
from zope.interface import implementer

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

_LINE_MOST = 16 * 1024
"""Octets; a terminal gives a fourth of that as one line."""


@implementer(IReadDescriptor)
class Pasted:
    """Hears the terminal until `close`.

    The terminal gives whole lines, and only then is it readable; so nothing of it has to be changed, which whoever
    uses it after us would have to put up with.
    """

    def __init__(self, reactor: Any, heard: Callable[[str], None]) -> None:
        """`heard` is called with each line."""
        self._reactor = reactor
        self._heard = heard
        self._open = True
        reactor.addReader(self)

    def close(self) -> None:
        """Hear no more."""
        if self._open:
            self._open = False
            self._reactor.removeReader(self)

    def fileno(self) -> int:
        """Standard input."""
        return sys.stdin.fileno()

    def doRead(self) -> None:  # noqa: N802 -- IReadDescriptor's names
        """A line is there, or its end (Ctrl+D): then nobody will type any more."""
        try:
            line = os.read(self.fileno(), _LINE_MOST)
        except OSError:  # the terminal is gone; the browser may still come
            line = b""
        if line:
            self._heard(line.decode(errors="replace").strip())
        else:
            self.close()

    def connectionLost(self, reason: Failure) -> None:  # noqa: ARG002, N802
        """The reactor hears it no more."""
        self._open = False

    def logPrefix(self) -> str:  # noqa: N802
        """For the reactor's log."""
        return "terminal"
