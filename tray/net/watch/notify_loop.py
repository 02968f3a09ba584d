"""IDLE with NOTIFY (RFC 5465): the server sends new messages with their envelopes, so that none has to be requested."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from tray.imap import commands
from tray.imap.errors import CommandRefused
from tray.net.clock import Timer
from tray.net.imap.mailbox.selected_mailbox import MailboxChange
from tray.net.watch.idle_loop import SETTLE, IdleLoop, Need

if TYPE_CHECKING:
    from typing import Any

    from twisted.python.failure import Failure

    from tray.imap.types import MailboxName
    from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox
    from tray.net.watch.more_messages import MoreMessages
    from tray.net.watch.other_mailboxes import OtherMailboxes
    from tray.net.watch.session_memory import SessionMemory

    _Wanted = tuple[int, tuple[MailboxName, ...], bool, bool]
    """The arguments of NOTIFY."""

log = logging.getLogger(__name__)

_OVERFLOWS_LIMIT = 2  # of one connection; with more, the server is polled


def make_loop(
    selected: SelectedMailbox,
    more: MoreMessages,
    others: OtherMailboxes,
    renewal: float,
    memory: SessionMemory,
) -> IdleLoop:
    """The loop for what the server offers."""
    protocol = selected.protocol
    offered = protocol.capabilities or frozenset()
    push = "IDLE" in offered
    make = partial(NotifyLoop, selected, more, others) if push and "NOTIFY" in offered else IdleLoop
    return make(
        others.clock,
        protocol,
        renewal,
        push=push,
        silent=memory.silent,
        ask_others=others.send_questions,
        ticks_since=memory.ticks_since,
    )


class NotifyLoop(IdleLoop):
    """Sends NOTIFY in the same write as IDLE, where something else is to be told than before."""

    def __init__(
        self,
        selected: SelectedMailbox,
        more: MoreMessages,
        others: OtherMailboxes,
        *arguments: Any,
        **options: Any,
    ) -> None:
        """`more` says what is wanted of new messages, `others` which mailboxes are watched beside the selected one.

        The other arguments are those of `IdleLoop`.
        """
        super().__init__(*arguments, **options)
        self._selected = selected
        self._more = more
        self._others = others
        self._sent: _Wanted | None = None
        self._refused = False
        self._more_events = True  # of other mailboxes than new messages
        self._overflows = 0
        self._data = Timer(self._clock)

    @property
    def sends_what_is_wanted(self) -> bool:
        """Unless other things are wanted than when NOTIFY was sent."""
        return self._sent == self._wanted()

    def on_change(self, change: MailboxChange) -> None:
        """Also wait for the data of new messages, but not longer than `SETTLE`: then they are fetched."""
        if not self._closed:
            self._use_pushed(change)
        super().on_change(change)

    def _use_pushed(self, change: MailboxChange) -> None:
        if change is MailboxChange.AWAITED:
            self.silent = False
            if self._data.remaining is None:
                self._data.set(SETTLE, self._fetch_awaited)
        elif change is MailboxChange.PUSHED:
            self._data.clear()
            self._needs |= Need.PUSHED  # alone, without what is to be done soon
            self._wake()
        elif change is MailboxChange.OVERFLOW:
            self._overflowed()

    def close(self) -> None:
        """Also wait for no data any more."""
        super().close()
        self._data.clear()

    def _fetch_awaited(self) -> None:
        if self._selected.pushed.awaited:
            self.need(Need.MAIL)

    def _wanted(self) -> _Wanted:
        octets, size = self._more.pushed_items()
        return octets, self._others.names, self._more_events, size

    def _before_idle(self) -> None:
        wanted = self._wanted()
        if self._refused or wanted == self._sent:
            return
        self._sent = wanted
        octets, names, more, size = wanted
        self._selected.pushed.expected = False

        def accepted(_: object) -> None:
            if self._sent is wanted:
                self._selected.pushed.expect()
                self._others.set_push(True)

        request = commands.notify(octets, names, more=more, size=size)
        self._protocol.request(request).addCallbacks(accepted, self._notify_refused)

    def _notify_refused(self, failure: Failure) -> None:
        error = failure.value
        if isinstance(error, CommandRefused):
            if self._more_events and self._others.names and error.code == "BADEVENT":
                self._more_events = False  # sent without them with the next IDLE
                self.need(Need.COUNT)
                return
            log.info("The server refused NOTIFY; new messages are fetched")
            self._refused = True
            self._others.set_push(False)

    def _overflowed(self) -> None:
        """The server tells nothing any more, until it is asked again (RFC 5465, 5.8)."""
        self._sent = None
        self._overflows += 1
        if self._overflows > _OVERFLOWS_LIMIT:
            self._others.set_push(False)
            self._poll("NOTIFY has overflowed repeatedly")
        self.need(Need.LOOK)
