"""Errors of IMAP: a breach of the protocol by the server or by us, and refusals."""

from __future__ import annotations

from dataclasses import field

from tray.values import dataclass


class ImapError(Exception):
    """Base of all errors of this package."""


class RemoteProtocolError(ImapError):
    """The server sent what IMAP does not allow, or more than the limits; the connection must be aborted."""


class Malformed(RemoteProtocolError):  # noqa: N818 -- names the response
    """A response that cannot be read, although its end is certain: it is skipped and the connection goes on."""


class LocalProtocolError(ImapError):
    """IMAP does not allow what was to be sent: a mistake in this program, or a text that no command can carry."""


@dataclass(unsafe_hash=True)  # not frozen: Python and Twisted set `__traceback__` on what is raised
class CommandRefused(ImapError):  # noqa: N818 -- an answer, not a fault
    """The server answered NO or BAD, or sent BYE instead of an answer."""

    command: str
    """Name of the command, such as ``EXAMINE``; never its arguments, which may hold a secret."""
    status: str
    """``NO``, ``BAD`` or ``BYE``."""
    code: str
    """Response code in upper case without arguments, such as ``AUTHENTICATIONFAILED``; empty where none."""
    text: str
    """Text of the server, safe to display."""
    argument: str = field(default="", kw_only=True)
    """The argument of the code, safe to display; empty on a connection without TLS."""

    def __str__(self) -> str:
        """The refusal as one line."""
        code = f" [{self.code}]" if self.code else ""
        return f"{self.command} refused: {self.status}{code} {self.text}"


@dataclass(unsafe_hash=True)
class LoginRefused(CommandRefused):
    """The server refused an AUTHENTICATE and sent a reason in the format of the mechanism."""

    failure: str = ""
    """JSON of a bearer token (RFC 7628, 3.2.2), or SCRAM's error (RFC 5802, 7); safe to display."""


class SaslError(ImapError):
    """Authentication must stop: the server did not prove its identity, or sent an invalid challenge."""
