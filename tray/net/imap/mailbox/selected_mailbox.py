"""The selected mailbox of one connection: its state, updated by every event, and its commands."""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.imap import commands
from tray.imap.errors import CommandRefused, Malformed
from tray.imap.events import Exists, Expunged, Fetched, StatusResponse, Tagged, Unparsed
from tray.imap.types import NO_EXTRAS, Uid, UidValidity
from tray.net.errors import MailboxChanged, MailboxReadOnly
from tray.net.imap.command_queue import DEADLINE
from tray.net.imap.mailbox.counting import SEARCH_DEADLINE, Counting
from tray.net.imap.mailbox.fetched_messages import FetchedMessages, PushedMessages
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from tray.imap.commands import Request
    from tray.imap.events import Event, ResponseCode
    from tray.imap.types import ExtraItems, MailboxName
    from tray.net.imap.mailbox.fetched_messages import FetchedMessage
    from tray.net.imap.protocol import MailProtocol


_NO_UID_VALIDITY = UidValidity(0)  # no UIDVALIDITY was sent; it is never 0
_MAX_UID_VALIDITY = 2**63 - 1  # of the database; RFC 3501 has 32 bits, some servers more
_MAX_UID = 2**32 - 1
_UNREADABLE_LIMIT = 20  # unreadable responses of one connection after which data is requested


class MailboxChange(enum.Flag):
    """What has to be requested because of an event."""

    NOTHING = 0
    MAIL = enum.auto()
    CHANGES = enum.auto()
    RENUMBERED = enum.auto()
    """UIDVALIDITY changed while the mailbox was open."""
    AWAITED = enum.auto()
    """There are new messages, whose data the server is about to send."""
    PUSHED = enum.auto()
    """The server has sent the data of all of them."""
    OVERFLOW = enum.auto()
    """The server has ended NOTIFY (RFC 5465, 5.8): it tells nothing more."""


@dataclass(frozen=True, slots=True)
class FetchAnswer:
    """The answer to a FETCH."""

    fetched: dict[Uid, FetchedMessage]
    refused: CommandRefused | None = None
    """The refusal, if any; messages sent before it are usable (RFC 2180, 4.1)."""
    unsure: bool = False
    """Whether a response was unreadable, or had headers of an unknown message."""
    lacks_uids: bool = False
    """Whether a response had no UID, such as pushed flags."""

    @property
    def complete(self) -> bool:
        """Whether nothing that was requested can be missing."""
        return self.refused is None and not self.unsure


