"""Problems for NO, BAD, BYE and ALERT: by codes (RFC 5530), then by texts of large providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.imap.events import StatusResponse, Tagged
from tray.mail.model.account import Security
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.presentation.problem_texts.login import by_code, by_text, login_problem, names_other_secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.imap.errors import CommandRefused
    from tray.imap.events import Event
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account

_TOO_MANY = (
    "too many",
    "maximum number of connections",
    "simultaneous connections",
    "connection limit",
    "connections exceeded",
    "max_userip_connections",
)
_TOO_OFTEN = (
    "too many login",
    "too many log in",
    "too many failed",
    "too many bad",
    "too many invalid",
    "too many unsuccessful",
    "too many auth",
    "too many attempts",
    "too frequent",
    "temporarily locked",
    "temporarily blocked",
    "rate limit",
    "throttl",  # Yahoo, Exchange Online
)
_TRAFFIC = (
    "bandwidth",  # Gmail: Account exceeded command or bandwidth limits
    "command limit",
    "commands exceeded",
    "too many command",
    "too many request",
    "traffic limit",
    "transfer limit",
    "download limit",
    "download quota",
    "lockdown in sector",  # Gmail, from time to time
)
_FOR_ADMINISTRATORS = ("fam/gamin", "filesystem notification")  # Courier, at each login
_ALERT_LIMIT = 250  # characters
_PASSING_CODES = frozenset({"UNAVAILABLE", "INUSE", "SERVERBUG", "LIMIT"})
_PASSING = (
    "authenticated but not connected",  # Exchange Online: the mailbox is being moved, or the server is busy
    "temporar",
    "try again",
    "try later",
    "internal",
    "server error",
    "unavailable",
    "backend",
    "system error",
    "timed out",
    "timeout",
)
_LOGIN = frozenset({"LOGIN", "AUTHENTICATE"})
_ENTERING = _LOGIN | {"", "greeting", "CAPABILITY"}
_READING = frozenset({"FETCH", "UID FETCH", "SEARCH", "UID SEARCH", "IDLE", "NOOP", "LIST"})
_MISSING = ("doesn't exist", "does not exist", "not found", "unknown mailbox")
_OPENING = frozenset({"EXAMINE", "SELECT", "STATUS"})


def refusal_problem(error: CommandRefused, account: Account, mailbox: MailboxName | None) -> Problem:
    """The problem for a refused command."""
    explained = _explained(error, account)
    if explained is not None:
        return explained
    if error.command in _LOGIN and not (error.status == "BAD" and error.code != "AUTHENTICATIONFAILED"):
        return login_problem(error, account)
    if error.command in _OPENING and error.status == "NO":
        return _mailbox(error, mailbox)
    return _busy(error, account)


def is_unexplained(error: CommandRefused, account: Account) -> bool:
    """Whether the only reason of a refused login may be user name or password."""
    return _explained(error, account) is None and not names_other_secret(error.text)


def passes_with_time(text: str) -> bool:
    """Whether the text of a server is about a temporary limit."""
    return _names(text, (*_TRAFFIC, *_TOO_OFTEN, *_TOO_MANY))


def is_traffic(text: str) -> bool:
    """Whether the text of a server is about a limit of traffic; Gmail sends it with the code of a full mailbox."""
    return _names(text, _TRAFFIC)


def is_limit_reached(error: CommandRefused) -> bool:
    """Whether a command was refused because of a limit, so that to send it again would make things worse."""
    return error.code in {"OVERQUOTA", "THROTTLED"} or passes_with_time(error.text)


def alert_of(event: Event, account: Account, *, encrypted: bool) -> Problem | None:
    """What a response on a connection to `account` says to the user: ALERT, or that the mailbox is full.

    The text of an ALERT must be shown (RFC 3501, 7.1), except that a limit is reached, which is part of the account's
    status. Alerts before encryption are ignored, because an attacker may have sent them, unless the account uses none.
    """
    believed = encrypted or account.security is Security.NONE
    if not isinstance(event, (StatusResponse, Tagged)) or not believed:
        return None
    code = event.code.name if event.code is not None else ""
    refused = isinstance(event, Tagged) and event.status != "OK"
    if is_traffic(event.text) or (refused and passes_with_time(event.text)):
        return None
    if code == "OVERQUOTA":
        # A refused command has its own error; Gmail uses the code for another reason, too.
        return None if refused else over_quota(account, event.text)
    text = event.text.strip()
    if code != "ALERT" or not text or _names(text, _FOR_ADMINISTRATORS):
        return None
    short = text if len(text) <= _ALERT_LIMIT else f"{text[: _ALERT_LIMIT - 1].rstrip()}…"
    return Problem(
        ProblemKind.ALERT, tr("{host} says: {text}").format(host=account.host, text=short), "", text
    )


def over_quota(account: Account, server_text: str) -> Problem:
    """The mailbox is full (RFC 5530, OVERQUOTA; RFC 9208)."""
    return Problem(
        ProblemKind.OVER_QUOTA,
        tr("The mail storage of {user} on {host} is full: new mail may be rejected.").format(
            user=account.user, host=account.host
        ),
        tr("Delete mails that are no longer needed, and empty the trash."),
        server_text,
    )


def _names(text: str, phrases: Iterable[str]) -> bool:
    text = text.lower()
    return any(phrase in text for phrase in phrases)


def _explained(error: CommandRefused, account: Account) -> Problem | None:
    """The problem that a code or the server's text names, or None."""
    entering = error.command in _ENTERING
    problem = (by_code(error, account) if entering else None) or _limit(error, account)
    if problem is not None:
        return problem
    if error.command == "STARTTLS":
        return Problem(
            ProblemKind.UNTRUSTED,
            tr("{host} refused to encrypt the connection (STARTTLS) on port {port}.").format(
                host=account.host, port=account.port
            ),
            tr("Choose TLS, usually on port 993, in the account's settings; no password was sent."),
            error.text,
        )
    if error.code in _PASSING_CODES or _names(error.text, _PASSING):
        problem = _busy(error, account)
    elif entering:
        problem = by_text(error, account)
    if error.status == "BYE" and (problem is None or problem.kind is ProblemKind.SERVER):
        return Problem(
            ProblemKind.SERVER,
            tr("{host} ended the connection.").format(host=account.host),
            tr("Mailbell will connect again."),
            error.text,
        )
    return _busy(error, account) if error.code == "CONTACTADMIN" else problem


