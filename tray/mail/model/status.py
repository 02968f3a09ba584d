"""The status of an account's connection, as a union of small values; the tray shows the worst."""

from __future__ import annotations

import enum
from dataclasses import fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.certificate import Certificate


class ProblemKind(enum.Enum):
    """The category of a problem, which determines the next step."""

    NAME_NOT_FOUND = "name-not-found"
    UNREACHABLE = "unreachable"
    """Refused, timed out, no route, or the connection was lost."""
    UNTRUSTED = "untrusted"
    """The certificate is not trusted, or TLS is mandatory and not available."""
    REFUSED = "refused"
    """The server refused the credentials."""
    APP_PASSWORD = "app-password"  # noqa: S105
    """The server refused a plain password and asks for an application password."""
    NO_SECRET = "no-secret"  # noqa: S105
    """No secret is available: keyring empty, absent or locked, or the command failed."""
    PROXY = "proxy"
    """The proxy speaks another protocol, or does not allow the connection."""
    PROXY_REFUSED = "proxy-refused"
    """The proxy refused user name or password, or there is no password for it."""
    TOO_MANY = "too-many-connections"
    TOO_OFTEN = "too-many-log-ins"
    """The server asks for a pause before the next log-in."""
    TRAFFIC = "traffic-limit"
    """The account has used up the traffic or the commands that its server allows in a time."""
    NOT_ALLOWED = "not-allowed"
    """The credentials are right, but IMAP is disabled for the user or the mailbox is on another server."""
    MAILBOX = "mailbox"
    """The mailbox cannot be opened."""
    OVER_QUOTA = "over-quota"
    """The mailbox is full, but can be watched."""
    ALERT = "alert"
    """Nothing failed: the server sent a text that the user must see."""
    SERVER = "server"
    """The server refused or closed for another reason, in `server_text`."""
    PROTOCOL = "protocol"
    """The server violates the protocol."""
    INTERNAL = "internal"
    """A bug in the program."""

    @property
    def needs_credentials(self) -> bool:
        """Whether trying again is useless before the credentials are changed."""
        return self in {
            ProblemKind.REFUSED,
            ProblemKind.APP_PASSWORD,
            ProblemKind.NO_SECRET,
            ProblemKind.PROXY_REFUSED,
        }

    @property
    def lasting(self) -> bool:
        """Whether it is unlikely to pass by itself, although it is tried again."""
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
    """Why a connection through a proxy failed; the values are for the log."""

    NOT_FOUND = "its name was not found"
    REFUSED = "it refused the connection"
    NO_ANSWER = "it did not answer"
    NO_ROUTE = "there is no route to it"
    CLOSED = "it closed the connection"
    FOREIGN = "it does not speak its protocol"
    IS_HTTP = "it seems to be an HTTP proxy"
    IS_SOCKS = "it seems to be a SOCKS proxy"
    IS_TOR = "it seems to be Tor"
    WANTS_USER = "it requires a user name and a password"
    NO_METHOD = "it requires an unsupported log-in"
    PASSWORD = "it refused user name or password"  # noqa: S105 -- a sentence
    TOO_LONG = "user name or password are too long for it"
    FORBIDDEN = "it does not allow this connection"
    SERVER_NOT_FOUND = "it does not find the server"
    SERVER_REFUSED = "the server refused it"
    SERVER_NO_ANSWER = "the server did not answer it"
    SERVER_NO_ROUTE = "it has no route to the server"
    ONION = "the onion service cannot be reached"
    FAILED = "it failed"


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong and what to do, in sentences for the user; never holds a secret."""

    kind: ProblemKind
    sentence: str
    """One sentence: what is wrong."""
    advice: str = ""
    """One sentence: what to do; empty where there is nothing to do but wait."""
    server_text: str = ""
    """The text of the server, safe to display; may be empty."""
    certificate: Certificate | None = None
    """The untrusted certificate, where the user may pin it."""
    brief: str = ""
    """The sentence for lines that begin with the account's name; empty where `sentence` does not name it."""


@dataclass(frozen=True, slots=True)
class Connecting:
    """Connecting, or logging in."""

    since: float