class SelectedMailbox(Counting):
    """Call `handle` with every event. Several `fetch` and count commands may run at once."""

    def __init__(
        self,
        protocol: MailProtocol,
        mailbox: MailboxName,
        extra_items: Callable[[], ExtraItems] = lambda: NO_EXTRAS,
    ) -> None:
        """`extra_items` is what is to be fetched of messages beside their envelopes, at any time."""
        super().__init__(protocol, mailbox)
        self._extra_items = extra_items
        self.uid_validity = _NO_UID_VALIDITY
        self.uid_next: Uid | None = None
        self.read_only = False
        self.needs_examine = False
        """Whether the mailbox may be open for writing or closed: EXAMINE it before anything else."""
        self.was_emptied = False
        """Whether the mailbox was empty at some time since it was opened: UIDs may start again (against RFC 3501)."""
        self.pushed = PushedMessages()
        self.on_text: Callable[[Fetched], None] | None = None
        """Called with each response to a FETCH while previews are requested."""
        self._opening = False
        self._was_left = False  # whether another one is open, until this one is opened
        self._writable = False  # whether it is open by SELECT
        self._running = 0
        self._fetched = FetchedMessages()
        self._only: Uid | None = None
        self._unsure = False
        self._without_uid = 0  # responses without a UID among the answers to running FETCH commands
        self._omits_uids = False  # whether the server answers FETCH without UIDs
        self._unreadable = 0

    # Events.

    def handle(self, event: Event) -> MailboxChange:
        """Update the state from `event`; return what has to be requested because of it."""
        if isinstance(event, Exists):
            return self._exists(event.count)
        if isinstance(event, Expunged):
            self.exists -= int(event.sequence <= self.exists)
            self.was_emptied |= not self.exists
            self._fetched.positions_moved()
            self.pushed.renumbered()
            return MailboxChange.CHANGES
        if isinstance(event, Fetched):
            if self._is_pushed and event.headers is not None:
                self.pushed.add(event, self.exists, self._extra_items().headers)
                return MailboxChange.PUSHED if self.pushed.complete else MailboxChange.NOTHING
            if self.on_text is not None:
                self.on_text(event)
            if event.text is not None:  # its headers are not all those of an envelope
                event = replace(event, headers=None)
            return self._fetch_response(event)
        if isinstance(event, Unparsed):
            self.count(event)
            return self._unparsed(event.keyword)
        if isinstance(event, StatusResponse):
            return MailboxChange.NOTHING if event.code is None else self._code(event.code)
        self.count(event)
        return MailboxChange.NOTHING

    @property
    def _is_pushed(self) -> bool:
        """Whether data that arrives now answers no command, and may be that of a new message."""
        return self.pushed.expected and self.protocol.queue.is_idling and not self._running

    def _unparsed(self, keyword: str) -> MailboxChange:
        """Request the data of an unreadable response, a limited number of times."""
        if keyword == "FETCH" and self._running:
            self._unsure = True
            return MailboxChange.NOTHING
        if keyword == "EXPUNGE":
            self._fetched.positions_moved()
        if keyword not in {"EXISTS", "EXPUNGE", "FETCH"} or self._opening:
            return MailboxChange.NOTHING
        self._unreadable += 1
        if self._unreadable > _UNREADABLE_LIMIT:
            return MailboxChange.NOTHING
        return MailboxChange.MAIL | MailboxChange.CHANGES if keyword == "EXISTS" else MailboxChange.CHANGES

    def _exists(self, count: int) -> MailboxChange:
        before, self.exists = self.exists, count
        self.exists_known = True
        self.was_emptied |= not (count or self._opening)
        if self._opening or count == before:
            return MailboxChange.NOTHING
        if count > before and self._is_pushed:
            self.pushed.announce(count - before)
            return MailboxChange.AWAITED
        # Fewer messages than counted: an EXPUNGE was not received, and a new message may have come as well.
        return MailboxChange.MAIL if count > before else MailboxChange.MAIL | MailboxChange.CHANGES

    def _fetch_response(self, event: Fetched) -> MailboxChange:
        if not self._running or (self._opening and self._was_left):  # of the mailbox that was open before
            return MailboxChange.CHANGES
        uid = event.uid
        if uid is None and event.headers is not None:
            uid = self._only
            self._unsure |= uid is None
        if uid is None:  # an answer if it has headers, else pushed flags
            self._without_uid += 1
            return (
                MailboxChange.NOTHING
                if self._omits_uids or event.headers is not None
                else MailboxChange.CHANGES
            )
        try:
            self._fetched.add(uid, event)
        except Malformed:
            self._unsure = True
        return MailboxChange.NOTHING

    def _code(self, code: ResponseCode) -> MailboxChange:
        number = code.number or 0
        if code.name == "UIDVALIDITY" and 0 < number <= _MAX_UID_VALIDITY:
            value = UidValidity(number)
            if not self._opening and value != self.uid_validity:
                return MailboxChange.RENUMBERED
            self.uid_validity = value
        elif code.name == "UIDNEXT" and 0 < number <= _MAX_UID and self._opening:
            self.uid_next = Uid(number)
        elif code.name == "CLOSED":  # RFC 7162, 3.2.11: what follows is of this mailbox
            self._was_left = False
        elif code.name == "NOTIFICATIONOVERFLOW":
            return MailboxChange.OVERFLOW
        return MailboxChange.NOTHING

    # Commands.

    @property
    def is_writable(self) -> bool:
        """Whether it is open for writing: `open_for_writing` sends nothing."""
        return self._writable

    @property
    def gmail(self) -> bool:
        """Whether the server has X-GM-MSGID (Gmail's IMAP extensions)."""
        return "X-GM-EXT-1" in self._offered

    def extra(self) -> ExtraItems:
        """What to request beside the envelopes now; what is answered to it is kept."""
        extra = self._extra_items()
        self._fetched.extra_headers = extra.headers
        return extra

    def examine(self) -> Deferred[Tagged]:
        """EXAMINE the mailbox."""
        examined = self._open(commands.examine(self.mailbox))
        return examined.addCallback(self._examined)

    async def open_for_writing(self, uid_validity: UidValidity) -> None:
        """SELECT the mailbox, unless it is open for writing already; it `needs_examine` afterwards.

        Raises MailboxChanged, MailboxReadOnly, CommandRefused, or the reason of the connection's end.
        """
        self.needs_examine = True
        if not self._writable:
            await self._open(commands.select(self.mailbox))
            self._writable = not self.read_only
        if self.uid_validity != uid_validity:
            raise MailboxChanged(self.mailbox)
        if self.read_only:
            raise MailboxReadOnly(self.mailbox)

    def left(self) -> None:
        """Another mailbox was opened on the connection."""
        self._writable = False
        self._was_left = True

    def fetch(
        self, request: Request, deadline: float = DEADLINE, only: Uid | None = None
    ) -> Deferred[FetchAnswer]:
        """FETCH messages; fires with all FETCH data received meanwhile, also pushed or of pipelined commands.

        `only`: the one message that is requested, to which headers without a UID belong. A refusal is part of the
        answer; fails with the reason of the connection's end.
        """
        self._running += 1
        self._only = only
        return self.protocol.request(request, deadline).addBoth(self._answered)

    def _open(self, request: Request) -> Deferred[Tagged]:
        self._opening = True
        self._writable = False
        self.uid_next = None
        self.was_emptied = False
        return self.protocol.request(request, SEARCH_DEADLINE).addBoth(self._opened)

    # Called with the tagged responses.

    def _opened(self, result: Tagged | Failure) -> Tagged | Failure:
        self._opening = self._was_left = False
        self._fetched.positions_moved()
        if isinstance(result, Tagged):
            self.read_only = result.code is not None and result.code.name == "READ-ONLY"
        return result

    def _examined(self, result: Tagged) -> Tagged:
        self.needs_examine = False
        return result

    def _answered(self, result: Tagged | Failure) -> FetchAnswer | Failure:
        # All data since the first FETCH that still runs: Dovecot sends the data of pipelined commands first and their
        # OKs together afterwards, so data between two OKs may belong to either command.
        self._running -= 1
        answer = FetchAnswer(self._fetched.all(), None, self._unsure, bool(self._without_uid))
        if not self._running:
            self._omits_uids |= bool(self._without_uid and not answer.fetched)
            self._fetched.clear()
            self._unsure, self._without_uid, self._only = False, 0, None
        if isinstance(result, Tagged):
            return answer
        error = result.value
        if not isinstance(error, CommandRefused) or error.status == "BYE":
            return result
        return replace(answer, refused=error)
