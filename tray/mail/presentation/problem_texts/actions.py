"""Problems of actions on messages that a server refuses: by codes (RFC 5530), else in the words of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.presentation.problem_texts.refusals import over_quota

if TYPE_CHECKING:
    from tray.imap.errors import CommandRefused
    from tray.mail.model.account import Account

_TEXT_LIMIT = 160  # characters


def refused_action(error: CommandRefused, account: Account) -> Problem:
    """Why a server refused an action: one sentence, and what to do where the code of the refusal says it."""
    text = error.text.strip()
    if error.code == "OVERQUOTA":
        full = over_quota(account, text)
        return Problem(
            full.kind,
            tr("The mail storage of {user} on {host} is full.").format(user=account.user, host=account.host),
            full.advice,
            text,
        )
    if len(text) > _TEXT_LIMIT:
        text = f"{text[: _TEXT_LIMIT - 1].rstrip()}…"
    said = tr("{host} says: {text}") if text else tr("{host} refused it.")
    sentence = said.format(host=account.host, text=text)
    if not sentence.endswith((".", "!", "?", "…")):
        sentence += "."
    return Problem(ProblemKind.SERVER, sentence, _advice(error.code), error.text)


def refused_search(error: CommandRefused, account: Account, text: str) -> str:
    """Why a server could not search for `text`, in one sentence."""
    if not text.isascii() and (error.code == "BADCHARSET" or error.status == "BAD"):
        return tr("{host} can only search for letters without accents.").format(host=account.host)
    return refused_action(error, account).sentence


def search_took_long() -> str:
    """A server has no index, so that it was kept busy for too long."""
    return tr("Only the newest mails were searched: the server takes long.")


def _advice(code: str) -> str:
    if code in {"NOPERM", "READ-ONLY"}:
        return tr("You may read this folder, but not change it.")
    if code in {"TRYCREATE", "NONEXISTENT"}:
        return tr("The folder is not there any more; choose another one.")
    if code in {"INUSE", "UNAVAILABLE", "SERVERBUG", "LIMIT", "THROTTLED"}:
        return tr("Try again in a while.")
    return ""
