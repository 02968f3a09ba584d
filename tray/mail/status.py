"""How an account is doing, as a union of small values that a person can be told (worst wins in the tray)."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class TroubleKind(enum.Enum):
    """What went wrong, as far as it asks for different next steps."""

    NAME_NOT_FOUND = "name-not-found"
    UNREACHABLE = "unreachable"
    """Refused, timed out, no route, or the connection was lost."""
    UNTRUSTED = "untrusted"
    """TLS could not be trusted, or could not be had where it is mandatory."""
    REFUSED = "refused"
    """The server refused the credentials."""
    APP_PASSWORD = "app-password"  # noqa: S105
    """The server refused a plain password and asks for an application password."""
    NO_SECRET = "no-secret"  # noqa: S105
    """No password is known: keyring empty, absent or locked, or the command failed."""
    TOO_MANY = "too-many-connections"
    MAILBOX = "mailbox"
    """The mailbox cannot be opened."""
    SERVER = "server"
    """The server said no or goodbye for a reason of its own; its words tell."""
    PROTOCOL = "protocol"
    """The server does not speak IMAP as it should."""
    INTERNAL = "internal"
    """A fault of ours."""

    @property
    def asks_user(self) -> bool:
        """Whether trying again is useless until the user has done something about the credentials."""
        return self in {TroubleKind.REFUSED, TroubleKind.APP_PASSWORD, TroubleKind.NO_SECRET}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What failed, in words for a person; never holds a secret."""

    kind: TroubleKind
    sentence: str
    """One sentence that says what is wrong."""
    advice: str = ""
    """One sentence that says what to do; may be empty where waiting is all there is."""
    server_text: str = ""
    """The server's own words, safe to display; may be empty."""


@dataclass(frozen=True, slots=True)
class Connecting:
    """On the way to the server."""

    since: float


@dataclass(frozen=True, slots=True)
class Watching:
    """Logged in and told of news as they come."""

    since: float
    """Unix seconds when this connection began to watch."""
    last_confirmed: float
    """Unix seconds of the last word from the server."""
    push: bool = True
    """False where the server has no IDLE and is asked from time to time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something failed; tried again at `until` (Unix seconds)."""

    since: float
    until: float
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class NeedsCredentials:
    """Stopped until the user gives other credentials or asks to try again."""

    since: float
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Paused:
    """Paused by the user, until a time (Unix seconds) or until resumed (None)."""

    since: float
    until: float | None


@dataclass(frozen=True, slots=True)
class Disabled:
    """Switched off in the settings."""


Status = Connecting | Watching | Waiting | NeedsCredentials | Paused | Disabled
