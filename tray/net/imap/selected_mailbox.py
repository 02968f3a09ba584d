"""The selected mailbox as one connection sees it, kept true by every event; and what can be asked about it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.imap import commands
from tray.imap.envelope import envelope
from tray.imap.errors import CommandRefused, Malformed
from tray.imap.events import Exists, Expunged, Fetched, Status, Tagged, Unparsed, Vanished
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

SIZE_MOST = 4_000_000
"""Bytes, roughly, of all rows together: above it the oldest mails are forgotten, because only the newest are shown."""
_ROW = 1000  # bytes of a row without its texts, roughly
_CHARACTER = 2


@dataclass(frozen=True, slots=True)
class FetchedMessage:
    """All that was told of one mail; None where the server was silent."""

    uid: Uid
    flags: frozenset[Flag] | None = None
    internal_date: float | None = None
    """Unix seconds."""
    envelope: Envelope | None = None
    """Of its headers; the date is that of the Date header."""
    gmail_id: int | None = None
    sequence: int | None = None
    """Its place in the mailbox when it was last told of."""

    @property
    def message(self) -> Message | None:
        """The mail; None where no headers were told."""
        shown = self.envelope
        if shown is None:
            return None
        if self.internal_date is not None:  # the Date header is the sender's to invent
            shown = replace(shown, date=self.internal_date)
        return Message(self.uid, shown, self.flags or frozenset(), self.gmail_id)

    @property
    def untitled(self) -> Message:
        """The mail, also where no headers were told."""
        return self.message or Message(
            self.uid, envelope(b"", self.internal_date), self.flags or frozenset(), self.gmail_id
        )


class FetchedMessages:
    """By UID. Headers are read as they come: they may be long, and reading many at once would hold up the program."""

    def __init__(self) -> None:
        self._rows: dict[Uid, FetchedMessage] = {}
        self._numbers: dict[SequenceNumber, Uid] = {}
        self._size = 0  # never less than it is

    def take(self, uid: Uid, told: Fetched) -> None:
        """Add what was told of the mail `uid` to what is known of it: later flags, and whatever is new.

        Malformed where another UID was told of the same place: believed, such a flood would be taken for new mail, and
        what comes after it for old. Headers without anything in them count as not told.
        """
        if self._numbers.setdefault(told.sequence, uid) != uid:
            raise Malformed("one message with two UIDs")
        row = FetchedMessage(
            uid,
            told.flags,
            told.internal_date,
            envelope(told.headers, None) if told.headers and not told.headers.isspace() else None,
            told.gmail_id,
            told.sequence,
        )
        old = self._rows.get(uid)
        self._rows[uid] = row if old is None else _merged(old, row)
        self._size += _size(row)
        if self._size > SIZE_MOST:
            self._forget_the_oldest()

    def all(self) -> dict[Uid, FetchedMessage]:
        """A copy of them."""
        return dict(self._rows)

    def renumbered(self) -> None:
        """Mails have left: those behind them have other places now."""
        self._numbers.clear()

    def clear(self) -> None:
        """Forget all of them."""
        self._rows.clear()
        self._numbers.clear()
        self._size = 0

    def _forget_the_oldest(self) -> None:
        rows, self._rows, self._size = self._rows, {}, 0
        self._numbers.clear()
        for uid in sorted(rows, reverse=True):
            size = _size(rows[uid])
            if self._size + size > SIZE_MOST // 2:
                break
            self._rows[uid] = rows[uid]
            self._size += size


def _merged(old: FetchedMessage, new: FetchedMessage) -> FetchedMessage:
    return replace(
        new,
        flags=old.flags if new.flags is None else new.flags,
        internal_date=old.internal_date if new.internal_date is None else new.internal_date,
        envelope=old.envelope if new.envelope is None else new.envelope,
        gmail_id=old.gmail_id if new.gmail_id is None else new.gmail_id,
    )


def _size(row: FetchedMessage) -> int:
    characters = sum(map(len, row.flags)) if row.flags else 0
    if row.envelope is not None:
        texts = row.envelope
        characters += sum(
            map(len, (texts.subject, texts.sender.name, texts.sender.address, texts.message_id))
        )
    return _ROW + _CHARACTER * characters


_NO_UID_VALIDITY = UidValidity(0)  # a server that tells none; 0 is a number that no server may tell
_NUMBERING_MOST = 2**63 - 1  # what can be kept; RFC 3501 has 32 bits, and some servers more
_UID_MOST = 2**32 - 1
_UNREADABLE_MOST = 20  # responses of one connection that made no sense and are yet worth a look


class MailboxChange(enum.Flag):
    """What an event makes worth a look."""

    NOTHING = 0
    MAIL = enum.auto()
    CHANGES = enum.auto()
    RENUMBERED = enum.auto()
    """UIDVALIDITY changed while the mailbox was open."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a FETCH told."""

    rows: dict[Uid, FetchedMessage]
    refused: CommandRefused | None = None
    """Why it was refused, whatever came before: those rows are as good as others (RFC 2180, 4.1)."""
    unsure: bool = False
    """Whether an answer made no sense, or told headers of nobody knows what."""
    nameless: bool = False
    """Whether anything was told without a UID, as servers do that push flags."""

    @property
    def complete(self) -> bool:
        """Whether nothing that was asked for can be missing."""
        return self.refused is None and not self.unsure


