"""Builds the toast to show from the notifier's state of it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tray.i18n import tr, trn
from tray.mail.model.toast import DESKTOP, SILENT, Action, Toast
from tray.mail.presentation.sender import shown_sender

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.imap.types import Envelope
    from tray.mail.model.toast import Arrival, OpenToast

ELLIPSIS = "…"
_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def truncate(text: str, limit: int) -> str:
    """`text` in at most `limit` code points, ending in ``…`` where it was truncated.

    A base and its combining marks, an emoji and its modifiers are not separated (a part of Unicode Annex 29).
    """
    if len(text) <= limit:
        return text
    end = limit - len(ELLIPSIS)
    while end > 0 and (_extends(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    if end <= 0:  # only marks, or no space: then the length counts
        end = max(limit - len(ELLIPSIS), 0)
    return (text[:end].rstrip() + ELLIPSIS)[: max(limit, 0)]


def _extends(character: str) -> bool:
    return (
        character == _JOINER
        or unicodedata.category(character).startswith("M")  # combining marks and variation selectors
        or ord(character) in _SKIN_TONES
    )


SUMMARY_LIMIT = 100
BODY_LIMIT = 300
"""Characters. Longer texts exceed the screen and slow down notification servers."""

_LINES = 4
_LINE_LIMIT = (BODY_LIMIT - (_LINES - 1)) // _LINES
_ACCOUNT_LIMIT = 60


def sender_text(name: str) -> str:
    """The sender to display, also for a message without one."""
    return name or tr("(no sender)")


def subject_text(subject: str) -> str:
    """The subject to display, also for a message without one."""
    return subject or tr("(no subject)")


def single_texts(envelope: Envelope, account_name: str) -> tuple[str, str]:
    """Summary and body for one message; an empty `account_name` is left out."""
    account = truncate(account_name, _ACCOUNT_LIMIT)
    subject = truncate(
        subject_text(envelope.subject), BODY_LIMIT - len(account) - 1 if account else BODY_LIMIT
    )
    return truncate(_sender(envelope), SUMMARY_LIMIT), f"{subject}\n{account}" if account else subject


def digest_texts(count: int, newest: Sequence[Envelope]) -> tuple[str, str]:
    """Summary and body for `count` messages, with the first few of `newest` (newest first)."""
    summary = trn("{n} new mail", "{n} new mails", count).format(n=count)
    return summary, "\n".join(truncate(_line(envelope), _LINE_LIMIT) for envelope in newest[:_LINES])


def single_actions() -> tuple[tuple[Action, str], ...]:
    """The buttons of a toast for one message."""
    return (Action.OPEN, tr("Open")), (Action.MARK_READ, tr("Mark read"))


def digest_actions() -> tuple[tuple[Action, str], ...]:
    """The buttons of a digest."""
    return (Action.OPEN, tr("Open")), (Action.MARK_READ, tr("Mark all read"))


def _sender(envelope: Envelope) -> str:
    return sender_text(shown_sender(envelope.sender))


def _line(envelope: Envelope) -> str:
    return tr("{sender} — {subject}").format(sender=_sender(envelope), subject=subject_text(envelope.subject))


def build_toast(toast: OpenToast) -> Toast:
    """The toast to show for the state `toast`."""
    messages = tuple(mail.key for mail in toast.shown)
    if toast.digest:
        newest = [mail.message.envelope for mail in reversed(toast.shown)]
        summary, body = digest_texts(message_count(toast), newest)
        accounts = {key.account for key in messages} | {batch.account for batch in toast.batches}
        return Toast(
            key=toast.key,
            summary=summary,
            body=body,
            messages=messages,
            account=next(iter(accounts)) if len(accounts) == 1 else None,
            actions=digest_actions(),
            sound=_sound(toast.shown),
            colour=toast.shown[0].colour if toast.shown and len(accounts) == 1 else "",
            batches=toast.batches,
        )
    (mail,) = toast.shown
    summary, body = single_texts(mail.message.envelope, mail.account_name if mail.show_account else "")
    return Toast(
        key=toast.key,
        summary=summary,
        body=body,
        messages=messages,
        account=mail.key.account,
        actions=single_actions(),
        sound=mail.sound,
        colour=mail.colour,
    )


def _sound(mails: Sequence[Arrival]) -> str:
    """The common sound of the `mails` that are not silent; the desktop's own where they differ."""
    sounds = {mail.sound for mail in mails} - {SILENT}
    if not sounds:
        return SILENT
    return sounds.pop() if len(sounds) == 1 else DESKTOP


def message_count(toast: OpenToast) -> int:
    """The number of messages in a toast."""
    return len(toast.shown) + toast.others + sum(batch.count for batch in toast.batches)