@dataclass(frozen=True, slots=True)
class Watching:
    """Logged in and watching."""

    since: float
    """Unix seconds when this connection began to watch."""
    last_confirmed: float
    """Unix seconds of the last response."""
    push: bool = True
    """False where the server is polled: it has no IDLE, or pushes nothing in IDLE."""
    remark: Problem | None = None
    """A problem that does not keep the connection from watching, such as an alert of the server."""
    told: int = 0
    """Mailboxes that are watched over the connection of another one, and whose mail the server announces (NOTIFY)."""
    asked: int = 0
    """Mailboxes that are watched over the connection of another one, and asked for once a minute."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something failed; the next attempt is at `until` (Unix seconds)."""

    since: float
    until: float
    problem: Problem


@dataclass(frozen=True, slots=True)
class NeedsCredentials:
    """Stopped until the user enters other credentials or asks for another attempt."""

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
    """The status to show for several connections; `Disabled` for none.

    Of two that watch it is the one that was confirmed longest ago, of two that wait the one whose next attempt is
    first. Where some watch and others wait because the server accepts no more connections, it is `Watching` with that
    problem as its remark. Where all watch, it has the numbers of all that share a connection.
    """
    ranked = sorted(statuses, key=_rank)
    if not ranked:
        return Disabled()
    first = ranked[0]
    if isinstance(first, Waiting) and first.problem.kind is ProblemKind.TOO_MANY:
        one = next((status for status in ranked if isinstance(status, Watching)), None)
        if one is not None:
            return replace(one, remark=first.problem)
    watching = [status for status in ranked if isinstance(status, Watching)]
    told, asked = sum(status.told for status in watching), sum(status.asked for status in watching)
    if isinstance(first, Watching) and (told or asked):
        push = any(status.push for status in watching)
        return replace(first, push=push, told=told, asked=asked)
    return first


def _rank(status: Status) -> tuple[float, float]:
    match status:
        case NeedsCredentials():
            return 0, status.since
        case Waiting():
            return 1 if needs_attention(status) else 2, status.until
        case Connecting():
            return 3, status.since
        case Watching():
            return 4 if status.remark is None else 3.5, status.last_confirmed
        case Paused():
            return 5, status.since
        case _:
            return 6, 0.0


_beside_the_time = attrgetter(*(field.name for field in fields(Watching) if field.name != "last_confirmed"))


def only_confirms(before: Status, after: Status) -> bool:
    """Whether `after` differs from `before` in the time of the server's last answer at most."""
    return (
        isinstance(before, Watching)
        and isinstance(after, Watching)
        and _beside_the_time(before) == _beside_the_time(after)
    )


def problem_in(status: Status) -> Problem | None:
    """The problem or remark of a status, None where there is none."""
    if isinstance(status, Watching):
        return status.remark
    return status.problem if isinstance(status, (Waiting, NeedsCredentials)) else None


def untrusted_certificate(status: Status) -> Certificate | None:
    """The untrusted certificate in a status, None where there is none."""
    problem = problem_in(status)
    return problem.certificate if problem is not None else None


def mailbox_refused(status: Status) -> bool:
    """Whether a mailbox cannot be opened."""
    problem = problem_in(status)
    return problem is not None and problem.kind is ProblemKind.MAILBOX


def needs_attention(status: Status) -> bool:
    """Whether the icon should ask for attention: for credentials, or for a problem that will not pass by itself."""
    match status:
        case NeedsCredentials():
            return True
        case Waiting(problem=problem) | Watching(remark=Problem() as problem):
            return problem.kind.needs_credentials or problem.kind.lasting
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
    """The steps of an account's test, in order."""

    NAME = "name"
    CONNECT = "connect"
    ENCRYPT = "encrypt"
    LOGIN = "login"
    MAILBOX = "mailbox"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one step; `problem` is set when it failed."""

    step: CheckStep
    sentence: str
    problem: Problem | None = None
    warning: bool = False
    """Whether it worked with a restriction, such as no IDLE, or no encryption on loopback."""
    facts: tuple[tuple[str, str], ...] = ()
    """Captions and values, such as the greeting, for the report only (`tray.mail.presentation.setup.diagnosis`)."""
    certificate: Certificate | None = None
    """What the server showed and was trusted, for its dates; only with ENCRYPT."""
