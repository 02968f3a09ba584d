"""A set of mails, of any size in little room: their UIDs as runs, by where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.message import MessageKey
from tray.mail.runs import each, holds, runs_of, union, without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tray.imap.types import MailboxName, Uid, UidValidity
    from tray.mail.account import AccountId
    from tray.mail.runs import Runs

    Place = tuple[AccountId, MailboxName, UidValidity]


class KeyRuns:
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

    def take_out(self, other: KeyRuns) -> None:
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