def _limit(error: CommandRefused, account: Account) -> Problem | None:
    """The problem of a limit, or None."""
    entering = error.command in _ENTERING
    often = error.code == "THROTTLED" or _names(error.text, _TOO_OFTEN)
    full = error.code == "OVERQUOTA"  # irrelevant to a client that only reads
    reading = error.command in _READING
    crowded = error.code == "LIMIT" and error.command not in _OPENING | _READING | {"STORE", "UID STORE"}
    if is_traffic(error.text) or (often and not entering) or (full and (reading or error.command in _LOGIN)):
        kind = ProblemKind.TRAFFIC
        sentence = tr("{host} has a limit on traffic, and {user} has reached it for now.")
        advice = tr("Mailbell will try again after a while; what other mail programs read counts as well.")
    elif often:
        kind = ProblemKind.TOO_OFTEN
        sentence = tr("{host} accepts no log-in for a while: there were too many.")
        advice = tr(
            "Mailbell will try again; if it keeps failing, check whether another program logs in with an old password."
        )
    elif crowded or _names(error.text, _TOO_MANY):
        kind = ProblemKind.TOO_MANY
        sentence = tr("{host} says that there are too many connections.")
        advice = tr("Close another mail program, or wait: Mailbell will try again.")
    else:
        return over_quota(account, error.text) if full else None
    return Problem(kind, sentence.format(host=account.host, user=account.user), advice, error.text)


def _busy(error: CommandRefused, account: Account) -> Problem:
    return Problem(
        ProblemKind.SERVER,
        tr("{host} cannot do it now ({command}).").format(host=account.host, command=error.command),
        tr("Mailbell will try again."),
        error.text,
    )


def _mailbox(error: CommandRefused, mailbox: MailboxName | None) -> Problem:
    if error.code == "REFERRAL":  # RFC 2193
        named, unnamed = (
            tr("The folder {mailbox} is on another server."),
            tr("The folder is on another server."),
        )
    elif error.code in {"NONEXISTENT", "TRYCREATE"} or _names(error.text, _MISSING):
        named = tr("The folder {mailbox} does not exist on the server.")
        unnamed = tr("The folder does not exist on the server.")
    else:
        named, unnamed = tr("The folder {mailbox} cannot be opened."), tr("The folder cannot be opened.")
    return Problem(
        ProblemKind.MAILBOX,
        named.format(mailbox=mailbox) if mailbox else unnamed,
        tr("Choose the folders to watch in the account's settings."),
        error.text,
    )
