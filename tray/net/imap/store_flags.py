"""Changes flags on the server; the mailbox is open for writing only meanwhile."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.imap import commands
from tray.imap.types import SEEN
from tray.net.errors import MailboxChanged, MailboxReadOnly

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine
    from typing import Any

    from tray.imap.types import Uid, UidValidity
    from tray.net.imap.protocol import MailProtocol
    from tray.net.imap.selected_mailbox import SelectedMailbox


async def mark_seen(
    protocol: MailProtocol, selected: SelectedMailbox, uid_validity: UidValidity, uids: Collection[Uid]
) -> int:
    r"""Store ``\Seen``; how many messages were named. Leaves the mailbox selected: EXAMINE it afterwards.

    Raises MailboxChanged, MailboxReadOnly, CommandRefused, or the reason of the connection's end.
    """
    await _select(selected, uid_validity)
    await _store(protocol, uids)
    return len(uids)


async def mark_all_seen(
    protocol: MailProtocol, selected: SelectedMailbox, uid_validity: UidValidity, highest: Uid
) -> int:
    """The same for every unread message up to UID `highest`; later ones the user has not been shown."""
    await _select(selected, uid_validity)
    with protocol.long_lines():
        uids = await selected.unseen_uids(highest)
    await _store(protocol, uids)
    return len(uids)


async def _select(selected: SelectedMailbox, uid_validity: UidValidity) -> None:
    await selected.select()
    if selected.uid_validity != uid_validity:
        raise MailboxChanged(selected.mailbox)
    if selected.read_only:
        raise MailboxReadOnly(selected.mailbox)


async def _store(protocol: MailProtocol, uids: Collection[Uid]) -> None:
    for request in commands.uid_store_batches(uids, SEEN):
        await protocol.request(request)


class Actions:
    """What was asked of a session and waits until it is free; every result comes once."""

    def __init__(self) -> None:
        self._waiting: deque[_Action] = deque()

    def add(self, start: Callable[[], Coroutine[Deferred[Any], Any, int]]) -> Deferred[int]:
        """Have `start` called when the session is free; its result."""
        action = _Action(start, Deferred())
        self._waiting.append(action)
        return action.done

    async def run(self) -> None:
        """Do all that waits; the outcome of each is that of its Deferred, and does not end the session."""
        while self._waiting:
            action = self._waiting.popleft()
            # If the connection is gone, the look behind it will see.
            await Deferred.fromCoroutine(action.start()).addCallbacks(
                action.done.callback, action.done.errback
            )

    def fail(self, error: Exception) -> None:
        """The session is over."""
        while self._waiting:
            self._waiting.popleft().done.errback(error)


@dataclass(frozen=True, slots=True)
class _Action:
    start: Callable[[], Coroutine[Deferred[Any], Any, int]]
    done: Deferred[int]
