"""What a server means when it says NO, BAD or BYE: codes first (RFC 5530), then the texts of the great providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.errors import LoginRefused
from tray.mail.account import Login, SecretSource
from tray.mail.host_names import host_key
from tray.mail.status import Trouble, TroubleKind
from tray.net.identity_words import refused_at_log_in
from tray.net.login_words import is_token, scram_refused, token_refused

if TYPE_CHECKING:
    from tray.imap.errors import CommandRefused
    from tray.imap.types import MailboxName
    from tray.mail.account import Account

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
    "rate limit",
    "throttl",  # Yahoo, Exchange Online
)
_PASSING_CODES = frozenset({"UNAVAILABLE", "INUSE", "SERVERBUG", "LIMIT", "CONTACTADMIN"})
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
_OPENING = frozenset({"EXAMINE", "SELECT", "STATUS"})


def refusal(error: CommandRefused, account: Account, mailbox: MailboxName | None) -> Trouble:
    """The trouble behind a refused command."""
    text = error.text.lower()
    if any(phrase in text for phrase in _TOO_OFTEN):
        return Trouble(
            TroubleKind.TOO_OFTEN,
            f"{account.host} takes no log-in for a while: there were too many.",
            "It is tried again by itself; if it stays, look whether another program logs in with an old password.",
            error.text,
        )
    limit = error.code == "LIMIT" and error.command not in _OPENING | {"FETCH", "SEARCH", "STORE"}
    if limit or any(phrase in text for phrase in _TOO_MANY):
        return Trouble(
            TroubleKind.TOO_MANY,
            f"{account.host} says that there are too many connections.",
            "Close another mail program, or wait: it is tried again by itself.",
            error.text,
        )
    if error.status == "BYE":
        return Trouble(
            TroubleKind.SERVER,
            f"{account.host} ended the connection.",
            "It is made again by itself.",
            error.text,
        )
    if error.code == "OVERQUOTA":
        return over_quota(account, error.text)
    passing = error.code in _PASSING_CODES or any(phrase in text for phrase in _PASSING)
    if error.command in _LOGIN:
        if passing or (error.status == "BAD" and error.code != "AUTHENTICATIONFAILED"):
            return _busy(error, account)
        return _login(error, account, text)
    if error.command in _OPENING and not passing and error.status == "NO":
        return _mailbox(error, mailbox)
    return _busy(error, account)


def over_quota(account: Account, text: str) -> Trouble:
    """The mailbox is full (RFC 5530, OVERQUOTA; RFC 9208)."""
    return Trouble(
        TroubleKind.OVER_QUOTA,
        f"The mailbox of {account.user} on {account.host} is full: new mail may be turned away.",
        "Delete mails that are no longer needed, and empty the trash.",
        text,
    )


def _busy(error: CommandRefused, account: Account) -> Trouble:
    return Trouble(
        TroubleKind.SERVER,
        f"{account.host} cannot do it now ({error.command or 'connection'}).",
        "It is tried again by itself.",
        error.text,
    )


def _mailbox(error: CommandRefused, mailbox: MailboxName | None) -> Trouble:
    name = f"The mailbox {mailbox}" if mailbox else "The mailbox"
    gone = error.code in {"NONEXISTENT", "TRYCREATE"} or any(
        phrase in error.text.lower()
        for phrase in ("doesn't exist", "does not exist", "not found", "unknown mailbox")
    )
    return Trouble(
        TroubleKind.MAILBOX,
        f"{name} does not exist on the server." if gone else f"{name} cannot be opened.",
        "Choose the mailboxes to watch in the account's settings.",
        error.text,
    )


def _login(error: CommandRefused, account: Account, text: str) -> Trouble:
    host = host_key(account.host)
    if account.login is Login.CERTIFICATE or "certificate" in text:
        return refused_at_log_in(account, error.text)
    failure = error.failure if isinstance(error, LoginRefused) else ""
    if is_token(account):
        return token_refused(account, error.text, failure)
    if account.secret is SecretSource.ONLINE:
        return Trouble(
            TroubleKind.REFUSED,
            f"{account.host} refused the password that the desktop has for {account.user}.",
            "Open Online Accounts in the desktop's settings and enter it again there.",
            error.text,
        )
    if isinstance(error, LoginRefused) and (told := scram_refused(error, account)) is not None:
        return told
    provider = next((name for suffix, name in _APP_PASSWORD_HOSTS.items() if _under(host, suffix)), "")
    if provider or any(phrase in text for phrase in _APP_PASSWORD):
        return Trouble(
            TroubleKind.APP_PASSWORD,
            f"{provider or account.host} refused the password of {account.user}; mail programs need an app password.",
            "Create an app password in the security settings of your account there, and enter it here.",
            error.text,
        )
    if any(_under(host, suffix) for suffix in _TOKEN_HOSTS):
        advice = "Microsoft takes no passwords from mail programs: use a command that prints an OAuth2 token."
    elif any(_under(host, suffix) for suffix in _SWITCHED_HOSTS):
        advice = "Check user name and password, and that IMAP is switched on in your account there."
    else:
        advice = "Check user name and password, and enter them again."
    return Trouble(
        TroubleKind.REFUSED,
        f"{account.host} refused the user name or password of {account.user}.",
        advice,
        error.text,
    )


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
