"""Which messages belong to one conversation, as far as their subjects and senders tell.

In-Reply-To and References would have to be fetched for every message. A message that is put with the wrong ones is
still shown, and counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.account import AccountId
    from tray.mail.model.toast import Arrival

_SUBJECT_LIMIT = 200
_COMPARED = 8
"""Messages under one subject that another one is compared with: there may be hundreds."""
# "Re:", "AW:", "Re[2]:" and the like of usual mailers, also behind the name of a list (RFC 5256, 2.1, does not know the
# other languages).
_PREFIXES = re.compile(
    r"^(\[[^\]]{1,60}\]\s*)?(?:(?:re|aw|antw|sv|vs|odp|rif|res|ref|r|ynt|απ|fwd?|wg|tr|rv|enc|vb|vl|pd|i|回复|答复|回覆|转发|轉寄)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]\s*)+",
    re.IGNORECASE,
)


def base_subject(subject: str) -> str:
    """`subject` for comparison: without the prefixes of replies and forwarded messages, and without case."""
    return " ".join(without_prefixes(subject[:_SUBJECT_LIMIT]).casefold().split())


def without_prefixes(subject: str) -> str:
    """`subject` without the prefixes of replies and forwarded messages."""
    subject = subject.strip()
    while (shorter := _PREFIXES.sub(r"\1", subject)) != subject:
        subject = shorter
    return subject


class Conversations:
    """Finds the conversation that a message continues, among those that were added, each with a number."""

    def __init__(self) -> None:
        self._found: dict[tuple[AccountId, str], list[tuple[int, Arrival]]] = {}

    def add(self, number: int, newest: Arrival) -> None:
        """Add a conversation, or what is its newest message from now on."""
        key = _key(newest)
        if key is not None:
            self._found.setdefault(key, []).append((number, newest))

    def find(self, arrival: Arrival) -> int | None:
        """The number of the conversation that `arrival` continues.

        Both came to one account under one subject; and one of them is a reply, or both are from one sender.
        """
        key = _key(arrival)
        latest = self._found.get(key, [])[-_COMPARED:] if key is not None else []
        return next((number for number, newest in reversed(latest) if _continues(newest, arrival)), None)


def by_conversation(arrivals: Iterable[Arrival]) -> list[tuple[Arrival, ...]]:
    """`arrivals`, oldest first, those of one conversation together."""
    groups: list[tuple[Arrival, ...]] = []
    known = Conversations()
    for arrival in arrivals:
        at = known.find(arrival)
        if at is None:
            at = len(groups)
            groups.append(())
        groups[at] += (arrival,)
        known.add(at, arrival)
    return groups


def _key(arrival: Arrival) -> tuple[AccountId, str] | None:
    base = base_subject(arrival.message.envelope.subject)
    return (arrival.key.account, base) if base else None


def _continues(older: Arrival, newer: Arrival) -> bool:
    one, other = older.message.envelope, newer.message.envelope
    return (
        _is_reply(one.subject)
        or _is_reply(other.subject)
        or one.sender.address.casefold() == other.sender.address.casefold()
    )


def _is_reply(subject: str) -> bool:
    return _PREFIXES.match(subject.strip()) is not None
