"""Which messages belong to one conversation, as far as their subjects and senders tell.

In-Reply-To and References would have to be fetched for every message. A message that is put with the wrong ones is
still shown, and counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.presentation.subjects import without_prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.account import AccountId
    from tray.mail.model.toast import Arrival

_SUBJECT_LIMIT = 200
_COMPARED = 8
"""Messages under one subject that another one is compared with: there may be hundreds."""


def base_subject(subject: str) -> str:
    """`subject` for comparison: without the prefixes of replies and forwarded messages, and without case."""
    return " ".join(without_prefixes(subject[:_SUBJECT_LIMIT]).casefold().split())


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
    arrivals = tuple(arrivals)
    if len(arrivals) == 1:
        return [arrivals]
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
    return without_prefixes(subject) != subject.strip()
