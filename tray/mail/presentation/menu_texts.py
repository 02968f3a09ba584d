"""The lines of messages in the tray menu, and how many each account may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.presentation.message_texts import sender_text, subject_text, truncate
from tray.mail.presentation.times import at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.mail.presentation.summary import AccountSummary, MessageLine

LINE_LIMIT = 56
"""Characters that are seen; a panel makes its menu as wide as the longest line."""
SENDER_LIMIT = 24
_DASH = " – "
_BEFORE_TIME = "  ·  "
_TAB = "\t"
_LEFT_TO_RIGHT_MARK = "\u200e"
_FIRST_STRONG_ISOLATE = "\u2068"
_POP_DIRECTIONAL_ISOLATE = "\u2069"


def menu_line(message: MessageLine, now: float, *, time_column: bool, screen_reader: bool) -> str:
    """`message` as a line of the menu: sender, subject and time from left to right, whatever their script (UAX 9).

    With `time_column` a tab stands before the time, which Qt makes a column of; GTK jumps to a tab stop instead. For a
    `screen_reader` the line itself says that the message is unread, because its icon is not read.

    The time is one of the day, not an age: what a panel shows cannot be changed when the menu is opened.
    """
    when = at(message.date, now)
    gap = (_TAB if time_column else _BEFORE_TIME) if when else ""
    sender = truncate(_one_line(sender_text(message.sender)), SENDER_LIMIT)
    unread = tr(", unread") if screen_reader and message.unseen else ""
    room = LINE_LIMIT - len(sender) - len(_DASH) - len(unread) - len(gap) - len(when)
    subject = truncate(_one_line(subject_text(message.subject)), room)
    return f"{_LEFT_TO_RIGHT_MARK}{_isolated(sender)}{_DASH}{_isolated(subject)}{unread}{gap}{when}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _isolated(text: str) -> str:
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_DIRECTIONAL_ISOLATE}"


def shares(accounts: Sequence[AccountSummary], per_account: int, limit: int) -> list[int]:
    """How many messages of each account stand in the menu: `per_account` at most, and `limit` in all.

    They are given out one at a time, so that a busy account does not push out the others; those with unread mail first.
    """
    wanted = [min(len(account.latest), per_account) for account in accounts]
    given = [0] * len(accounts)
    order = sorted(range(len(accounts)), key=lambda number: not accounts[number].unseen)
    room = limit
    while room > 0:
        open_ones = [number for number in order if given[number] < wanted[number]][:room]
        if not open_ones:
            break
        for number in open_ones:
            given[number] += 1
        room -= len(open_ones)
    return given
