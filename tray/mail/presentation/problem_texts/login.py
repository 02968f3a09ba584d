"""Problems of refused log-ins: by codes (RFC 5530, RFC 2221), SASL errors, texts and rules of large providers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.imap.errors import LoginRefused
from tray.mail.model.account import Login, SecretSource, Security
from tray.mail.model.host_names import host_key
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from tray.imap.errors import CommandRefused
    from tray.mail.model.account import Account

    Wording = tuple[ProblemKind, str, str]
    """Kind, sentence (with ``{host}`` and ``{user}``) and advice."""

_OFF = (
    r"(?:not (?:been |yet )?(?:enabled|activated|allowed|permitted)"
    r"|disabled|deactivated|turned off|switched off|blocked)"
)
_IMAP_OFF = re.compile(rf"\bimap4?\b[^.;]*\b{_OFF}|{_OFF}[^.;]*\bimap4?\b|\b(?:enable|activate) imap4?\b")
_OR_THE_PASSWORD = ("credential", "password")  # Yandex: "invalid credentials or IMAP is disabled"
_IN_CLEAR = re.compile(r"plain ?text auth\w* (?:is )?(?:disallowed|disabled|not allowed)")
_SHUT = r"(?:locked|disabled|suspended|blocked|deactivated)"
_LOCKED = re.compile(
    rf"\baccount\b[^.;]*\b(?:{_SHUT}|closed|inactive)\b|\buser (?:is |was |has been )?{_SHUT}\b"
)
_REFERRED = re.compile(
    r"imap://(?:[^@/\s]*@)?([a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?)(?:/|$)", re.IGNORECASE
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
_FORBIDDEN = {"403", "insufficient_scope", "access_denied"}
_ENDED = {"400", "401", "invalid_token", "invalid_request"}


def names_other_secret(text: str) -> bool:
    """Whether the text of a refusal asks for another secret than a password: an app password, a certificate."""
    text = text.lower()
    return "certificate" in text or any(phrase in text for phrase in _APP_PASSWORD)


def password_refused(account: Account) -> str:
    """The sentence where nothing more is known about the refusal."""
    return tr("{host} refused the user name or password of {user}.").format(
        host=account.host, user=account.user
    )


def imap_is_off(account: Account) -> str:
    """The sentence where IMAP is switched off for the account."""
    return tr(
        "{host} does not let mail programs read the mail of {user}: IMAP is switched off in the account there."
    ).format(host=account.host, user=account.user)


def login_problem(error: CommandRefused, account: Account) -> Problem:
    """The problem of a refused LOGIN or AUTHENTICATE, where neither `by_code` nor `by_text` finds one."""
    failure = error.failure if isinstance(error, LoginRefused) else ""
    wording = _refused_secret(error.text.lower(), failure, account)
    return _problem(wording, account, f"{error.text} ({failure})".strip() if failure else error.text)


def by_code(error: CommandRefused, account: Account) -> Problem | None:
    """The problem that the code of a refused login, a greeting or a BYE names, or None."""
    advice = ""
    match error.code:
        case "EXPIRED" if account.uses_token:
            kind, sentence = ProblemKind.REFUSED, tr("The sign-in of {user} at {host} has expired.")
            advice = _another_token(account)
        case "EXPIRED":
            kind, sentence = ProblemKind.REFUSED, tr("The password of {user} at {host} has expired.")
            advice = tr(
                "Choose a new one on the provider's website, or ask the server's administrator for one, "
                "and enter it here."
            )
        case "PRIVACYREQUIRED":
            kind, sentence, advice = _encryption_wanted(account)
        case "AUTHORIZATIONFAILED" | "NOPERM":
            kind = ProblemKind.NOT_ALLOWED
            sentence = tr("{host} accepted the password, but does not let {user} read this mail.")
            advice = tr(
                "Check the user name in the account's settings, or ask the server's administrator; "
                "Mailbell will try again."
            )
        case "CONTACTADMIN":
            kind = ProblemKind.NOT_ALLOWED
            sentence = tr("{host} does not let {user} in, and says that its administrator knows why.")
            advice = tr("Ask the server's administrator; Mailbell will try again.")
        case "REFERRAL":
            kind, sentence = ProblemKind.NOT_ALLOWED, _referral(error.argument)
            advice = tr(
                "Ask your provider, and enter the right server in the account's settings: "
                "nothing was sent to another one."
            )
        case _:
            return None
    return _problem((kind, sentence, advice), account, error.text)


def by_text(error: CommandRefused, account: Account) -> Problem | None:
    """The problem that the text of a provider names, or None."""
    text = error.text.lower()
    if _IN_CLEAR.search(text):
        return _problem(_encryption_wanted(account), account, error.text)
    if _IMAP_OFF.search(text):
        if any(word in text for word in _OR_THE_PASSWORD):
            return None
        if "domain" in text or "administrator" in text:
            sentence = tr(
                "{host} does not let mail programs read the mail of {user}: "
                "IMAP is switched off for the whole domain."
            )
            advice = tr("Ask the administrator of the domain to switch IMAP on; Mailbell will try again.")
        else:
            sentence = imap_is_off(account)
            advice = tr(
                "Switch IMAP on in the settings of your account on the provider's website; "
                "Mailbell will try again."
            )
    elif _LOCKED.search(text):
        sentence = tr("{host} does not let {user} in: the account is locked or closed there.")
        advice = tr(
            "Log in on the provider's website to see why, or ask the server's administrator; "
            "Mailbell will try again."
        )
    else:
        return None
    return _problem((ProblemKind.NOT_ALLOWED, sentence, advice), account, error.text)


def _problem(wording: Wording, account: Account, server_text: str) -> Problem:
    kind, sentence, advice = wording
    return Problem(kind, sentence.format(host=account.host, user=account.user), advice, server_text)


def _referral(argument: str) -> str:
    found = _REFERRED.match(argument)
    if not found:
        return tr("{host} says that the mail of {user} is on another server now.")
    sentence = tr("{host} says that the mail of {user} is on another server now: {server}.")
    return sentence.replace("{server}", found[1].lower())


def _encryption_wanted(account: Account) -> Wording:
    if account.security is Security.NONE:
        sentence = tr("{host} accepts log-ins over an encrypted connection only.")
        advice = tr("Choose TLS or STARTTLS in the account's settings.")
    else:
        sentence = tr("{host} accepts no log-in over this connection: its encryption is too weak for it.")
        advice = tr(
            "Choose TLS, usually on port 993, in the account's settings, or ask the server's "
            "administrator what it needs."
        )
    return ProblemKind.UNTRUSTED, sentence, advice


def _refused_secret(text: str, failure: str, account: Account) -> Wording:
    """By kind of secret; `text` in lower case, `failure` as in LoginRefused."""
    if account.login is Login.CERTIFICATE or "certificate" in text:
        if account.client_certificate:
            sentence = tr("{host} does not let {user} in with the client certificate.")
            advice = tr(
                "Check that it has not expired, and that the user name is the one that the certificate names."
            )
        else:
            sentence = tr("{host} asks for a client certificate.")
            advice = tr(
                "If the server's administrator gave you a certificate, choose its file in the account's settings."
            )
    elif account.uses_token:
        sentence, advice = _refused_token(failure, account)
    elif account.secret is SecretSource.ONLINE:
        sentence = tr("{host} refused the password that the desktop has for {user}.")
        advice = tr("Open Online Accounts in the desktop's settings, and enter it there again.")
    else:
        return _refused_password(text, failure, account)
    return ProblemKind.REFUSED, sentence, advice


def _refused_token(failure: str, account: Account) -> tuple[str, str]:
    """Sentence and advice by the JSON `failure` (RFC 7628, 3.2.2); it may be missing or invalid."""
    try:
        fields = json.loads(failure)
    except (ValueError, RecursionError):
        fields = None
    status = str(fields.get("status", "")) if isinstance(fields, dict) else ""
    if status in _FORBIDDEN:
        scope = fields.get("scope", "")
        advice = _right_to_read(account, scope if isinstance(scope, str) else "")
        return tr("{host} does not let this sign-in of {user} read mail."), advice
    if status in _ENDED:
        sentence = tr("{host} refused the access token of {user}: it has expired, or was revoked.")
    else:
        sentence = tr("{host} refused the access token of {user}.")
    return sentence, _another_token(account)


def _right_to_read(account: Account, scope: str) -> str:
    if account.secret is SecretSource.OAUTH:
        if not scope:
            return tr("Sign in again and allow it to read mail; check, too, that IMAP is switched on there.")
        advice = tr(
            "Sign in again and allow it to read mail ({scope}); check, too, that IMAP is switched on there."
        )
    elif not scope:
        return tr("Make sure that the token has the right to read mail, and that IMAP is switched on there.")
    else:
        advice = tr(
            "Make sure that the token has the right to read mail ({scope}), and that IMAP is switched on there."
        )
    return advice.format(scope=scope)


def _another_token(account: Account) -> str:
    if account.secret is SecretSource.OAUTH:
        return tr("Sign in again.")
    if account.secret is SecretSource.ONLINE:
        return tr("Sign in again in the desktop's online accounts.")
    return tr("Check the command that prints the token: it may have expired, or lack the right to read mail.")


def _refused_password(text: str, failure: str, account: Account) -> Wording:
    """By SCRAM's error `failure` (RFC 5802, 7), which may be empty, then by text and provider."""
    kind = ProblemKind.REFUSED
    sentence = password_refused(account)
    advice = tr("Check user name and password, and enter them again.")
    match failure:
        case "no-resources":
            return ProblemKind.SERVER, tr("{host} cannot do it now."), tr("Mailbell will try again.")
        case "invalid-proof":
            return kind, tr("{host} says that the password of {user} is wrong."), advice
        case "unknown-user":
            return kind, tr("{host} does not know the user {user}."), advice
        case "invalid-username-encoding":
            return kind, tr("{host} cannot read the user name {user}."), advice
    host = host_key(account.host)
    provider = next((name for domain, name in _APP_PASSWORD_HOSTS.items() if _under(host, domain)), "")
    if provider or any(phrase in text for phrase in _APP_PASSWORD):
        kind = ProblemKind.APP_PASSWORD
        sentence = tr("{provider} refused the password of {user}; mail programs need an app password.")
        sentence = sentence.replace("{provider}", provider or "{host}")
        advice = tr(
            "Create an app password in the security settings of your account there, and enter it here."
        )
    elif _under(host, *_TOKEN_HOSTS):
        advice = tr("Microsoft accepts no passwords from mail programs: sign in with OAuth2 instead.")
    elif _under(host, *_SWITCHED_HOSTS) or _IMAP_OFF.search(text):
        advice = tr("Check user name and password, and that IMAP is switched on in your account there.")
    return kind, sentence, advice


def _under(host: str, *domains: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
