"""Fetches envelopes of the selected mailbox, also where one message keeps the server from sending those of others."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.imap import commands
from tray.net.imap.command_queue import DEADLINE
from tray.net.problems.server_refusals import wants_patience

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from tray.imap.errors import CommandRefused
    from tray.imap.types import Uid, UidValidity
    from tray.mail.model.message import Message
    from tray.net.imap.selected_mailbox import FetchAnswer, FetchedMessage, SelectedMailbox

    ByUid = dict[Uid, FetchedMessage]

log = logging.getLogger(__name__)

TRIES = 3
"""Failures after which a message is not asked for any more in this run of the program."""
WAITS = (2.0, 20.0)
"""Seconds from the first and from the second failure to the next try."""
_LOST = 2  # failures that a lost connection counts for: each costs a log-in
_SUSPICIOUS = 2  # connections in a row that were lost while envelopes were fetched
_COMMANDS = 60  # at most, to find the messages that cannot be fetched; the rest waits for the next try
_SPARE = 10  # older messages that are listed, to be shown in place of those that cannot be fetched
_ALL_REFUSED = frozenset({"LIMIT", "NOPERM", "AUTHORIZATIONFAILED", "EXPIRED", "CONTACTADMIN"})


def concerns_all(refused: CommandRefused) -> bool:
    """Whether a refusal has nothing to do with any one message, nor with its position."""
    return refused.status == "BYE" or refused.code in _ALL_REFUSED or wants_patience(refused)


class Unfetched:
    """The messages of one watched mailbox that could not be fetched, over all its connections: when to try again."""

    def __init__(self) -> None:
        self.headerless: set[Uid] = set()
        """Messages that the server sends without their headers, however often it is asked."""
        self.one_by_one = False
        """Whether envelopes are to be fetched singly, so that a lost connection tells which message ended it."""
        self._failures: dict[Uid, int] = {}
        self._asked: Collection[Uid] | None = None
        self._losses = 0
        self._uid_validity: UidValidity | None = None

    @property
    def uids(self) -> frozenset[Uid]:
        """All of them: a command that is to fetch others must not name them."""
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
            self.headerless.clear()

    def failed(self, uid: Uid, weight: int = 1) -> bool:
        """The envelope of `uid` did not come; whether this was the last try."""
        self._failures[uid] = min(TRIES, self._failures.get(uid, 0) + weight)
        return self._failures[uid] == TRIES

    def came(self, uid: Uid) -> None:
        """Its envelope has come, or it is no longer in the mailbox."""
        self._failures.pop(uid, None)

    def asking(self, uids: Collection[Uid] = ()) -> None:
        """Envelopes are being fetched: of `uids`, or of messages whose UIDs are not known."""
        self._asked = uids

    def answered(self) -> None:
        """The server has answered, whatever the answer is."""
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
    """Whether the server accepts IDLE and announces new messages only when it is asked."""


class Fetching:
    """Of one connection. What is missing after a FETCH that was refused, or made no sense, is asked for again.

    Some servers refuse every FETCH that names one broken message (Yahoo: ``NO [UNAVAILABLE] FETCH Server error while
    fetching messages``), or close the connection at it. So what came is used, the UIDs are listed by SEARCH, and the
    rest is asked for in halves. A message that is refused by itself is left out while others are not.
    """

    def __init__(self, selected: SelectedMailbox, unfetched: Unfetched) -> None:
        self._selected = selected
        self.unfetched = unfetched

    async def newest(self, count: int, *, by_uid: bool = False) -> ByUid:
        """The newest `count` messages of a mailbox that is not empty, by position or else `by_uid`.

        Raises CommandRefused where nothing came: the position may be stale, or every FETCH is refused.
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
            if not fetched:  # SEARCH is of no use: by position after all
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

    async def mended(self, answer: FetchAnswer, first: Uid) -> ByUid:
        """All messages from UID `first` up: those of `answer`, which was to hold them, and those that it lacks.

        Raises CommandRefused where neither FETCH nor SEARCH gives anything.
        """
        self.unfetched.answered()
        self._raise_if_general(answer)
        if answer.complete:
            return self._noted(answer.fetched, lambda message: message.uid >= first)
        uids = await self._selected.uids(commands.search_uids_from(first))
        if uids is None:
            self._raise_if_empty(answer)
            exists = self._selected.exists
            return {uid: each for uid, each in answer.fetched.items() if (each.sequence or 0) <= exists}
        wanted = [uid for uid in uids if uid >= first and uid not in self.unfetched.uids]
        fetched = {uid: each for uid, each in answer.fetched.items() if uid < first or uid in uids}
        return fetched | await self._missing(wanted, fetched, singly=answer.refused is None)

    async def again(self) -> tuple[Message, ...]:
        """Another try for those that are waited for; the messages that came."""
        waiting = sorted(self.unfetched.waiting)[-_COMMANDS:]
        return self.messages((await self._fetch([[uid] for uid in waiting])).values())

    def messages(self, fetched: Iterable[FetchedMessage]) -> tuple[Message, ...]:
        """The messages whose headers came, or never will; oldest first."""
        headerless = self.unfetched.headerless
        found = [
            message
            for each in fetched
            if (message := each.headerless if each.uid in headerless else each.message) is not None
        ]
        return tuple(sorted(found, key=lambda message: message.uid))

    # How.

    async def _missing(self, uids: Sequence[Uid], fetched: ByUid, *, singly: bool) -> ByUid:
        """Those of `uids` that `fetched` lacks: in halves where a FETCH was refused, singly where it made no sense."""
        lacking = [uid for uid in uids if uid not in fetched or not self.messages([fetched[uid]])]
        if singly or self.unfetched.one_by_one:
            return await self._fetch([[uid] for uid in lacking])
        return await self._fetch([lacking] if lacking else [])

    async def _fetch(self, batches: list[list[Uid]]) -> ByUid:
        """The messages of `batches`; of a batch that is not answered in full, the rest is asked for in halves."""
        fetched: ByUid = {}
        refusal: CommandRefused | None = None
        bad: list[Uid] = []
        asked = sum(map(len, batches))
        stack = batches[::-1]
        for _ in range(max(_COMMANDS, len(batches))):
            if not stack:
                break
            batch = stack.pop()
            only = batch[0] if len(batch) == 1 else None
            request = commands.uid_fetch_envelopes_of(batch, self._selected.gmail)
            answer = await self._ask(request, batch, only)
            self._raise_if_general(answer)
            fetched |= {uid: each for uid, each in answer.fetched.items() if uid in batch}
            refusal = answer.refused or refusal
            left = [uid for uid in batch if uid not in fetched]
            half = (len(left) + 1) // 2
            if answer.complete:
                for uid in left:
                    self.unfetched.came(uid)  # it is no longer there
            elif only is not None:
                bad += left
            else:
                stack += [part for part in (left[half:], left[:half]) if part]
        bad += [uid for batch in stack for uid in batch]
        if bad and refusal is not None and not fetched and not await self._works(asked):
            raise refusal
        for uid in bad:
            last = self.unfetched.failed(uid)
            log.info("The envelope of a message cannot be fetched%s", "; it is left out" if last else "")
        return self._noted(fetched, lambda _: True)

    async def _by_position(self, exists: int, count: int) -> FetchAnswer:
        return await self._ask(commands.fetch_newest(exists, count, self._selected.gmail))

    async def _ask(
        self, request: commands.Request, uids: Sequence[Uid] = (), only: Uid | None = None
    ) -> FetchAnswer:
        self.unfetched.asking(uids)
        answer = await self._selected.fetch(request, DEADLINE, only)
        self.unfetched.answered()
        return answer

    async def _works(self, asked: int) -> bool:
        """Whether any FETCH is accepted, now that `asked` messages were refused; unknown counts as yes."""
        if self._selected.exists <= asked:
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

    def _noted(self, fetched: ByUid, asked: Callable[[FetchedMessage], bool]) -> ByUid:
        """Take note of which messages came with headers, and of which that were `asked` for did not."""
        for uid, message in fetched.items():
            if message.message is not None:
                self.unfetched.came(uid)
                self.unfetched.headerless.discard(uid)
            elif asked(message) and uid not in self.unfetched.headerless and self.unfetched.failed(uid):
                self.unfetched.came(uid)
                self.unfetched.headerless.add(uid)
        return fetched
