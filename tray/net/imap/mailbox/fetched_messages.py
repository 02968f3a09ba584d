"""Data of messages from FETCH responses, put together by UID; also what the server sends without a request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.imap.commands import PUSHED_HEADER
from tray.imap.envelope import envelope, other_headers
from tray.imap.errors import Malformed
from tray.mail.model.message import Message
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.imap.events import Fetched
    from tray.imap.types import Envelope, Flag, SequenceNumber, Uid

SIZE_LIMIT = 4_000_000
"""Approximate bytes of all fetched messages; beyond it the oldest are dropped, since only the newest are shown."""
TEXTS_LIMIT = 5
"""Pushed messages of which the texts are kept; of more at once no toast shows one."""
_MESSAGE = 1000  # approximate bytes of a fetched message without its texts
_CHARACTER = 2  # bytes
_MERGED = ("flags", "internal_date", "envelope", "gmail_id", "headers", "size")


@dataclass(frozen=True, slots=True)
class FetchedMessage:
    """Data of one message from FETCH responses; None for what was not sent."""

    uid: Uid
    flags: frozenset[Flag] | None = None
    internal_date: float | None = None
    """Unix seconds."""
    envelope: Envelope | None = None
    """Its date is that of the Date header, unless INTERNALDATE came with it."""
    gmail_id: int | None = None
    sequence: int | None = None
    """As of the last response."""
    headers: tuple[tuple[str, str], ...] | None = None
    """The headers of `ExtraItems`."""
    size: int | None = None

    @property
    def message(self) -> Message | None:
        """The message; None without headers."""
        shown = self.envelope
        if shown is None:
            return None
        if self.internal_date not in {None, shown.date}:  # the sender chooses the Date header
            shown = replace(shown, date=self.internal_date)
        flags, headers = self.flags or frozenset(), self.headers or ()
        return Message(self.uid, shown, flags, self.gmail_id, headers=headers, size=self.size)

    @property
    def headerless(self) -> Message:
        """The message, with an empty envelope if there are no headers."""
        return self.message or Message(
            self.uid, envelope(b"", self.internal_date), self.flags or frozenset(), self.gmail_id
        )


class FetchedMessages:
    """Fetched messages by UID. Headers are parsed on arrival: parsing many at once would block the program."""

    def __init__(self) -> None:
        self.extra_headers: frozenset[str] = frozenset()
        """The header fields that are kept beside the envelope."""
        self._by_uid: dict[Uid, FetchedMessage] = {}
        self._numbers: dict[SequenceNumber, Uid] = {}
        self._size = 0  # estimate, never too low

    def add(self, uid: Uid, response: Fetched) -> None:
        """Merge `response` into the message `uid`; empty headers count as none.

        Malformed for a second UID of one sequence number: a flood of such responses would look like new messages, and
        hide those that come later.
        """
        if self._numbers.setdefault(response.sequence, uid) != uid:
            raise Malformed("one message with two UIDs")
        headers = response.headers
        new = FetchedMessage(
            uid,
            response.flags,
            response.internal_date,
            envelope(headers, response.internal_date) if headers and not headers.isspace() else None,
            response.gmail_id,
            response.sequence,
            other_headers(headers, self.extra_headers) if headers and self.extra_headers else None,
            response.size,
        )
        self._size += _size(new)
        old = self._by_uid.get(uid)
        if old is not None:
            kept = {name: getattr(old, name) for name in _MERGED if getattr(new, name) is None}
            new = replace(new, **kept)
        self._by_uid[uid] = new
        if self._size > SIZE_LIMIT:
            self._drop_oldest()

    def all(self) -> dict[Uid, FetchedMessage]:
        """A copy of all messages."""
        return dict(self._by_uid)

    def __len__(self) -> int:
        return len(self._by_uid)

    def positions_moved(self) -> None:
        """Discard sequence numbers, because messages were expunged."""
        self._numbers.clear()

    def clear(self) -> None:
        """Discard all messages."""
        self._by_uid.clear()
        self._numbers.clear()
        self._size = 0

    def _drop_oldest(self) -> None:
        messages, self._by_uid, self._size = self._by_uid, {}, 0
        self._numbers.clear()
        for uid in sorted(messages, reverse=True):
            size = _size(messages[uid])
            if self._size + size > SIZE_LIMIT // 2:
                break
            self._by_uid[uid] = messages[uid]
            self._size += size


def _size(message: FetchedMessage) -> int:
    characters = sum(map(len, message.flags)) if message.flags else 0
    if message.envelope is not None:
        texts = message.envelope
        characters += sum(
            map(len, (texts.subject, texts.sender.name, texts.sender.address, texts.message_id))
        )
    characters += sum(len(text) for _, text in message.headers or ())
    return _MESSAGE + _CHARACTER * characters


class PushedMessages:
    """New messages that the server sends with their data, without a request (NOTIFY, RFC 5465, 5.2).

    They are used only where nothing is missing; else they have to be fetched.
    """

    def __init__(self) -> None:
        self.expected = False
        """Whether the server sends them."""
        self._fetched = FetchedMessages()
        self._announced = 0
        self._unsure = False
        self.texts: dict[Uid, Fetched] = {}
        """Responses with the first bytes of a text; only of the first `TEXTS_LIMIT`."""

    def expect(self) -> None:
        """From now on the server sends them."""
        self.clear()
        self.expected = True

    def announce(self, count: int) -> None:
        """EXISTS has announced `count` more messages."""
        self._announced += count

    def add(self, event: Fetched, exists: int, extra_headers: frozenset[str]) -> None:
        """Keep a response, with these headers beside the envelope; `exists`: how many messages there are."""
        self._fetched.extra_headers = extra_headers
        if (
            event.uid is None
            or event.flags is None
            or len(event.headers or b"") >= PUSHED_HEADER
            or not exists - self._announced < event.sequence <= exists
        ):
            self._unsure = True
            return
        try:
            self._fetched.add(event.uid, event)
        except Malformed:
            self._unsure = True
        if event.text is not None and len(self.texts) < TEXTS_LIMIT:
            self.texts[event.uid] = event

    @property
    def awaited(self) -> bool:
        """Whether messages were announced."""
        return bool(self._announced)

    @property
    def complete(self) -> bool:
        """Whether as many responses came as messages were announced."""
        return len(self._fetched) == self._announced

    def renumbered(self) -> None:
        """Sequence numbers have changed meanwhile."""
        self._unsure = bool(self._announced)

    def take(self) -> dict[Uid, FetchedMessage] | None:
        """The announced messages, if nothing is missing, in the order of their UIDs; afterwards there are none."""
        found = sorted(self._fetched.all().values(), key=lambda message: message.sequence or 0)
        uids = [message.uid for message in found]
        ascending = uids == sorted(uids)
        whole = self.complete and not self._unsure and all(message.envelope for message in found)
        self.clear()
        return {message.uid: message for message in found} if found and whole and ascending else None

    def clear(self) -> None:
        """Discard all; announced messages are fetched."""
        self._fetched.clear()
        self._announced, self._unsure = 0, False
        self.texts = {}
