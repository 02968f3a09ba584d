"""Tells an old mail that was moved here from another watched mailbox, where its title was never read, from a new one.

A fingerprint is left by mails of which the title was read. Of one that lay below the newest titles at first sight,
only this is known: it is older than that first sight, and when it is moved away, an unseen mail leaves that mailbox of
which we have no title. Both together, once for each mail that left, are taken for a move; anything less is told of,
since a server may deliver old mail late.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tray.imap.types import MailboxName
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.message import Message, MessageKey

PATIENCE = 5.0
"""Seconds for which an old mail waits for word from the mailbox that it may have come from."""
FRESH = 120.0
"""Seconds for which a mail that left one mailbox explains one that came to another."""
CLOCKS_DIFFER = 600.0
"""Seconds by which a server's clock may be behind ours."""
_MOST = 1000


def origins(
    here: MailboxName, message: Message, states: Mapping[MailboxName, MailboxState]
) -> frozenset[MailboxName]:
    """The other mailboxes of an account that `message` may have been moved from, by its age.

    Its date is INTERNALDATE, which a mail keeps when it is moved or copied (RFC 3501, 6.4.7; RFC 6851, 3.3).
    """
    date = message.envelope.date
    if date is None:
        return frozenset()
    return frozenset(
        name
        for name, state in states.items()
        if name != here and state.since and date < state.since - CLOCKS_DIFFER
    )


class Moves:
    """Of one account: what has left lately, and what has come and may be that."""

    def __init__(self) -> None:
        self._left: deque[tuple[float, MailboxName]] = deque(maxlen=_MOST)
        self._held: dict[MessageKey, tuple[float, frozenset[MailboxName]]] = {}

    def departed(self, mailbox: MailboxName, count: int, now: float) -> list[MessageKey]:
        """So many unseen mails without a title have left; gives the held ones that this explains."""
        self._left.extend((now, mailbox) for _ in range(min(count, _MOST)))
        explained = [key for key, (_, possible) in self._held.items() if self._take(possible, now)]
        self.drop(explained)
        return explained

    def came(self, key: MessageKey, possible: frozenset[MailboxName], now: float) -> bool:
        """An old mail has come that may have left one of the mailboxes `possible`; whether it did, else it is held."""
        if self._take(possible, now):
            return True
        self._held[key] = now, possible
        return False

    def drop(self, keys: Collection[MessageKey]) -> None:
        """These need not be judged any more."""
        for key in keys:
            self._held.pop(key, None)

    def overdue(self, now: float) -> list[MessageKey]:
        """Held ones that nothing has explained in time, oldest first; they are no longer held."""
        late = [key for key, (since, _) in self._held.items() if not 0 <= now - since < PATIENCE]
        self.drop(late)
        return late

    def _take(self, possible: frozenset[MailboxName], now: float) -> bool:
        """Use up one departure from `possible`."""
        while self._left and not 0 <= now - self._left[0][0] < FRESH:
            self._left.popleft()
        found = next((each for each in self._left if each[1] in possible), None)
        if found is not None:
            self._left.remove(found)
        return found is not None
