"""What a server means when it says NO, BAD or BYE: codes first (RFC 5530), then the texts of the great providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.errors import LoginRefused
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.host_names import host_key
from tray.mail.model.status import Problem, ProblemKind
from tray.net.problems.locked_out import CODES_AT_LOG_IN, at_log_in, by_words, is_imap_off
from tray.net.problems.login_refusals import is_token, scram_refused, token_refused
from tray.net.problems.tls_failures import refused_at_log_in

if TYPE_CHECKING:
    from tray.imap.errors import CommandRefused
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
_OPENING = frozenset({"EXAMINE", "SELECT", "STATUS"})


def refusal_problem(error: CommandRefused, account: Account, mailbox: MailboxName | None) -> Problem:
    """The trouble behind a refused command."""
    explained = _explained(error, account)
    if explained is not None:
        return explained
    if error.command in _LOGIN and not (error.status == "BAD" and error.code != "AUTHENTICATIONFAILED"):
        return _login(error, account)
    if error.command in _OPENING and error.status == "NO":
        return _mailbox(error, mailbox)
    return _busy(error, account)


def is_unexplained(error: CommandRefused, account: Account) -> bool:
    """Whether a refused log-in gives no other reason than, perhaps, user name and password."""
    text = error.text.lower()
    return _explained(error, account) is None and not any(phrase in text for phrase in _OTHER_SECRET)


def passes_with_time(text: str) -> bool:
    """Whether these words of a server tell of a limit that has been reached for now."""
    text = text.lower()
    return any(phrase in text for phrase in (*_TRAFFIC, *_TOO_OFTEN, *_TOO_MANY))


def is_traffic(text: str) -> bool:
    """Whether these words of a server tell of a limit of traffic; Gmail gives it the code of a full mailbox."""
    text = text.lower()
    return any(phrase in text for phrase in _TRAFFIC)


def wants_patience(error: CommandRefused) -> bool:
    """Whether a command was refused for what was asked before it, so that to ask again now would make it worse."""
    return error.code in {"OVERQUOTA", "THROTTLED"} or passes_with_time(error.text)


def _explained(error: CommandRefused, account: Account) -> Problem | None:
    """The trouble that a code or the server's words name; None where they name none."""
    text = error.text.lower()
    entering = error.command in _ENTERING
    if entering and error.code in CODES_AT_LOG_IN:
        return at_log_in(error, account)
    limit = _limit(error, account, text)
    if limit is not None:
        return limit
    if error.command == "STARTTLS":
        return Problem(
            ProblemKind.UNTRUSTED,
            f"{account.host} refused to encrypt the connection (STARTTLS) on port {account.port}.",
            "Choose TLS, usually on port 993, in the account's settings; no password was sent.",
            error.text,
        )
    if error.code in _PASSING_CODES or any(phrase in text for phrase in _PASSING):
        told: Problem | None = _busy(error, account)
    else:
        told = by_words(error, account) if entering else None
    if error.status == "BYE" and (told is None or told.kind is ProblemKind.SERVER):
        return Problem(
            ProblemKind.SERVER,
            f"{account.host} ended the connection.",
            "It is made again by itself.",
            error.text,
        )
    return _busy(error, account) if error.code == "CONTACTADMIN" else told


def _limit(error: CommandRefused, account: Account, text: str) -> Problem | None:
    """Something that there was too much of."""
    entering = error.command in _ENTERING
    often = error.code == "THROTTLED" or any(phrase in text for phrase in _TOO_OFTEN)
    full = error.code == "OVERQUOTA"  # which whoever only reads does not mind
    reading = error.command in _READING
    if is_traffic(text) or (often and not entering) or (full and (reading or error.command in _LOGIN)):
        return Problem(
            ProblemKind.TRAFFIC,
            f"{account.host} has a limit on traffic, and {account.user} has reached it for now.",
            "It is tried again by itself after a while; what other mail programs read counts as well.",
            error.text,
        )
    if often:
        return Problem(
            ProblemKind.TOO_OFTEN,
            f"{account.host} takes no log-in for a while: there were too many.",
            "It is tried again by itself; if it stays, look whether another program logs in with an old password.",
            error.text,
        )
    crowded = error.code == "LIMIT" and error.command not in _OPENING | _READING | {"STORE", "UID STORE"}
    if crowded or any(phrase in text for phrase in _TOO_MANY):
        return Problem(
            ProblemKind.TOO_MANY,
            f"{account.host} says that there are too many connections.",
            "Close another mail program, or wait: it is tried again by itself.",
            error.text,
        )
    return over_quota(account, error.text) if full else None


def over_quota(account: Account, text: str) -> Problem:
    """The mailbox is full (RFC 5530, OVERQUOTA; RFC 9208)."""
    return Problem(
        ProblemKind.OVER_QUOTA,
        f"The mailbox of {account.user} on {account.host} is full: new mail may be turned away.",
        "Delete mails that are no longer needed, and empty the trash.",
        text,
    )


def _busy(error: CommandRefused, account: Account) -> Problem:
    return Problem(
        ProblemKind.SERVER,
        f"{account.host} cannot do it now ({error.command or 'connection'}).",
        "It is tried again by itself.",
        error.text,
    )


def _mailbox(error: CommandRefused, mailbox: MailboxName | None) -> Problem:
    name = f"The mailbox {mailbox}" if mailbox else "The mailbox"
    gone = error.code in {"NONEXISTENT", "TRYCREATE"} or any(
        phrase in error.text.lower()
        for phrase in ("doesn't exist", "does not exist", "not found", "unknown mailbox")
    )
    elsewhere = error.code == "REFERRAL"  # RFC 2193
    sentence = f"{name} does not exist on the server." if gone else f"{name} cannot be opened."
    return Problem(
        ProblemKind.MAILBOX,
        f"{name} is on another server." if elsewhere else sentence,
        "Choose the mailboxes to watch in the account's settings.",
        error.text,
    )


def _login(error: CommandRefused, account: Account) -> Problem:
    text = error.text.lower()
    host = host_key(account.host)
    if account.login is Login.CERTIFICATE or "certificate" in text:
        return refused_at_log_in(account, error.text)
    failure = error.failure if isinstance(error, LoginRefused) else ""
    if is_token(account):
        return token_refused(account, error.text, failure)
    if account.secret is SecretSource.ONLINE:
        return Problem(
            ProblemKind.REFUSED,
            f"{account.host} refused the password that the desktop has for {account.user}.",
            "Open Online Accounts in the desktop's settings and enter it again there.",
            error.text,
        )
    if isinstance(error, LoginRefused) and (told := scram_refused(error, account)) is not None:
        return told
    provider = next((name for suffix, name in _APP_PASSWORD_HOSTS.items() if _under(host, suffix)), "")
    if provider or any(phrase in text for phrase in _APP_PASSWORD):
        return Problem(
            ProblemKind.APP_PASSWORD,
            f"{provider or account.host} refused the password of {account.user}; mail programs need an app password.",
            "Create an app password in the security settings of your account there, and enter it here.",
            error.text,
        )
    if any(_under(host, suffix) for suffix in _TOKEN_HOSTS):
        advice = "Microsoft takes no passwords from mail programs: use a command that prints an OAuth2 token."
    elif any(_under(host, suffix) for suffix in _SWITCHED_HOSTS) or is_imap_off(text):
        advice = "Check user name and password, and that IMAP is switched on in your account there."
    else:
        advice = "Check user name and password, and enter them again."
    return Problem(
        ProblemKind.REFUSED,
        f"{account.host} refused the user name or password of {account.user}.",
        advice,
        error.text,
    )


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
