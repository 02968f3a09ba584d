"""The sentences about actions: the offer to undo one, and what a server refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr, trn
from tray.imap.text import display_safe
from tray.mail.actions.target import USES
from tray.mail.folders.folders import use_label
from tray.mail.model.action import MessageAction
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.imap.types import MailboxName
    from tray.mail.model.action import RefusedAction

_SUBJECT_LIMIT = 40  # characters
_FOLDER_LIMIT = 30
_REFUSED_LIMIT = 12  # headlines


def undo_sentence(
    action: MessageAction,
    count: int,
    subject: str | None,
    target: MailboxName | None = None,
    *,
    for_good: bool,
) -> str:
    """What was done, such as ``Archived “Lunch on Friday?”``; `subject` where it is known and of one message."""
    if subject is not None and count == 1:
        sentence = _one(action, for_good=for_good).format(
            subject=_quoted(subject), folder=_folder(action, target)
        )
    else:
        sentence = _many(action, count, for_good=for_good).format(n=count, folder=_folder(action, target))
    return sentence


def _one(action: MessageAction, *, for_good: bool) -> str:
    if action is MessageAction.DELETE and for_good:
        return tr("Deleted {subject} for good")
    return {
        MessageAction.READ: tr("Marked {subject} as read"),
        MessageAction.UNREAD: tr("Marked {subject} as unread"),
        MessageAction.FLAG: tr("Flagged {subject}"),
        MessageAction.UNFLAG: tr("Removed the flag of {subject}"),
        MessageAction.ARCHIVE: tr("Archived {subject}"),
        MessageAction.DELETE: tr("Moved {subject} to {folder}"),
        MessageAction.JUNK: tr("Moved {subject} to {folder}"),
        MessageAction.MOVE: tr("Moved {subject} to {folder}"),
    }[action]


def _many(action: MessageAction, n: int, *, for_good: bool) -> str:
    if action is MessageAction.DELETE and for_good:
        return trn("Deleted one mail for good", "Deleted {n} mails for good", n)
    moved = trn("Moved one mail to {folder}", "Moved {n} mails to {folder}", n)
    return {
        MessageAction.READ: trn("Marked one mail as read", "Marked {n} mails as read", n),
        MessageAction.UNREAD: trn("Marked one mail as unread", "Marked {n} mails as unread", n),
        MessageAction.FLAG: trn("Flagged one mail", "Flagged {n} mails", n),
        MessageAction.UNFLAG: trn("Removed the flag of one mail", "Removed the flags of {n} mails", n),
        MessageAction.ARCHIVE: trn("Archived one mail", "Archived {n} mails", n),
    }.get(action, moved)


def refusal_headline(action: MessageAction, count: int, subject: str | None) -> str:
    """What could not be done, as a sentence: ``“Lunch on Friday?” could not be archived``."""
    if subject is not None and count == 1:
        return {
            MessageAction.READ: tr("{subject} could not be marked as read."),
            MessageAction.UNREAD: tr("{subject} could not be marked as unread."),
            MessageAction.FLAG: tr("{subject} could not be flagged."),
            MessageAction.UNFLAG: tr("The flag of {subject} could not be removed."),
            MessageAction.ARCHIVE: tr("{subject} could not be archived."),
            MessageAction.DELETE: tr("{subject} could not be deleted."),
            MessageAction.JUNK: tr("{subject} could not be moved to Junk."),
            MessageAction.MOVE: tr("{subject} could not be moved."),
            MessageAction.ANSWERED: tr("{subject} could not be marked as answered."),
        }[action].format(subject=_quoted(subject))
    n = count
    return {
        MessageAction.READ: trn(
            "One mail could not be marked as read.", "{n} mails could not be marked as read.", n
        ),
        MessageAction.UNREAD: trn(
            "One mail could not be marked as unread.", "{n} mails could not be marked as unread.", n
        ),
        MessageAction.FLAG: trn("One mail could not be flagged.", "{n} mails could not be flagged.", n),
        MessageAction.UNFLAG: trn(
            "The flag of one mail could not be removed.", "The flags of {n} mails could not be removed.", n
        ),
        MessageAction.ARCHIVE: trn("One mail could not be archived.", "{n} mails could not be archived.", n),
        MessageAction.DELETE: trn("One mail could not be deleted.", "{n} mails could not be deleted.", n),
        MessageAction.JUNK: trn(
            "One mail could not be moved to Junk.", "{n} mails could not be moved to Junk.", n
        ),
        MessageAction.MOVE: trn("One mail could not be moved.", "{n} mails could not be moved.", n),
        MessageAction.ANSWERED: trn(
            "One mail could not be marked as answered.", "{n} mails could not be marked as answered.", n
        ),
    }[action].format(n=n)


@dataclass(frozen=True, slots=True)
class RefusalTexts:
    """What is said of all that servers have refused and the user has not closed."""

    headline: str
    text: str
    """About the newest."""
    details: str = ""
    """Where there are several: a line for each reason, with what was refused for it."""


def refusal_texts(refused: Sequence[RefusedAction]) -> RefusalTexts:
    """`refused` has at least one, the newest first."""
    newest, count = refused[0], len(refused)
    if count == 1:
        return RefusalTexts(newest.headline, newest.reason)
    lines: dict[str, list[str]] = {}
    for each in refused[:_REFUSED_LIMIT]:
        lines.setdefault(each.reason, []).append(each.headline)
    details = [" ".join((*headlines, reason)) for reason, headlines in lines.items()]
    if count > _REFUSED_LIMIT:
        rest = count - _REFUSED_LIMIT
        details.append(trn("And one more.", "And {n} more.", rest).format(n=rest))
    headline = trn("One action could not be done.", "{n} actions could not be done.", count).format(n=count)
    return RefusalTexts(headline, f"{newest.headline} {newest.reason}", "\n".join(details))


def _folder(action: MessageAction, target: MailboxName | None) -> str:
    """The name of the folder to which an action moves; empty where it moves nothing."""
    if target is not None:
        return display_safe(target, _FOLDER_LIMIT)
    return use_label(USES[action]) if action in USES else ""


def _quoted(subject: str) -> str:
    short = display_safe(subject, _SUBJECT_LIMIT) or tr("(no subject)")
    # Isolated, an Arabic subject does not turn the sentence around it.
    return tr("“{subject}”").format(subject=short if short.isascii() else f"\u2068{short}\u2069")
