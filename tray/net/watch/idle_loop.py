"""Waiting for something to do: IDLE where the server has it, renewed in time; else a look now and then."""

from __future__ import annotations

import enum
import logging
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.imap.errors import CommandRefused
from tray.net.clock import Timer
from tray.net.imap.selected_mailbox import MailboxChange

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from tray.imap.events import Tagged
    from tray.net.clock import Clock
    from tray.net.imap.protocol import MailProtocol

AT_ONCE = 100
"""Looks that may follow one another without a wait."""
PER_SECOND = 2.0
"""Looks that may be taken for good."""


class LookRateLimit:
    """A bucket of looks that fills up with time; times are seconds of any clock, which may also jump."""

    def __init__(self, now: float) -> None:
        self._left = float(AT_ONCE)
        self._at = now

    def wait(self, now: float) -> float:
        """Seconds until the next look may be taken; 0 for now."""
        self._left = min(AT_ONCE, self._left + max(0.0, now - self._at) * PER_SECOND)
        self._at = now
        return max(0.0, (1 - self._left) / PER_SECOND)

    def take(self) -> None:
        """One look is taken."""
        self._left -= 1


log = logging.getLogger(__name__)

RENEWAL = 9 * 60.0
"""Seconds: NATs forget a silent connection after 5 to 15 minutes, and TCP keepalive prevents that
(`tray.net.imap.factory`); servers end an IDLE after 29 (RFC 2177). Where a relay acknowledges for a dead peer, the
renewal alone notices.
"""
PROXY_RENEWAL = 4 * 60.0
"""The same through a proxy, where TCP keepalive reaches no further than to the proxy."""
POLL_INTERVAL = 60.0
"""Seconds between two looks where the server does not push."""
SETTLE = 0.15
"""Seconds in which changes by other clients gather, so that one look answers them all."""
_SHORT = 2.0  # s: an IDLE that the server ends sooner...
_SHORT_LIMIT = 3  # ...so often in a row is none: look now and then instead


class Need(enum.Flag):
    """What the session has to do next."""

    NOTHING = 0
    MAIL = enum.auto()
    """There may be new mail."""
    CHANGES = enum.auto()
    """Flags changed, or messages left."""
    LOOK = enum.auto()
    """Everything, because it is time or because the user wants to know."""
    READ = enum.auto()
    """The newest messages anew."""
    REOPEN = enum.auto()
    """The mailbox and the newest messages anew: what is known of it is no longer true."""
    AGAIN = enum.auto()
    """Envelopes that did not come are to be asked for once more."""
    ACT = enum.auto()


