"""The status for bars: waybar, polybar, i3blocks, or a line of one's own."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.presentation.message_texts import sender_text, subject_text, truncate
from tray.mail.presentation.status_texts import unseen_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.presentation.status_json import Record

FIELDS = ("unread", "state", "account", "sender", "subject")
"""What a line of one's own may have in braces: the count, the state as for waybar's class, and the newest unread
message: its account, sender and subject."""
NOT_RUNNING = "off"
_MESSAGES = 8
_LINE = 70
_TROUBLE = "!"
_TROUBLE_COLOUR = "#f2b73a"
_FIELD = re.compile(r"\{(\w+)\}")


def check_format(text: str) -> str:
    """`text` where it is a known bar, or a line whose fields are all known; raises ValueError with a sentence."""
    if text in _BARS:
        return text
    fields = _FIELD.findall(text)
    unknown = [field for field in fields if field not in FIELDS]
    if unknown or not fields:
        raise ValueError(
            tr("A format is {bars}, or a line with some of {fields}.").format(
                bars=", ".join(_BARS), fields=", ".join(f"{{{field}}}" for field in FIELDS)
            )
        )
    return text


def format_status(record: Record | None, wanted: str) -> str:
    """The status `record` (`status_json`) as one line for a bar; None means that Mailbell does not run.

    `wanted` has passed `check_format`.
    """
    bar = _BARS.get(wanted)
    if bar is not None:
        return bar(record)
    values = _values(record)
    return _FIELD.sub(lambda field: values[field[1]], wanted)


def _state(record: Record | None) -> str:
    return NOT_RUNNING if record is None else str(record.get("state", ""))


def _unread(record: Record | None) -> int:
    return 0 if record is None else int(record.get("unseen", 0))


def _text(record: Record | None) -> str:
    """The number of unread messages, a sign where something needs the user, or nothing."""
    parts = [str(_unread(record))] if _unread(record) else []
    return " ".join([*parts, *([_TROUBLE] if _state(record) == "trouble" else [])])


def _waybar(record: Record | None) -> str:
    """Waybar reads ``text`` and ``tooltip`` as Pango markup (its wiki, "Module: Custom")."""
    return json.dumps(
        {
            "text": escape(_text(record), quote=False),
            "alt": _state(record),
            "class": _state(record),
            "tooltip": escape("\n".join(_lines(record)), quote=False),
        },
        ensure_ascii=False,
    )


def _polybar(record: Record | None) -> str:
    """A module with nothing to show is hidden."""
    return _text(record)


def _i3blocks(record: Record | None) -> str:
    """A block with ``format=json`` in the keys of the i3bar protocol."""
    trouble = _state(record) == "trouble"
    block: dict[str, object] = {"full_text": _text(record), "short_text": _text(record)}
    return json.dumps({**block, "color": _TROUBLE_COLOUR} if trouble else block, ensure_ascii=False)


_BARS: dict[str, Callable[[Record | None], str]] = {
    "waybar": _waybar,
    "polybar": _polybar,
    "i3blocks": _i3blocks,
}


def _lines(record: Record | None) -> list[str]:
    """Each account with its count, then the newest unread messages."""
    if record is None:
        return [tr("Mailbell is not running.")]
    lines = [_account_line(account) for account in record["accounts"]]
    unread = _unread_messages(record)
    messages = [_message_line(message) for _, message in unread[:_MESSAGES]]
    return lines + ([""] if messages else []) + messages or [tr("No account is set up.")]


def _account_line(account: Record) -> str:
    text = account["error"] or unseen_text(account["unseen"])
    return truncate(tr("{account}: {text}").format(account=account["name"], text=text), _LINE)


def _message_line(message: Record) -> str:
    sender, subject = sender_text(message["from"]), subject_text(message["subject"])
    return truncate(f"{sender} – {subject}", _LINE)


def _unread_messages(record: Record) -> list[tuple[str, Record]]:
    """The unread ones among the newest, with the names of their accounts, newest first."""
    found = [
        (account["name"], message)
        for account in record["accounts"]
        for message in account["latest"]
        if message["unseen"]
    ]
    return sorted(found, key=lambda pair: pair[1]["date"] or "", reverse=True)


def _values(record: Record | None) -> dict[str, str]:
    newest = _unread_messages(record)[:1] if record is not None else []
    account, message = newest[0] if newest else ("", None)
    return {
        "unread": str(_unread(record)),
        "state": _state(record),
        "account": account,
        "sender": sender_text(message["from"]) if message else "",
        "subject": subject_text(message["subject"]) if message else "",
    }
