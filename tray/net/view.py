"""The selected mailbox as one connection sees it, kept true by every event; and what can be asked about it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from tray.imap import commands
from tray.imap.errors import CommandRefused, RemoteProtocolError
from tray.imap.events import (
    Exists,
    Expunged,
    ExtendedSearch,
    Fetched,
    MailboxStatus,
    SearchResult,
    Status,
    Tagged,
    Vanished,
)
from tray.imap.types import Uid, UidValidity
from tray.net.opening import literals
from tray.net.pipeline import DEADLINE
from tray.net.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from tray.imap.codes import Code
    from tray.imap.commands import Request
    from tray.imap.events import Event
    from tray.imap.types import MailboxName
    from tray.mail.message import Message
    from tray.net.protocol import MailProtocol
    from tray.net.rows import Row

SEARCH_DEADLINE = 60.0
"""Seconds for what may have a server read a whole mailbox."""
_NO_UID_VALIDITY = UidValidity(0)  # a server that tells none; 0 is a number that no server may tell
_FOUND_MOST = 300_000  # numbers in the answers to one SEARCH; a line as long as a response may be holds fewer
_SEARCH_MOST = 5000  # unseen mails; above it a list of their UIDs is too long, and STATUS the lesser evil


class News(enum.Flag):
    """What an event makes worth a look."""

    NOTHING = 0
    MAIL = enum.auto()
    CHANGES = enum.auto()
    RENUMBERED = enum.auto()
    """UIDVALIDITY changed while the mailbox was open."""


class View:
    """Give `handle` every event; `fetch` and the counts give Deferreds, so that several can be asked at once."""

    def __init__(self, protocol: MailProtocol, mailbox: MailboxName) -> None:
        self._protocol = protocol
        self.mailbox = mailbox
        self.exists = 0
        self.uid_validity = _NO_UID_VALIDITY
        self.uid_next: Uid | None = None
        self.read_only = False
        self._opening = False
        self._asking = 0
        self._rows = Rows()
        self._searching = 0
        self._count: int | None = None
        self._uids: list[Uid] = []
        self._unseen: int | None = None  # as last counted
        self._status: MailboxStatus | None = None

    # Events.

    def handle(self, event: Event) -> News:
        """Take note of `event`; what it makes worth a look."""
        if isinstance(event, Exists):
            return self._exists(event.count)
        if isinstance(event, Expunged):
            self.exists = max(0, self.exists - 1)
            self._rows.renumbered()
            return News.CHANGES
        if isinstance(event, Vanished):
            self._rows.renumbered()
            if not event.earlier:
                self.exists = max(0, self.exists - sum(last - first + 1 for first, last in event.ranges))
            return News.CHANGES
        if isinstance(event, Fetched):
            return self._fetched(event)
        if isinstance(event, SearchResult):
            self._found(event.numbers)
        elif isinstance(event, ExtendedSearch):
            self._count = event.count
        elif isinstance(event, MailboxStatus):
            if event.mailbox == self.mailbox:
                self._status = event
        elif isinstance(event, Status) and event.code is not None:
            return self._code(event.code)
        return News.NOTHING

    def _exists(self, count: int) -> News:
        before, self.exists = self.exists, count
        if self._opening or count == before:
            return News.NOTHING
        # Fewer than we counted: somebody's EXPUNGE did not reach us, and a new mail may hide behind it.
        return News.MAIL if count > before else News.MAIL | News.CHANGES

    def _fetched(self, event: Fetched) -> News:
        if event.uid is None or not self._asking:
            return News.CHANGES
        self._rows.take(event.uid, event)
        return News.NOTHING

    def _found(self, numbers: tuple[int, ...]) -> None:
        if not self._searching:
            return  # nobody asked: kept, such answers would heap up
        if len(self._uids) + len(numbers) > _FOUND_MOST:
            raise RemoteProtocolError("an answer to SEARCH without end")
        self._uids += map(Uid, numbers)

    def _code(self, code: Code) -> News:
        if code.name == "UIDVALIDITY" and code.number is not None:
            value = UidValidity(code.number)
            if not self._opening and value != self.uid_validity:
                return News.RENUMBERED
            self.uid_validity = value
        elif code.name == "UIDNEXT" and code.number is not None and self._opening:
            self.uid_next = Uid(code.number)
        return News.NOTHING

    # Questions.

    @property
    def gmail(self) -> bool:
        """Whether the server has X-GM-MSGID (Gmail's IMAP extensions)."""
        return "X-GM-EXT-1" in self._offered

    def examine(self) -> Deferred[Tagged]:
        """Open it for reading (EXAMINE)."""
        return self._open(commands.examine(self.mailbox, literals(self._offered)))

    def select(self) -> Deferred[Tagged]:
        """Open it for writing (SELECT); `read_only` tells whether the server agreed."""
        return self._open(commands.select(self.mailbox, literals(self._offered)))

    def fetch(self, request: Request, deadline: float = DEADLINE) -> Deferred[dict[Uid, Row]]:
        """Ask for messages; gives what was told of each UID meanwhile, other news and pipelined answers included."""
        self._asking += 1
        return self._protocol.request(request, deadline).addBoth(self._take_rows)

    def count_unseen(self, deadline: float = SEARCH_DEADLINE) -> Deferred[int | None]:
        """How many mails wait to be read, by the cheapest way that the server has."""
        if "ESEARCH" in self._offered:
            request = commands.count_unseen_extended()
        elif self._unseen is not None and self._unseen > _SEARCH_MOST:
            return self.status(deadline)
        else:
            request = commands.search_unseen()
        return self._search(request, deadline).addCallbacks(self._take_count, _unknown)

    def status(self, deadline: float = SEARCH_DEADLINE) -> Deferred[int | None]:
        """The same by STATUS: for a server without ESEARCH, before the mailbox is opened."""
        request = commands.status(self.mailbox, ("MESSAGES", "UNSEEN"), literals(self._offered))
        return self._protocol.request(request, deadline).addCallbacks(self._take_status, _unknown)

    def count_unseen_between(self, first: Uid, last: Uid) -> Deferred[int | None]:
        """How many mails from UID `first` up to `last` wait to be read."""
        extended = "ESEARCH" in self._offered
        request = commands.count_unseen_extended if extended else commands.search_unseen
        return self._search(request(first, last), SEARCH_DEADLINE).addCallbacks(self._take_number, _unknown)

    def unseen_uids(self, last: Uid) -> Deferred[tuple[Uid, ...]]:
        """Which mails up to UID `last` wait to be read."""
        request = commands.search_unseen(None, last)
        return self._search(request, SEARCH_DEADLINE).addCallback(self._take_uids)

    def _search(self, request: Request, deadline: float) -> Deferred[Tagged]:
        self._searching += 1
        return self._protocol.request(request, deadline).addBoth(self._searched)

    @property
    def _offered(self) -> frozenset[str]:
        return self._protocol.capabilities or frozenset()

    def _open(self, request: Request) -> Deferred[Tagged]:
        self._opening = True
        self.uid_next = None
        return self._protocol.request(request, SEARCH_DEADLINE).addBoth(self._opened)

    # Answers; each is called at its tagged response.

    def _opened(self, result: Tagged | Failure) -> Tagged | Failure:
        self._opening = False
        self._rows.renumbered()
        if isinstance(result, Tagged):
            self.read_only = result.code is not None and result.code.name == "READ-ONLY"
        return result

    def _searched(self, result: Tagged | Failure) -> Tagged | Failure:
        self._searching -= 1
        if not isinstance(result, Tagged):
            self._uids = []
        return result

    def _take_rows(self, result: Tagged | Failure) -> dict[Uid, Row] | Failure:
        # All that was told since the first question that is still open: Dovecot answers pipelined commands first and
        # says their OKs together afterwards, so what came between two OKs tells nothing about which it belongs to.
        self._asking -= 1
        rows = self._rows.all()
        if not self._asking:
            self._rows.clear()
        return rows if isinstance(result, Tagged) else result

    def _take_count(self, _: Tagged) -> int | None:
        self._unseen = self._take_number(_)
        return self._unseen

    def _take_number(self, _: Tagged) -> int:
        count, self._count = self._count, None
        return len(self._take_uids(_)) if count is None else count

    def _take_uids(self, _: Tagged) -> tuple[Uid, ...]:
        uids, self._uids = self._uids, []
        return tuple(uids)

    def _take_status(self, _: Tagged) -> int | None:
        status, self._status = self._status, None
        self._unseen = status.unseen if status else None
        return self._unseen


def messages_of(rows: Iterable[Row]) -> tuple[Message, ...]:
    """The mails of which headers were told, oldest first."""
    found = [message for row in rows if (message := row.message) is not None]
    return tuple(sorted(found, key=lambda message: message.uid))


def size_of(rows: Mapping[Uid, Row], exists: int) -> int | None:
    """How many mails the mailbox holds: the place of the last of `rows`, which reach up to its end; None if not told.

    What EXISTS said would not do where there are any: it may tell meanwhile of a mail that is not among them.
    """
    if rows:
        return rows[max(rows)].sequence
    return None if exists else 0


def _unknown(failure: Failure) -> None:
    """A count that the server does not give is no reason to end a connection that works."""
    error = failure.value
    if not isinstance(error, CommandRefused) or error.status == "BYE":
        failure.raiseException()
