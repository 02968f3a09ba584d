"""Counts messages of a mailbox by ESEARCH if the server has it, else by SEARCH or STATUS."""

from __future__ import annotations

from array import array
from dataclasses import field
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred, DeferredLock

from tray.imap import commands
from tray.imap.errors import CommandRefused, RemoteProtocolError
from tray.imap.events import ExtendedSearch, MailboxStatus, SearchResult, Unparsed
from tray.imap.types import Uid
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.imap.commands import Request
    from tray.imap.events import Event
    from tray.imap.types import MailboxName
    from tray.net.imap.protocol import MailProtocol

SEARCH_DEADLINE = 60.0
"""Seconds for commands that may make the server read a whole mailbox."""
_FOUND_LIMIT = 300_000  # numbers in the answers to one SEARCH; a response of the maximum length has fewer
_SEARCH_LIMIT = 5000  # unseen messages; for more, STATUS: a list of their UIDs would be too long
_STATUSES_LIMIT = 10  # answers to one STATUS


class Counting:
    """Call `count` with every event that has numbers. Several commands may run at once."""

    def __init__(self, protocol: MailProtocol, mailbox: MailboxName) -> None:
        self.protocol = protocol
        self.mailbox = mailbox
        self.exists = 0
        """How many messages the mailbox holds."""
        self.exists_known = False
        """Whether the server has sent that number."""
        self._lock = DeferredLock()
        self._found: _Found | None = None  # by the running SEARCH
        self._without_esearch = False  # its ESEARCH does not count
        self.unseen: int | None = None
        """How many are unread, as last counted."""
        self._statuses: list[MailboxStatus] | None = None  # to the running STATUS

    def count(self, event: Event) -> None:
        """Keep numbers that were requested; others are ignored, because they would accumulate."""
        if isinstance(event, MailboxStatus):
            if self._statuses is not None and len(self._statuses) < _STATUSES_LIMIT:
                self._statuses.append(event)
        elif self._found is not None:
            self._found.add(event)

    def count_unseen(self) -> Deferred[int | None]:
        """How many messages are unread; None if the server does not say."""
        return Deferred.fromCoroutine(self._count_unseen())

    async def _count_unseen(self) -> int | None:
        many = self.unseen is not None and self.unseen > _SEARCH_LIMIT
        self.unseen = await self.count_unseen_between(None, None, search=not many)
        return self.unseen

    async def count_unseen_between(
        self, first: Uid | None, last: Uid | None, *, search: bool = True
    ) -> int | None:
        """How many messages from UID `first` up to `last` are unread; `search`: whether SEARCH may be used."""
        if "ESEARCH" in self._offered and not self._without_esearch:
            found = await self._search(commands.count_unseen_extended(first, last))
            if found.number is not None or (found.refused is not None and found.refused.status == "NO"):
                return found.number
            # Exchange: `* ESEARCH (TAG "A1") UID` and no COUNT
            self._without_esearch = (
                found.extended is not None or found.unreadable or found.refused is not None
            )
        if search:
            found = await self._search(commands.search_unseen(first, last))
            if not found.unreadable:
                return None if found.refused is not None else len(found.uids)
        return await self.status() if first is None else None

    async def hits(self, request: Request) -> tuple[Uid, ...]:
        """The UIDs that a SEARCH finds, ascending; none if its answer is unreadable; raises CommandRefused."""
        found = await self._search(request)
        if found.refused is not None:
            raise found.refused
        return found.ascending()

    async def uids(self, request: Request) -> tuple[Uid, ...] | None:
        """The UIDs that a SEARCH finds, ascending; None if it is refused or its answer is unreadable."""
        found = await self._search(request)
        return None if found.unreadable or found.refused is not None else found.ascending()

    @property
    def is_searching(self) -> bool:
        """Whether a SEARCH is under way: another one would wait for its answer."""
        return self._lock.locked

    async def finds_one(self, request: Request) -> bool:
        """Whether a SEARCH that counts (RFC 4731) finds one message; False also where the server does not say."""
        found = await self._search(request)
        return found.refused is None and found.extended is not None and found.extended.count == 1

    async def _search(self, request: Request) -> _Found:
        await self._lock.acquire()
        found = self._found = _Found()
        try:
            await self.protocol.request(request, SEARCH_DEADLINE)
        except CommandRefused as error:
            if error.status == "BYE":
                raise
            found.refused = error
        finally:
            self._found = None
            self._lock.release()
        return found

    def status(self) -> Deferred[int | None]:
        """How many messages are unread, by STATUS; for servers without ESEARCH, before the mailbox is opened.

        Also if SEARCH does not work. `exists` is set from the answer if no EXISTS came.
        """
        return Deferred.fromCoroutine(self._status())

    async def _status(self) -> int | None:
        request = commands.status(self.mailbox)
        statuses = self._statuses = []
        try:
            await self.protocol.request(request, SEARCH_DEADLINE)
        except CommandRefused as error:
            if error.status == "BYE":
                raise
            return None
        finally:
            self._statuses = None
        status = self._of_this_mailbox(statuses)
        if status is not None and status.messages is not None and not self.exists_known:
            self.exists, self.exists_known = status.messages, True
        self.unseen = status.unseen if status else None
        return self.unseen

    def _of_this_mailbox(self, statuses: list[MailboxStatus]) -> MailboxStatus | None:
        """The response for this mailbox; some servers spell its name differently."""
        for same in (str, str.casefold):
            for status in reversed(statuses):
                if same(status.mailbox) == same(self.mailbox):
                    return status
        return statuses[0] if len(statuses) == 1 else None

    @property
    def _offered(self) -> frozenset[str]:
        return self.protocol.capabilities or frozenset()


@dataclass(slots=True)
class _Found:
    """The responses to one SEARCH, which do not say which command they answer."""

    uids: array[int] = field(default_factory=lambda: array("Q"))
    """A quarter of a list's memory: a server may send very many."""
    extended: ExtendedSearch | None = None
    answered: bool = False
    unreadable: bool = False
    refused: CommandRefused | None = None

    def add(self, event: Event) -> None:
        """Keep `event` if it answers the command."""
        if isinstance(event, SearchResult):
            if len(self.uids) + len(event.numbers) > _FOUND_LIMIT:
                raise RemoteProtocolError("an answer to SEARCH with too many numbers")
            self.uids.extend(event.numbers)
            self.answered = True
        elif isinstance(event, ExtendedSearch):
            self.extended = event
        elif isinstance(event, Unparsed):
            self.unreadable |= event.keyword in {"SEARCH", "ESEARCH"}

    def ascending(self) -> tuple[Uid, ...]:
        """The UIDs, each once."""
        return tuple(map(Uid, sorted(set(self.uids))))

    @property
    def number(self) -> int | None:
        """How many messages were found; None if no response said it."""
        if self.extended is not None and self.extended.count is not None:
            return self.extended.count
        return len(self.uids) if self.answered else None
