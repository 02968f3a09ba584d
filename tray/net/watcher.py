"""Watches one mailbox for good: connects, runs a session, and after whatever ends it waits and begins again."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twisted.internet.defer import CancelledError, Deferred, fail, succeed

from tray.mail.status import Connecting, NeedsCredentials, Paused, Trouble, TroubleKind, Waiting, Watching
from tray.net.alarm import Alarm
from tray.net.backoff import CROWDED, Backoff
from tray.net.connect import connect, forbid_cleartext
from tray.net.errors import ActionFailed, DeadlineExceeded, Stopped
from tray.net.milestone import Milestone
from tray.net.opening import greeted, log_in
from tray.net.session import Session, SessionPorts
from tray.net.trouble import trouble_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from twisted.python.failure import Failure

    from tray.imap.types import MailboxName, Uid, UidValidity
    from tray.mail.account import Account
    from tray.mail.mailbox import MailboxReport, MailboxState
    from tray.mail.secret import Secret
    from tray.mail.status import Status
    from tray.net.alarm import Clock
    from tray.net.protocol import MailProtocol

    _Ask = Callable[[Session], Deferred[int]]

log = logging.getLogger(__name__)

CONFIRM_EVERY = 30.0
"""Seconds between two statuses that say no more than that the server was heard of."""
GOOD_AFTER = 30.0
"""Seconds that a session must have watched to count as good: its end is then answered at once."""


@dataclass(frozen=True, slots=True)
class WatcherPorts:
    """What a watcher needs of the world, and whom it tells."""

    reactor: Clock
    secret: Callable[[Account], Awaitable[Secret]]
    """Raises SecretUnavailable."""
    known: Callable[[], MailboxState | None]
    report: Callable[[MailboxReport], None]
    status: Callable[[Status], None]
    random: Callable[[], float]
    now: Callable[[], float]
    """Unix seconds."""


class Watcher:
    """One (account, mailbox); every method may be called at any time."""

    def __init__(self, account: Account, mailbox: MailboxName, ports: WatcherPorts, titles: int) -> None:
        self.account = account
        self.mailbox = mailbox
        self.last_confirmed: float | None = None
        """Unix seconds of the last word from the server on the present connection, else None."""
        self._ports = ports
        self._titles = titles
        self._backoff = Backoff(ports.random)
        self._pipelining = True
        self._life: Deferred[None] | None = None
        self._over: Milestone[None] = Milestone()  # of the present life
        self._ending = False
        self._again = False  # begin anew as soon as the present life is over
        self._protocol: MailProtocol | None = None
        self._session: Session | None = None
        self._watching: Watching | None = None
        self._nap: Deferred[None] | None = None
        self._trouble: Trouble | None = None  # what it waits for to pass
        self._troubled_since: float | None = None
        self._queue: list[tuple[_Ask, Deferred[int]]] = []
        self._paused = False
        self._resumption = Alarm(ports.reactor)

    # What the app asks for.

    def start(self) -> None:
        """Begin to watch; without effect while it does."""
        self._forget_pause()
        if self._life is None:
            self._begin()
        else:
            self._again = self._ending

    def stop(self) -> Deferred[None]:
        """End, with a goodbye to the server where there is a connection; fires within about two seconds."""
        self._forget_pause()
        return self._end()

    def restart(self) -> None:
        """Begin anew, with a fresh secret and without a wait."""
        self._end()
        self.start()

    def check_now(self) -> None:
        """Try again at once where it waits; prove the connection and look where it watches."""
        if self._session is not None and self._watching is not None:
            self._session.probe()
        else:
            self._wake()

    def pause(self, until: float | None) -> None:
        """Disconnect until `until` (Unix seconds), or until `resume` where that is None."""
        self._forget_pause()
        self._paused = True
        now = self._ports.now()
        if until is not None:
            self._resumption.set(max(0.0, until - now), self.resume)
        self._end()
        self._ports.status(Paused(now, until))

    def resume(self) -> None:
        """Watch again after `pause`; without effect otherwise."""
        if self._paused:
            self.start()

    def mark_seen(self, uid_validity: UidValidity, uids: Collection[Uid]) -> Deferred[None]:
        """Mark mails as read on the server; fails with ActionFailed."""
        return self._act(lambda session: session.mark_seen(uid_validity, uids)).addCallback(_nothing)

    def mark_all_seen(self) -> Deferred[int]:
        """Mark as read whatever is there and known; gives how many there were, fails with ActionFailed."""
        return self._act(Session.mark_all_seen)

    # One life: from `start` to `stop`.

    def _begin(self) -> None:
        self._ending = self._again = False
        self._over = Milestone()
        self._life = Deferred.fromCoroutine(self._live())
        self._life.addErrback(self._died).addBoth(self._finished)

    def _end(self) -> Deferred[None]:
        self._again = False
        if self._life is None:
            return succeed(None)
        over = self._over.wait()
        if not self._ending:
            self._ending = True
            if self._session is not None:
                self._session.leave()
            else:
                self._life.cancel()
        return over

    def _died(self, failure: Failure) -> None:
        if not (self._ending or failure.check(CancelledError)):
            log.critical("A watcher died", exc_info=failure.value)

    def _finished(self, _: None) -> None:
        self._life = None
        self._over.reach(None)
        if self._again:
            self._begin()

    async def _live(self) -> None:
        try:
            while not self._ending:
                trouble = await self._attempt()
                if not self._ending:
                    await self._wait_because_of(trouble)
        finally:
            self._fail_queue(_NOT_WATCHED)

    async def _attempt(self) -> Trouble:
        """One connection from its beginning to its end, and what ended it."""
        self._trouble = None
        self._ports.status(Connecting(self._ports.now()))
        try:
            await self._watch(await self._logged_in())
        except Exception as error:  # noqa: BLE001 -- the supervision loop: whatever it is, it must not end the watch
            return self._judge(error)
        finally:
            self._forget_connection()
        raise AssertionError  # pragma: no cover -- a session ends by raising

    async def _logged_in(self) -> MailProtocol:
        forbid_cleartext(self.account)  # before anybody is asked for a password
        secret = await self._ports.secret(self.account)
        protocol = await connect(self._ports.reactor, self.account, pipelining=self._pipelining)
        self._protocol = protocol
        protocol.on_heard = self._heard
        if not await greeted(protocol, self.account):
            await log_in(protocol, self.account, secret)
        return protocol

    async def _watch(self, protocol: MailProtocol) -> None:
        ports = SessionPorts(self._ports.known, self._ports.report, self._confirmed)
        self._session = Session(self._ports.reactor, protocol, self.mailbox, self._titles, ports)
        await self._session.run()

    def _judge(self, error: Exception) -> Trouble:
        trouble = trouble_of(error, self.account, self.mailbox)
        if trouble.kind is TroubleKind.INTERNAL:
            log.error("Fault of ours while watching account %s", self.account.id, exc_info=error)
        elif not self._ending:
            log.info("Account %s: %s (%s)", self.account.id, trouble.kind.value, type(error).__name__)
        if isinstance(error, DeadlineExceeded) and error.pipelined:
            self._pipelining = False
        return trouble

    def _forget_connection(self) -> None:
        protocol, self._protocol = self._protocol, None
        watching, self._watching = self._watching, None
        self._session = None
        self.last_confirmed = None
        if protocol is not None:
            self._pipelining &= protocol.pipelining
            protocol.on_heard = _nothing_heard
            protocol.abort(Stopped())
        if watching is not None and not 0 <= self._ports.now() - watching.since < GOOD_AFTER:
            self._backoff.was_good()

    # Waiting.

    async def _wait_because_of(self, trouble: Trouble) -> None:
        now = self._ports.now()
        since = self._troubled_since = now if self._troubled_since is None else self._troubled_since
        self._trouble = trouble
        self._fail_queue(trouble)
        self._nap = Deferred()
        alarm = Alarm(self._ports.reactor)
        if trouble.kind.asks_user:
            self._ports.status(NeedsCredentials(since, trouble))
        else:
            delay = self._backoff.delay(CROWDED if trouble.kind is TroubleKind.TOO_MANY else 0.0)
            alarm.set(delay, self._wake)
            self._ports.status(Waiting(since, now + delay, trouble))
        try:
            await self._nap
        finally:
            self._nap = None
            alarm.clear()

    def _wake(self) -> None:
        nap, self._nap = self._nap, None
        if nap is not None:
            nap.callback(None)

    def _forget_pause(self) -> None:
        self._paused = False
        self._resumption.clear()

    # Watching.

    def _heard(self) -> None:
        """The server lives. Told at most now and then: nobody should wake up for it."""
        now = self.last_confirmed = self._ports.now()
        watching = self._watching
        if watching is not None and not 0 <= now - watching.last_confirmed < CONFIRM_EVERY:
            self._publish(watching.push)

    def _confirmed(self, push: bool) -> None:
        self._troubled_since = None
        self._publish(push)
        queue, self._queue = self._queue, []
        assert self._session is not None
        for ask, done in queue:
            ask(self._session).chainDeferred(done)

    def _publish(self, push: bool) -> None:
        now = self._ports.now()
        since = now if self._watching is None else self._watching.since
        self._watching = Watching(since, now, push)
        self._ports.status(self._watching)

    # Acting.

    def _act(self, ask: _Ask) -> Deferred[int]:
        """Now where it watches, as soon as it does where it connects, else not at all."""
        if self._session is not None and self._watching is not None:
            done = ask(self._session)
        elif self._trouble is not None:
            done = fail(ActionFailed(self._trouble))
        elif self._life is None or self._ending:
            done = fail(ActionFailed(_NOT_WATCHED))
        else:
            done = Deferred()
            self._queue.append((ask, done))
        return done.addErrback(self._in_words)

    def _in_words(self, failure: Failure) -> int:
        error = failure.value
        assert error is not None
        raise ActionFailed(trouble_of(error, self.account, self.mailbox)) from None

    def _fail_queue(self, trouble: Trouble) -> None:
        queue, self._queue = self._queue, []
        for _, done in queue:
            done.errback(ActionFailed(trouble))


_NOT_WATCHED = Trouble(
    TroubleKind.UNREACHABLE, "This account is not being watched now.", "Resume it, and try again."
)


def _nothing(_: object) -> None:
    """How many mails there were, the caller knows."""


def _nothing_heard() -> None:
    """The connection is no longer ours."""
