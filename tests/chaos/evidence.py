"""What was delivered, what was told and what was saved, from three witnesses; and the judgement on them."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.mail.presentation.toasts import digest_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_TOLD = re.compile(r"Toast '(\w+)[^']*' announced UIDs ([\d ]+)$")


@dataclass(frozen=True)
class Telling:
    """The notification server took a toast, as the program logged it."""

    kind: str
    """``mail`` or ``digest``."""
    uids: frozenset[int]


@dataclass(frozen=True)
class Life:
    """One run of the program, from its start to its end."""

    killed: bool
    """Whether it was ended by kill -9, not asked to."""
    mark: int
    """What stood on the disk as told when it was over (`announced_uid`); 0 for nothing."""
    tellings: tuple[Telling, ...]
    shown: tuple[tuple[str, str], ...]
    """Summary and body of every Notify call, as the notification server recorded them."""

    @property
    def told(self) -> frozenset[int]:
        """Every mail that it told of."""
        return frozenset().union(*(telling.uids for telling in self.tellings))


@dataclass
class Judgement:
    """What is wrong; nothing, one hopes."""

    delivered: int = 0
    repeats: int = 0
    """Mails told again after a kill within the window."""
    faults: list[str] = field(default_factory=list)


def tellings(log: str) -> tuple[Telling, ...]:
    """What a log at level debug says of toasts, in order."""
    found = (_TOLD.search(line) for line in log.splitlines())
    return tuple(Telling(each[1], frozenset(map(int, each[2].split()))) for each in found if each is not None)


def saved_mark(profile: Path) -> int:
    """The highest mark in the state file; 0 where there is none. For a program that does not run."""
    with (
        tempfile.TemporaryDirectory() as copies
    ):  # opening it mends what a kill left, which is the program's to do
        for file in profile.rglob("state.sqlite3*"):
            shutil.copy(file, copies)
        with contextlib.closing(sqlite3.connect(f"{copies}/state.sqlite3")) as connection:
            if not connection.execute("SELECT name FROM sqlite_master WHERE name = 'mailbox'").fetchone():
                return 0
            return int(connection.execute("SELECT max(announced_uid) FROM mailbox").fetchone()[0] or 0)


def judge(lives: Sequence[Life], subjects: Mapping[int, str], old: int) -> Judgement:
    """Whether every mail above UID `old` was told, and none twice beyond the window.

    `subjects` are those of all mails by UID, each unlike the others. The window: a program killed with -9 may have
    shown a toast without having saved its mark. Toasts are handed over one at a time and each one's mark is saved
    before the next, so what is told again is in the last toast of the life that was killed, above its saved mark.
    """
    judgement = Judgement(delivered=sum(uid > old for uid in subjects))
    told = frozenset().union(*(life.told for life in lives))
    _note(judgement, "lost", [uid for uid in subjects if uid > old and uid not in told])
    _note(judgement, "told though old or unknown", [uid for uid in told if uid <= old or uid not in subjects])
    for number, life in enumerate(lives):
        _note(judgement, f"life {number}: two toasts for the same", _twice_in_one(life))
        later = frozenset().union(*(other.told for other in lives[number + 1 :]))
        window = life.tellings[-1].uids if life.killed and life.tellings else frozenset()
        again = life.told & later
        judgement.repeats += len(again)
        _note(
            judgement,
            f"life {number}: told again by a later one (mark {life.mark})",
            [uid for uid in again if uid not in window or uid <= life.mark],
        )
    _compare_with_the_recorder(judgement, lives, subjects)
    return judgement


def _compare_with_the_recorder(
    judgement: Judgement, lives: Sequence[Life], subjects: Mapping[int, str]
) -> None:
    """The notification server is the better witness of single toasts, and of the one that was under way at a kill."""
    uids = {subject: uid for uid, subject in subjects.items()}
    seen: Counter[int] = Counter()
    for number, life in enumerate(lives):
        singles = [uids[body] for _, body in life.shown if body in uids]
        in_this_life = Counter(singles)
        _note(
            judgement,
            f"life {number}: shown twice",
            [uid for uid, count in in_this_life.items() if count > 1],
        )
        _note(judgement, f"life {number}: told, it says, and never shown", _not_shown(life, in_this_life))
        again = [uid for uid in in_this_life if seen[uid]]
        judgement.repeats += sum(1 for uid in again if not any(uid in other.told for other in lives[:number]))
        _note(
            judgement,
            f"life {number}: shown again though not in the window",
            [uid for uid in again if seen[uid] > 1],
        )
        unlogged = [uid for uid in singles if uid not in life.told]
        last = uids.get(life.shown[-1][1]) if life.shown else None
        _note(
            judgement,
            f"life {number}: shown and not taken note of",
            [uid for uid in unlogged if not (life.killed and uid == last)],
        )
        # What only the last toast of a killed life showed may be shown again; all else counts as seen for good.
        for uid in in_this_life:
            seen[uid] += 1 if life.killed and uid == last else 2


def _not_shown(life: Life, singles: Counter[int]) -> list[int]:
    """Mails that the program takes for told though the notification server has seen no toast that can be theirs."""
    digests = {summary for summary, _ in life.shown}
    told_by_digest: set[int] = set()
    for telling in life.tellings:
        if telling.kind == "digest" and digest_texts(len(telling.uids), ())[0] in digests:
            told_by_digest |= telling.uids
    return [uid for uid in life.told if uid not in singles and uid not in told_by_digest]


def _twice_in_one(life: Life) -> list[int]:
    """Mails with more toasts than one of their own and then, at most, one digest that takes its place."""
    kinds: dict[int, list[str]] = {}
    for telling in life.tellings:
        for uid in telling.uids:
            kinds.setdefault(uid, []).append(telling.kind)
    return [uid for uid, seen in kinds.items() if seen.count("mail") > 1 or "mail" in seen[1:]]


def _note(judgement: Judgement, what: str, uids: Sequence[int]) -> None:
    if uids:
        judgement.faults.append(f"{what}: {sorted(uids)}")
