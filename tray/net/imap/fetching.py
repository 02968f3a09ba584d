"""Fetches titles of the selected mailbox, also where one message keeps the server from telling of the others."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.imap import commands
from tray.net.imap.command_queue import DEADLINE
from tray.net.problems.server_refusals import wants_patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tray.imap.errors import CommandRefused
    from tray.imap.types import Uid
    from tray.mail.model.message import Message
    from tray.net.imap.selected_mailbox import FetchedMessage, SelectedMailbox, Told
    from tray.net.imap.unfetched import Unfetched

    Rows = dict[Uid, FetchedMessage]

log = logging.getLogger(__name__)

_COMMANDS = (
    60  # at most, to find the messages that cannot be fetched; what is left then waits for the next try
)
_SPARE = 10  # older messages that are listed, to be shown in place of those that cannot be fetched
_ALL_REFUSED = frozenset({"LIMIT", "NOPERM", "AUTHORIZATIONFAILED", "EXPIRED", "CONTACTADMIN"})


def concerns_all(refused: CommandRefused) -> bool:
    """Whether a refusal has nothing to do with any one message, nor with where it stands."""
    return refused.status == "BYE" or refused.code in _ALL_REFUSED or wants_patience(refused)


class Fetching:
    """Of one connection. A FETCH that is refused, or that does not tell what it should, is mended.

    Some servers refuse every FETCH that names one broken message (Yahoo: ``NO [UNAVAILABLE] FETCH Server error while
    fetching messages``), or close the connection at it. So the rows that came are used, the UIDs are listed by SEARCH,
    and the rest is asked for in halves. A message that is refused by itself is left out while others are not.
    """

    def __init__(self, view: SelectedMailbox, unfetched: Unfetched) -> None:
        self._view = view
        self.unfetched = unfetched

    async def newest(self, count: int, *, by_uid: bool = False) -> Rows:
        """The newest `count` messages of a mailbox that is not empty, by position or else `by_uid`.

        Raises CommandRefused where nothing came: the position may be stale, or every FETCH is refused.
        """
        view = self._view
        exists = max(view.exists, 1)
        first = max(1, exists - count + 1)
        rows: Rows = {}
        singly = False
        if not (by_uid or self.unfetched.uids or self.unfetched.one_by_one):
            told = await self._ask(commands.fetch_newest(exists, count, view.gmail))
            self._raise_if_general(told)
            if told.complete:
                return self._noted(told.rows, lambda row: (row.sequence or 0) >= first)
            if not told.rows and told.refused is not None:
                raise told.refused
            rows, singly = told.rows, told.refused is None
        uids = await view.uids(commands.search_from(max(1, first - _SPARE)))
        if not uids:
            return rows or await self._unlisted(exists, count)
        wanted = [uid for uid in uids if uid not in self.unfetched.uids]
        rows = {uid: row for uid, row in rows.items() if uid in uids}
        rows |= await self._missing(wanted[-count:], rows, singly=singly)
        spare = wanted[:-count]
        while spare and (lacking := count - len(self.messages(rows.values()))) > 0:
            rows |= await self._missing(spare[-lacking:], rows, singly=singly)
            del spare[-lacking:]
        self.unfetched.one_by_one = False
        return rows

    async def _unlisted(self, exists: int, count: int) -> Rows:
        """By position after all, where SEARCH is of no use."""
        told = await self._ask(commands.fetch_newest(exists, count, self._view.gmail))
        if told.refused is not None and not told.rows:
            raise told.refused
        return told.rows

    async def mended(self, told: Told, first: Uid) -> Rows:
        """The rows of `told`, which should tell of all messages from UID `first` up, and those that it lacks.

        Raises CommandRefused where neither FETCH nor SEARCH tells anything.
        """
        self.unfetched.answered()
        self._raise_if_general(told)
        if told.complete:
            return self._noted(told.rows, lambda row: row.uid >= first)
        uids = await self._view.uids(commands.search_uids_from(first))
        if uids is None:
            if told.refused is not None and not told.rows:
                raise told.refused
            return {uid: row for uid, row in told.rows.items() if (row.sequence or 0) <= self._view.exists}
        wanted = [uid for uid in uids if uid >= first and uid not in self.unfetched.uids]
        rows = {uid: row for uid, row in told.rows.items() if uid < first or uid in uids}
        return rows | await self._missing(wanted, rows, singly=told.refused is None)

    async def again(self) -> tuple[Message, ...]:
        """Another try for those that are waited for; what has come of it."""
        rows = await self._one_by_one(sorted(self.unfetched.waiting)[-_COMMANDS:])
        return self.messages(rows.values())

    def messages(self, rows: Iterable[FetchedMessage]) -> tuple[Message, ...]:
        """The messages whose headers were told, or never will be; oldest first."""
        untitled = self.unfetched.untitled
        found = [
            message
            for row in rows
            if (message := row.untitled if row.uid in untitled else row.message) is not None
        ]
        return tuple(sorted(found, key=lambda message: message.uid))

    # How.

    async def _missing(self, uids: Sequence[Uid], rows: Rows, *, singly: bool) -> Rows:
        """Those of `uids` that `rows` lack: in halves where a FETCH was refused, singly where it made no sense."""
        lacking = [uid for uid in uids if uid not in rows or not self.messages([rows[uid]])]
        if singly or self.unfetched.one_by_one:
            return await self._one_by_one(lacking)
        return await self._in_halves(lacking)

    async def _in_halves(self, uids: Sequence[Uid]) -> Rows:
        rows: Rows = {}
        stack = [list(uids)] if uids else []
        bad: list[Uid] = []
        refusal: CommandRefused | None = None
        for _ in range(_COMMANDS):
            if not stack:
                break
            batch = stack.pop()
            told = await self._batch(batch)
            self._raise_if_general(told)
            rows |= {uid: row for uid, row in told.rows.items() if uid in batch}
            refusal = told.refused or refusal
            left = [uid for uid in batch if uid not in rows] if not told.complete else []
            if len(left) > 1 or (left and len(batch) > 1):
                half = (len(left) + 1) // 2
                stack += [part for part in (left[half:], left[:half]) if part]
            elif left:
                bad += left
        bad += [uid for batch in stack for uid in batch]
        if bad and refusal is not None and not rows and not await self._works(len(uids)):
            raise refusal
        self._give_up(bad)
        return self._noted(rows, lambda _: True)

    async def _one_by_one(self, uids: Sequence[Uid]) -> Rows:
        rows: Rows = {}
        bad: list[Uid] = []
        refusal: CommandRefused | None = None
        for uid in uids:
            told = await self._batch([uid])
            self._raise_if_general(told)
            if uid in told.rows:
                rows[uid] = told.rows[uid]
            elif told.complete:
                self.unfetched.came(uid)  # it is no longer there
            else:
                bad.append(uid)
                refusal = told.refused or refusal
        if bad and refusal is not None and not rows and not await self._works(len(uids)):
            raise refusal
        self._give_up(bad)
        return self._noted(rows, lambda _: True)

    async def _batch(self, uids: Sequence[Uid]) -> Told:
        only = uids[0] if len(uids) == 1 else None
        return await self._ask(commands.uid_fetch_envelopes_of(uids, self._view.gmail), uids, only)

    async def _ask(
        self, request: commands.Request, uids: Sequence[Uid] = (), only: Uid | None = None
    ) -> Told:
        self.unfetched.asking(uids)
        told = await self._view.fetch(request, DEADLINE, only)
        self.unfetched.answered()
        return told

    async def _works(self, asked: int) -> bool:
        """Whether any FETCH is accepted, now that `asked` messages were refused; unknown counts as yes."""
        if self._view.exists <= asked:
            return True
        told = await self._view.fetch(commands.fetch_flags_of(1))
        return told.refused is None or bool(told.rows)

    @staticmethod
    def _raise_if_general(told: Told) -> None:
        if told.refused is not None and concerns_all(told.refused):
            raise told.refused

    def _give_up(self, uids: Iterable[Uid]) -> None:
        for uid in uids:
            last = self.unfetched.failed(uid)
            log.info("The title of a message cannot be fetched%s", "; it is left out" if last else "")

    def _noted(self, rows: Rows, asked: Callable[[FetchedMessage], bool]) -> Rows:
        """Take note of whose title came and whose did not."""
        for uid, row in rows.items():
            if row.message is not None:
                self.unfetched.came(uid)
                self.unfetched.untitled.discard(uid)
            elif asked(row) and uid not in self.unfetched.untitled and self.unfetched.failed(uid):
                self.unfetched.came(uid)
                self.unfetched.untitled.add(uid)
        return rows
