"""Fetches envelopes of the selected mailbox, also if the server refuses every FETCH that names one broken message."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.imap import commands
from tray.mail.problems.refusals import is_limit_reached
from tray.net.imap.command_queue import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from tray.imap.errors import CommandRefused
    from tray.imap.types import Uid, UidValidity
    from tray.mail.model.message import Message
    from tray.net.imap.selected_mailbox import FetchAnswer, FetchedMessage, SelectedMailbox

    ByUid = dict[Uid, FetchedMessage]

log = logging.getLogger(__name__)

TRIES = 3
"""Failures after which a message is not requested again until the program restarts."""
WAITS = (2.0, 20.0)
"""Seconds from the first and from the second failure to the next try."""
_LOST = 2  # failures that a lost connection counts as
_SUSPICIOUS = 2  # connections in a row that ended during a FETCH
_COMMANDS = (
    60  # limit of commands to find the messages that cannot be fetched; the rest waits for the next try
)
_SPARE = 10  # older messages, shown in place of those that cannot be fetched
_ALL_REFUSED = frozenset({"LIMIT", "NOPERM", "AUTHORIZATIONFAILED", "EXPIRED", "CONTACTADMIN"})


def concerns_all(refused: CommandRefused) -> bool:
    """Whether a refusal has nothing to do with a single message or its sequence number."""
    return refused.status == "BYE" or refused.code in _ALL_REFUSED or is_limit_reached(refused)


class Unfetched:
    """The messages of one mailbox that could not be fetched, over all connections, and when to try again."""

    def __init__(self) -> None:
        self.headerless: set[Uid] = set()
        """Messages that the server always sends without headers."""
        self.one_by_one = False
        """Whether to fetch envelopes singly, so that a lost connection shows which message ended it."""
        self._failures: dict[Uid, int] = {}
        self._asked: Collection[Uid] | None = None
        self._losses = 0
        self._uid_validity: UidValidity | None = None

    @property
    def uids(self) -> frozenset[Uid]:
        """All of them; commands that fetch other messages must not name them."""
        return frozenset(self._failures)

    @property
    def waiting(self) -> frozenset[Uid]:
        """Those that will be requested again."""
        return frozenset(uid for uid, failures in self._failures.items() if failures < TRIES)

    @property
    def wait(self) -> float | None:
        """Seconds from the last failure to the next try; None if none is due."""
        failures = [count for count in self._failures.values() if count < TRIES]
        return WAITS[min(failures) - 1] if failures else None

    def set_uid_validity(self, uid_validity: UidValidity) -> None:
        """Set UIDVALIDITY; data of another one is discarded."""
        if self._uid_validity != uid_validity:
            self._uid_validity = uid_validity
            self._failures.clear()
            self.headerless.clear()

    def failed(self, uid: Uid, weight: int = 1) -> bool:
        """Count a failure of `uid`; whether it was the last try."""
        self._failures[uid] = min(TRIES, self._failures.get(uid, 0) + weight)
        return self._failures[uid] == TRIES

    def remove(self, uid: Uid) -> None:
        """The envelope of `uid` was fetched, or the message was expunged."""
        self._failures.pop(uid, None)

    def fetch_sent(self, uids: Collection[Uid] = ()) -> None:
        """A FETCH was sent: of `uids`, or of messages of unknown UIDs."""
        self._asked = uids

    def fetch_answered(self) -> None:
        """The FETCH was answered."""
        self._asked = None
        self._losses = 0

    def ended(self, *, lost: bool) -> None:
        """The session has ended; `lost`: its connection was lost, perhaps because of the FETCH that was sent."""
        asked, self._asked = self._asked, None
        if asked is None or not lost:
            return
        if len(asked) == 1:
            (uid,) = asked
            self.failed(uid, _LOST)
        else:
            self._losses += 1
            self.one_by_one |= self._losses >= _SUSPICIOUS


class Fetching:
    """Fetches on one connection, and requests again what is missing after a refused or unreadable answer.

    Some servers refuse every FETCH that names one broken message (Yahoo: ``NO [UNAVAILABLE] FETCH Server error while
    fetching messages``), or close the connection. So the messages that were sent are used, the UIDs are listed by
    SEARCH, and the rest is requested in halves. A message that is refused by itself is omitted.
    """

    def __init__(self, selected: SelectedMailbox, unfetched: Unfetched) -> None:
        self._selected = selected
        self.unfetched = unfetched

    async def newest(self, count: int, *, by_uid: bool = False) -> ByUid:
        """The newest `count` messages of a mailbox that is not empty, by sequence number or else `by_uid`.

        Raises CommandRefused if nothing was sent: sequence numbers may be stale, or every FETCH is refused.
        """
        exists = max(self._selected.exists, 1)
        first = max(1, exists - count + 1)
        fetched: ByUid = {}
        singly = False
        if not (by_uid or self.unfetched.uids or self.unfetched.one_by_one):
            answer = await self._by_position(exists, count)
            self._raise_if_general(answer)
            if answer.complete:
                return self._noted(answer.fetched, lambda message: (message.sequence or 0) >= first)
            self._raise_if_empty(answer)
            fetched, singly = answer.fetched, answer.refused is None
        uids = await self._selected.uids(commands.search_from(max(1, first - _SPARE)))
        if not uids:
            if not fetched:  # SEARCH does not work
                answer = await self._by_position(exists, count)
                self._raise_if_empty(answer)
                fetched = answer.fetched
            return fetched
        wanted = [uid for uid in uids if uid not in self.unfetched.uids]
        fetched = {uid: message for uid, message in fetched.items() if uid in uids}
        fetched |= await self._missing(wanted[-count:], fetched, singly=singly)
        spare = wanted[:-count]
        while spare and (lacking := count - len(self.messages(fetched.values()))) > 0:
            fetched |= await self._missing(spare[-lacking:], fetched, singly=singly)
            del spare[-lacking:]
        self.unfetched.one_by_one = False
        return fetched

    async def complete(self, answer: FetchAnswer, first: Uid) -> ByUid:
        """All messages from UID `first` up: those of `answer`, and those missing in it.

        Raises CommandRefused if neither FETCH nor SEARCH gives anything.
        """
        self.unfetched.fetch_answered()
        self._raise_if_general(answer)
        if answer.complete:
            return self._noted(answer.fetched, lambda message: message.uid >= first)
        uids = await self._selected.uids(commands.search_uids_from(first))
        if uids is None:
            self._raise_if_empty(answer)
            exists = self._selected.exists
            return {
                uid: message for uid, message in answer.fetched.items() if (message.sequence or 0) <= exists
            }
        wanted = [uid for uid in uids if uid >= first and uid not in self.unfetched.uids]
        fetched = {uid: message for uid, message in answer.fetched.items() if uid < first or uid in uids}
        return fetched | await self._missing(wanted, fetched, singly=answer.refused is None)

    async def retry(self) -> tuple[Message, ...]:
        """Request the waiting messages again; returns those that were sent."""
        waiting = sorted(self.unfetched.waiting)[-_COMMANDS:]
        return self.messages((await self._fetch([[uid] for uid in waiting])).values())

    def messages(self, fetched: Iterable[FetchedMessage]) -> tuple[Message, ...]:
        """The messages that have headers, or of which no headers are expected; oldest first."""
        headerless = self.unfetched.headerless
        messages = (row.headerless if row.uid in headerless else row.message for row in fetched)
        return tuple(sorted(filter(None, messages), key=lambda message: message.uid))

    async def _missing(self, uids: Sequence[Uid], fetched: ByUid, *, singly: bool) -> ByUid:
        """Fetch those of `uids` that are missing in `fetched`, one by one if `singly`."""
        lacking = [uid for uid in uids if uid not in fetched or not self.messages([fetched[uid]])]
        if singly or self.unfetched.one_by_one:
            return await self._fetch([[uid] for uid in lacking])
        return await self._fetch([lacking] if lacking else [])

    async def _fetch(self, batches: list[list[Uid]]) -> ByUid:
        """Fetch the messages of `batches`; the missing part of a batch is requested in halves."""
        fetched: ByUid = {}
        refusal: CommandRefused | None = None
        failed: list[Uid] = []
        requested = sum(map(len, batches))
        stack = batches[::-1]
        for _ in range(max(_COMMANDS, len(batches))):
            if not stack:
                break
            batch = stack.pop()
            only = batch[0] if len(batch) == 1 else None
            request = commands.uid_fetch_envelopes_of(batch, self._selected.gmail)
            answer = await self._ask(request, batch, only)
            self._raise_if_general(answer)
            fetched |= {uid: message for uid, message in answer.fetched.items() if uid in batch}
            refusal = answer.refused or refusal
            left = [uid for uid in batch if uid not in fetched]
            half = (len(left) + 1) // 2
            if answer.complete:
                for uid in left:
                    self.unfetched.remove(uid)  # expunged
            elif only is not None:
                failed += left
            else:
                stack += [part for part in (left[half:], left[:half]) if part]
        failed += [uid for batch in stack for uid in batch]
        if failed and refusal is not None and not fetched and not await self._works(requested):
            raise refusal
        for uid in failed:
            last = self.unfetched.failed(uid)
            log.info("The envelope of a message cannot be fetched%s", "; it is omitted" if last else "")
        return self._noted(fetched, lambda _: True)

    async def _by_position(self, exists: int, count: int) -> FetchAnswer:
        return await self._ask(commands.fetch_newest(exists, count, self._selected.gmail))

    async def _ask(
        self, request: commands.Request, uids: Sequence[Uid] = (), only: Uid | None = None
    ) -> FetchAnswer:
        self.unfetched.fetch_sent(uids)
        answer = await self._selected.fetch(request, DEADLINE, only)
        self.unfetched.fetch_answered()
        return answer

    async def _works(self, requested: int) -> bool:
        """Whether a FETCH is accepted after `requested` messages were refused; True if that cannot be found out."""
        if self._selected.exists <= requested:
            return True
        answer = await self._selected.fetch(commands.fetch_flags_of(1))
        return answer.refused is None or bool(answer.fetched)

    @staticmethod
    def _raise_if_general(answer: FetchAnswer) -> None:
        if answer.refused is not None and concerns_all(answer.refused):
            raise answer.refused

    @staticmethod
    def _raise_if_empty(answer: FetchAnswer) -> None:
        if answer.refused is not None and not answer.fetched:
            raise answer.refused

    def _noted(self, fetched: ByUid, requested: Callable[[FetchedMessage], bool]) -> ByUid:
        """Record which messages have headers, and which that were `requested` have none."""
        for uid, message in fetched.items():
            if message.message is not None:
                self.unfetched.remove(uid)
                self.unfetched.headerless.discard(uid)
            elif requested(message) and uid not in self.unfetched.headerless and self.unfetched.failed(uid):
                self.unfetched.remove(uid)
                self.unfetched.headerless.add(uid)
        return fetched
