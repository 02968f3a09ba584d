"""Knows a mail again that was met before: under another folder or label, under another number, moved or copied."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.imap.types import MailboxName, UidValidity
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message

MOST = 2000
"""Mails that are remembered of an account."""
AGE = 30 * 86400.0
"""Seconds for which a mail is remembered."""
CLOSE = 15 * 60.0
"""Seconds between two copies of a mail, as their server dates them: delivered twice, or by way of a list."""
ANYWHERE = b""
"""The place of a mail that is recognised in every mailbox."""
_PLACES_MOST = 8


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is remembered of a mail: hashes, which tell nobody what it was."""

    digest: bytes
    """Of what makes it this mail."""
    place: bytes
    """Of the mailbox and its UIDVALIDITY, or `ANYWHERE`."""
    date: float | None
    """Unix seconds; None where it has none, or where it does not matter."""


def identity(message: Message) -> tuple[object, ...]:
    """What makes it this mail and no other.

    X-GM-MSGID is the server's word. A Message-ID is the sender's, and anybody can put another mail's into his own:
    it counts only together with sender and subject. Without one, all that is known must be the same to the second.
    """
    if message.gmail_id is not None:
        return "gmail", message.gmail_id
    envelope = message.envelope
    told = (envelope.sender.address, envelope.subject)
    return ("id", envelope.message_id, *told) if envelope.message_id else ("none", envelope.date, *told)


def fingerprint(
    account: AccountId, mailbox: MailboxName, uid_validity: UidValidity, message: Message
) -> Fingerprint:
    """The fingerprint of `message`, where it stands now; those of two accounts are never alike."""
    if message.gmail_id is not None:
        return Fingerprint(_hash(account, identity(message)), ANYWHERE, None)
    return Fingerprint(
        _hash(account, identity(message)), _hash(account, (mailbox, uid_validity)), message.envelope.date
    )


def moved_away(mark: Fingerprint) -> Fingerprint:
    """The same for a mail that has left its mailbox: what comes there again is that mail, put back."""
    return replace(mark, place=ANYWHERE)


def is_same_message(known: Fingerprint, met: Fingerprint) -> bool:
    """Whether both are the same mail.

    Two mails that stand in one mailbox side by side are two, however alike they are: somebody sent it twice.
    """
    return (
        known.digest == met.digest
        and (known.place != met.place or known.place == ANYWHERE)
        and (
            known.date == met.date
            or (known.date is not None and met.date is not None and abs(known.date - met.date) <= CLOSE)
        )
    )


class SeenMessages:
    """The mails of one account that were told of, or were there at first sight: the last `MOST` within `AGE`."""

    def __init__(self, kept: Iterable[tuple[Fingerprint, float]] = ()) -> None:
        """Go on from what was kept: fingerprints and when each was added (Unix seconds), oldest first."""
        self._kept: OrderedDict[bytes, dict[bytes, tuple[Fingerprint, float]]] = OrderedDict()
        for mark, added in kept:
            self.add(mark, added)

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, mark: Fingerprint, now: float) -> None:
        """Remember a mail at a place."""
        places = self._kept.setdefault(mark.digest, {})
        places.pop(mark.place, None)
        places[mark.place] = (mark, now)
        if len(places) > _PLACES_MOST:
            del places[next(iter(places))]
        self._kept.move_to_end(mark.digest)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def knows(self, met: Fingerprint, now: float) -> bool:
        """Whether this mail was met before, elsewhere."""
        places = self._kept.get(met.digest, {})
        return any(is_same_message(known, met) and now - added <= AGE for known, added in places.values())


def _hash(account: AccountId, parts: tuple[object, ...]) -> bytes:
    text = "\0".join(str(part) for part in parts)  # none of them holds a NUL: they are safe to display
    key = blake2b(account.encode("utf-8", "replace"), digest_size=32).digest()
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=key).digest()
