"""What the server tells of mails while we ask about them, as little of it as we need and never more than fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.imap.errors import Malformed
from tray.imap.headers import envelope
from tray.mail.message import Message

if TYPE_CHECKING:
    from tray.imap.events import Fetched
    from tray.imap.types import Envelope, Flag, SequenceNumber, Uid

SIZE_MOST = 4_000_000
"""Bytes, roughly, of all rows together: above it the oldest mails are forgotten, because only the newest are shown."""
_ROW = 1000  # bytes of a row without its texts, roughly
_CHARACTER = 2


@dataclass(frozen=True, slots=True)
class Row:
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


class Rows:
    """By UID. Headers are read as they come: they may be long, and reading many at once would hold up the program."""

    def __init__(self) -> None:
        self._rows: dict[Uid, Row] = {}
        self._numbers: dict[SequenceNumber, Uid] = {}
        self._size = 0  # never less than it is

    def take(self, uid: Uid, told: Fetched) -> None:
        """Add what was told of the mail `uid` to what is known of it: later flags, and whatever is new.

        Malformed where another UID was told of the same place: believed, such a flood would be taken for new mail, and
        what comes after it for old. Headers without anything in them count as not told.
        """
        if self._numbers.setdefault(told.sequence, uid) != uid:
            raise Malformed("one message with two UIDs")
        row = Row(
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

    def all(self) -> dict[Uid, Row]:
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


def _merged(old: Row, new: Row) -> Row:
    return replace(
        new,
        flags=old.flags if new.flags is None else new.flags,
        internal_date=old.internal_date if new.internal_date is None else new.internal_date,
        envelope=old.envelope if new.envelope is None else new.envelope,
        gmail_id=old.gmail_id if new.gmail_id is None else new.gmail_id,
    )


def _size(row: Row) -> int:
    characters = sum(map(len, row.flags)) if row.flags else 0
    if row.envelope is not None:
        texts = row.envelope
        characters += sum(
            map(len, (texts.subject, texts.sender.name, texts.sender.address, texts.message_id))
        )
    return _ROW + _CHARACTER * characters
