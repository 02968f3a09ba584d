"""Compares what was delivered with what was logged, shown and saved as announced."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.mail.notifications.toast_content import new_mails

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

UIDS = 10_000
"""The UIDs of the mailboxes do not overlap: the first has those below, the next those from here on, and so on."""
_ANNOUNCED = re.compile(r"Toast '(\w+)[^']*' announced UIDs ([\d ]+)$")


@dataclass(frozen=True)
class Announcement:
    """The notification server took a toast, as the program logged it."""

    kind: str
    """``mail`` or ``digest``."""
    uids: frozenset[int]


@dataclass(frozen=True)
class ProgramRun:
    """One run of the program, from its start to its end."""

    killed: bool
    """Whether it was ended by kill -9, not asked to."""
    saved: frozenset[int]
    """The announced UID of each mailbox that was on disk when it was over."""
    announcements: tuple[Announcement, ...]
    shown: tuple[tuple[str, str], ...]
    """Summary and body of every Notify call, as the notification server recorded them."""

    @property
    def announced(self) -> frozenset[int]:
        """Every mail that it announced."""
        return frozenset().union(*(announcement.uids for announcement in self.announcements))

    def has_saved(self, uid: int) -> bool:
        """Whether that mail counted as announced on disk."""
        return any(uid <= saved and uid // UIDS == saved // UIDS for saved in self.saved)


@dataclass
class Findings:
    """What the comparison found; no faults where all is well."""

    delivered: int = 0
    repeats: int = 0
    """Mails announced again after a kill within the window."""
    faults: list[str] = field(default_factory=list)


def announcements(log: str) -> tuple[Announcement, ...]:
    """What a log at level debug says of toasts, in order."""
    found = (_ANNOUNCED.search(line) for line in log.splitlines())
    return tuple(
        Announcement(each[1], frozenset(map(int, each[2].split()))) for each in found if each is not None
    )


def saved_uids(profile: Path) -> frozenset[int]:
    """The announced UID of each mailbox in the state file, if there is one. For a program that does not run."""
    with (
        tempfile.TemporaryDirectory() as copies
    ):  # opening it mends what a kill left, which is the program's to do
        for file in profile.rglob("state.sqlite3*"):
            shutil.copy(file, copies)
        with contextlib.closing(sqlite3.connect(f"{copies}/state.sqlite3")) as connection:
            if not connection.execute("SELECT name FROM sqlite_master WHERE name = 'mailbox'").fetchone():
                return frozenset()
            return frozenset(uid for (uid,) in connection.execute("SELECT announced_uid FROM mailbox"))


def compare(runs: Sequence[ProgramRun], subjects: Mapping[int, str], old: int) -> Findings:
    """Whether every mail above UID `old` was announced, and none twice beyond the window.

    Only the first mailbox has old mails. `subjects` are those of all mails by UID, each unlike the others. The window:
    a program killed with -9 may have shown a toast without having saved its UID. Toasts are handed over one at a time
    and each one's UID is saved before the next, so what is announced again is in the last toast of the run that was
    killed, above its saved UID.
    """
    findings = Findings(delivered=sum(uid > old for uid in subjects))
    announced = frozenset().union(*(run.announced for run in runs))
    _note(findings, "lost", [uid for uid in subjects if uid > old and uid not in announced])
    _note(
        findings,
        "announced though old or unknown",
        [uid for uid in announced if uid <= old or uid not in subjects],
    )
    for number, run in enumerate(runs):
        _note(findings, f"run {number}: two toasts for the same", _announced_twice(run))
        later = frozenset().union(*(other.announced for other in runs[number + 1 :]))
        window = run.announcements[-1].uids if run.killed and run.announcements else frozenset()
        again = run.announced & later
        findings.repeats += len(again)
        _note(
            findings,
            f"run {number}: announced again by a later one (saved: {sorted(run.saved)})",
            [uid for uid in again if uid not in window or run.has_saved(uid)],
        )
    _compare_with_the_recorder(findings, runs, subjects)
    return findings


def _compare_with_the_recorder(
    findings: Findings, runs: Sequence[ProgramRun], subjects: Mapping[int, str]
) -> None:
    """The notification server is the better source for single toasts, and for the one that was under way at a kill."""
    uids = {subject: uid for uid, subject in subjects.items()}
    seen: Counter[int] = Counter()
    for number, run in enumerate(runs):
        singles = [uids[body] for _, body in run.shown if body in uids]
        in_this_run = Counter(singles)
        _note(
            findings,
            f"run {number}: shown twice",
            [uid for uid, count in in_this_run.items() if count > 1],
        )
        _note(findings, f"run {number}: logged as announced and never shown", _not_shown(run, in_this_run))
        again = [uid for uid in in_this_run if seen[uid]]
        findings.repeats += sum(
            1 for uid in again if not any(uid in other.announced for other in runs[:number])
        )
        _note(
            findings,
            f"run {number}: shown again though not in the window",
            [uid for uid in again if seen[uid] > 1],
        )
        unlogged = [uid for uid in singles if uid not in run.announced]
        last = uids.get(run.shown[-1][1]) if run.shown else None
        _note(
            findings,
            f"run {number}: shown and not logged",
            [uid for uid in unlogged if not (run.killed and uid == last)],
        )
        # What only the last toast of a killed run showed may be shown again; all else counts as seen for good.
        for uid in in_this_run:
            seen[uid] += 1 if run.killed and uid == last else 2


def _not_shown(run: ProgramRun, singles: Counter[int]) -> list[int]:
    """Mails that the program logged as announced, with no toast at the notification server that can be theirs."""
    digests = {summary for summary, _ in run.shown}
    in_digests: set[int] = set()
    for announcement in run.announcements:
        if announcement.kind == "digest" and new_mails(len(announcement.uids)) in digests:
            in_digests |= announcement.uids
    return [uid for uid in run.announced if uid not in singles and uid not in in_digests]


def _announced_twice(run: ProgramRun) -> list[int]:
    """Mails with more toasts than one of their own and then, at most, one digest that takes its place."""
    kinds: dict[int, list[str]] = {}
    for announcement in run.announcements:
        for uid in announcement.uids:
            kinds.setdefault(uid, []).append(announcement.kind)
    return [uid for uid, seen in kinds.items() if seen.count("mail") > 1 or "mail" in seen[1:]]


def _note(findings: Findings, what: str, uids: Sequence[int]) -> None:
    if uids:
        findings.faults.append(f"{what}: {sorted(uids)}")
