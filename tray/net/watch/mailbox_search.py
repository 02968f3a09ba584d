"""Searches one mailbox for a text, a slice of it at a time, so that new mail is reported meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap import commands
from tray.imap.errors import CommandRefused
from tray.imap.text import display_safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.types import Uid, UidValidity
    from tray.mail.model.message import Message
    from tray.net.clock import Clock
    from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox
    from tray.net.watch.more_messages import MoreMessages

    Found = Callable[[UidValidity, tuple[Message, ...]], None]

LIMIT = 50
"""The newest messages that are found."""
TIME_LIMIT = 60.0
"""Seconds that the server is kept busy: without an index it reads every message."""
_TEXT_LIMIT = 200  # characters
_FIRST_SLICE = 1000  # messages
_SLICE_LIMIT = 50_000
_FAST, _SLOW = 0.3, 1.0  # seconds for a slice, after which the next one is larger or smaller


def words_of(text: str) -> str:
    """What is searched for where a person has typed `text`: one line without invisible characters; may be empty."""
    return display_safe(text, _TEXT_LIMIT).removesuffix("…")


class MailboxSearch:
    """Looks in senders and subjects first, then in whole messages, each from the newest down."""

    def __init__(self, text: str, found: Found, ended: Callable[[Exception | None], None]) -> None:
        """`found` is called with messages as they are found, `ended` once: with None, or with what kept it from ending.

        TimeoutError says that older messages were not searched because that would take too long.
        """
        self._text = text
        self.found = found
        self._ended = ended
        self._whole = False
        self._last: int | None = None  # the sequence number up to which the next slice goes
        self._size = _FIRST_SLICE
        self._uids: set[Uid] = set()
        self._spent = 0.0
        self.is_over = False

    def end(self, error: Exception | None = None) -> None:
        """End it; `error` is the reason where it could not be completed."""
        if not self.is_over:
            self.is_over = True
            self._ended(error)

    def cancel(self) -> None:
        """End it, and call back no more."""
        self.is_over = True

    async def step(self, clock: Clock, selected: SelectedMailbox, more: MoreMessages) -> None:
        """Search one slice; raises the reason of the connection's end."""
        last = min(selected.exists if self._last is None else self._last, selected.exists)
        if last < 1:
            self._next_part()
            return
        first = max(1, last - self._size + 1)
        began = clock.seconds()
        try:
            with selected.protocol.long_lines():
                uids = await selected.hits(commands.search_text(self._text, first, last, whole=self._whole))
        except CommandRefused as error:
            self.end(error)
            if error.status == "BYE":
                raise
            return
        await self._report([uid for uid in uids if uid not in self._uids], selected, more)
        taken = max(0.0, clock.seconds() - began)
        self._spent += taken
        self._last = first - 1
        if taken < _FAST:
            self._size = min(self._size * 2, _SLICE_LIMIT)
        elif taken > _SLOW:
            self._size = max(self._size // 4, 1)
        if self._last < 1 or len(self._uids) >= LIMIT:
            self._next_part()
        elif self._spent > TIME_LIMIT:
            self.end(TimeoutError())

    async def _report(self, new: list[Uid], selected: SelectedMailbox, more: MoreMessages) -> None:
        """Report the newest messages of a slice."""
        wanted = new[max(0, len(new) - LIMIT + len(self._uids)) :] if len(self._uids) < LIMIT else []
        self._uids.update(wanted)
        messages = await more.messages(wanted)
        if messages and not self.is_over:
            self.found(selected.uid_validity, messages)
            messages = await more.previewed(messages)
            if not self.is_over:
                self.found(selected.uid_validity, messages)

    def _next_part(self) -> None:
        if self._whole or len(self._uids) >= LIMIT:
            self.end()
        else:
            self._whole, self._last, self._size = True, None, _FIRST_SLICE
