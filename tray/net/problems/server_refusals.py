"""Problems for NO, BAD and BYE: by codes (RFC 5530), then by texts of large providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.errors import LoginRefused
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.host_names import host_key
from tray.mail.model.status import ProblemKind
from tray.mail.presentation.problem_texts import login as login_texts
from tray.mail.presentation.problem_texts import server as texts
from tray.net.problems.not_allowed import CODES_AT_LOG_IN, at_log_in, by_text, is_imap_off
from tray.net.problems.sasl_refusals import scram_refused, token_refused

if TYPE_CHECKING:
    from tray.imap.errors import CommandRefused
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem

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
_APP_PASSWORD = (
    "application-specific password",  # Gmail
    "app-specific password",  # iCloud
    "application specific password",
    "application password",
    "app password",  # Yahoo, Fastmail, Zoho
    "apppassword",
    "web login required",  # Gmail, which wants a browser or an app password
    "log in via your web browser",
)
_OTHER_SECRET = (*_APP_PASSWORD, "certificate")
_APP_PASSWORD_HOSTS = {
    "gmail.com": "Google",
    "googlemail.com": "Google",
    "mail.yahoo.com": "Yahoo",
    "aol.com": "AOL",
    "mail.me.com": "Apple",
    "icloud.com": "Apple",
    "fastmail.com": "Fastmail",
}
_TOKEN_HOSTS = ("outlook.com", "office365.com", "hotmail.com")
_SWITCHED_HOSTS = ("gmx.net", "gmx.com", "web.de", "163.com", "126.com", "qq.com")
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
        return _login(error, account)
    if error.command in _OPENING and error.status == "NO":
        return _mailbox(error, mailbox)
    return _busy(error, account)


def is_unexplained(error: CommandRefused, account: Account) -> bool:
    """Whether the only reason of a refused login may be user name or password."""
    text = error.text.lower()
    return _explained(error, account) is None and not any(phrase in text for phrase in _OTHER_SECRET)


def passes_with_time(text: str) -> bool:
    """Whether the text of a server is about a temporary limit."""
    text = text.lower()
    return any(phrase in text for phrase in (*_TRAFFIC, *_TOO_OFTEN, *_TOO_MANY))


def is_traffic(text: str) -> bool:
    """Whether the text of a server is about a limit of traffic; Gmail sends it with the code of a full mailbox."""
    text = text.lower()
    return any(phrase in text for phrase in _TRAFFIC)


def is_limit_reached(error: CommandRefused) -> bool:
    """Whether a command was refused because of a limit, so that to send it again would make things worse."""
    return error.code in {"OVERQUOTA", "THROTTLED"} or passes_with_time(error.text)


def _explained(error: CommandRefused, account: Account) -> Problem | None:
    """The problem that a code or the server's text names, or None."""
    text = error.text.lower()
    entering = error.command in _ENTERING
    if entering and error.code in CODES_AT_LOG_IN:
        return at_log_in(error, account)
    limit = _limit(error, account, text)
    if limit is not None:
        return limit
    if error.command == "STARTTLS":
        return texts.starttls_refused(account, error.text)
    if error.code in _PASSING_CODES or any(phrase in text for phrase in _PASSING):
        problem: Problem | None = _busy(error, account)
    else:
        problem = by_text(error, account) if entering else None
    if error.status == "BYE" and (problem is None or problem.kind is ProblemKind.SERVER):
        return texts.connection_ended(account.host, error.text)
    return _busy(error, account) if error.code == "CONTACTADMIN" else problem


def _limit(error: CommandRefused, account: Account, text: str) -> Problem | None:
    """The problem of a limit, or None."""
    entering = error.command in _ENTERING
    often = error.code == "THROTTLED" or any(phrase in text for phrase in _TOO_OFTEN)
    full = error.code == "OVERQUOTA"  # irrelevant to a client that only reads
    reading = error.command in _READING
    if is_traffic(text) or (often and not entering) or (full and (reading or error.command in _LOGIN)):
        return texts.traffic_limit(account, error.text)
    if often:
        return texts.too_many_logins(account.host, error.text)
    crowded = error.code == "LIMIT" and error.command not in _OPENING | _READING | {"STORE", "UID STORE"}
    if crowded or any(phrase in text for phrase in _TOO_MANY):
        return texts.too_many_connections(account.host, error.text)
    return texts.over_quota(account, error.text) if full else None


def _busy(error: CommandRefused, account: Account) -> Problem:
    return texts.cannot_now(account.host, error.command, error.text)


def _mailbox(error: CommandRefused, mailbox: MailboxName | None) -> Problem:
    if error.code == "REFERRAL":  # RFC 2193
        return texts.mailbox_elsewhere(mailbox, error.text)
    text = error.text.lower()
    missing = error.code in {"NONEXISTENT", "TRYCREATE"} or any(phrase in text for phrase in _MISSING)
    return (texts.mailbox_missing if missing else texts.mailbox_refused)(mailbox, error.text)


def _login(error: CommandRefused, account: Account) -> Problem:
    text = error.text.lower()
    host = host_key(account.host)
    if account.login is Login.CERTIFICATE or "certificate" in text:
        shown = bool(account.client_certificate)
        return (login_texts.certificate_not_enough if shown else login_texts.certificate_wanted)(
            account, error.text
        )
    failure = error.failure if isinstance(error, LoginRefused) else ""
    if account.uses_token:
        return token_refused(account, error.text, failure)
    if account.secret is SecretSource.ONLINE:
        return login_texts.desktop_password_refused(account, error.text)
    if isinstance(error, LoginRefused) and (problem := scram_refused(error, account)) is not None:
        return problem
    provider = next((name for suffix, name in _APP_PASSWORD_HOSTS.items() if _under(host, suffix)), "")
    if provider or any(phrase in text for phrase in _APP_PASSWORD):
        return login_texts.app_password_wanted(account, provider, error.text)
    if any(_under(host, suffix) for suffix in _TOKEN_HOSTS):
        return login_texts.microsoft_refused(account, error.text)
    if any(_under(host, suffix) for suffix in _SWITCHED_HOSTS) or is_imap_off(text):
        return login_texts.password_refused_or_imap_off(account, error.text)
    return login_texts.password_refused(account, error.text)


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
