"""How an account is doing, as a union of small values that a person can be told (worst wins in the tray)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.certificate import Certificate


class ProblemKind(enum.Enum):
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
    PROXY = "proxy"
    """The proxy is none of that kind, or does not allow the connection."""
    PROXY_REFUSED = "proxy-refused"
    """The proxy refused user name or password, or no password for it is known."""
    TOO_MANY = "too-many-connections"
    TOO_OFTEN = "too-many-log-ins"
    """The server wants to be left alone for a while."""
    TRAFFIC = "traffic-limit"
    """The account has had as much mail, or as many commands, as its server allows in a time."""
    NOT_ALLOWED = "not-allowed"
    """The server knows the user and does not let him read this mail so: IMAP is off there, or the mail is elsewhere."""
    MAILBOX = "mailbox"
    """The mailbox cannot be opened."""
    OVER_QUOTA = "over-quota"
    """The mailbox is full; it can be watched all the same."""
    ALERT = "alert"
    """Nothing failed, but the server wants its user to read something."""
    SERVER = "server"
    """The server said no or goodbye for a reason of its own; its words tell."""
    PROTOCOL = "protocol"
    """The server does not speak IMAP as it should."""
    INTERNAL = "internal"
    """A fault of ours."""

    @property
    def asks_user(self) -> bool:
        """Whether trying again is useless until the user has done something about the credentials."""
        return self in {
            ProblemKind.REFUSED,
            ProblemKind.APP_PASSWORD,
            ProblemKind.NO_SECRET,
            ProblemKind.PROXY_REFUSED,
        }

    @property
    def lasting(self) -> bool:
        """Whether waiting alone is unlikely to mend it, though it is tried again: somebody has to look."""
        return self in {
            ProblemKind.UNTRUSTED,
            ProblemKind.PROXY,
            ProblemKind.NOT_ALLOWED,
            ProblemKind.MAILBOX,
            ProblemKind.OVER_QUOTA,
            ProblemKind.PROTOCOL,
            ProblemKind.INTERNAL,
        }


class ProxyFault(enum.Enum):
    """Why there is no connection through a proxy, as far as it asks for different words; the values are for the log."""

    NOT_FOUND = "its name was not found"
    REFUSED = "it refused the connection"
    NO_ANSWER = "it did not answer"
    NO_WAY = "there is no way to it"
    CLOSED = "it closed the connection"
    FOREIGN = "it does not speak as such a proxy"
    IS_HTTP = "it seems to be an HTTP proxy"
    IS_SOCKS = "it seems to be a SOCKS proxy"
    IS_TOR = "it seems to be Tor"
    WANTS_USER = "it wants a user name and a password"
    NO_METHOD = "it wants a way to log in that we have not"
    PASSWORD = "it refused user name or password"  # noqa: S105 -- a sentence
    TOO_LONG = "user name or password are too long for it"
    FORBIDDEN = "it does not allow this connection"
    SERVER_NOT_FOUND = "it does not find the server"
    SERVER_REFUSED = "the server refused it"
    SERVER_NO_ANSWER = "the server did not answer it"
    SERVER_NO_WAY = "it has no way to the server"
    ONION = "the onion service cannot be reached"
    FAILED = "it failed"


@dataclass(frozen=True, slots=True)
class Problem:
    """What failed, in words for a person; never holds a secret."""

    kind: ProblemKind
    sentence: str
    """One sentence that says what is wrong."""
    advice: str = ""
    """One sentence that says what to do; may be empty where waiting is all there is."""
    server_text: str = ""
    """The server's own words, safe to display; may be empty."""
    certificate: Certificate | None = None
    """What the server showed, where the user may look at it and trust it all the same."""
    brief: str = ""
    """The sentence for a line that begins with the account's name; empty where `sentence` does not name it."""


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
    remark: Problem | None = None
    """What the server wants the user to know, on this connection."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something failed; tried again at `until` (Unix seconds)."""

    since: float
    until: float
    problem: Problem


@dataclass(frozen=True, slots=True)
class NeedsCredentials:
    """Stopped until the user gives other credentials or asks to try again."""

    since: float
    problem: Problem


@dataclass(frozen=True, slots=True)
class Paused:
    """Paused by the user, until a time (Unix seconds) or until resumed (None)."""

    since: float
    until: float | None


@dataclass(frozen=True, slots=True)
class Disabled:
    """Switched off in the settings."""


Status = Connecting | Watching | Waiting | NeedsCredentials | Paused | Disabled


def worst(statuses: Iterable[Status]) -> Status:
    """The status that a person should be told of; `Disabled` where there is none.

    Of two connections that watch, the one that was confirmed longest ago speaks; of two that wait for their
    next try, the one that tries first. Where some watch while others wait for their turn, because the server takes
    no more connections, it is a remark on those that watch.
    """
    ranked = sorted(statuses, key=_rank)
    if not ranked:
        return Disabled()
    first = ranked[0]
    if isinstance(first, Waiting) and first.problem.kind is ProblemKind.TOO_MANY:
        watching = next((status for status in ranked if isinstance(status, Watching)), None)
        if watching is not None:
            return replace(watching, remark=first.problem)
    return first


def _rank(status: Status) -> tuple[float, float]:
    match status:
        case NeedsCredentials():
            return 0, status.since
        case Waiting():
            return 1 if needs_user(status) else 2, status.until
        case Connecting():
            return 3, status.since
        case Watching():
            return 4 if status.remark is None else 3.5, status.last_confirmed
        case Paused():
            return 5, status.since
        case _:
            return 6, 0.0


def problem_in(status: Status) -> Problem | None:
    """What failed, for the two statuses in which something did, or what the server said besides."""
    if isinstance(status, Watching):
        return status.remark
    return status.problem if isinstance(status, (Waiting, NeedsCredentials)) else None


def untrusted_certificate(status: Status) -> Certificate | None:
    """The certificate that keeps an account from being watched, where the user can trust it."""
    problem = problem_in(status)
    return problem.certificate if problem is not None else None


def mailbox_refused(status: Status) -> bool:
    """Whether a mailbox cannot be opened, so that the user may want to choose others."""
    problem = problem_in(status)
    return problem is not None and problem.kind is ProblemKind.MAILBOX


def needs_user(status: Status) -> bool:
    """Whether the icon should ask for the user: credentials, or a trouble that waiting is unlikely to mend."""
    match status:
        case NeedsCredentials():
            return True
        case Waiting(problem=problem) | Watching(remark=Problem() as problem):
            return problem.kind.asks_user or problem.kind.lasting
        case _:
            return False


_NAMES: dict[type, str] = {
    Connecting: "connecting",
    Watching: "watching",
    Waiting: "waiting",
    NeedsCredentials: "needs-credentials",
    Paused: "paused",
    Disabled: "disabled",
}


def state_name(status: Status) -> str:
    """The name of the state in ``mailbell status --json``."""
    return _NAMES[type(status)]


class CheckStep(enum.Enum):
    """In the order in which they are taken."""

    NAME = "name"
    CONNECT = "connect"
    ENCRYPT = "encrypt"
    LOGIN = "login"
    MAILBOX = "mailbox"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one step went: `sentence` tells it in words; `problem` is there when it failed."""

    step: CheckStep
    sentence: str
    problem: Problem | None = None
    warning: bool = False
    """Whether it worked but is worth a look, such as no IDLE or no encryption on loopback."""
    facts: tuple[tuple[str, str], ...] = ()
    """For the report alone (`tray.mail.presentation.diagnosis`): what was learnt, such as the greeting, under a caption
    each.
    """
