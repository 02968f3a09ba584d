"""Mails of four accounts, in several scripts, as the window lists them."""

from __future__ import annotations

from dataclasses import replace

from tray.imap.types import INBOX, MailboxName, Uid, UidValidity
from tray.mail.model.account import AccountId
from tray.mail.model.message import MessageKey
from tray.mail.model.status import NeedsCredentials, Problem, ProblemKind, Waiting, Watching
from tray.mail.presentation.colours import ACCOUNT_COLOURS
from tray.mail.presentation.summary import AccountSummary, IconState, MessageLine, Summary

NOW = 1_790_000_000.0
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_NAMES = ("Work", "Home", "Club", "Shop")


def _line(number, account, age, sender, subject, preview, *, folder=INBOX, unseen=False, **more):
    key = MessageKey(AccountId(account), MailboxName(folder), UidValidity(1), Uid(number))
    address = f"{sender.split()[0].lower()}@example.org" if sender else ""
    return MessageLine(key, sender, subject, NOW - age, unseen, address=address, preview=preview, **more)


LINES = (
    _line(
        1,
        "Work",
        2 * _MINUTE,
        "Anna Berg",
        "Lunch on Friday?",
        "The new place by the river has a table at half past twelve, shall I take it?",
        unseen=True,
        important=True,
    ),
    _line(
        2,
        "Home",
        18 * _MINUTE,
        "Stadtwerke",
        "Your bill for October",
        "The amount of 48.20 € is due on 12 December. You need not do anything.",
        unseen=True,
    ),
    _line(
        3,
        "Work",
        _HOUR,
        "Marek Dvořák",
        "Re: Draft of the contract",
        "I have put two remarks beside paragraph 4, otherwise it is fine with me.",
        unseen=True,
        flagged=True,
    ),
    _line(
        4,
        "Club",
        4 * _HOUR,
        "山田太郎",
        "来週の会議について",
        "お世話になっております。会議室を予約しましたので、お知らせいたします。",
        folder="Meetings",
    ),
    _line(
        5,
        "Shop",
        5 * _HOUR,
        "شركة الاتصالات",
        "فاتورة شهر نوفمبر",
        "عزيزي العميل، فاتورتكم جاهزة الآن ويمكنكم الاطلاع عليها.",
        unseen=True,
    ),
    _line(
        6,
        "Home",
        _DAY,
        "Mum 🌻",
        "Photos from the garden 📷🍅",
        "Look how big they are! Dad says hello, and when will you come by?",
    ),
    _line(
        7,
        "Work",
        _DAY + _HOUR,
        "Continuous integration with quite a long name",
        "Build 4711 of mailbell failed: tests/real/test_dovecot.py::test_idle",
        "1 failed, 2311 passed in 74.32 seconds",
        folder="INBOX.Lists",
    ),
    _line(
        8,
        "Shop",
        3 * _DAY,
        "Bookshop",
        "Your parcel is on its way",
        "It will be with you on Monday between 10 and 14 o’clock.",
    ),
    _line(
        9,
        "Club",
        10 * _DAY,
        "Chess club",
        "Minutes of the annual meeting",
        "Dear all, please find the minutes below. Thank you for coming.",
    ),
    _line(10, "Work", 400 * _DAY, "Jo", "", "ok"),
    _line(11, "Home", 500 * _DAY, "", "<b>No sender & markup</b>", ""),
)


def summary(
    *, read: bool = False, statuses: dict[str, object] | None = None, accounts: int = 4, **more
) -> Summary:
    """All accounts; nothing unread where they are `read`, and other `statuses` by name."""
    shown = []
    for name, colour in zip(_NAMES[:accounts], ACCOUNT_COLOURS, strict=False):
        lines = tuple(
            replace(line, unseen=line.unseen and not read) for line in LINES if line.key.account == name
        )
        status = (statuses or {}).get(name, Watching(NOW - 9999, NOW - 130))
        unseen = sum(line.unseen for line in lines)
        shown.append(AccountSummary(AccountId(name), name, status, unseen, lines, lines, colour=colour))
    unseen = sum(account.unseen for account in shown)
    return Summary(IconState.UNSEEN if unseen else IconState.QUIET, unseen, tuple(shown), **more)


REFUSED = NeedsCredentials(
    NOW - 4 * _HOUR,
    Problem(
        ProblemKind.REFUSED,
        "The server mail.example.org refused the password of jane.",
        "Enter the right password.",
        "[AUTHENTICATIONFAILED] Authentication failed.",
        brief="The server refused the password.",
    ),
)
NO_NETWORK = Waiting(
    NOW - 26 * _MINUTE,
    NOW + 30,
    Problem(ProblemKind.NAME_NOT_FOUND, "The server mail.example.org was not found."),
)
BUSY = Waiting(NOW - 60, NOW + 30, Problem(ProblemKind.TOO_OFTEN, "The server is busy."))
POLLED = Watching(NOW - 9999, NOW - 40, push=False)
