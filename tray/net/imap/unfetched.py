"""Messages whose titles could not be fetched: which to ask for again, which to leave out, over all connections."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from tray.imap.types import Uid, UidValidity

TRIES = 3
"""Failures after which a message is not asked for any more in this run of the program."""
WAITS = (2.0, 20.0)
"""Seconds from the first and from the second failure to the next try."""
_LOST = 2  # failures that a lost connection counts for: each costs a log-in
_SUSPICIOUS = 2  # connections in a row that were lost while titles were fetched


class Unfetched:
    """Of one watched mailbox. One bad message must not hide the others: they are asked for without it."""

    def __init__(self) -> None:
        self.untitled: set[Uid] = set()
        """Messages that the server gives without their headers, whenever it is asked."""
        self.one_by_one = False
        """Whether titles are to be fetched singly, so that a lost connection tells which message ended it."""
        self._failures: dict[Uid, int] = {}
        self._asked: Collection[Uid] | None = None
        self._losses = 0
        self._uid_validity: UidValidity | None = None

    @property
    def uids(self) -> frozenset[Uid]:
        """All of them: no command that is to tell of others may name them."""
        return frozenset(self._failures)

    @property
    def waiting(self) -> frozenset[Uid]:
        """Those that will be asked for again."""
        return frozenset(uid for uid, failures in self._failures.items() if failures < TRIES)

    @property
    def wait(self) -> float | None:
        """Seconds to the next try, counted from the last failure; None where none is due."""
        failures = [count for count in self._failures.values() if count < TRIES]
        return WAITS[min(failures) - 1] if failures else None

    def numbered(self, uid_validity: UidValidity) -> None:
        """The mailbox has this UIDVALIDITY: what is known of another is void."""
        if self._uid_validity != uid_validity:
            self._uid_validity = uid_validity
            self._failures.clear()
            self.untitled.clear()

    def failed(self, uid: Uid, weight: int = 1) -> bool:
        """The title of `uid` did not come; whether this was the last try."""
        self._failures[uid] = min(TRIES, self._failures.get(uid, 0) + weight)
        return self._failures[uid] == TRIES

    def came(self, uid: Uid) -> None:
        """Its title has come, or it is no longer in the mailbox."""
        self._failures.pop(uid, None)

    def asking(self, uids: Collection[Uid] = ()) -> None:
        """Titles are being fetched: of `uids`, or of messages whose UIDs are not known."""
        self._asked = uids

    def answered(self) -> None:
        """The server has answered, whatever it said."""
        self._asked = None
        self._losses = 0

    def ended(self, *, lost: bool) -> None:
        """The session is over; where its connection was `lost`, perhaps because of what was being fetched."""
        asked, self._asked = self._asked, None
        if asked is None or not lost:
            return
        if len(asked) == 1:
            (uid,) = asked
            self.failed(uid, _LOST)
        else:
            self._losses += 1
            self.one_by_one |= self._losses >= _SUSPICIOUS


@dataclass(slots=True)
class SessionMemory:
    """What the sessions of one mailbox learn of its server, for the next ones."""

    unfetched: Unfetched = field(default_factory=Unfetched)
    silent: bool = False
    """Whether it takes IDLE and tells of new mail only when it is asked."""
