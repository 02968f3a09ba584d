"""Commands that open a mailbox in the same write as the log-in, which saves a round trip; see docs/decisions/0035."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import CancelledError

from tray.imap.errors import CommandRefused, RemoteProtocolError
from tray.imap.events import Tagged
from tray.net.clock import Timer
from tray.net.errors import DeadlineExceeded, Stopped
from tray.net.imap.login import authenticate, capabilities
from tray.net.imap.mailbox.fetching import Fetching
from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox
from tray.net.watch.opening import Opening, open_mailbox

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from tray.imap.events import Event
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.net.clock import Clock
    from tray.net.imap.protocol import MailProtocol
    from tray.net.watch.connections.connection_limits import EarlyStarts
    from tray.net.watch.listener import WatchListener
    from tray.net.watch.session_memory import SessionMemory

EARLY_DEADLINE = 5.0
"""Seconds from the log-in to the answer to EXAMINE: another server may lose what came behind the log-in, too."""


class EarlyStart:
    """Opens a mailbox on one connection, behind a log-in that is not answered yet."""

    def __init__(
        self,
        clock: Clock,
        protocol: MailProtocol,
        mailbox: MailboxName,
        titles: int,
        listener: WatchListener,
        memory: SessionMemory,
        starts: EarlyStarts,
    ) -> None:
        self._protocol = protocol
        self._titles = titles
        self._listener = listener
        self._starts = starts
        self._fetching = Fetching(SelectedMailbox(protocol, mailbox, listener.extra_items), memory.unfetched)
        self._timer = Timer(clock)
        self._sent: Opening | None = None
        self._answered = False  # whether EXAMINE was
        self._overdue = DeadlineExceeded("EXAMINE", EARLY_DEADLINE)
        self._garbled = RemoteProtocolError("a second answer to one command")
        self.opening: Opening | None = None
        """What was sent; None where nothing was, or it was refused with the log-in."""

    async def log_in(self, account: Account, secret: Secret, failed_mechanisms: dict[str, int]) -> None:
        """Log in, and open the mailbox behind that where it is allowed; raises as `authenticate`."""
        behind = self if self.is_allowed else None
        await self.offered()
        await authenticate(self._protocol, account, secret, failed_mechanisms, behind)
        self.logged_in()

    async def offered(self) -> None:
        """Learn the capabilities before the log-in; those of an earlier connection hold if both are encrypted."""
        if self._protocol.encrypted and self._protocol.capabilities is None:
            self._protocol.capabilities = self._starts.before
        found = await capabilities(self._protocol)
        if self._protocol.encrypted:
            self._starts.before = found

    @property
    def is_allowed(self) -> bool:
        """Whether commands are sent behind this log-in.

        Never to Courier: the program that logs in has read them, and is replaced by another one (seen with 5.0.13).
        Nor to Cyrus, which reads a part of them a second time behind AUTHENTICATE, and loses another (3.6.1).
        """
        greeting = self._protocol.greeting.value
        said = "" if greeting is None else greeting.text.lower()
        minds = "courier" in said or "cyrus" in said
        return self._starts.allowed and self._protocol.queue.pipelining and not minds

    def send(self, offered: frozenset[str]) -> None:
        """Send what opens the mailbox; `offered` are the capabilities before the log-in."""
        protocol, after = self._protocol, self._starts.after
        protocol.capabilities = after or offered  # as far as is known
        known = self._listener.mailbox_state()
        self._sent = self.opening = open_mailbox(
            self._fetching, known, self._titles, certain=after is not None
        )
        protocol.capabilities = None
        self._sent.examined.addCallbacks(self._opened, self._refused)

    def logged_in(self) -> None:
        """The log-in was accepted: EXAMINE is to be answered soon."""
        self._starts.after = self._protocol.capabilities
        if self.opening is not None and not self.opening.examined.called:
            self._timer.set(EARLY_DEADLINE, self._protocol.abort, self._overdue)

    def drop(self) -> None:
        """The log-in was refused, and with it all that was sent behind it."""
        self._starts.before = self._starts.after = None
        if self.opening is not None:
            self.opening.drop()
        self.opening = None

    def ended(self, error: Exception) -> bool:
        """The connection has ended with `error`; whether to make the next one at once: only the answer was missing."""
        self._timer.clear()
        if self._sent is None:
            return False
        self._sent.fails_silently()
        if error is self._garbled:
            return True
        of_ours = isinstance(error, (Stopped, CancelledError))
        if self._answered or of_ours or (isinstance(error, CommandRefused) and error.status != "BYE"):
            return False
        self._starts.failed()
        return error is self._overdue

    def on_event(self, event: Event, *, alone: bool) -> None:
        """Look for a sign that the server has read the commands wrongly; `alone`: no session handles `event`."""
        if self.opening is None:
            return
        if isinstance(event, Tagged) and event.tag.upper() not in self._protocol.queue.tags:
            self._starts.forbid()
            self._protocol.abort(self._garbled)
        elif alone:
            self.opening.changes |= self._fetching.selected.handle(event)

    def _opened(self, result: Tagged) -> Tagged:
        self._timer.clear()
        self._answered = True
        self._starts.answered()
        return result

    def _refused(self, failure: Failure) -> Failure:
        self._timer.clear()
        self._answered = failure.check(CommandRefused) is not None and not self._protocol.bye
        return failure
