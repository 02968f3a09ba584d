"""Words for a server that knows the user and does not let him in: codes (RFC 5530, RFC 2221) and providers' texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tray.mail.model.account import Security
from tray.mail.model.status import Problem, ProblemKind
from tray.net.problems.login_refusals import again, is_token

if TYPE_CHECKING:
    from tray.imap.errors import CommandRefused
    from tray.mail.model.account import Account

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
_BY_ITSELF = "it is tried again by itself"


def at_log_in(error: CommandRefused, account: Account) -> Problem:
    """The trouble that the code of a refused log-in, of a greeting or of a goodbye names; it is one of these."""
    kind, sentence, advice = CODES_AT_LOG_IN[error.code](account, error.argument)
    return Problem(kind, sentence, advice, error.text)


def by_words(error: CommandRefused, account: Account) -> Problem | None:
    """The same from what a provider says in words; None where these name nothing of the kind."""
    text = error.text.lower()
    if _IN_CLEAR.search(text):
        told = _in_clear(account, "")
    elif is_imap_off(text):
        if any(word in text for word in _OR_THE_PASSWORD):
            return None
        told = _imap_off(account, domain="domain" in text or "administrator" in text)
    elif _LOCKED.search(text):
        told = _locked(account)
    else:
        return None
    return Problem(*told, error.text)


def is_imap_off(text: str) -> bool:
    """Whether these words, in lower case, say that IMAP is switched off, perhaps among other reasons."""
    return _IMAP_OFF.search(text) is not None


def _imap_off(account: Account, *, domain: bool) -> tuple[ProblemKind, str, str]:
    whose = "for the whole domain" if domain else "in the account there"
    advice = (
        f"Ask the administrator of the domain to switch IMAP on; {_BY_ITSELF}."
        if domain
        else f"Switch IMAP on in the settings of your account on the provider's website; {_BY_ITSELF}."
    )
    return (
        ProblemKind.NOT_ALLOWED,
        f"{account.host} does not give the mail of {account.user} to mail programs: IMAP is switched off {whose}.",
        advice,
    )


def _locked(account: Account) -> tuple[ProblemKind, str, str]:
    return (
        ProblemKind.NOT_ALLOWED,
        f"{account.host} does not let {account.user} in: the account is locked or closed there.",
        f"Log in on the provider's website to see why, or ask whoever runs the server; {_BY_ITSELF}.",
    )


def _expired(account: Account, _: str) -> tuple[ProblemKind, str, str]:
    if is_token(account):
        return (
            ProblemKind.REFUSED,
            f"The sign-in of {account.user} at {account.host} has expired.",
            again(account),
        )
    return (
        ProblemKind.REFUSED,
        f"The password of {account.user} at {account.host} has expired.",
        "Choose a new one on the provider's website, or ask whoever runs the server for one, and enter it here.",
    )


def _in_clear(account: Account, _: str) -> tuple[ProblemKind, str, str]:
    if account.security is Security.NONE:
        return (
            ProblemKind.UNTRUSTED,
            f"{account.host} takes log-ins over an encrypted connection only.",
            "Choose TLS or STARTTLS in the account's settings.",
        )
    return (
        ProblemKind.UNTRUSTED,
        f"{account.host} takes no log-in over this connection: its encryption is not enough for it.",
        "Choose TLS, usually on port 993, in the account's settings, or ask whoever runs the server what it wants.",
    )


def _may_not(account: Account, _: str) -> tuple[ProblemKind, str, str]:
    return (
        ProblemKind.NOT_ALLOWED,
        f"{account.host} has accepted the password, and does not let {account.user} read this mail.",
        f"Check the user name in the account's settings, or ask whoever runs the server; {_BY_ITSELF}.",
    )


def _elsewhere(account: Account, argument: str) -> tuple[ProblemKind, str, str]:
    found = _REFERRED.match(argument)
    where = f"another server now: {found[1].lower()}" if found else "another server now"
    return (
        ProblemKind.NOT_ALLOWED,
        f"{account.host} says that the mail of {account.user} is on {where}.",
        "Ask your provider, and enter the right server in the account's settings: nothing was sent to another one.",
    )


def _administrator(account: Account, _: str) -> tuple[ProblemKind, str, str]:
    return (
        ProblemKind.NOT_ALLOWED,
        f"{account.host} does not let {account.user} in, for a reason that its administrator knows.",
        f"Ask whoever runs the server; {_BY_ITSELF}.",
    )


CODES_AT_LOG_IN = {
    "EXPIRED": _expired,
    "PRIVACYREQUIRED": _in_clear,
    "AUTHORIZATIONFAILED": _may_not,
    "NOPERM": _may_not,
    "CONTACTADMIN": _administrator,
    "REFERRAL": _elsewhere,
}
"""Each with what it means for an account, given the rest of the code: kind, sentence, advice."""
