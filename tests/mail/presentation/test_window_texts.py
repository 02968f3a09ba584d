"""What the window says about accounts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.summaries import NOW, account, summary, title
from tray.mail.model.status import (
    Connecting,
    NeedsCredentials,
    Paused,
    Problem,
    ProblemKind,
    Waiting,
    Watching,
)
from tray.mail.presentation.times import clock
from tray.mail.presentation.window_texts import (
    BarKind,
    EmptyKind,
    Mark,
    bar_texts,
    empty_texts,
    nothing_found,
    search_text,
    status_texts,
)

WELL = Watching(NOW, NOW - 130)
POLLED = Watching(NOW, NOW - 40, push=False)
REFUSED = NeedsCredentials(
    NOW - 3000,
    Problem(ProblemKind.REFUSED, "It was refused.", "Enter another.", "NO go away", brief="Refused."),
)
FULL = replace(WELL, remark=Problem(ProblemKind.OVER_QUOTA, "The mailbox is full."))
ALERT = replace(WELL, remark=Problem(ProblemKind.ALERT, "It says: hello."))
BUSY = Waiting(NOW, NOW + 30, Problem(ProblemKind.TOO_OFTEN, "The server is busy."))
AWAY = Waiting(NOW - 1560, NOW + 0.5, Problem(ProblemKind.NAME_NOT_FOUND, "h was not found."))
SILENT = Waiting(NOW - 1560, NOW + 5, Problem(ProblemKind.UNREACHABLE, "h does not answer."))


def named(name, status, **more):
    return replace(account(name, name=name, status=status), **more)


@pytest.mark.parametrize(
    ("shown", "mark", "text"),
    [
        (named("A", WELL), Mark.GOOD, "A: confirmed 2 minutes ago"),
        (named("A", POLLED), Mark.GOOD, "A: confirmed 40 seconds ago, asked once a minute"),
        (named("A", WELL, muted=True), Mark.QUIET, "A: muted, confirmed 2 minutes ago"),
        (
            named("A", WELL, quiet_hours=("mon-sun 00:00-24:00",)),
            Mark.QUIET,
            "A: always quiet, confirmed 2 minutes ago",
        ),
        (named("A", WELL, quiet_hours=("mon-sun 16:00-16:05",)), Mark.GOOD, "A: confirmed 2 minutes ago"),
        (named("A", ALERT), Mark.WAITING, "A: confirmed 2 minutes ago. It says: hello."),
        (named("A", FULL), Mark.WARN, "A: The mailbox is full."),
        (named("A", REFUSED), Mark.WARN, "A: not confirmed since 15:23"),
        (named("A", BUSY), Mark.WAITING, "A: trying again in 30 seconds. The server is busy."),
        (named("A", AWAY), Mark.OFFLINE, "A: trying again now. h was not found."),
        (named("A", Connecting(NOW)), Mark.WAITING, "A: connecting…"),
        (named("A", Paused(NOW, None)), Mark.QUIET, "A: paused"),
        (named("A", Paused(NOW, NOW + 60)), Mark.QUIET, "A: paused until 16:14"),
    ],
)
def test_one_account(shown, mark, text):
    found = status_texts(summary(shown), NOW)
    assert [(line.mark, line.text) for line in found.lines] == [(mark, text)]
    assert found.details == ()
    assert status_texts(summary(shown, named("B", WELL)), NOW).details[0].text == text


@pytest.mark.parametrize(
    ("statuses", "mark", "text", "retry"),
    [
        ((WELL, POLLED), Mark.GOOD, "2 accounts, all confirmed in the last 3 minutes", False),
        ((POLLED, POLLED), Mark.GOOD, "2 accounts, all confirmed in the last minute", False),
        ((WELL, BUSY), Mark.WAITING, "2 accounts, 1 connected", True),
        ((WELL, Connecting(NOW)), Mark.WAITING, "2 accounts, 1 connected", False),
        ((AWAY, AWAY), Mark.OFFLINE, "Confirmed 26 minutes ago, at 15:47", True),
        ((Paused(NOW, None), Paused(NOW, None)), Mark.QUIET, "2 accounts, paused", False),
    ],
)
def test_several_accounts_in_one_line(statuses, mark, text, retry):
    found = status_texts(summary(*(named(str(n), status) for n, status in enumerate(statuses))), NOW)
    assert [(line.mark, line.text, line.retry) for line in found.lines] == [(mark, text, retry)]
    assert len(found.details) == 2


def test_accounts_in_trouble_stand_above_the_others():
    found = status_texts(summary(named("A", WELL), named("B", REFUSED)), NOW)
    assert [line.mark for line in found.lines] == [Mark.WARN, Mark.GOOD]
    assert found.lines[1].text == "1 account, confirmed in the last 3 minutes"
    assert found.lines[1].short == ""
    assert status_texts(summary(named("A", REFUSED), named("B", REFUSED)), NOW).lines[-1].mark is Mark.WARN
    well = status_texts(summary(named("A", WELL), named("B", WELL)), NOW)
    assert well.lines[0].short == "All confirmed in the last 3 minutes"


def test_the_bar_is_about_the_worst():
    both = summary(named("A", AWAY), named("B", REFUSED))
    bar = bar_texts(replace(both, paused=True), NOW)
    assert (bar.kind, bar.headline, bar.account.name) == (BarKind.ACCOUNT, "B: Refused.", "B")
    assert bar.text == "Enter another. Mail of the other accounts goes on coming."
    assert bar.details == "NO go away"
    assert bar_texts(summary(named("B", REFUSED)), NOW).text == "Enter another."
    assert bar_texts(summary(named("B", FULL)), NOW).headline == "B: The mailbox is full."


def test_a_pause_and_a_missing_network_have_a_bar():
    assert bar_texts(replace(summary(named("A", WELL)), paused=True), NOW).headline == "Paused"
    until = bar_texts(replace(summary(named("A", WELL)), paused=True, paused_until=NOW + 60), NOW)
    assert (until.kind, until.headline) == (BarKind.PAUSED, f"Paused until {clock(NOW + 60)}")
    away = bar_texts(summary(named("A", AWAY), named("B", SILENT)), NOW)
    assert (away.kind, away.headline) == (BarKind.OFFLINE, "No network")
    assert f"as it was at {clock(NOW - 1560)}" in away.text
    assert bar_texts(summary(named("A", SILENT)), NOW).headline == "h does not answer."
    assert bar_texts(summary(named("A", AWAY), named("B", WELL)), NOW) is None
    assert bar_texts(summary(named("A", BUSY)), NOW) is None
    assert bar_texts(summary(), NOW) is None


def test_an_empty_list_says_why():
    read = account("A", title(1, sender="Anna", unseen=False))
    assert empty_texts(summary(), [], NOW).kind is EmptyKind.NO_ACCOUNT
    found = empty_texts(summary(read), [read], NOW)
    assert found.text.endswith(f"The last one came at {clock(NOW - 60)}, from Anna.")
    old = replace(read, listed=(replace(title(1, sender="Anna"), date=NOW - 86400),))
    assert empty_texts(summary(old), [old], NOW).text.endswith("The last one came yesterday, from Anna.")
    empty, new = account("A"), account("A", status=Connecting(NOW))
    assert empty_texts(summary(empty), [empty], NOW).kind is EmptyKind.NO_MAIL
    assert empty_texts(summary(new), [new], NOW).kind is EmptyKind.CONNECTING
    assert nothing_found("a b", on_servers=False).text == "No mail shown here has “a b” in it."
    assert nothing_found("a b", on_servers=True).text == "No mail in the watched folders has “a b” in it."


@pytest.mark.parametrize(
    ("local", "found", "waiting", "text"),
    [
        (1, 0, None, "1 mail here has “me” in it"),
        (3, 0, None, "3 mails here have “me” in them"),
        (3, 0, 2, "Searching on 2 servers…"),
        (3, 11, 0, "14 found, 11 of them on the server"),
    ],
)
def test_a_search_says_how_far_it_is(local, found, waiting, text):
    assert search_text("me", local, found, waiting) == text