class SelectedMailbox(Counting):
    """Give `handle` every event; `fetch` and the counts give Deferreds, so that several can be asked at once."""

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
        self._rows = FetchedMessages()
        self._only: Uid | None = None
        self._unsure = False
        self._nameless = 0  # rows without a UID in answers to the present questions
        self._names_none = False  # the server answers FETCH without UIDs: such rows are no news
        self._unreadable = 0

    # Events.

    def handle(self, event: Event) -> MailboxChange:
        """Take note of `event`; what it makes worth a look."""
        if isinstance(event, Exists):
            return self._exists(event.count)
        if isinstance(event, Expunged):
            self._left(int(event.sequence <= self.exists))
            return MailboxChange.CHANGES
        if isinstance(event, Vanished):
            self._left(0 if event.earlier else sum(last - first + 1 for first, last in event.ranges))
            return MailboxChange.CHANGES
        if isinstance(event, Fetched):
            return self._fetched(event)
        if isinstance(event, Unparsed):
            self.count(event)
            return self._made_no_sense(event.keyword)
        if isinstance(event, Status):
            return MailboxChange.NOTHING if event.code is None else self._code(event.code)
        self.count(event)
        return MailboxChange.NOTHING

    def _left(self, count: int) -> None:
        self.exists = max(0, self.exists - count)
        self.emptied |= not self.exists
        self._rows.renumbered()

    def _made_no_sense(self, keyword: str) -> MailboxChange:
        """What of it we need, we ask for; a server that goes on so is asked now and then only."""
        if keyword == "FETCH" and self._asking:
            self._unsure = True
            return MailboxChange.NOTHING
        if keyword in {"EXPUNGE", "VANISHED"}:
            self._rows.renumbered()
        if keyword not in {"EXISTS", "EXPUNGE", "VANISHED", "FETCH"} or self._opening:
            return MailboxChange.NOTHING
        self._unreadable += 1
        if self._unreadable > _UNREADABLE_MOST:
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

    def _fetched(self, event: Fetched) -> MailboxChange:
        if not self._asking:
            return MailboxChange.CHANGES
        uid = event.uid
        if uid is None and event.headers is not None:
            uid = self._only
            self._unsure |= uid is None
        if uid is None:  # with headers it is an answer to us; flags are told so by servers that push them
            self._nameless += 1
            return (
                MailboxChange.NOTHING
                if self._names_none or event.headers is not None
                else MailboxChange.CHANGES
            )
        try:
            self._rows.take(uid, event)
        except Malformed:
            self._unsure = True
        return MailboxChange.NOTHING

    def _code(self, code: ResponseCode) -> MailboxChange:
        number = code.number or 0
        if code.name == "UIDVALIDITY" and 0 < number <= _NUMBERING_MOST:
            value = UidValidity(number)
            if not self._opening and value != self.uid_validity:
                return MailboxChange.RENUMBERED
            self.uid_validity = value
        elif code.name == "UIDNEXT" and 0 < number <= _UID_MOST and self._opening:
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
        """Open it for writing (SELECT); `read_only` tells whether the server agreed."""
        self.to_act = True
        return self._open(commands.select(self.mailbox, literals(self._offered)))

    def fetch(self, request: Request, deadline: float = DEADLINE, only: Uid | None = None) -> Deferred[Told]:
        """Ask for messages; gives what was told of each UID meanwhile, other news and pipelined answers included.

        Where it is asked for one message `only`, headers without a UID are its own. A refusal is part of what is told;
        fails with the reason of the connection's end.
        """
        self._asking += 1
        self._only = only
        return self._protocol.request(request, deadline).addBoth(self._take_rows)

    @property
    def _offered(self) -> frozenset[str]:
        return self._protocol.capabilities or frozenset()

    def _open(self, request: Request) -> Deferred[Tagged]:
        self._opening = True
        self.uid_next = None
        self.emptied = False
        return self._protocol.request(request, SEARCH_DEADLINE).addBoth(self._opened)

    # Answers; each is called at its tagged response.

    def _opened(self, result: Tagged | Failure) -> Tagged | Failure:
        self._opening = False
        self._rows.renumbered()
        if isinstance(result, Tagged):
            self.read_only = result.code is not None and result.code.name == "READ-ONLY"
        return result

    def _examined(self, result: Tagged) -> Tagged:
        self.to_act = False
        return result

    def _take_rows(self, result: Tagged | Failure) -> Told | Failure:
        # All that was told since the first question that is still open: Dovecot answers pipelined commands first and
        # says their OKs together afterwards, so what came between two OKs tells nothing about which it belongs to.
        self._asking -= 1
        told = Told(self._rows.all(), None, self._unsure, bool(self._nameless))
        if not self._asking:
            self._names_none |= bool(self._nameless and not told.rows)
            self._rows.clear()
            self._unsure, self._nameless, self._only = False, 0, None
        if isinstance(result, Tagged):
            return told
        error = result.value
        if not isinstance(error, CommandRefused) or error.status == "BYE":
            return result
        return replace(told, refused=error)
