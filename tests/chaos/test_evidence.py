"""A judge that finds nothing is worth something only when it finds what is there."""

from __future__ import annotations

import pytest

from tests.chaos.evidence import Life, Telling, judge, tellings

SUBJECTS = {1: "old", 2: "a", 3: "b", 4: "c"}


def life(*told: int, shown: str | None = None, killed: bool = False, mark: int | None = None) -> Life:
    """A life that told of these mails one by one; `shown` where the notification server saw others."""
    bodies = [SUBJECTS[uid] for uid in told] if shown is None else list(shown)
    return Life(
        killed,
        max(told, default=0) if mark is None else mark,
        tuple(Telling("mail", frozenset([uid])) for uid in told),
        tuple(("Bob", body) for body in bodies),
    )


@pytest.mark.parametrize(
    ("lives", "repeats"),
    [
        ([life(2, 3, 4)], 0),
        ([life(2, killed=True), life(3, 4)], 0),
        ([life(2, killed=True, mark=1), life(2, 3, 4)], 1),  # handed over, not saved
        ([life(2, shown="ab", killed=True), life(3, 4)], 1),  # under way when the kill came
    ],
)
def test_a_clean_record_is_found_clean(lives, repeats):
    """With the repeats of the window counted."""
    judgement = judge(lives, SUBJECTS, 1)
    assert judgement.faults == []
    assert judgement.repeats == repeats


@pytest.mark.parametrize(
    ("lives", "fault"),
    [
        ([life(2, 3)], "lost: [4]"),
        ([life(1, 2, 3, 4)], "told though old or unknown: [1]"),
        ([life(2, 3, 3, 4)], "two toasts for the same: [3]"),
        ([life(2), life(2, 3, 4)], "told again by a later one (mark 2): [2]"),
        ([life(2, killed=True, mark=2), life(2, 3, 4)], "told again by a later one (mark 2): [2]"),
        ([life(2, 3, killed=True, mark=1), life(2, 4)], "told again by a later one (mark 1): [2]"),
        ([life(2, 3, 4, shown="ab")], "never shown: [4]"),
        ([life(2, 3, 4, shown="abbc")], "shown twice: [3]"),
        ([life(2, shown="ab"), life(3, 4)], "shown and not taken note of: [3]"),
        ([life(2, 3, shown="abca", killed=True), life(4)], "shown and not taken note of: [4]"),
    ],
)
def test_what_is_wrong_is_found(lives, fault):
    """Each fault by its name."""
    assert any(fault in each for each in judge(lives, SUBJECTS, 1).faults), judge(lives, SUBJECTS, 1).faults


def test_a_digest_may_take_the_place_of_toasts_and_grow():
    """That is one toast to the user."""
    told = [("mail", {2}), ("mail", {3}), ("digest", {2, 3, 4})]
    record = Life(
        killed=False,
        mark=4,
        tellings=tuple(Telling(kind, frozenset(uids)) for kind, uids in told),
        shown=(("Bob", "a"), ("Bob", "b"), ("3 new mails", "Bob — c")),
    )
    assert judge([record], SUBJECTS, 1).faults == []


def test_the_log_is_read():
    """As `tray.app.notifications.notification_center` writes it."""
    log = """2026-01-01 DEBUG tray.app.notifications.notification_center: Toast 'mail:abc:7:12:INBOX' announced UIDs 12
2026-01-01 DEBUG tray.net.imap.command_queue: C: 0007 IDLE
2026-01-01 DEBUG tray.app.notifications.notification_center: Toast 'digest:1' announced UIDs 12 13 14
"""
    assert tellings(log) == (Telling("mail", frozenset([12])), Telling("digest", frozenset([12, 13, 14])))
