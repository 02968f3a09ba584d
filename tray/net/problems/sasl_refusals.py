"""Reasons of refused logins that the mechanism carries: bearer tokens (RFC 7628), SCRAM (RFC 5802)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tray.mail.presentation.problem_texts import login as texts
from tray.mail.presentation.problem_texts.server import cannot_now

if TYPE_CHECKING:
    from tray.imap.errors import LoginRefused
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem

_FORBIDDEN = {"403", "insufficient_scope", "access_denied"}
_ENDED = {"400", "401", "invalid_token", "invalid_request"}
_SCRAM_BUSY = "no-resources"
_SCRAM = {
    "invalid-proof": texts.wrong_password,
    "unknown-user": texts.unknown_user,
    "invalid-username-encoding": texts.unreadable_user,
}


def token_refused(account: Account, text: str, failure: str = "") -> Problem:
    """The problem with an access token; `failure` is the JSON with the reason, `text` that of the server's NO."""
    status, scope = _bearer(failure)
    reason = " ".join(filter(None, (text, f"({failure})" if failure else "")))
    if status in _FORBIDDEN:
        return texts.token_not_enough(account, scope, reason)
    return (texts.token_ended if status in _ENDED else texts.token_refused)(account, reason)


def scram_refused(error: LoginRefused, account: Account) -> Problem | None:
    """The problem that a SCRAM error names; None for a general error."""
    if error.failure == _SCRAM_BUSY:
        return cannot_now(account.host, "AUTHENTICATE", error.text)
    problem = _SCRAM.get(error.failure)
    return problem(account, f"{error.text} ({error.failure})") if problem else None


def _bearer(failure: str) -> tuple[str, str]:
    """Status and scope; empty if missing or not JSON."""
    try:
        fields = json.loads(failure)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(fields, dict):
        return "", ""
    status, scope = fields.get("status", ""), fields.get("scope", "")
    return str(status), scope if isinstance(scope, str) else ""
