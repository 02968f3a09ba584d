"""The first commands of a session: ID, EXAMINE and, of a mailbox that is known, all that reads it, in one write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.net.deferreds import suppress_unhandled
from tray.net.imap.connection import ignore
from tray.net.imap.login import id_request
from tray.net.imap.mailbox.known_fetch import request_known
from tray.net.imap.mailbox.selected_mailbox import MailboxChange
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred

    from tray.imap.events import Tagged
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.net.imap.mailbox.fetching import ByUid, Fetching
    from tray.net.imap.mailbox.known_fetch import KnownFetch


@dataclass(slots=True)
class Opening:
    """What was sent, and is to be answered; None for what was not."""

    fetching: Fetching
    examined: Deferred[Tagged]
    status: Deferred[int | None] | None
    """The count by STATUS, from a server without ESEARCH."""
    known: KnownFetch | None
    counted: Deferred[int | None] | None
    """The count that is answered with the messages."""
    certain: bool
    """Whether the capabilities after the log-in were known."""
    identified: bool
    """Whether ID was sent."""
    counts_later: bool = False
    """Whether `counted` is answered after the messages."""
    changes: MailboxChange = MailboxChange.NOTHING
    """What has come since EXAMINE, if there was no session that took it."""
    _later: Deferred[int | None] | None = None

    def complete(self) -> None:
        """Send what could not be sent before the answer to the log-in."""
        protocol = self.fetching.selected.protocol
        offered = protocol.capabilities or frozenset()
        if self.certain:
            return
        if "ID" in offered and not self.identified:
            protocol.request(id_request()).addErrback(ignore)
        if "ESEARCH" not in offered:
            self.counted = self.fetching.selected.status()
        elif self.known is not None:
            self.counted = self.fetching.selected.count_unseen()
        self.counts_later = self.known is not None

    async def opened(self) -> int | None:
        """Wait for EXAMINE, and for the count by STATUS. Raises CommandRefused, or why the connection has ended."""
        try:
            count = await self.status if self.status is not None else None
            await self.examined
        except BaseException:
            self.fails_silently()
            raise
        return count

    async def fetched(self, unseen: int | None) -> tuple[ByUid | None, Deferred[int | None] | None]:
        """After `opened`: the newest messages, if the answer holds (`KnownFetch.newest`), and the count to await.

        A count that is asked for after the messages is not awaited: see `report_later`. `unseen` is what `opened` has
        returned.
        """
        if self.known is None:
            return None, self.counted
        with suppress_unhandled(self.counted):
            found = await self.known.newest()
        if found is None:
            return None, self.counted
        if self.counted is None and unseen is None:  # STATUS was refused
            return found, self.fetching.selected.count_unseen()
        if self.counted is not None and self.counts_later:
            self._later = self.counted.addErrback(ignore)
            return found, None
        return found, self.counted

    def report_later(self, report_count: Callable[[int | None], None]) -> None:
        """The messages of `fetched` were reported: give `report_count` the count that was not awaited.

        Before them it would be wrong: what is unread among them is added to the count that was known last.
        """
        if self._later is not None:
            self._later.addCallback(report_count)

    def drop(self) -> None:
        """All is refused with the log-in before it: count in no other way."""
        self.fails_silently()
        for count in (self.status, self.counted):
            if count is not None:
                count.cancel()

    def fails_silently(self) -> None:
        """Nobody awaits the answers any more."""
        for answer in (self.examined, self.status, self.counted):
            if answer is not None:
                answer.addErrback(ignore)
        if self.known is not None:
            self.known.fails_silently()


def open_mailbox(
    fetching: Fetching,
    known: MailboxState | None,
    count: int,
    *,
    certain: bool = True,
    identify: bool = True,
) -> Opening:
    """Send what opens the mailbox: ID first, because NetEase requires it.

    Of a mailbox in the state `known` the newest `count` messages are requested, and the unread ones are counted, in the
    same write as EXAMINE. `certain`: whether the capabilities are those after the log-in. `identify`: whether
    ID was not sent before.
    """
    selected = fetching.selected
    protocol = selected.protocol
    offered = protocol.capabilities or frozenset()
    status = counted = None
    with protocol.queue.together():
        if "ID" in offered and identify:
            protocol.request(id_request()).addErrback(ignore)
        if certain and "ESEARCH" not in offered:
            status = selected.status()
        examined = selected.examine()
        sent = request_known(fetching, known, count)
        if certain and sent is not None and status is None:
            counted = selected.count_unseen()
    return Opening(fetching, examined, status, sent, counted, certain, identified="ID" in offered)
