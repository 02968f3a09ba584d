"""Waits for something to do: by IDLE, which is renewed in time, else by polling."""

from __future__ import annotations

import enum
import logging
import math
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.imap.errors import CommandRefused
from tray.net.clock import Timer
from tray.net.imap.connection import ignore
from tray.net.imap.mailbox.selected_mailbox import MailboxChange

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.imap.events import Tagged
    from tray.net.clock import Clock
    from tray.net.imap.protocol import MailProtocol

CHECK_BURST = 100
"""Checks of the mailbox that may follow one another at once, however often the server announces changes."""
CHECKS_PER_SECOND = 2.0
"""Checks of the mailbox in a second, on average, once these are used up."""

log = logging.getLogger(__name__)

RENEWAL = 9 * 60.0
"""Seconds. NATs drop a silent connection after 5 to 15 minutes, which TCP keepalive prevents (`tray.net.imap.factory`);
servers end an IDLE after 29 (RFC 2177). If a relay acknowledges for a dead peer, only the renewal notices.
"""
PROXY_RENEWAL = 4 * 60.0
"""The same through a proxy, where TCP keepalive reaches only the proxy."""
LONGEST_IDLE = 27 * 60.0
"""Seconds after which IDLE is renewed, also where the server says now and then that it is there (RFC 2177: 29 min)."""
_SPOKE = 150.0
"""Seconds after a word of the server in which IDLE is not renewed: Dovecot says every two minutes that it is there."""
POLL_INTERVAL = 60.0
"""Seconds between two polls of a server without IDLE, or whose IDLE pushes nothing.

The sentence of `tray.mail.presentation.setup.check_texts.no_idle` says "every minute", and the README "once a minute":
with another interval change both, their tests and the translations.
"""
SETTLE = 0.15
"""Seconds to wait for further changes by other clients, so that one check is enough."""
_SHORT = 2.0  # seconds of an IDLE that the server ends at once
_SHORT_LIMIT = 3  # such IDLEs in a row before polling


class Need(enum.Flag):
    """What the session has to do next."""

    NOTHING = 0
    MAIL = enum.auto()
    """There may be new mail."""
    CHANGES = enum.auto()
    """Flags changed, or messages were expunged."""
    LOOK = enum.auto()
    """Check everything, at a fixed time or for the user."""
    READ = enum.auto()
    """Read the newest messages again."""
    REOPEN = enum.auto()
    """Open the mailbox again and read the newest messages."""
    AGAIN = enum.auto()
    """Request envelopes again that could not be fetched."""
    ACT = enum.auto()
    """Run the actions that wait."""
    OTHERS = enum.auto()
    """Let other mailboxes of the connection have their turns."""
    COUNT = enum.auto()
    """Count the unseen messages."""
    PUSHED = enum.auto()
    """Report new messages whose data the server has sent without a request."""
    MORE = enum.auto()
    """Read more of what a window lists or searches."""


