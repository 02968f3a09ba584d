"""Which messages the window lists, in which order, and what is said of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.presentation.message_texts import folder_text, sender_text, subject_text
from tray.mail.presentation.times import brief, day_and_time
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tray.mail.model.account import AccountId
    from tray.mail.model.message import MessageKey
    from tray.mail.presentation.summary import AccountSummary, MessageLine


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message with what the list shows of its account."""

    line: MessageLine
    account: str
    """The name of its account; empty where there is only one."""
    colour: str
    """Of the account, ``#rrggbb``."""
    folder: str
    """Empty for the inbox."""

    @property
    def key(self) -> MessageKey:
        """The identity of the message."""
        return self.line.key


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user wants to see."""

    account: AccountId | None = None
    """None for all accounts."""
    unread: bool = False
    """Whether only unread messages."""
    words: str = ""
    """Only messages with all these words in sender, subject, first line or folder."""


def message_rows(
    accounts: Sequence[AccountSummary],
    choice: Choice,
    *,
    kept: Collection[MessageKey] = (),
    found: Iterable[MessageLine] = (),
) -> tuple[MessageRow, ...]:
    """The messages of `choice`, newest first.

    `kept` are shown among the unread ones though they were read; `found` is what servers have found for the words.
    """
    shown: dict[MessageKey, MessageRow] = {}
    several = len(accounts) > 1
    by_id = {account.id: account for account in accounts}
    words = choice.words.casefold().split()

    def wanted(line: MessageLine) -> bool:
        return not choice.unread or line.unseen or line.key in kept

    lines = [
        line for account in accounts for line in account.listed if wanted(line) and _has_words(line, words)
    ]
    for line in (*lines, *found):
        account = by_id.get(line.key.account)
        if account is None or line.key in shown or choice.account not in (None, account.id):
            continue
        name = account.name if several else ""
        shown[line.key] = MessageRow(line, name, account.colour, folder_text(line.key.mailbox))
    return tuple(sorted(shown.values(), key=lambda row: row.line.date or 0.0, reverse=True))


def _has_words(line: MessageLine, words: Sequence[str]) -> bool:
    if not words:
        return True
    folder = folder_text(line.key.mailbox)
    text = f"{line.sender}\n{line.address}\n{line.subject}\n{line.preview}\n{folder}".casefold()
    return all(word in text for word in words)


def spoken(row: MessageRow, now: float) -> str:
    """A row as a screen reader says it, without the first line of the text."""
    line = row.line
    marks = ""
    if line.unseen:
        marks += tr("Unread.") + " "
    if line.important:
        marks += tr("Important.") + " "
    if line.flagged:
        marks += tr("Flagged.") + " "
    parts = (
        sender_text(line.sender),
        subject_text(line.subject),
        brief(line.date, now),
        row.folder,
        row.account,
    )
    return marks + ", ".join(part for part in parts if part)


def explained(row: MessageRow) -> tuple[str, ...]:
    """What the tooltip of a row says in its lines: whole sender and subject, date, folder and account."""
    line = row.line
    sender = sender_text(line.sender)
    if line.address and line.address != line.sender:
        sender = tr("{name} <{address}>").format(name=sender, address=line.address)
    place = " · ".join(part for part in (row.folder or tr("Inbox"), row.account) if part)
    return sender, subject_text(line.subject), day_and_time(line.date), place
