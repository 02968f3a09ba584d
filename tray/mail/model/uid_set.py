"""Compact sets of UIDs, and of messages of many mailboxes: consecutive UIDs are stored as one run."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from tray.imap.types import Uid
from tray.mail.model.message import MessageKey
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tray.imap.types import MailboxName, UidValidity
    from tray.mail.model.account import AccountId

    MailboxKey = tuple[AccountId, MailboxName, UidValidity]

UID_MAX = Uid(2**32 - 1)
"""The highest possible UID (RFC 3501, 9)."""


@dataclass(frozen=True, slots=True)
class UidSet:
    """An immutable set of UIDs; iteration is in ascending order."""

    runs: tuple[tuple[Uid, Uid], ...] = ()
    """First and last UID of each run, ascending; the runs neither overlap nor touch."""

    @classmethod
    def of(cls, uids: Iterable[Uid]) -> UidSet:
        """The set of `uids`."""
        return cls.of_runs([(uid, uid) for uid in uids])

    @classmethod
    def of_runs(cls, runs: Iterable[tuple[Uid, Uid]]) -> UidSet:
        """The set of all UIDs in `runs`, which may overlap and be in any order."""
        merged: list[tuple[Uid, Uid]] = []
        for first, last in sorted(runs):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = merged[-1][0], max(merged[-1][1], last)
            else:
                merged.append((first, last))
        return cls(tuple(merged))

    @classmethod
    def between(cls, first: Uid, last: Uid) -> UidSet:
        """All UIDs from `first` to `last`, both included; empty where `first` is higher."""
        return cls(((first, last),)) if first <= last else cls()

    def __bool__(self) -> bool:
        return bool(self.runs)

    def __iter__(self) -> Iterator[Uid]:
        return (Uid(uid) for first, last in self.runs for uid in range(first, last + 1))

    def __contains__(self, uid: Uid) -> bool:
        index = bisect_right(self.runs, uid, key=lambda run: run[0]) - 1
        return index >= 0 and self.runs[index][1] >= uid

    def __or__(self, other: UidSet) -> UidSet:
        return UidSet.of_runs((*self.runs, *other.runs)) if self.runs and other.runs else self or other

    def __sub__(self, other: UidSet) -> UidSet:
        left: list[tuple[Uid, Uid]] = []
        holes = other.runs
        for run_first, last in self.runs:
            first = run_first
            index = bisect_left(holes, first, key=lambda hole: hole[1])
            while index < len(holes) and holes[index][0] <= last:
                if first < holes[index][0]:
                    left.append((first, Uid(holes[index][0] - 1)))
                first = Uid(holes[index][1] + 1)
                index += 1
            if first <= last:
                left.append((first, last))
        return UidSet(tuple(left))

    def above(self, uid: Uid) -> UidSet:
        """The UIDs higher than `uid`."""
        return self - UidSet.between(Uid(0), uid) if self.runs else self

    def below(self, uid: Uid) -> UidSet:
        """The UIDs lower than `uid`."""
        return self - UidSet.between(uid, UID_MAX) if self.runs else self


NO_UIDS = UidSet()


class MessageKeySet:
    """A mutable set of messages; iteration is by mailbox, in ascending order of UIDs."""

    def __init__(self, keys: Iterable[MessageKey] = ()) -> None:
        self._places: dict[MailboxKey, UidSet] = {}
        self.add(keys)

    def __iter__(self) -> Iterator[MessageKey]:
        return (MessageKey(*place, uid) for place, uids in self._places.items() for uid in uids)

    def __bool__(self) -> bool:
        return bool(self._places)

    def __contains__(self, key: MessageKey) -> bool:
        return key.uid in self._places.get((key.account, key.mailbox, key.uid_validity), NO_UIDS)

    def matching(self, wanted: Callable[[AccountId, MailboxName], bool]) -> list[MessageKey]:
        """The messages of the mailboxes for which `wanted` is true."""
        return [key for key in self if wanted(key.account, key.mailbox)]

    def add(self, keys: Iterable[MessageKey]) -> None:
        """Add `keys`."""
        added: dict[MailboxKey, list[Uid]] = {}
        for key in keys:
            added.setdefault((key.account, key.mailbox, key.uid_validity), []).append(key.uid)
        for place, uids in added.items():
            self._places[place] = self._places.get(place, NO_UIDS) | UidSet.of(uids)

    def remove(self, other: MessageKeySet) -> None:
        """Remove the messages of `other`."""
        for place, uids in other._places.items():
            left = self._places.pop(place, NO_UIDS) - uids
            if left:
                self._places[place] = left