class IdleLoop:
    """Collects what there is to do; `next_needs` returns it, and idles until there is something."""

    def __init__(
        self,
        clock: Clock,
        protocol: MailProtocol,
        renewal: float = RENEWAL,
        *,
        push: bool,
        silent: bool = False,
        ask_others: Callable[[], object] = ignore,
        ticks_since: float = 0.0,
    ) -> None:
        """`renewal`: seconds after which a silent IDLE is renewed at the latest.

        They are counted from `ticks_since` (of `clock`). `ask_others` is called to send commands before it.
        """
        self._ask_others = ask_others
        self._clock = clock
        self._protocol = protocol
        self._renew_after = renewal
        self._ticks_since = ticks_since
        self.push = push
        """Whether the server has a working IDLE."""
        self.silent = silent
        """Whether IDLE did not announce new messages: then also poll, until it does."""
        self._announced = False  # whether the server announced anything since IDLE began
        self._needs = Need.NOTHING
        self._waiter: Deferred[None] | None = None
        self._closed = False
        self._began = 0.0
        self._short_idles = 0
        self._look_timer = Timer(clock)
        self._timer_holds = (-math.inf, math.inf)
        """Between these times (of `clock`) a word leaves the timer as it is."""
        self._looked_at = self._spoke_at = -LONGEST_IDLE  # of `clock`
        self._settle = Timer(clock)
        self._settling = Need.NOTHING
        self._retry = Timer(clock)
        self._allowed = float(CHECK_BURST)  # checks: a token bucket
        self._allowed_at = clock.seconds()
        self._rate_timer = Timer(clock)
        protocol.lost.wait().addCallback(lambda _: self._wake())

    @property
    def sends_what_is_wanted(self) -> bool:
        """Whether the server sends new messages without a request, with all that a request would ask for."""
        return False

    def need(self, need: Need) -> None:
        """Add something to do."""
        self._needs |= need | self._settling
        self._settling = Need.NOTHING
        self._settle.clear()
        self._wake()

    def settle(self, need: Need) -> None:
        """Add something to do after `SETTLE` seconds, or with what is done before."""
        self._settling |= need
        if self._settle.remaining is None:
            self._settle.set(SETTLE, self.need, Need.NOTHING)

    def on_change(self, change: MailboxChange) -> None:
        """The mailbox has changed: check for new messages at once, for other changes after `SETTLE`."""
        if self._closed:  # the session has ended, its connection has not
            return
        now = self._spoke_at = self._clock.seconds()
        since, until = self._timer_holds
        if not since <= now <= until:
            self._set_look_timer()  # put off by this word; or the clock was set back, which would delay it
        if not change:
            return
        if self._protocol.queue.is_idling:
            self._announced = True
            self.silent &= MailboxChange.MAIL not in change
        if MailboxChange.RENUMBERED in change:
            self.need(Need.REOPEN)
        elif MailboxChange.MAIL in change:
            self.need(Need.MAIL | (Need.CHANGES if MailboxChange.CHANGES in change else Need.NOTHING))
        elif MailboxChange.CHANGES in change:
            self.settle(Need.CHANGES)

    def on_unannounced_mail(self) -> None:
        """A check at a fixed time found new messages that IDLE had not announced (GNU mailutils)."""
        if self.push and not self._announced and not self.silent:
            log.info("Polling every %g s: IDLE does not announce new messages", POLL_INTERVAL)
            self.silent = True

    def retry_after(self, seconds: float | None) -> None:
        """Add Need.AGAIN after `seconds`; never with None."""
        if seconds is None:
            self._retry.clear()
        elif self._retry.remaining is None:
            self._retry.set(seconds, self.need, Need.AGAIN)

    def idle(self) -> None:
        """Send IDLE, unless it is under way; call it with the last commands of a check, to send both in one write."""
        if self._closed or self._protocol.ended:
            return
        with self._protocol.queue.together():
            self._ask_others()
            if self.push and not self._protocol.queue.will_idle:
                self._began = self._clock.seconds()
                self._announced = False
                self._before_idle()
                self._protocol.idle().addCallbacks(self._idle_ended, self._idle_refused)

    async def begin(self) -> None:
        """Wait until the mailbox may be opened."""

    def _before_idle(self) -> None:
        """Send what is to be sent in the same write."""

    def looked(self) -> None:
        """A check is complete: start the timer for the next one again."""
        self._looked_at = self._clock.seconds()
        self._set_look_timer()

    def _set_look_timer(self) -> None:
        """Set it for the next tick at which IDLE has to be renewed if the server says nothing more until then.

        So no tick wakes the program in vain while the server speaks.
        """
        now = self._clock.seconds()  # may jump
        wait = self._until_tick()
        proves = _SPOKE if self.push and not self.silent else 0.0
        if (
            0 <= now - self._spoke_at < proves - wait
            and 0 <= now - self._looked_at <= LONGEST_IDLE - self._look_after - wait
        ):
            wait += self._look_after
        self._timer_holds = now, now + wait - proves
        self._look_timer.set(wait, self.need, Need.LOOK)

    async def next_needs(self) -> Need:
        """Idle until there is something to do, and return it. Raises the reason of the connection's end."""
        while (not self._needs or self._must_wait()) and self._protocol.ended is None:
            self.idle()
            self._waiter = Deferred()
            await self._waiter
        if self._protocol.ended is not None:
            raise self._protocol.ended
        self._allowed -= 1
        needs, self._needs = self._needs, Need.NOTHING
        return needs

    def _must_wait(self) -> bool:
        """Whether the next check has to wait because of its rate; actions of the user never wait."""
        now = self._clock.seconds()  # may jump
        self._allowed = min(CHECK_BURST, self._allowed + max(0.0, now - self._allowed_at) * CHECKS_PER_SECOND)
        self._allowed_at = now
        if self._allowed >= 1 or Need.ACT in self._needs:
            return False
        self._rate_timer.set((1 - self._allowed) / CHECKS_PER_SECOND, self._wake)
        return True

    def close(self) -> None:
        """Stop all timers, and send no more IDLE."""
        self._closed = True
        for timer in (self._look_timer, self._settle, self._retry, self._rate_timer):
            timer.clear()

    @property
    def _look_after(self) -> float:
        return self._renew_after if self.push and not self.silent else POLL_INTERVAL

    def _until_tick(self) -> float:
        """Seconds until the tick on which all mailboxes look that do so as often: it wakes the program once for all."""
        return self._look_after - (self._clock.seconds() - self._ticks_since) % self._look_after

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None:
            waiter.callback(None)

    def _idle_ended(self, _: Tagged) -> None:
        by_server = not (self._protocol.queue.busy or self._closed)  # else DONE was sent, before a command
        short = by_server and 0 <= self._clock.seconds() - self._began < _SHORT
        self._short_idles = self._short_idles + 1 if short else 0
        if self._short_idles >= _SHORT_LIMIT:
            self._poll("the server ends IDLE at once")
        self._wake()

    def _idle_refused(self, failure: Failure) -> None:
        if failure.check(CommandRefused) and not (self._closed or self._protocol.ended):
            self._poll("the server refused IDLE")
            self._wake()

    def _poll(self, reason: str) -> None:
        log.info("Polling every %g s: %s", POLL_INTERVAL, reason)
        self.push = False
        self.looked()
