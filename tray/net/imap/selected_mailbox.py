"""The selected mailbox of one connection: its state, updated by every event, and commands about it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.imap import commands
from tray.imap.envelope import envelope
from tray.imap.errors import CommandRefused, Malformed
from tray.imap.events import Exists, Expunged, Fetched, StatusResponse, Tagged, Unparsed, Vanished
from tray.imap.types import Uid, UidValidity
from tray.mail.model.message import Message
from tray.net.imap.command_queue import DEADLINE
from tray.net.imap.counting import SEARCH_DEADLINE, Counting
from tray.net.imap.login import literals

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from tray.imap.commands import Request
    from tray.imap.events import Event, ResponseCode
    from tray.imap.types import Envelope, Flag, MailboxName, SequenceNumber
    from tray.net.imap.protocol import MailProtocol

SIZE_LIMIT = 4_000_000
"""Bytes, roughly, of all fetched messages together: above it the oldest are dropped, as only the newest are shown."""
_MESSAGE = 1000  # bytes of a fetched message without its texts, roughly
_CHARACTER = 2


@dataclass(frozen=True, slots=True)
class FetchedMessage:
    """What FETCH responses said of one message; None where they said nothing."""

    uid: Uid
    flags: frozenset[Flag] | None = None
    internal_date: float | None = None
    """Unix seconds."""
    envelope: Envelope | None = None
    """Made of its headers; the date is that of the Date header."""
    gmail_id: int | None = None
    sequence: int | None = None
    """Its position in the mailbox, as of the last response."""

    @property
    def message(self) -> Message | None:
        """The message; None where no headers came."""
        shown = self.envelope
        if shown is None:
            return None
        if self.internal_date is not None:  # the Date header is the sender's to invent
            shown = replace(shown, date=self.internal_date)
        return Message(self.uid, shown, self.flags or frozenset(), self.gmail_id)

    @property
    def headerless(self) -> Message:
        """The message, with an empty envelope where no headers came."""
        return self.message or Message(
            self.uid, envelope(b"", self.internal_date), self.flags or frozenset(), self.gmail_id
        )


class FetchedMessages:
    """By UID. Headers are parsed as they come: they may be long, and many at once would hold up the program."""

    def __init__(self) -> None:
        self._by_uid: dict[Uid, FetchedMessage] = {}
        self._numbers: dict[SequenceNumber, Uid] = {}
        self._size = 0  # never less than it is

    def add(self, uid: Uid, response: Fetched) -> None:
        """Add `response` to what is known of the message `uid`: later flags, and whatever is new.

        Malformed where another UID came for the same position: believed, such a flood would be taken for new mail, and
        what comes after it for old. Empty headers count as none.
        """
        if self._numbers.setdefault(response.sequence, uid) != uid:
            raise Malformed("one message with two UIDs")
        headers = response.headers
        new = FetchedMessage(
            uid,
            response.flags,
            response.internal_date,
            envelope(headers, None) if headers and not headers.isspace() else None,
            response.gmail_id,
            response.sequence,
        )
        old = self._by_uid.get(uid)
        self._by_uid[uid] = new if old is None else _merged(old, new)
        self._size += _size(new)
        if self._size > SIZE_LIMIT:
            self._drop_the_oldest()

    def all(self) -> dict[Uid, FetchedMessage]:
        """A copy of them."""
        return dict(self._by_uid)

    def positions_moved(self) -> None:
        """Messages have left: those behind them have other positions now."""
        self._numbers.clear()

    def clear(self) -> None:
        """Drop all of them."""
        self._by_uid.clear()
        self._numbers.clear()
        self._size = 0

    def _drop_the_oldest(self) -> None:
        messages, self._by_uid, self._size = self._by_uid, {}, 0
        self._numbers.clear()
        for uid in sorted(messages, reverse=True):
            size = _size(messages[uid])
            if self._size + size > SIZE_LIMIT // 2:
                break
            self._by_uid[uid] = messages[uid]
            self._size += size


def _merged(old: FetchedMessage, new: FetchedMessage) -> FetchedMessage:
    return replace(
        new,
        flags=old.flags if new.flags is None else new.flags,
        internal_date=old.internal_date if new.internal_date is None else new.internal_date,
        envelope=old.envelope if new.envelope is None else new.envelope,
        gmail_id=old.gmail_id if new.gmail_id is None else new.gmail_id,
    )


def _size(message: FetchedMessage) -> int:
    characters = sum(map(len, message.flags)) if message.flags else 0
    if message.envelope is not None:
        texts = message.envelope
        characters += sum(
            map(len, (texts.subject, texts.sender.name, texts.sender.address, texts.message_id))
        )
    return _MESSAGE + _CHARACTER * characters


_NO_UID_VALIDITY = UidValidity(0)  # where the server names none; it must not be 0
_MAX_UID_VALIDITY = 2**63 - 1  # what can be kept; RFC 3501 has 32 bits, and some servers more
_MAX_UID = 2**32 - 1
_UNREADABLE_LIMIT = 20  # responses of one connection that made no sense and are yet worth a look


class MailboxChange(enum.Flag):
    """What has to be asked for because of an event."""

    NOTHING = 0
    MAIL = enum.auto()
    CHANGES = enum.auto()
    RENUMBERED = enum.auto()
    """UIDVALIDITY changed while the mailbox was open."""


@dataclass(frozen=True, slots=True)
class FetchAnswer:
    """What came in answer to a FETCH."""

    fetched: dict[Uid, FetchedMessage]
    refused: CommandRefused | None = None
    """Why it was refused, whatever came before: that is of use all the same (RFC 2180, 4.1)."""
    unsure: bool = False
    """Whether a response made no sense, or held headers of an unknown message."""
    nameless: bool = False
    """Whether a response had no UID, as those of servers have that push flags."""

    @property
    def complete(self) -> bool:
        """Whether nothing that was asked for can be missing."""
        return self.refused is None and not self.unsure


class SelectedMailbox(Counting):
    """Call `handle` with every event; `fetch` and the counts give Deferreds, so that several can be asked at once."""

    def __init__(self, protocol: MailProtocol, mailbox: MailboxName) -> None:
        super().__init__(protocol, mailbox)
        self.uid_validity = _NO_UID_VALIDITY
        self.uid_next: Uid | None = None
        self.read_only = False
        self.to_act = False
        """Whether it may be open for writing, or not open at all: EXAMINE it before anything else."""
        self.emptied = False
        """Whether it held no message at some time since it was opened: UIDs may begin anew (against RFC 3501)."""
        self._opening = False
        self._asking = 0
        self._fetched = FetchedMessages()
        self._only: Uid | None = None
        self._unsure = False
        self._nameless = 0  # responses without a UID among the answers to what is asked now
        self._names_none = False  # the server answers FETCH without UIDs: such responses are no news
        self._unreadable = 0

    # Events.

    def handle(self, event: Event) -> MailboxChange:
        """Take note of `event`; what has to be asked for because of it."""
        if isinstance(event, Exists):
            return self._exists(event.count)
        if isinstance(event, Expunged):
            self._left(int(event.sequence <= self.exists))
            return MailboxChange.CHANGES
        if isinstance(event, Vanished):
            self._left(0 if event.earlier else sum(last - first + 1 for first, last in event.ranges))
            return MailboxChange.CHANGES
        if isinstance(event, Fetched):
            return self._fetch_response(event)
        if isinstance(event, Unparsed):
            self.count(event)
            return self._unparsed(event.keyword)
        if isinstance(event, StatusResponse):
            return MailboxChange.NOTHING if event.code is None else self._code(event.code)
        self.count(event)
        return MailboxChange.NOTHING

    def _left(self, count: int) -> None:
        self.exists = max(0, self.exists - count)
        self.emptied |= not self.exists
        self._fetched.positions_moved()

    def _unparsed(self, keyword: str) -> MailboxChange:
        """What it may have said is asked for, but not for ever."""
        if keyword == "FETCH" and self._asking:
            self._unsure = True
            return MailboxChange.NOTHING
        if keyword in {"EXPUNGE", "VANISHED"}:
            self._fetched.positions_moved()
        if keyword not in {"EXISTS", "EXPUNGE", "VANISHED", "FETCH"} or self._opening:
            return MailboxChange.NOTHING
        self._unreadable += 1
        if self._unreadable > _UNREADABLE_LIMIT:
            return MailboxChange.NOTHING
        return MailboxChange.MAIL | MailboxChange.CHANGES if keyword == "EXISTS" else MailboxChange.CHANGES

    def _exists(self, count: int) -> MailboxChange:
        before, self.exists = self.exists, count
        self.sized = True
        self.emptied |= not (count or self._opening)
        if self._opening or count == before:
            return MailboxChange.NOTHING
        # Fewer than we counted: somebody's EXPUNGE did not reach us, and a new mail may hide behind it.
        return MailboxChange.MAIL if count > before else MailboxChange.MAIL | MailboxChange.CHANGES

    def _fetch_response(self, event: Fetched) -> MailboxChange:
        if not self._asking:
            return MailboxChange.CHANGES
        uid = event.uid
        if uid is None and event.headers is not None:
            uid = self._only
            self._unsure |= uid is None
        if uid is None:  # with headers it is an answer; without, flags that are pushed
            self._nameless += 1
            return (
                MailboxChange.NOTHING
                if self._names_none or event.headers is not None
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
        return MailboxChange.NOTHING

    # Questions.

    @property
    def gmail(self) -> bool:
        """Whether the server has X-GM-MSGID (Gmail's IMAP extensions)."""
        return "X-GM-EXT-1" in self._offered

    def examine(self) -> Deferred[Tagged]:
        """Open it for reading (EXAMINE)."""
        examined = self._open(commands.examine(self.mailbox, literals(self._offered)))
        return examined.addCallback(self._examined)

    def select(self) -> Deferred[Tagged]:
        """Open it for writing (SELECT); `read_only` says whether the server agreed."""
        self.to_act = True
        return self._open(commands.select(self.mailbox, literals(self._offered)))

    def fetch(
        self, request: Request, deadline: float = DEADLINE, only: Uid | None = None
    ) -> Deferred[FetchAnswer]:
        """Ask for messages; gives what came of each UID meanwhile, other news and pipelined answers included.

        Where one message `only` is asked for, headers without a UID are its own. A refusal is part of the answer; fails
        with the reason of the connection's end.
        """
        self._asking += 1
        self._only = only
        return self._protocol.request(request, deadline).addBoth(self._answered)

    @property
    def _offered(self) -> frozenset[str]:
        return self._protocol.capabilities or frozenset()

    def _open(self, request: Request) -> Deferred[Tagged]:
        self._opening = True
        self.uid_next = None
        self.emptied = False
        return self._protocol.request(request, SEARCH_DEADLINE).addBoth(self._opened)

    # Called at the tagged responses.

    def _opened(self, result: Tagged | Failure) -> Tagged | Failure:
        self._opening = False
        self._fetched.positions_moved()
        if isinstance(result, Tagged):
            self.read_only = result.code is not None and result.code.name == "READ-ONLY"
        return result

    def _examined(self, result: Tagged) -> Tagged:
        self.to_act = False
        return result

    def _answered(self, result: Tagged | Failure) -> FetchAnswer | Failure:
        # All that came since the first question that is still open: Dovecot answers pipelined commands first and sends
        # their OKs together afterwards, so what comes between two OKs may belong to either.
        self._asking -= 1
        answer = FetchAnswer(self._fetched.all(), None, self._unsure, bool(self._nameless))
        if not self._asking:
            self._names_none |= bool(self._nameless and not answer.fetched)
            self._fetched.clear()
            self._unsure, self._nameless, self._only = False, 0, None
        if isinstance(result, Tagged):
            return answer
        error = result.value
        if not isinstance(error, CommandRefused) or error.status == "BYE":
            return result
        return replace(answer, refused=error)
