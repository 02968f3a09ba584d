"""What stands on a toast: of one mail, and of many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr, trn
from tray.mail.cut import cut
from tray.mail.sender import shown_sender
from tray.mail.toast import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.imap.types import Envelope

SUMMARY_LIMIT = 100
BODY_LIMIT = 300
"""Characters. Longer texts push toasts off the screen and stall notification daemons."""

_LINES = 4
_LINE_LIMIT = (BODY_LIMIT - (_LINES - 1)) // _LINES
_ACCOUNT_LIMIT = 60


def sender_text(name: str) -> str:
    """The sender as shown, also where a mail names none."""
    return name or tr("(no sender)")


def subject_text(subject: str) -> str:
    """The subject as shown, also where a mail has none."""
    return subject or tr("(no subject)")


def single_texts(envelope: Envelope, account_name: str) -> tuple[str, str]:
    """Summary and body for one mail; an empty `account_name` is left out."""
    account = cut(account_name, _ACCOUNT_LIMIT)
    subject = cut(subject_text(envelope.subject), BODY_LIMIT - len(account) - 1 if account else BODY_LIMIT)
    return cut(_sender(envelope), SUMMARY_LIMIT), f"{subject}\n{account}" if account else subject


def digest_texts(count: int, newest: Sequence[Envelope]) -> tuple[str, str]:
    """Summary and body for `count` mails, of which the first few of `newest` (newest first) are named."""
    summary = trn("{n} new mail", "{n} new mails", count).format(n=count)
    return summary, "\n".join(cut(_line(envelope), _LINE_LIMIT) for envelope in newest[:_LINES])


def single_actions() -> tuple[tuple[Action, str], ...]:
    """The buttons of one mail's toast."""
    return (Action.OPEN, tr("Open")), (Action.MARK_READ, tr("Mark read"))


def digest_actions() -> tuple[tuple[Action, str], ...]:
    """The buttons of a toast of many mails."""
    return (Action.OPEN, tr("Open")), (Action.MARK_READ, tr("Mark all read"))


def _sender(envelope: Envelope) -> str:
    return sender_text(shown_sender(envelope.sender))


def _line(envelope: Envelope) -> str:
    return tr("{sender} — {subject}").format(sender=_sender(envelope), subject=subject_text(envelope.subject))
