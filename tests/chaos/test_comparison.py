"""The comparison finds each kind of fault, and none in a faultless record."""

from __future__ import annotations

import pytest

from tests.chaos.comparison import Announcement, ProgramRun, announcements, compare

SUBJECTS = {1: "old", 2: "a", 3: "b", 4: "c"}


def run(
    *announced: int, shown: str | None = None, killed: bool = False, saved: int | None = None
) -> ProgramRun:
    """A run that announced these mails one by one; `shown` where the notification server saw others."""
    bodies = [SUBJECTS[uid] for uid in announced] if shown is None else list(shown)
    return ProgramRun(
        killed,
        frozenset([max(announced, default=0) if saved is None else saved]),
        tuple(Announcement("mail", frozenset([uid])) for uid in announced),
        tuple(("Bob", body) for body in bodies),
    )


@pytest.mark.parametrize(
    ("runs", "repeats"),
    [
        ([run(2, 3, 4)], 0),
        ([run(2, killed=True), run(3, 4)], 0),
        ([run(2, killed=True, saved=1), run(2, 3, 4)], 1),  # handed over, not saved
        ([run(2, shown="ab", killed=True), run(3, 4)], 1),  # under way when the kill came
    ],
)
def test_a_clean_record_is_found_clean(runs, repeats):
    """With the repeats of the window counted."""
    findings = compare(runs, SUBJECTS, 1)
    assert findings.faults == []
    assert findings.repeats == repeats


@pytest.mark.parametrize(
    ("runs", "fault"),
    [
        ([run(2, 3)], "lost: [4]"),
        ([run(1, 2, 3, 4)], "announced though old or unknown: [1]"),
        ([run(2, 3, 3, 4)], "two toasts for the same: [3]"),
        ([run(2), run(2, 3, 4)], "announced again by a later one (saved: [2]): [2]"),
        (
            [run(2, killed=True, saved=2), run(2, 3, 4)],
            "announced again by a later one (saved: [2]): [2]",
        ),
        (
            [run(2, 3, killed=True, saved=1), run(2, 4)],
            "announced again by a later one (saved: [1]): [2]",
        ),
        ([run(2, 3, 4, shown="ab")], "never shown: [4]"),
        ([run(2, 3, 4, shown="abbc")], "shown twice: [3]"),
        ([run(2, shown="ab"), run(3, 4)], "shown and not logged: [3]"),
        ([run(2, 3, shown="abca", killed=True), run(4)], "shown and not logged: [4]"),
    ],
)
def test_what_is_wrong_is_found(runs, fault):
    """Each fault by its name."""
    assert any(fault in each for each in compare(runs, SUBJECTS, 1).faults), compare(runs, SUBJECTS, 1).faults


def test_a_digest_may_take_the_place_of_toasts_and_grow():
    """That is one toast to the user."""
    announced = [("mail", {2}), ("mail", {3}), ("digest", {2, 3, 4})]
    record = ProgramRun(
        killed=False,
        saved=frozenset([4]),
        announcements=tuple(Announcement(kind, frozenset(uids)) for kind, uids in announced),
        shown=(("Bob", "a"), ("Bob", "b"), ("3 new mails", "Bob")),
    )
    assert compare([record], SUBJECTS, 1).faults == []


def test_the_log_is_read():
    """As `tray.app.notifications.notification_center` writes it."""
    log = """2026-01-01 DEBUG tray.app.notifications.notification_center: Toast 'mail:abc:7:12:INBOX' announced UIDs 12
2026-01-01 DEBUG tray.net.imap.command_queue: C: 0007 IDLE
2026-01-01 DEBUG tray.app.notifications.notification_center: Toast 'digest:1' announced UIDs 12 13 14
"""
    assert announcements(log) == (
        Announcement("mail", frozenset([12])),
        Announcement("digest", frozenset([12, 13, 14])),
    )


def test_each_mailbox_has_an_announced_uid_of_its_own():
    run = ProgramRun(True, frozenset([4, 10_002]), (), ())
    assert [uid for uid in (4, 5, 10_001, 10_002, 10_003, 20_001) if run.has_saved(uid)] == [
        4,
        10_001,
        10_002,
    ]
