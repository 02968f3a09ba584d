"""Recognises a message that is known already, from another mailbox, another label or another UID."""

from __future__ import annotations

import math
from dataclasses import replace
from hashlib import blake2b
from struct import Struct
from typing import TYPE_CHECKING

from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.imap.types import MailboxName, UidValidity
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message

LIMIT = 2000
"""Messages that are remembered for an account."""
MAX_AGE = 30 * 86400.0
"""Seconds for which a message is remembered."""
DATE_TOLERANCE = 15 * 60.0
"""Seconds between the server's dates of two copies, of which one may have been delivered by a mailing list."""
ANYWHERE = b""
"""The `place` of a message that is recognised in every mailbox."""
_PLACES_LIMIT = 8
_HASH_SIZE = 16
_NO_HASH = bytes(_HASH_SIZE)
_RECORD = Struct(f"{_HASH_SIZE}sdd")
"""Place, date (NaN: none), and when it was added."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is stored of a message: hashes only."""

    digest: bytes
    """The hash of `identity`."""
    place: bytes
    """The hash of the mailbox and its UIDVALIDITY, or `ANYWHERE`."""
    date: float | None
    """Unix seconds; None where the message has none, or where it is not compared."""


def identity(message: Message) -> tuple[object, ...]:
    """The values that identify a message across mailboxes.

    X-GM-MSGID is assigned by the server. A Message-ID can be copied by any sender, so it identifies a message only
    together with sender and subject. Without one the date must be the same, to the second.
    """
    if message.gmail_id is not None:
        return "gmail", message.gmail_id
    envelope = message.envelope
    origin = (envelope.sender.address, envelope.subject)
    return ("id", envelope.message_id, *origin) if envelope.message_id else ("none", envelope.date, *origin)


def fingerprint_of(
    account: AccountId, mailbox: MailboxName, uid_validity: UidValidity, message: Message
) -> Fingerprint:
    """The fingerprint of `message` in its present mailbox; those of two accounts never match."""
    digest = _hash(account, identity(message))
    if message.gmail_id is not None:
        return Fingerprint(digest, ANYWHERE, None)
    return Fingerprint(digest, _hash(account, (mailbox, uid_validity)), message.envelope.date)


def moved_away(fingerprint: Fingerprint) -> Fingerprint:
    """The fingerprint of a message that has left its mailbox: if it appears there again, it was moved back."""
    return replace(fingerprint, place=ANYWHERE)


def is_same_message(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether both are fingerprints of one message.

    Two in one mailbox are not the same message, unless their place is `ANYWHERE` (X-GM-MSGID, or moved away).
    """
    return (
        one.digest == other.digest
        and (one.place != other.place or one.place == ANYWHERE)
        and (
            one.date == other.date
            or (
                one.date is not None
                and other.date is not None
                and abs(one.date - other.date) <= DATE_TOLERANCE
            )
        )
    )


class KnownMessages:
    """The last `LIMIT` messages of an account that need no toast any more.

    They were announced, were in a mailbox when it was first watched, arrived already read, or have left their mailbox.
    """

    def __init__(self, kept: Iterable[tuple[Fingerprint, float]] = ()) -> None:
        """Start with the stored fingerprints and the time of each (Unix seconds), oldest first."""
        self._kept: dict[
            bytes, bytes
        ] = {}  # records by digest: as objects they would take four times as much
        for fingerprint, added in kept:
            self.add(fingerprint, added)

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, fingerprint: Fingerprint, now: float) -> None:
        """Add a message, `now` in Unix seconds."""
        date = math.nan if fingerprint.date is None else fingerprint.date
        record = _RECORD.pack(fingerprint.place, date, now)
        before = self._kept.pop(fingerprint.digest, b"")
        parts = [before[at : at + _RECORD.size] for at in range(0, len(before), _RECORD.size)]
        others = [part for part in parts if part[:_HASH_SIZE] != record[:_HASH_SIZE]]
        self._kept[fingerprint.digest] = b"".join([*others, record][-_PLACES_LIMIT:])
        if len(self._kept) > LIMIT:
            del self._kept[next(iter(self._kept))]

    def knows(self, fingerprint: Fingerprint, now: float) -> bool:
        """Whether the message was added within `MAX_AGE`, from another mailbox or under another UID."""
        for place, date, added in _RECORD.iter_unpack(self._kept.get(fingerprint.digest, b"")):
            known = Fingerprint(
                fingerprint.digest,
                ANYWHERE if place == _NO_HASH else place,
                None if math.isnan(date) else date,
            )
            if is_same_message(known, fingerprint) and now - added <= MAX_AGE:
                return True
        return False


def _hash(account: AccountId, parts: tuple[object, ...]) -> bytes:
    text = "\0".join(map(str, parts))  # none of them holds a NUL: they are safe to display
    key = blake2b(account.encode("utf-8", "replace"), digest_size=32).digest()
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_HASH_SIZE, key=key).digest()
