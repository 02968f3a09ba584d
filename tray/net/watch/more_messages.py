"""What a session reads beside envelopes of the newest messages: previews, and what a window lists and searches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.imap import commands
from tray.imap.errors import CommandRefused
from tray.imap.types import Uid
from tray.net.clock import Timer
from tray.net.imap.mailbox.fetch_preview import NEW_OCTETS, PreviewFetch, pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tray.imap.events import Fetched
    from tray.imap.types import ExtraItems
    from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState
    from tray.mail.model.message import Message
    from tray.net.clock import Clock
    from tray.net.imap.mailbox.fetching import Fetching
    from tray.net.imap.mailbox.preview_memory import Previews
    from tray.net.watch.session_memory import SessionMemory

TOAST_WAIT = 0.3
"""Seconds that the report of new messages waits for their previews."""
NEW_LIMIT = 5
"""New messages whose previews are awaited; of more at once they are read only for a window."""
OLDER_LIMIT = 200
"""Unread messages, older than the newest, that a window lists."""
_SEARCHED = 50_000  # messages among which these are looked for
_FIRST_SLICE = (
    2000  # of them; the answer names every unread one, and where most are unread a slice has enough
)
_NEXT_SLICE = 5  # times as many
_BATCH = 20  # messages whose previews are requested at once, so that new mail never waits long
_PAGES = 5  # the same of messages of which more has to be read
_PAGES_LIMIT = 20  # of them on one connection


class MoreMessages:
    """Reads on one connection; `step` reads a little, so that new messages are never kept waiting."""

    def __init__(
        self,
        clock: Clock,
        fetching: Fetching,
        memory: SessionMemory,
        wanted: Callable[[], ExtraItems],
        report: Callable[..., None],
    ) -> None:
        """`report` is called with the fields of a `MailboxReport`."""
        self._clock = clock
        self._fetching = fetching
        self._memory = memory.previews
        self._searches = memory.searches
        self._wanted = wanted
        self._report = report
        self._previews = PreviewFetch(clock, fetching.selected, memory.previews)
        self.older: list[Uid] = []
        """Unread messages older than the newest that were reported, ascending; their flags are followed."""
        self._searched = False  # for older ones, since the newest were read
        self._given_up: set[Uid] = set()
        self._pages = 0
        self._ended = False
        if not wanted().listing:  # the window may have been closed while there was no connection
            self._memory.on_unlisted(clock)

    def ended(self, *, lost: bool) -> None:
        """The session has ended; `lost`: its connection was lost."""
        self._ended = True
        self._memory.ended(lost=lost)

    # New messages.

    def request_new(self, first: Uid) -> Deferred[Previews] | None:
        """Request the previews of messages from UID `first` up, with their envelopes; at most `NEW_LIMIT` of them."""
        if not (self._wanted().previews or self._wanted().listing) or self._previews.is_off:
            return None
        return self._previews.new([Uid(first + above) for above in range(NEW_LIMIT) if first + above < 2**32])

    def request_found(self, found: Iterable[Uid], known: Uid) -> Deferred[Previews] | None:
        """Request the previews of messages above the `known` ones that were `found` unannounced, if they are few."""
        uids = [uid for uid in found if uid > known]
        if not self._wanted().previews or self._previews.is_off or not 0 < len(uids) <= NEW_LIMIT:
            return None
        return self._previews.new(uids)

    def pushed_items(self) -> tuple[int, bool]:
        """What the server is to send of new messages without a request: so many bytes of the text, and the size."""
        wanted = self._wanted()
        return NEW_OCTETS if wanted.previews and not self._previews.is_off else 0, wanted.size

    def pushed(self, events: Iterable[Fetched]) -> Previews:
        """The previews of messages that the server has sent without a request."""
        return self._previews.pushed(events)

    async def with_previews(self, report: MailboxReport, known: MailboxState | None) -> MailboxReport:
        """`report` of the newest messages, with the previews of those that came since the state `known`, if few did."""
        if known is None or known.uid_validity != report.uid_validity or not self._wanted().previews:
            return report
        new = [
            message.uid for message in report.messages if message.uid > known.announced_uid and message.unseen
        ]
        if not 0 < len(new) <= NEW_LIMIT:
            return report
        found = await self.soon(self._previews.new(new), len(new))
        return replace(report, previews=tuple(found.items()))

    async def soon(self, requested: Deferred[Previews] | None, new: int) -> Previews:
        """The previews of `new` messages, if they come within `TOAST_WAIT`; else they are reported when they come.

        A digest of many shows none, and does not wait for them.
        """
        if requested is None:
            return {}
        waiter: Deferred[Previews] = Deferred()
        timer = Timer(self._clock)

        def came(previews: Previews) -> None:
            timer.clear()
            if not waiter.called:
                waiter.callback(previews)
            elif previews and not self._ended:
                self._report(previews=tuple(previews.items()))

        timer.set(TOAST_WAIT, waiter.callback, {})
        requested.addCallback(came)
        if new > NEW_LIMIT and not waiter.called:
            timer.clear()
            waiter.callback({})
        return await waiter

    # What a window lists.

    def read_again(self) -> None:
        """The newest messages were read again: look for older unread ones, too."""
        self._searched = False

    def is_wanted(self) -> bool:
        """Whether a window lists messages or searches."""
        return self._wanted().listing or bool(self._searches)

    async def step(self, known: Sequence[Uid]) -> bool:
        """Read a little of what a window needs beside the `known` newest messages; whether there is more to read."""
        if self._searches:
            if self._searches[0].is_over:
                del self._searches[0]
            else:
                await self._searches[0].step(self._clock, self._fetching.selected, self)
            return True
        if not self._wanted().listing:
            self.older.clear()
            self._searched = False
            self._memory.on_unlisted(self._clock)
            return False
        self._memory.on_listed()
        if not self._searched:
            self._searched = True
            await self._read_older(known)
            uids = {*known, *self.older}
            self._report(previews=pairs(self._memory.found, uids))
            return True
        return await self._read_previews([*reversed(known), *reversed(self.older)])

    async def _read_older(self, known: Sequence[Uid]) -> None:
        selected, lowest = self._fetching.selected, known[0] if known else Uid(1)
        if lowest <= 1 or selected.exists <= len(known):
            self.older = []
            return
        self.older = await self._unread_below(lowest, selected.exists - len(known))
        found = await self.messages(self.older)
        self.older = [message.uid for message in found]
        if found:
            self._report(messages=found)

    async def _unread_below(self, lowest: Uid, last: int) -> list[Uid]:
        """The newest `OLDER_LIMIT` unread messages below UID `lowest`, from sequence number `last` down."""
        selected, found, size = self._fetching.selected, set[Uid](), _FIRST_SLICE
        end = max(0, last - _SEARCHED)
        while last > end and len(found) < OLDER_LIMIT:
            first = max(end + 1, last - size + 1)
            with selected.protocol.long_lines():
                uids = await selected.uids(commands.search_unseen_at(first, last))
            if uids is None:
                break
            found.update(uid for uid in uids if uid < lowest)
            last, size = first - 1, size * _NEXT_SLICE
        return sorted(found)[-OLDER_LIMIT:]

    async def messages(self, uids: Sequence[Uid]) -> tuple[Message, ...]:
        """The envelopes of messages of which some may be gone; empty where the server refuses."""
        if not uids:
            return ()
        try:
            return await self._fetching.these(uids)
        except CommandRefused as error:
            if error.status == "BYE":
                raise
            return ()

    async def previewed(self, messages: tuple[Message, ...]) -> tuple[Message, ...]:
        """Messages that a search has found, with their previews."""
        found = dict(self._memory.found)
        found |= await self._previews.listed(
            [message.uid for message in messages if message.uid not in found]
        )
        return tuple(
            replace(message, preview=found[message.uid].line) if message.uid in found else message
            for message in messages
        )

    async def _read_previews(self, uids: Sequence[Uid]) -> bool:
        """Read the first of those that are lacking; whether there may be more."""
        if self._previews.is_off:
            return False
        lacking = [uid for uid in uids if uid not in self._memory.found and uid not in self._given_up][
            :_BATCH
        ]
        pages: list[Uid] = []
        if not lacking and self._pages < _PAGES_LIMIT:
            lacking = pages = [uid for uid in uids if uid in self._previews.cut][:_PAGES]
            self._pages += len(pages)
        if not lacking:
            return False
        await self.previews(lacking)
        if pages:
            self._previews.cut.difference_update(pages)
        return True

    async def previews(self, uids: Sequence[Uid]) -> Previews:
        """Request previews, and report those that came; the others are not requested again on this connection."""
        found = await self._previews.listed(uids)
        self._given_up.update(uid for uid in uids if uid not in found)
        if found:
            self._report(previews=tuple(found.items()))
        return found
