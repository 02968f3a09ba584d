"""Which messages the window lists, and what is said of each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.summaries import NOW, account, title
from tray.imap.types import MailboxName
from tray.mail.model.account import AccountId
from tray.mail.presentation.message_rows import Choice, explained, message_rows, spoken

OLD = replace(title(1, "Old bill", "Stadtwerke", unseen=False), date=NOW - 9000)
NEW = replace(title(2, "Lunch?", "Anna Berg"), date=NOW - 100, preview="The new place", address="anna@x.org")
LIST = title(3, "Build", "Server", account="h")
LIST = replace(LIST, date=None, key=replace(LIST.key, mailbox=MailboxName("INBOX.Lists")))
ACCOUNTS = (account("w", OLD, NEW, name="Work"), account("h", LIST, name="Home"))


@pytest.mark.parametrize(
    ("choice", "kept", "shown"),
    [
        (Choice(), (), [NEW, OLD, LIST]),
        (Choice(account=AccountId("h")), (), [LIST]),
        (Choice(unread=True), (), [NEW, LIST]),
        (Choice(unread=True), (OLD.key,), [NEW, OLD, LIST]),
        (Choice(words="BILL"), (), [OLD]),
        (Choice(words="anna place"), (), [NEW]),
        (Choice(words="anna bill"), (), []),
        (Choice(words="x.org"), (), [NEW]),
        (Choice(words="lists"), (), [LIST]),
    ],
)
def test_the_newest_of_what_is_wanted_stand_above(choice, kept, shown):
    assert [row.line for row in message_rows(ACCOUNTS, choice, kept=kept)] == shown


def test_what_servers_have_found_is_listed_once_and_only_of_present_accounts():
    found = replace(title(9, "Other words", unseen=False), date=NOW - 5000)
    gone = title(9, account="removed")
    rows = message_rows(ACCOUNTS, Choice(words="bill"), found=(OLD, found, gone))
    assert [row.line for row in rows] == [found, OLD]
    rows = message_rows(ACCOUNTS, Choice(AccountId("h"), words="bill"), found=(OLD, found))
    assert rows == ()


def test_a_row_is_said_in_one_breath():
    new, old, build = message_rows(ACCOUNTS, Choice())
    assert spoken(new, NOW) == "Unread. Anna Berg, Lunch?, 1 min, Work"
    assert spoken(old, NOW) == "Stadtwerke, Old bill, 2 h, Work"
    assert spoken(build, NOW) == "Unread. Server, Build, Lists, Home"
    marked = replace(new, line=replace(NEW, important=True, flagged=True), account="")
    assert spoken(marked, NOW) == "Unread. Important. Flagged. Anna Berg, Lunch?, 1 min"


def test_the_tooltip_says_all_but_the_text():
    new, _old, build = message_rows(ACCOUNTS, Choice())
    sender, subject, date, place = explained(new)
    assert (sender, subject, place) == ("Anna Berg <anna@x.org>", "Lunch?", "Inbox · Work")
    assert "2026" in date
    assert explained(build) == ("Server", "Build", "", "Lists · Home")
    alone = message_rows(ACCOUNTS[:1], Choice())[0]
    assert explained(alone)[3] == "Inbox"
