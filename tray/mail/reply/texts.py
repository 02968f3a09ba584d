"""What is said of replies: toasts about one that was sent, that waits, or that was not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.imap.text import display_safe
from tray.mail.model.toast import SILENT, Toast, ToastAction, ToastKey
from tray.mail.presentation.message_texts import BODY_LIMIT, truncate
from tray.mail.reply.reply import Progress

if TYPE_CHECKING:
    from tray.mail.model.status import Problem
    from tray.mail.reply.reply import Reply

_NAME_LIMIT = 60
_TEXT_LIMIT = 100


def toast_key(number: int) -> ToastKey:
    """The key of the toast about the reply with that id."""
    return ToastKey(f"reply-{number}")


def reply_number(key: ToastKey) -> int:
    """The id of the reply that a toast of that key is about; 0 for another toast."""
    number = key.removeprefix("reply-")
    return int(number) if number != key and number.isdigit() else 0


def reply_toast(reply: Reply, reason: str = "") -> Toast:
    """The toast about `reply`: sent, waiting because of `reason`, or not sent (`Reply.reason`)."""
    name = truncate(reply.name, _NAME_LIMIT)
    copy = ToastAction.COPY_TEXT, tr("Copy text")
    discard = ToastAction.DISCARD, tr("Discard")
    if reply.progress is Progress.SENT:
        return Toast(
            toast_key(reply.id), tr("Reply sent to {name}").format(name=name), reason, (), sound=SILENT
        )
    if reply.progress is Progress.FAILED:
        summary = tr("The reply to {name} was not sent")
        reason = f"{reason} {reply.reason}".strip()
        # Plasma draws the last one where the button that sends was: a double click must not discard it.
        actions = [discard, copy, (ToastAction.TRY_AGAIN, tr("Try again"))]
    else:
        summary, actions = tr("The reply to {name} waits"), [discard, copy]
        patience = tr("Mailbell goes on trying for a day.")
        reason = f"{reason} {patience}".strip()
    typed = display_safe(reply.text, _TEXT_LIMIT)
    # Isolated, an Arabic text does not turn the quotation marks around it.
    typed = tr("“{subject}”").format(subject=typed if typed.isascii() else f"\u2068{typed}\u2069")
    return Toast(
        toast_key(reply.id),
        summary.format(name=name),
        truncate(reason, BODY_LIMIT - len(typed) - 1),
        (),
        actions=tuple(actions),
        sound=SILENT,
        headline=typed,
        timeout=0,
    )


def not_confirmed() -> str:
    """Why a reply failed whose mail was being sent when the program ended."""
    return tr(
        "Mailbell ended before the server said whether it has the mail. "
        "It may have been sent. Look among your sent mails before you try again."
    )


def copy_not_kept(problem: Problem) -> str:
    """Why there is no copy of a reply that was sent."""
    return tr("There is no copy of it among your sent mails: {sentence}").format(sentence=problem.sentence)


def too_late_toast(name: str, failure: str) -> Toast:
    """The toast about a reply to `name` that no account can send; `failure` says why its text was not copied."""
    why = tr("The account was changed meanwhile.")
    text = failure or tr("The text is on the clipboard.")
    return Toast(
        ToastKey("reply-too-late"),
        tr("The reply to {name} was not sent").format(name=truncate(name, _NAME_LIMIT)),
        f"{why} {text}",
        (),
        sound=SILENT,
    )
