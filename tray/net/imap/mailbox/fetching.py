"""Fetches envelopes of the selected mailbox, also if the server refuses every FETCH that names one broken message.

`fetch_newest` reads the newest ones, and those of messages that arrived while there was no connection.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.imap import commands
from tray.imap.errors import CommandRefused
from tray.imap.types import Uid
from tray.mail.arrivals.mailbox_state import MailboxReport, may_have_missed, not_announced
from tray.net.deferreds import suppress_unhandled
from tray.net.imap.command_queue import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from tray.imap.types import UidValidity
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.message import Message
    from tray.net.imap.mailbox.fetched_messages import FetchedMessage
    from tray.net.imap.mailbox.selected_mailbox import FetchAnswer, SelectedMailbox

    ByUid = dict[Uid, FetchedMessage]

log = logging.getLogger(__name__)

CATCH_UP = 200
"""Limit of envelopes fetched after a time without connection; further messages are only counted."""
TRIES = 3
"""Failures after which a message is not requested again until the program restarts."""
WAITS = (2.0, 20.0)
"""Seconds from the first and from the second failure to the next try."""
_LOST = 2  # failures that a lost connection counts as
_SUSPICIOUS = 2  # connections in a row that ended during a FETCH
_COMMANDS = 60  # to find the messages that cannot be fetched; the rest waits for the next try
_SPARE = 10  # older messages, shown in place of those that cannot be fetched
_OPENED_AGAIN = 2  # times, because of refused sequence numbers
_GAPS = 20  # between announced messages; more than one only after a crash
_ALL_REFUSED = frozenset({"LIMIT", "NOPERM", "AUTHORIZATIONFAILED", "EXPIRED", "CONTACTADMIN"})


def _concerns_all(refused: CommandRefused) -> bool:
    """Whether a refusal has nothing to do with a single message or its sequence number."""
    from tray.mail.presentation.problem_texts.refusals import is_limit_reached

    return refused.status == "BYE" or refused.code in _ALL_REFUSED or is_limit_reached(refused)


def _raise_if_general(answer: FetchAnswer) -> None:
    if answer.refused is not None and _concerns_all(answer.refused):
        raise answer.refused


def _raise_if_empty(answer: FetchAnswer) -> None:
    if answer.refused is not None and not answer.fetched:
        raise answer.refused


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
        self.selected = selected
        self.unfetched = unfetched

    async def newest(self, count: int) -> tuple[ByUid, bool]:
        """The newest `count` messages, and whether the mailbox has no others.

        Some servers answer BAD to a stale sequence number, which other clients may cause at any time by EXPUNGE. Then
        the mailbox is opened again; if that changes nothing, the messages are requested by UID. Raises CommandRefused
        if that does not help.
        """
        by_uid, opened_again = False, 0
        while exists := self.selected.exists:
            try:
                return await self._newest(exists, count, by_uid=by_uid), exists <= count
            except CommandRefused as error:
                if (
                    by_uid
                    or opened_again == _OPENED_AGAIN
                    or _concerns_all(error)
                    or error.command != "FETCH"
                ):
                    raise
            log.info("A sequence number was stale; opening the mailbox again")
            await self.selected.examine()
            opened_again += 1
            by_uid = self.selected.exists == exists
        return {}, True

    async def _newest(self, exists: int, count: int, *, by_uid: bool) -> ByUid:
        """The newest messages by sequence number or else `by_uid`; raises CommandRefused if nothing was sent."""
        first = max(1, exists - count + 1)
        fetched: ByUid = {}
        singly = False
        if not (by_uid or self.unfetched.uids or self.unfetched.one_by_one):
            answer = await self._by_position(exists, count)
            _raise_if_general(answer)
            if answer.complete:
                return self._noted(answer.fetched, lambda message: (message.sequence or 0) >= first)
            _raise_if_empty(answer)
            fetched, singly = answer.fetched, answer.refused is None
        uids = await self.selected.uids(commands.search_from(max(1, first - _SPARE)))
        if not uids:
            if not fetched:  # SEARCH does not work
                answer = await self._by_position(exists, count)
                _raise_if_empty(answer)
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
        _raise_if_general(answer)
        if answer.complete:
            return self._noted(answer.fetched, lambda message: message.uid >= first)
        uids = await self.selected.uids(commands.search_uids_from(first))
        if uids is None:
            _raise_if_empty(answer)
            exists = self.selected.exists
            return {
                uid: message for uid, message in answer.fetched.items() if (message.sequence or 0) <= exists
            }
        wanted = [uid for uid in uids if uid >= first]
        fetched = {uid: message for uid, message in answer.fetched.items() if uid < first or uid in uids}
        return fetched | await self._missing(wanted, fetched, singly=answer.refused is None)

    async def these(self, uids: Sequence[Uid]) -> tuple[Message, ...]:
        """Those of the messages `uids` that are there; raises CommandRefused if no FETCH is accepted."""
        return self.messages((await self._fetch([list(uids)])).values())

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
            request = commands.uid_fetch_envelopes_of(batch, self.selected.gmail, self.selected.extra())
            answer = await self._ask(request, batch, only)
            _raise_if_general(answer)
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
        selected = self.selected
        return await self._ask(
            commands.fetch_newest_envelopes(exists, count, selected.gmail, selected.extra())
        )

    async def _ask(
        self, request: commands.Request, uids: Sequence[Uid] = (), only: Uid | None = None
    ) -> FetchAnswer:
        self.unfetched.fetch_sent(uids)
        answer = await self.selected.fetch(request, DEADLINE, only)
        self.unfetched.fetch_answered()
        return answer

    async def _works(self, requested: int) -> bool:
        """Whether a FETCH is accepted after `requested` messages were refused; True if that cannot be found out."""
        if self.selected.exists <= requested:
            return True
        answer = await self.selected.fetch(commands.fetch_flags_of(1))
        return answer.refused is None or bool(answer.fetched)

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


async def fetch_newest(
    fetching: Fetching,
    count: int,
    known: MailboxState | None = None,
    unseen: int | None = None,
    *,
    found: ByUid | None = None,
    counted: Deferred[int | None] | None = None,
) -> MailboxReport:
    """A report whose last `count` messages are the newest; before them, those that `known` shows to be missed.

    `unseen`: the number of unseen messages if it was counted before; `counted`: the same, if it was requested before;
    `found`: all messages from the lowest known one up, if they were fetched before; then nothing is counted here.
    Raises CommandRefused if no FETCH is accepted.
    """
    selected = fetching.selected
    with suppress_unhandled(counted):
        if not selected.exists_known and (selected.uid_next or 1) > 1:  # EXISTS was missing or unreadable
            unseen = await selected.status()
        with selected.protocol.queue.together():
            newest = None if found is not None else Deferred.fromCoroutine(fetching.newest(count))
            if found is None and unseen is None and counted is None:
                counted = selected.count_unseen()
    with suppress_unhandled(counted):
        if found is not None:
            fetched, shown = found, fetching.messages(found.values())
            covers = _covered_from(shown, count, whole=selected.exists <= count)
        else:
            assert newest is not None
            fetched, whole = await newest
            shown = fetching.messages(fetched.values())[-count:]
            covers = _covered_from(shown, count, whole=whole)
            if may_have_missed(known, selected.uid_validity, shown, covers, selected.uid_next):
                fetched, whole = await fetching.newest(CATCH_UP)
                shown = fetching.messages(fetched.values())
                covers = _covered_from(shown, count, whole=whole)
        if counted is not None:
            unseen = await counted
    lowest = shown[0].uid if shown else 0
    missing = fetching.unfetched.uids
    return MailboxReport(
        selected.uid_validity,
        shown,
        # of older messages, pushed by the server meanwhile
        flags=tuple(
            (uid, message.flags)
            for uid, message in fetched.items()
            if uid < lowest and message.flags is not None
        ),
        covers=covers,
        unseen=unseen,
        uid_next=selected.uid_next,
        empty=not (fetched or selected.exists or missing),
        passed_over=await _passed_over(selected, known, shown),
        missing=missing,
        awaited=fetching.unfetched.waiting,
    )


def _covered_from(shown: tuple[Message, ...], count: int, *, whole: bool) -> Uid:
    """The lowest UID from which up the newest `count` of `shown` are all messages; 1 for the `whole` mailbox."""
    return Uid(1) if not shown or (whole and len(shown) <= count) else shown[-count:][0].uid


async def _passed_over(
    selected: SelectedMailbox, known: MailboxState | None, shown: tuple[Message, ...]
) -> int:
    """How many unseen messages are between the announced UID and `shown`; 0 if fewer than `CATCH_UP` were fetched."""
    if known is None or known.uid_validity != selected.uid_validity or len(shown) < CATCH_UP:
        return 0
    count = 0
    for first, last in not_announced(known, Uid(shown[0].uid - 1)).runs[:_GAPS]:
        count += await selected.count_unseen_between(first, last) or 0
    return count
