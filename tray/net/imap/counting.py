"""Counts in a mailbox: by ESEARCH where the server has it, else by SEARCH or STATUS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred, DeferredLock

from tray.imap import commands
from tray.imap.errors import CommandRefused, RemoteProtocolError
from tray.imap.events import ExtendedSearch, MailboxStatus, SearchResult, Unparsed
from tray.imap.types import Uid
from tray.net.imap.login import literals

if TYPE_CHECKING:
    from tray.imap.commands import Request
    from tray.imap.events import Event
    from tray.imap.types import MailboxName
    from tray.net.imap.protocol import MailProtocol

SEARCH_DEADLINE = 60.0
"""Seconds for commands for which a server may read a whole mailbox."""
_FOUND_LIMIT = (
    300_000  # numbers in the answers to one SEARCH; a line as long as a response may be holds fewer
)
_SEARCH_LIMIT = 5000  # unseen messages; above it a list of their UIDs is too long, and STATUS the lesser evil
_STATUSES_LIMIT = 10  # answers to one STATUS


class Counting:
    """Call `count` with every event that holds numbers; a question gives a Deferred, so that several can be asked."""

    def __init__(self, protocol: MailProtocol, mailbox: MailboxName) -> None:
        self._protocol = protocol
        self.mailbox = mailbox
        self.exists = 0
        """How many messages the mailbox holds."""
        self.sized = False
        """Whether the server has said that."""
        self._lock = DeferredLock()
        self._found: _Found | None = None  # by the SEARCH that is under way
        self._counts_plainly = False  # its ESEARCH does not count
        self._unseen: int | None = None  # as last counted
        self._asking_status = 0
        self._statuses: list[MailboxStatus] = []

    def count(self, event: Event) -> None:
        """Take note of numbers that were asked for; others are not kept, for they would pile up."""
        if isinstance(event, MailboxStatus):
            if self._asking_status and len(self._statuses) < _STATUSES_LIMIT:
                self._statuses.append(event)
        elif self._found is not None:
            self._found.add(event)

    def count_unseen(self, deadline: float = SEARCH_DEADLINE) -> Deferred[int | None]:
        """How many messages are unread; None where the server does not say. `deadline` in seconds."""
        return Deferred.fromCoroutine(self._count_unseen(deadline))

    async def _count_unseen(self, deadline: float) -> int | None:
        many = self._unseen is not None and self._unseen > _SEARCH_LIMIT
        count = await self._counted(deadline, None, None, plainly=not many)
        self._unseen = count
        return count

    async def _counted(
        self, deadline: float, first: Uid | None, last: Uid | None, *, plainly: bool = True
    ) -> int | None:
        if "ESEARCH" in self._offered and not self._counts_plainly:
            found = await self._search(commands.count_unseen_extended(first, last), deadline)
            if found.number is not None or (found.refused is not None and found.refused.status == "NO"):
                return found.number
            # Exchange: `* ESEARCH (TAG "A1") UID` and no COUNT
            self._counts_plainly = found.extended is not None or found.garbled or found.refused is not None
        if plainly:
            found = await self._search(commands.search_unseen(first, last), deadline)
            if not found.garbled:
                return None if found.refused is not None else len(found.uids)
        return await self.status(deadline) if first is None else None

    def count_unseen_between(self, first: Uid, last: Uid) -> Deferred[int | None]:
        """How many messages from UID `first` up to `last` are unread."""
        return Deferred.fromCoroutine(self._counted(SEARCH_DEADLINE, first, last))

    def unseen_uids(self, last: Uid) -> Deferred[tuple[Uid, ...]]:
        """Which messages up to UID `last` are unread; fails with CommandRefused."""
        return Deferred.fromCoroutine(self._unseen_uids(last))

    async def _unseen_uids(self, last: Uid) -> tuple[Uid, ...]:
        found = await self._search(commands.search_unseen(None, last), SEARCH_DEADLINE)
        if found.refused is not None:
            raise found.refused
        return tuple(found.uids)

    async def uids(self, request: Request) -> tuple[Uid, ...] | None:
        """The UIDs that a SEARCH finds, ascending; None where it is refused or its answer makes no sense."""
        found = await self._search(request, SEARCH_DEADLINE)
        return None if found.garbled or found.refused is not None else tuple(sorted(set(found.uids)))

    async def _search(self, request: Request, deadline: float) -> _Found:
        await self._lock.acquire()
        found = self._found = _Found()
        try:
            await self._protocol.request(request, deadline)
        except CommandRefused as error:
            if error.status == "BYE":
                raise
            found.refused = error
        finally:
            self._found = None
            self._lock.release()
        return found

    def status(self, deadline: float = SEARCH_DEADLINE) -> Deferred[int | None]:
        """How many messages are unread, by STATUS: for a server without ESEARCH, before the mailbox is opened.

        Also where no SEARCH makes sense; how many there are at all is taken from it where no EXISTS came.
        """
        return Deferred.fromCoroutine(self._status(deadline))

    async def _status(self, deadline: float) -> int | None:
        request = commands.status(self.mailbox, literals(self._offered))
        self._asking_status += 1
        try:
            await self._protocol.request(request, deadline)
        except CommandRefused as error:
            if error.status == "BYE":
                raise
            return None  # no reason to end a connection that works
        finally:
            self._asking_status -= 1
            statuses, self._statuses = self._statuses, []
        status = self._of_this_mailbox(statuses)
        if status is not None and status.messages is not None and not self.sized:
            self.exists, self.sized = status.messages, True
        self._unseen = status.unseen if status else None
        return self._unseen

    def _of_this_mailbox(self, statuses: list[MailboxStatus]) -> MailboxStatus | None:
        """Some servers spell the name in another way than we did."""
        for same in (str, str.casefold):
            for status in reversed(statuses):
                if same(status.mailbox) == same(self.mailbox):
                    return status
        return statuses[0] if len(statuses) == 1 else None

    @property
    def _offered(self) -> frozenset[str]:
        return self._protocol.capabilities or frozenset()


@dataclass(slots=True)
class _Found:
    """What one SEARCH has found; its responses do not say which command they answer."""

    uids: list[Uid] = field(default_factory=list)
    extended: ExtendedSearch | None = None
    answered: bool = False
    garbled: bool = False
    refused: CommandRefused | None = None

    def add(self, event: Event) -> None:
        """Take note of an answer to it, or of something else."""
        if isinstance(event, SearchResult):
            if len(self.uids) + len(event.numbers) > _FOUND_LIMIT:
                raise RemoteProtocolError("an answer to SEARCH without end")
            self.uids += map(Uid, event.numbers)
            self.answered = True
        elif isinstance(event, ExtendedSearch):
            self.extended = event
        elif isinstance(event, Unparsed):
            self.garbled |= event.keyword in {"SEARCH", "ESEARCH"}

    @property
    def number(self) -> int | None:
        """How many, or None where it was not said."""
        if self.extended is not None and self.extended.count is not None:
            return self.extended.count
        if self.extended is not None and self.extended.ranges is not None:
            return sum(last - first + 1 for first, last in self.extended.ranges)
        return len(self.uids) if self.answered else None
