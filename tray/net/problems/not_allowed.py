"""Refused logins of known users, by codes (RFC 5530, RFC 2221) and texts of providers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tray.mail.presentation.problem_texts import login as texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.errors import CommandRefused
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem

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


def at_log_in(error: CommandRefused, account: Account) -> Problem:
    """The problem for a code of `CODES_AT_LOG_IN`, of a refused login, a greeting or a BYE."""
    if error.code == "REFERRAL":
        found = _REFERRED.match(error.argument)
        return texts.on_another_server(account, found[1].lower() if found else "", error.text)
    return _BY_CODE[error.code](account, error.text)


def by_text(error: CommandRefused, account: Account) -> Problem | None:
    """The problem that the text of a provider names, or None."""
    text = error.text.lower()
    if _IN_CLEAR.search(text):
        return texts.encryption_wanted(account, error.text)
    if is_imap_off(text):
        if any(word in text for word in _OR_THE_PASSWORD):
            return None
        in_domain = "domain" in text or "administrator" in text
        return (texts.imap_off_in_domain if in_domain else texts.imap_off)(account, error.text)
    return texts.account_locked(account, error.text) if _LOCKED.search(text) else None


def is_imap_off(text: str) -> bool:
    """Whether a lower-case text says that IMAP is switched off, perhaps among other reasons."""
    return _IMAP_OFF.search(text) is not None


def _expired(account: Account, text: str) -> Problem:
    return (texts.sign_in_expired if account.uses_token else texts.password_expired)(account, text)


_BY_CODE: dict[str, Callable[[Account, str], Problem]] = {
    "EXPIRED": _expired,
    "PRIVACYREQUIRED": texts.encryption_wanted,
    "AUTHORIZATIONFAILED": texts.not_authorised,
    "NOPERM": texts.not_authorised,
    "CONTACTADMIN": texts.ask_administrator,
}
CODES_AT_LOG_IN = frozenset(_BY_CODE) | {"REFERRAL"}
