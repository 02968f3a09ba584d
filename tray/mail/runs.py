"""Sets of UIDs as runs: mails that came one after another take the room of one."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from tray.imap.types import Uid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Runs = tuple[tuple[Uid, Uid], ...]
"""First and last UID of each run, ascending; runs neither meet nor overlap."""


def runs_of(uids: Iterable[Uid]) -> Runs:
    """The set of these."""
    return union((uid, uid) for uid in uids)


def union(*many: Iterable[tuple[Uid, Uid]]) -> Runs:
    """All that is in any of `many`, which need not be in order."""
    merged: list[tuple[Uid, Uid]] = []
    for first, last in sorted(run for runs in many for run in runs):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(merged[-1][1], last)
        else:
            merged.append((first, last))
    return tuple(merged)


def without(runs: Runs, taken: Runs) -> Runs:
    """What is in `runs` and not in `taken`."""
    left: list[tuple[Uid, Uid]] = []
    holes = list(taken)
    for first, last in runs:
        low = first
        while holes and holes[0][1] < low:
            holes.pop(0)
        for hole_first, hole_last in holes:
            if hole_first > last:
                break
            if low < hole_first:
                left.append((low, Uid(hole_first - 1)))
            low = Uid(max(low, hole_last + 1))
        if low <= last:
            left.append((low, last))
    return tuple(left)


def above(runs: Runs, uid: Uid) -> Runs:
    """What is in `runs` and higher than `uid`."""
    return tuple((max(first, Uid(uid + 1)), last) for first, last in runs if last > uid)


def below(runs: Runs, uid: Uid) -> Runs:
    """What is in `runs` and lower than `uid`."""
    return tuple((first, min(last, Uid(uid - 1))) for first, last in runs if first < uid)


def holds(runs: Runs, uid: Uid) -> bool:
    """Whether `uid` is one of them."""
    at = bisect_right(runs, uid, key=lambda run: run[0]) - 1
    return at >= 0 and runs[at][1] >= uid


def each(runs: Runs) -> Iterator[Uid]:
    """Every UID in `runs`, ascending."""
    return (Uid(uid) for first, last in runs for uid in range(first, last + 1))
