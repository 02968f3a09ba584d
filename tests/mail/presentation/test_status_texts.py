"""What a person reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.mail.make import key, problem
from tray.mail.model.account import AccountId, SecretSource
from tray.mail.model.status import (
    Connecting,
    Disabled,
    NeedsCredentials,
    Paused,
    ProblemKind,
    Waiting,
    Watching,
)
from tray.mail.presentation.setup.sign_in_texts import no_sign_in
from tray.mail.presentation.status_texts import (
    account_line,
    credentials_line,
    message_line,
    message_line_parts,
    status_sentence,
    tooltip,
)
from tray.mail.presentation.summary import AccountSummary, MessageLine, summarize

NOW = 1_795_352_700.0  # 2026-11-22 14:05 in Central Europe
REFUSED = problem(sentence="The server at imap.example.org refused the password.", advice="Enter it again.")


def part(name="Work", status=None, unseen=0):
    return AccountSummary(AccountId(name), name, status or Watching(NOW, NOW), unseen, ())


def title(sender="Anna Berg", subject="Lunch?", date=NOW, *, unseen=True):
    return MessageLine(key(1), sender, subject, date, unseen)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Connecting(NOW), "Connecting…"),
        (Watching(0, NOW - 125), "Connected, last confirmed 2 minutes ago"),
        (Watching(0, NOW, push=False), "Connected, asking from time to time, last confirmed just now"),
        (
            Watching(0, NOW, remark=problem(sentence="Its server says: Hello.", advice="Look.")),
            "Connected, last confirmed just now. Its server says: Hello. Look.",
        ),
        (
            Watching(0, NOW, told=1),
            "Connected, last confirmed just now. New mail in 1 more folder is announced over this connection",
        ),
        (
            Watching(0, NOW, told=29, remark=problem(sentence="Its server says: Hello.", advice="Look.")),
            (
                "Connected, last confirmed just now. New mail in 29 more folders is announced over this connection."
                " Its server says: Hello. Look."
            ),
        ),
        (
            Watching(0, NOW, asked=3, told=1),
            "Connected, last confirmed just now. 3 more folders are checked once a minute over this connection",
        ),
        (Waiting(0, NOW + 40, problem()), "Trying again in 40 seconds: The server refused."),
        (Waiting(0, NOW + 0.3, problem()), "Trying again in 1 second: The server refused."),
        (Waiting(0, NOW, problem(advice="Look.")), "Trying again now: The server refused. Look."),
        (
            NeedsCredentials(0, REFUSED),
            "The server at imap.example.org refused the password. Enter it again.",
        ),
        (Paused(0, NOW + 3600), "Paused until 15:05"),
        (Paused(0, None), "Paused until you resume"),
        (Disabled(), "Switched off in the settings"),
    ],
)
def test_a_status_is_a_sentence(status, expected):
    assert status_sentence(status, NOW) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (part(unseen=2), "Work: 2 unread"),
        (part(), "Work: no unread mail"),
        (
            part(status=NeedsCredentials(0, REFUSED)),
            "Work: The server at imap.example.org refused the password.",
        ),
        (part(status=Waiting(0, NOW + 9, problem()), unseen=2), "Work: The server refused."),
        (part(status=Watching(0, NOW, remark=problem()), unseen=2), "Work: 2 unread. The server refused."),
        # What is wrong goes before what is quiet, and no line names the account twice.
        (replace(part(status=Waiting(0, NOW + 9, problem())), muted=True), "Work: The server refused."),
        (part(status=NeedsCredentials(0, no_sign_in("Work"))), "Work: Nobody is signed in yet."),
        (part(status=Connecting(0)), "Work: Connecting…"),
        (part(status=Paused(0, None)), "Work: Paused until you resume"),
        (part(status=Disabled()), "Work: Switched off in the settings"),
    ],
)
def test_an_account_is_a_line(one, expected):
    assert account_line(one, NOW) == expected


def test_the_tooltip_counts_and_names_each_account():
    summary = summarize([part(unseen=2), part("Home", unseen=1)], None)
    assert tooltip(summary, NOW) == (
        "Mailbell — 3 unread\nWork: 2 unread, confirmed at 14:05\nHome: 1 unread, confirmed at 14:05"
    )


def test_the_tooltip_without_accounts_mails_or_while_paused():
    assert tooltip(summarize([], None), NOW) == "Mailbell — no account is set up"
    assert tooltip(summarize([part()], None), NOW).startswith("Mailbell — no unread mail\n")
    assert tooltip(summarize([], Paused(0, None)), NOW) == "Mailbell — paused until you resume"


def test_the_tooltip_is_bounded():
    many = [part("n" * 500, NeedsCredentials(0, problem(sentence="s" * 500))) for _ in range(40)]
    lines = tooltip(summarize(many, None), NOW).split("\n")
    assert len(lines) == 14
    assert max(map(len, lines)) <= 100
    assert lines[-1] == "and 28 more accounts"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (title(), "● Anna Berg  Lunch?  14:05"),
        (title(unseen=False), "Anna Berg  Lunch?  14:05"),
        (title(date=None), "● Anna Berg  Lunch?"),
        (title(sender="", subject=""), "● (no sender)  (no subject)  14:05"),
        (title(subject="R&D", date=NOW - 86400), "● Anna Berg  R&D  Yesterday"),
        # The true address comes before what is cut.
        (
            title("x@evil.test (“ceo@bank.test”)", "s" * 9),
            "● x@evil.test (“ceo@bank.test”)  sssssssss  14:05",
        ),
    ],
)
def test_a_title_is_a_line(one, expected):
    assert message_line(one, NOW, 60) == message_line_parts(one, NOW, 60).line == expected


@pytest.mark.parametrize("sender", ["Al", "n" * 90])
@pytest.mark.parametrize("subject", ["Hi", "s" * 90])
@pytest.mark.parametrize("date", [None, NOW, NOW - 1e7])
@pytest.mark.parametrize("limit", [40, 60])
def test_a_title_keeps_within_its_limit(sender, subject, date, limit):
    line = message_line(title(sender, subject, date), NOW, limit)
    assert len(line) <= limit
    if len(sender) + len(subject) > 90:
        assert len(line) == limit


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"muted": True}, "Work: 2 unread, muted"),
        ({"muted": True, "quiet_hours": ("00:00-24:00",)}, "Work: 2 unread, muted"),
        ({"quiet_hours": ("14:00-15:30",)}, "Work: 2 unread, quiet until 15:30"),
        ({"quiet_hours": ("14:00-07:00",)}, "Work: 2 unread, quiet until tomorrow, 07:00"),
        ({"quiet_hours": ("22:00-07:00",)}, "Work: 2 unread"),
        ({"quiet_hours": ("00:00-24:00",)}, "Work: 2 unread, always quiet"),
    ],
)
def test_an_account_that_tells_nothing_says_so(more, expected):
    assert account_line(replace(part(unseen=2), **more), NOW) == expected


def test_the_tooltip_holds_nothing_that_a_panel_could_take_for_markup():
    said = problem(sentence='Its server says: <b>R&D</b> <img src="x">')
    text = tooltip(summarize([part("<i>A&B</i>", Watching(0, NOW, remark=said))], None), NOW)
    assert "‹i›A＆B‹/i›: no unread mail. Its server says: ‹b›R＆D‹/b› ‹img" in text
    assert not set(text) & set("<>&")


@pytest.mark.parametrize(
    ("secret", "line"),
    [
        (SecretSource.KEYRING, "Enter the password for Work…"),
        (SecretSource.FILE, "Enter the password for Work…"),
        (SecretSource.ASK, "Enter the password for Work…"),
        (SecretSource.OAUTH, "Sign in for Work…"),
        (SecretSource.COMMAND, "Try Work again"),
        (SecretSource.ONLINE, "Try Work again"),
    ],
)
def test_an_account_that_lacks_credentials_is_offered_the_way_to_give_them(secret, line):
    account = replace(part(), secret=secret)
    assert credentials_line(account) == line
    refused = NeedsCredentials(NOW, problem(kind=ProblemKind.PROXY_REFUSED))
    assert credentials_line(replace(account, status=refused)) == "Enter the proxy password for Work…"
