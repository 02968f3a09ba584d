"""What the tray shows of all accounts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.mail.make import account, key, message, problem, state
from tray.imap.types import INBOX, SEEN, Address, Envelope, MailboxName, Uid
from tray.mail.model.account import AccountId, SecretSource
from tray.mail.model.message import Message
from tray.mail.model.status import (
    Connecting,
    Disabled,
    NeedsCredentials,
    Paused,
    ProblemKind,
    Waiting,
    Watching,
)
from tray.mail.presentation.summary import (
    AccountSummary,
    IconState,
    MessageLine,
    Summary,
    account_summary,
    summarize,
    without_confirmations,
)

LISTS = MailboxName("Lists")
WATCHING = Watching(0, 0)


def part(status=WATCHING, unseen=0):
    return AccountSummary(AccountId("a1"), "Work", status, unseen, ())


def test_titles_are_ordered_by_date_and_then_by_uid():
    """UIDs need not rise with the dates: a bridge numbers the mails of its first import as it meets them."""
    known = state(3, message(1, date=50.0), message(2, SEEN, date=10.0), message(3, date=10.0), unseen=7)
    summary = account_summary(account(), WATCHING, {INBOX: known}, 10)
    lines = (
        MessageLine(key(1), "Anna Berg", "Mail 1", 50.0, unseen=True, address="anna@example.org"),
        MessageLine(key(3), "Anna Berg", "Mail 3", 10.0, unseen=True, address="anna@example.org"),
        MessageLine(key(2), "Anna Berg", "Mail 2", 10.0, unseen=False, address="anna@example.org"),
    )
    assert summary == AccountSummary(AccountId("a1"), "Work", WATCHING, 7, lines, lines)


def test_several_mailboxes_are_merged_by_date_and_cut():
    boxes = {
        INBOX: state(2, message(1, date=10.0), message(2, date=30.0)),
        LISTS: state(1, message(1, date=20.0), message(2, date=None)),
    }
    summary = account_summary(account(), WATCHING, boxes, 3)
    assert [title.key for title in summary.latest] == [key(2), key(1, mailbox=LISTS), key(1)]
    assert summary.unseen == 4


def test_a_window_lists_the_newest_hundred_and_older_unread_ones_up_to_two_hundred():
    """Menu and command line list as many as ever."""
    messages = [message(uid, *([SEEN] if uid > 290 else []), date=float(uid)) for uid in range(301)]
    known = replace(state(300, *messages[291:]), more=tuple(messages[:291]))
    summary = account_summary(account(), WATCHING, {INBOX: known}, 10)
    assert [line.date for line in summary.latest] == [float(date) for date in range(300, 290, -1)]
    assert [line.date for line in summary.listed] == [float(date) for date in range(300, 90, -1)]


def test_one_gmail_mail_under_two_labels_is_one_title():
    boxes = {
        INBOX: state(2, message(1, gmail_id=5, date=1.0), message(2, gmail_id=6, date=2.0)),
        LISTS: state(9, message(9, gmail_id=5, date=1.0)),
    }
    summary = account_summary(account(), WATCHING, boxes, 9)
    assert [title.key for title in summary.latest] == [key(2), key(1)]
    assert summary.unseen == 2
    boxes[LISTS] = state(9, message(9, SEEN, gmail_id=5))
    assert account_summary(account(), WATCHING, boxes, 9).unseen == 2


@pytest.mark.parametrize(
    ("name", "address", "shown"),
    [
        ("", "a@example.org", "a@example.org"),
        ("ceo@bank.test", "x@evil.test", "x@evil.test (“ceo@bank.test”)"),  # it shows the true one
    ],
)
def test_a_sender_is_shown_by_the_name_or_the_address(name, address, shown):
    known = state(1, Message(Uid(1), Envelope("", Address(name, address), None, ""), frozenset()))
    (title,) = account_summary(account(), WATCHING, {INBOX: known}, 5).latest
    assert (title.sender, title.subject) == (shown, "")


def test_how_an_account_makes_itself_known_goes_with_it():
    told = account(colour="#2457d6", muted=True, quiet_hours=("22:00-07:00",), secret=SecretSource.OAUTH)
    assert account_summary(told, Connecting(1), {}, 10) == AccountSummary(
        AccountId("a1"),
        "Work",
        Connecting(1),
        0,
        (),
        colour="#2457d6",
        muted=True,
        quiet_hours=("22:00-07:00",),
        secret=SecretSource.OAUTH,
    )


@pytest.mark.parametrize(
    ("parts", "pause", "icon"),
    [
        ([], None, IconState.QUIET),
        ([part(Disabled(), 3)], None, IconState.QUIET),
        ([part()], None, IconState.QUIET),
        ([part(unseen=1)], None, IconState.UNSEEN),
        ([part(unseen=1), part(Connecting(0))], None, IconState.UNSEEN),
        ([part(Connecting(0), 1)], None, IconState.OFFLINE),
        ([part(Waiting(0, 1, problem()))], None, IconState.OFFLINE),
        ([part(unseen=1), part(Waiting(0, 1, problem(ProblemKind.UNTRUSTED)))], None, IconState.TROUBLE),
        ([part(), part(NeedsCredentials(0, problem()))], Paused(0, None), IconState.TROUBLE),
        ([part(unseen=1)], Paused(0, None), IconState.PAUSED),
        ([part(Paused(0, None), 1)], None, IconState.PAUSED),
        ([part(Paused(0, None)), part(unseen=1)], None, IconState.UNSEEN),
    ],
)
def test_the_icon_says_what_asks_most_for_the_user(parts, pause, icon):
    assert summarize(parts, pause).icon is icon


def test_the_counts_add_up_and_disabled_accounts_are_left_out():
    assert summarize([part(unseen=2), part(Disabled(), 4), part(unseen=3)], Paused(5, 60.0)) == Summary(
        IconState.PAUSED, 5, (part(unseen=2), part(unseen=3)), paused=True, paused_until=60.0
    )
    assert summarize([part()], None) == Summary(IconState.QUIET, 0, (part(),))


def test_without_confirmations_only_what_changes_by_itself_is_the_same():
    def at(confirmed, **change):
        return summarize(
            [part(replace(WATCHING, last_confirmed=confirmed, **change)), part(Connecting(1))], None
        )

    assert at(5) != at(6)
    assert without_confirmations(at(5)) == without_confirmations(at(6))
    assert without_confirmations(at(5)) != without_confirmations(at(6, push=not WATCHING.push))
    assert without_confirmations(at(5)).accounts[1] == at(5).accounts[1]
