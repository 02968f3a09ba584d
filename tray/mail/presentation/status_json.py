"""The output of ``mailbell status``, as JSON and as text."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from tray.i18n import tr
from tray.imap.types import MailboxName, Uid, UidValidity
from tray.mail.model.account import AccountId
from tray.mail.model.message import MessageKey
from tray.mail.model.status import Disabled, Paused, Watching, problem_in, state_name
from tray.mail.presentation.message_texts import sender_text, subject_text, truncate
from tray.mail.presentation.status_texts import UNSEEN_MARK, sharing_text, unseen_text
from tray.mail.presentation.times import ago, at, until

if TYPE_CHECKING:
    from tray.mail.presentation.summary import AccountSummary, MessageLine, Summary

_SENDER_LIMIT = 30
_SUBJECT_LIMIT = 70

_SUMMARY_STATES = {"quiet": "none", "unseen": "unread"}
"""The states of `IconState` that scripts know by another name."""

Record = dict[str, Any]
"""A part of the output of ``mailbell status --json``, for `json.dumps`; times are ISO 8601 in UTC, None if unknown."""


def status_record(summary: Summary) -> Record:
    """The record of `summary`."""
    return {
        "state": _SUMMARY_STATES.get(summary.icon.value, summary.icon.value),
        "unseen": summary.unseen,
        "accounts": [_account(account) for account in summary.accounts],
    }


def _account(account: AccountSummary) -> Record:
    status = account.status
    problem = problem_in(status)
    return {
        "name": account.name,
        "state": state_name(status),
        "since": None if isinstance(status, Disabled) else _iso(status.since),
        "last_confirmed": _iso(status.last_confirmed) if isinstance(status, Watching) else None,
        # None also where it is paused until resumed, see "state".
        "paused_until": _iso(status.until) if isinstance(status, Paused) else None,
        # Folders without a connection of their own: of how many the server tells, and how many are asked for.
        "folders_announced": status.told if isinstance(status, Watching) else 0,
        "folders_checked": status.asked if isinstance(status, Watching) else 0,
        "error": problem.sentence if problem is not None else None,
        "unseen": account.unseen,
        "latest": [message_record(message) for message in account.latest],
    }


def message_record(message: MessageLine) -> Record:
    """The record of one message; its ``id`` names it to commands that do something with it."""
    return {
        "id": message_id(message.key),
        "subject": message.subject,
        "from": message.sender,
        "date": _iso(message.date),
        "mailbox": message.key.mailbox,
        "uid": message.key.uid,
        "unseen": message.unseen,
    }


def message_id(key: MessageKey) -> str:
    """The name of a message for scripts: one word, as long as its account and folder have their ids and UIDs."""
    return f"{key.account}/{key.uid_validity}/{key.uid}/{quote(key.mailbox, safe='')}"


def message_key(text: str) -> MessageKey:
    """The message that `message_id` has named so; raises ValueError where the text is no such name."""
    account, validity, uid, mailbox = text.split("/")
    return MessageKey(
        AccountId(account), MailboxName(unquote(mailbox)), UidValidity(int(validity)), Uid(int(uid))
    )


def status_text(record: Record, now: float) -> str:
    """The record as lines of text, without a newline at the end.

    The command gets only the record from the running program.
    """
    if not record["accounts"]:
        return tr("No account is set up.")
    return "\n".join(line for account in record["accounts"] for line in _account_lines(account, now))


def _account_lines(account: Record, now: float) -> list[str]:
    head = f"{account['name']}: {_state(account, now)}, {unseen_text(account['unseen'])}"
    confirmed = _seconds(account["last_confirmed"])
    if confirmed is not None:
        head += ", " + tr("last confirmed {ago}").format(ago=ago(now - confirmed))
    lines = [head]
    # A running program of an older version does not send these.
    sharing = sharing_text(account.get("folders_announced", 0), account.get("folders_checked", 0))
    if sharing:
        lines.append(f"  {sharing}")
    if account["error"]:
        lines.append(f"  ! {account['error']}")
    for message in account["latest"]:
        mark = UNSEEN_MARK if message["unseen"] else " " * len(UNSEEN_MARK)
        sender = truncate(sender_text(message["from"]), _SENDER_LIMIT)
        subject = truncate(subject_text(message["subject"]), _SUBJECT_LIMIT)
        parts = (sender, subject, at(_seconds(message["date"]), now))
        lines.append(f"  {mark}" + "  ".join(part for part in parts if part))
    return lines


def _state(account: Record, now: float) -> str:
    # A running program of an older version sends no "paused_until".
    state: str = account["state"]
    if state != "paused" or "paused_until" not in account:
        return _state_texts().get(state, state)
    ends = _seconds(account["paused_until"])
    if ends is None:
        return tr("paused until resumed")
    return tr("paused {until}").format(until=until(ends, now))


def _state_texts() -> dict[str, str]:
    return {
        "connecting": tr("connecting"),
        "watching": tr("watching"),
        "waiting": tr("waiting"),
        "needs-credentials": tr("needs credentials"),
        "paused": tr("paused"),
        "disabled": tr("switched off"),
    }


def _iso(when: float | None) -> str | None:
    if when is None:
        return None
    try:
        moment = datetime.fromtimestamp(when, timezone.utc)
    except (OverflowError, ValueError, OSError):  # a Date header may name any year
        return None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _seconds(text: str | None) -> float | None:
    # Python 3.10 does not read the "Z".
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else None