class IdleLoop:
    """Collects what there is to do; `next_needs` gives it, and idles until there is something."""

    def __init__(
        self,
        clock: Clock,
        protocol: MailProtocol,
        renewal: float = RENEWAL,
        *,
        push: bool,
        silent: bool = False,
    ) -> None:
        """`renewal`: seconds without a look after which IDLE is renewed."""
        self._clock = clock
        self._protocol = protocol
        self._renew_after = renewal
        self.push = push
        """False once the server has shown that it has no IDLE worth the name."""
        self.silent = silent
        """Whether it takes IDLE and yet announced new mail only when it was asked: look each minute until it pushes."""
        self._announced = False  # whether anything was, since IDLE began
        self._needs = Need.NOTHING
        self._waiter: Deferred[None] | None = None
        self._closed = False
        self._began = 0.0
        self._short_idles = 0
        self._renewal = Timer(clock)
        self._settle = Timer(clock)
        self._retry = Timer(clock)
        self._pace = LookRateLimit(clock.seconds())
        self._pace_timer = Timer(clock)
        protocol.lost.wait().addCallback(lambda _: self._wake())

    def need(self, need: Need) -> None:
        """Have it done as soon as the session is free."""
        if self._settle.remaining is not None:
            need |= Need.CHANGES
            self._settle.clear()
        self._needs |= need
        self._wake()

    def on_change(self, change: MailboxChange) -> None:
        """The mailbox has changed: look for new mail at once, for other changes after a moment."""
        self._correct_renewal()
        if change and self._protocol.idles:
            self._announced = True
            self.silent &= not change & MailboxChange.MAIL
        if change & MailboxChange.RENUMBERED:
            self.need(Need.REOPEN)
        elif change & MailboxChange.MAIL:
            self.need(Need.MAIL | (Need.CHANGES if change & MailboxChange.CHANGES else Need.NOTHING))
        elif change & MailboxChange.CHANGES and self._settle.remaining is None:
            self._settle.set(SETTLE, self.need, Need.CHANGES)

    def on_unannounced_mail(self) -> None:
        """A look at a fixed time found new mail, which a server that pushes had announced (GNU mailutils does not)."""
        if self.push and not self._announced and not self.silent:
            log.info("Looking every %g s: the server announces new mail only when it is asked", POLL_INTERVAL)
            self.silent = True

    def retry_after(self, seconds: float | None) -> None:
        """Ask once more for what did not come, so many seconds from now; not at all with None."""
        if seconds is None:
            self._retry.clear()
        elif self._retry.remaining is None:
            self._retry.set(seconds, self.need, Need.AGAIN)

    def idle(self) -> None:
        """Ask for IDLE, unless it is under way; call it with the last commands of a look, to go out with them."""
        if self.push and not (self._closed or self._protocol.rests or self._protocol.ended):
            self._began = self._clock.seconds()
            self._announced = False
            self._protocol.idle().addCallbacks(self._idle_ended, self._idle_refused)

    def looked(self) -> None:
        """Everything is known as of now: count the time anew."""
        self._renewal.set(self._look_after, self.need, Need.LOOK)

    async def next_needs(self) -> Need:
        """Idle until there is something to do. Raises the reason of the connection's end."""
        while (not self._needs or self._must_wait()) and self._protocol.ended is None:
            self.idle()
            self._waiter = Deferred()
            await self._waiter
        if self._protocol.ended is not None:
            raise self._protocol.ended
        self._pace.take()
        needs, self._needs = self._needs, Need.NOTHING
        return needs

    def _must_wait(self) -> bool:
        """Whether a look has to wait because there were too many; what the user asked for never has to."""
        wait = 0.0 if self._needs & Need.ACT else self._pace.wait(self._clock.seconds())
        if wait:
            self._pace_timer.set(wait, self._wake)
        return bool(wait)

    def close(self) -> None:
        """No timer stays behind, no IDLE begins."""
        self._closed = True
        self._renewal.clear()
        self._settle.clear()
        self._retry.clear()
        self._pace_timer.clear()

    @property
    def _look_after(self) -> float:
        return self._renew_after if self.push and not self.silent else POLL_INTERVAL

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None:
            waiter.callback(None)

    def _correct_renewal(self) -> None:
        """The reactor's clock is the wall clock: set back by an hour, it would make the renewal an hour late."""
        remaining = self._renewal.remaining
        if remaining is not None and remaining > self._look_after + 1:
            self.looked()

    def _idle_ended(self, _: Tagged) -> None:
        by_itself = not (self._protocol.busy or self._closed)  # we end it for a command only
        short = by_itself and 0 <= self._clock.seconds() - self._began < _SHORT
        self._short_idles = self._short_idles + 1 if short else 0
        if self._short_idles >= _SHORT_LIMIT:
            self._poll("the server ends IDLE at once")
        self._wake()

    def _idle_refused(self, failure: Failure) -> None:
        if failure.check(CommandRefused) and self._protocol.ended is None:
            self._poll("the server refused IDLE")
            self._wake()

    def _poll(self, why: str) -> None:
        log.info("Asking every %g s: %s", POLL_INTERVAL, why)
        self.push = False
        self.looked()
