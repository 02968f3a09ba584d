"""What a server tells of a refused log-in in the words of its mechanism: bearer tokens (RFC 7628), SCRAM (RFC 5802)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tray.mail.model.account import Login, SecretSource
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from tray.imap.errors import LoginRefused
    from tray.mail.model.account import Account

_FORBIDDEN = {"403", "insufficient_scope", "access_denied"}
_ENDED = {"400", "401", "invalid_token", "invalid_request"}
_SCRAM_BUSY = "no-resources"
_SCRAM = {
    "invalid-proof": "{host} says that the password of {user} is wrong.",
    "unknown-user": "{host} does not know the user {user}.",
    "invalid-username-encoding": "{host} cannot read the user name {user}.",
}


def token_refused(account: Account, text: str, failure: str = "") -> Problem:
    """The trouble with an access token; `failure` is the JSON that came with the refusal, `text` the server's NO."""
    status, scope = _bearer(failure)
    said = " ".join(part for part in (text, f"({failure})" if failure else "") if part)
    if status in _FORBIDDEN:
        sentence = f"{account.host} does not let this sign-in of {account.user} read mail."
        advice = _allow(account, scope)
    else:
        ended = ": it has ended, or was taken back" if status in _ENDED else ""
        sentence = f"{account.host} refused the access token of {account.user}{ended}."
        advice = again(account)
    return Problem(ProblemKind.REFUSED, sentence, advice, said)


def scram_refused(error: LoginRefused, account: Account) -> Problem | None:
    """The trouble that a SCRAM error names; None where it says no more than that it is one."""
    if error.failure == _SCRAM_BUSY:
        return Problem(
            ProblemKind.SERVER,
            f"{account.host} cannot do it now (AUTHENTICATE).",
            "It is tried again by itself.",
            error.text,
        )
    words = _SCRAM.get(error.failure)
    if words is None:
        return None
    return Problem(
        ProblemKind.REFUSED,
        words.format(host=account.host, user=account.user),
        "Check user name and password, and enter them again.",
        f"{error.text} ({error.failure})",
    )


def again(account: Account) -> str:
    """What to do for another access token."""
    if account.secret is SecretSource.OAUTH:
        return "Sign in again."
    if account.secret is SecretSource.ONLINE:
        return "Sign in again in the desktop's online accounts."
    return "Check the command that prints the token: it may have expired, or lack the right to read mail."


def _allow(account: Account, scope: str) -> str:
    wanted = f" ({scope})" if scope else ""
    if account.secret is SecretSource.OAUTH:
        return (
            f"Sign in again and allow it to read mail{wanted}; look, too, whether IMAP is switched on there."
        )
    return f"See that the token has the right to read mail{wanted}, and that IMAP is switched on there."


def _bearer(failure: str) -> tuple[str, str]:
    """Status and scope; empty where it is no JSON, or says nothing of them."""
    try:
        said = json.loads(failure)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(said, dict):
        return "", ""
    status, scope = said.get("status", ""), said.get("scope", "")
    return str(status), scope if isinstance(scope, str) else ""


def is_token(account: Account) -> bool:
    """Whether the account logs in with an access token."""
    return account.login is Login.TOKEN or account.secret is SecretSource.OAUTH
