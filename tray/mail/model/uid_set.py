"""Sets of UIDs as runs: mails that came one after another take the room of one."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from tray.imap.types import Uid
from tray.mail.model.message import MessageKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tray.imap.types import MailboxName, UidValidity
    from tray.mail.model.account import AccountId

    Place = tuple[AccountId, MailboxName, UidValidity]

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


class MessageKeySet:
    """Iterated by place, each with ascending UIDs."""

    def __init__(self, keys: Iterable[MessageKey] = ()) -> None:
        self._places: dict[Place, Runs] = {}
        self.add(keys)

    def __iter__(self) -> Iterator[MessageKey]:
        return (MessageKey(*place, uid) for place, runs in self._places.items() for uid in each(runs))

    def __bool__(self) -> bool:
        return bool(self._places)

    def __contains__(self, key: MessageKey) -> bool:
        return holds(self._places.get((key.account, key.mailbox, key.uid_validity), ()), key.uid)

    def of(self, wanted: Callable[[AccountId, MailboxName], bool]) -> list[MessageKey]:
        """Those of the mailboxes that are `wanted`."""
        return [
            MessageKey(*place, uid)
            for place, runs in self._places.items()
            if wanted(place[0], place[1])
            for uid in each(runs)
        ]

    def add(self, keys: Iterable[MessageKey]) -> None:
        """Put these in."""
        for place, uids in _by_place(keys).items():
            self._places[place] = union(self._places.get(place, ()), runs_of(uids))

    def take_out(self, other: MessageKeySet) -> None:
        """Take out all that is in `other`."""
        for place, runs in other._places.items():
            left = without(self._places.pop(place, ()), runs)
            if left:
                self._places[place] = left


def _by_place(keys: Iterable[MessageKey]) -> dict[Place, list[Uid]]:
    found: dict[Place, list[Uid]] = {}
    for key in keys:
        found.setdefault((key.account, key.mailbox, key.uid_validity), []).append(key.uid)
    return found
