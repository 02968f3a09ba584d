"""The first commands of a session: ID, EXAMINE and, of a mailbox that is known, all that reads it, in one write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.net.deferreds import suppress_unhandled
from tray.net.imap.connection import ignore
from tray.net.imap.known_fetch import request_known
from tray.net.imap.login import id_request

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from tray.imap.events import Tagged
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.net.imap.fetching import ByUid, Fetching
    from tray.net.imap.known_fetch import KnownFetch
    from tray.net.watch.idle_loop import IdleLoop


@dataclass(frozen=True)
class Opening:
    """What was sent, and is to be answered; None for what was not."""

    examined: Deferred[Tagged]
    status: Deferred[int | None] | None
    """The count by STATUS, from a server without ESEARCH."""
    known: KnownFetch | None
    counted: Deferred[int | None] | None
    """The count by ESEARCH."""

    async def opened(self) -> int | None:
        """Wait for EXAMINE, and for the count by STATUS. Raises CommandRefused, or why the connection has ended."""
        with suppress_unhandled(self.examined, self.status, self.counted):
            try:
                count = await self.status if self.status is not None else None
                await self.examined
            except BaseException:
                if self.known is not None:
                    self.known.fails_silently()
                raise
        return count

    async def fetched(self) -> ByUid | None:
        """The newest messages, after `opened`, if they were requested and the answer holds: see `KnownFetch.newest`."""
        if self.known is None:
            return None
        with suppress_unhandled(self.counted):
            return await self.known.newest()


def open_mailbox(
    fetching: Fetching, idle_loop: IdleLoop, known: MailboxState | None, count: int, offered: frozenset[str]
) -> Opening:
    """Send what opens the mailbox, with what is known to be `offered`: ID first, because NetEase requires it.

    Of a mailbox in the state `known` the newest `count` messages are requested, the unread ones are counted, and IDLE
    follows, all in the same write as EXAMINE.
    """
    selected = fetching.selected
    protocol = selected.protocol
    status = counted = None
    with protocol.queue.together():
        if "ID" in offered:
            protocol.request(id_request()).addErrback(ignore)
        if "ESEARCH" not in offered:
            status = selected.status()
        examined = selected.examine()
        sent = request_known(fetching, known, count)
        if sent is not None:
            counted = selected.count_unseen() if status is None else None
            idle_loop.idle()
    return Opening(examined, status, sent, counted)
