"""Watches one mailbox for good: connects, runs a session, and after whatever ends it waits and begins again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from twisted.internet.defer import CancelledError, Deferred, succeed

from tray.mail.model.status import Connecting, Paused, Problem, ProblemKind, Watching
from tray.mail.presentation.problem_texts.connection import not_watched
from tray.net.clock import Timer
from tray.net.deferreds import OneShotEvent
from tray.net.errors import DeadlineExceeded, Stopped
from tray.net.imap.factory import connect, forbid_cleartext
from tray.net.imap.fetching import SessionMemory
from tray.net.imap.login import authenticate, await_greeting, hide
from tray.net.problems.classify import problem_of
from tray.net.watch.idle_loop import PROXY_RENEWAL, RENEWAL
from tray.net.watch.pending_actions import PendingActions
from tray.net.watch.retry import RetryWait
from tray.net.watch.server_alerts import alert_of
from tray.net.watch.session import PROBE_DEADLINE, Session, SessionPorts

if TYPE_CHECKING:
    from collections.abc import Collection

    from twisted.python.failure import Failure

    from tray.imap.events import Event
    from tray.imap.types import MailboxName, Uid, UidValidity
    from tray.mail.model.account import Account
    from tray.net.imap.protocol import MailProtocol
    from tray.net.watch.listener import WatcherPorts
    from tray.net.watch.pending_actions import Errand

log = logging.getLogger(__name__)

CONFIRM_EVERY = 30.0
"""Seconds between two statuses that say no more than that the server was heard of."""
_DIALLING = 3.0  # s: a connection that is not made by then may be knocking at a network that is gone
_DIALLING_FAR = 20.0  # s: the same through a proxy, where Tor may need so long


class MailboxWatcher:
    """One (account, mailbox); every method may be called at any time."""

    def __init__(self, account: Account, mailbox: MailboxName, ports: WatcherPorts, titles: int) -> None:
        self.account = account
        self.mailbox = mailbox
        self._ports = ports
        self._titles = titles
        self._waits = RetryWait(ports)
        self._in_vain = ports.turn.in_vain()
        self._pipelining = True
        self._life: Deferred[None] | None = None
        self._over: OneShotEvent[None] = OneShotEvent()  # of the present life
        self._ending = False
        self._again = False  # begin anew as soon as the present life is over
        self._protocol: MailProtocol | None = None
        self._session: Session | None = None
        self._watching: Watching | None = None
        self._alert: Problem | None = None  # the last one on the present connection
        self._gave_way = False
        self._pending_actions = PendingActions(lambda error: problem_of(error, account, mailbox))
        self._paused = False
        self._resumption = Timer(ports.reactor)
        self._asleep = False
        self._dialled: float | None = None  # since when a connection has been asked for
        self.last_confirmed: float | None = None
        """Unix seconds of the last word from the server on the present connection, else None."""
        self._memory = SessionMemory()

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
        """Try again at once where it waits or knocks in vain; prove the connection and look where it watches."""
        self._waits.backoff.asked()
        if self._protocol is not None:
            self._protocol.hurry(PROBE_DEADLINE)
        if self._asleep:
            self.start()
        elif self._session is not None and self._watching is not None:
            self._session.probe()
        elif self._knocks_in_vain:
            self.restart()
        else:
            self._waits.wake()

    def sleep(self) -> Deferred[None]:
        """Say goodbye before the machine sleeps, as `stop`; nothing happens until `retry`.

        What is paused stays so, and what waits for the user goes on waiting.
        """
        if self._paused or self._life is None or self._waits.for_user:
            return succeed(None)
        over = self._end()
        self._asleep = True
        self._ports.status(Connecting(self._ports.now()))
        return over

    def retry(self) -> None:
        """The machine is awake or has a network: connect without a wait where there is no connection.

        Not where the user has to do something first, nor where the server has asked for patience.
        """
        if self._asleep:
            self.start()
        elif self._waits.napping and not (self._waits.for_user or self._waits.for_server):
            self.check_now()
        elif self._knocks_in_vain:
            self.restart()  # it knocks where the old network led to

    def prove(self, since: float) -> None:
        """The connection may be gone: have it prove itself soon, unless the server was heard of after `since`."""
        last = self.last_confirmed
        if last is not None and not since < last <= self._ports.now():
            self.check_now()

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

    def show(self, titles: int) -> None:
        """Follow so many titles from now on, on the connection that there is."""
        self._titles = titles
        if self._session is not None:
            self._session.show(titles)

    def mark_seen(self, uid_validity: UidValidity, uids: Collection[Uid]) -> Deferred[None]:
        """Mark mails as read on the server; fails with ActionFailed."""
        return self._act(lambda session: session.mark_seen(uid_validity, uids)).addCallback(_nothing)

    def mark_all_seen(self) -> Deferred[int]:
        """Mark as read whatever is there and known; gives how many there were, fails with ActionFailed."""
        return self._act(Session.mark_all_seen)

    @property
    def _knocks_in_vain(self) -> bool:
        patience = _DIALLING_FAR if self.account.proxy else _DIALLING
        return self._dialled is not None and not 0 <= self._ports.now() - self._dialled < patience

    # One life: from `start` to `stop`.

    def _begin(self) -> None:
        self._ending = self._again = False
        self._over = OneShotEvent()
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
        self._over.set(None)
        if self._again:
            self._begin()

    async def _live(self) -> None:
        try:
            while not self._ending:
                problem = await self._attempt()
                gave_way, self._gave_way = self._gave_way, False
                if not (self._ending or gave_way):
                    self._pending_actions.refuse(problem)
                    await self._waits.out(problem)
        finally:
            self._pending_actions.refuse(not_watched())

    async def _attempt(self) -> Problem:
        """One connection from its beginning to its end, and what ended it."""
        self._waits.problem = None
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
        await self._ports.turn.take(self._queued, self._give_way, self._waits.server_is_back)
        if self._waits.problem is not None:  # it had to queue up
            self._waits.problem = None
            self._ports.status(Connecting(self._ports.now()))
        self._dialled = self._ports.now()
        ports, pipelining = self._ports, self._pipelining
        protocol = self._protocol = await connect(
            ports.reactor,
            self.account,
            self._on_event,
            self._on_data,
            pipelining=pipelining,
            proxy_secret=ports.proxy_secret,
        )
        hide(protocol, self.account, secret)
        self._waits.backoff.connected()
        self._dialled = None
        if not await await_greeting(protocol, self.account):
            await authenticate(protocol, self.account, secret, self._in_vain)
        self._ports.turn.logged_in()
        return protocol

    async def _watch(self, protocol: MailProtocol) -> None:
        own, renewal = self._ports, PROXY_RENEWAL if self.account.proxy else RENEWAL
        ports = SessionPorts(own.known, own.report, self._confirmed, renewal, self._memory)
        self._session = Session(self._ports.reactor, protocol, self.mailbox, self._titles, ports)
        await self._session.run()

    def _judge(self, error: Exception) -> Problem:
        problem = problem_of(error, self.account, self.mailbox)
        if problem.kind is ProblemKind.TOO_MANY:
            self._ports.turn.refused(error)
        if problem.kind is ProblemKind.TOO_OFTEN:
            self._ports.turn.hurried()
        if problem.kind is ProblemKind.INTERNAL:
            log.error("Fault of ours while watching account %s", self.account.id, exc_info=error)
        elif not self._ending:
            log.info("Account %s: %s (%s)", self.account.id, problem.kind.value, type(error).__name__)
        if isinstance(error, DeadlineExceeded) and error.pipelined:
            self._pipelining = False
        return problem

    def _forget_connection(self) -> None:
        protocol, self._protocol = self._protocol, None
        watching, self._watching = self._watching, None
        self._session = self._dialled = self._alert = self.last_confirmed = None
        self._ports.turn.leave()
        if protocol is not None:
            self._pipelining &= protocol.pipelining
            protocol.abort(Stopped())
        if watching is not None:
            self._waits.backoff.watched(self._ports.now() - watching.since)

    # Waiting.

    def _queued(self, until: float, problem: Problem) -> None:
        """There is no room for this connection yet."""
        self._pending_actions.refuse(problem)
        self._waits.queued(until, problem)

    def _give_way(self) -> None:
        """Another mailbox is to be looked at: queue up again behind it."""
        if self._session is not None and not self._ending:
            self._gave_way = True
            self._session.leave()

    def _forget_pause(self) -> None:
        self._paused = self._asleep = False
        self._resumption.clear()

    # Watching.

    def _on_event(self, event: Event) -> None:
        """Take note of a response: the session of the mailbox, the listener of an alert."""
        if self._protocol is None:
            return
        alert = alert_of(event, self.account, encrypted=self._protocol.encrypted)
        if alert is not None:
            is_first, self._alert = self._alert is None, alert
            self._ports.remark(alert)
            if is_first:
                self._publish_again()
        if self._session is not None:
            self._session.on_event(event)

    def _on_data(self) -> None:
        """The server lives. The listener is told now and then only: nobody should wake up for it."""
        now = self.last_confirmed = self._ports.now()
        self._waits.backoff.answered()
        if self._watching is not None and not 0 <= now - self._watching.last_confirmed < CONFIRM_EVERY:
            self._publish_again()

    def _confirmed(self, push: bool) -> None:
        if self._ending:
            return
        self._waits.over()
        self._publish(push)
        assert self._session is not None
        self._pending_actions.begin(self._session)

    def _publish_again(self) -> None:
        """It still watches; the answer to our goodbye is not to be shown as watching."""
        if self._watching is not None and not self._ending:
            self._publish(self._watching.push)

    def _publish(self, push: bool) -> None:
        now = self._ports.now()
        since = now if self._watching is None else self._watching.since
        self._watching = Watching(since, now, push, self._alert)
        self._ports.status(self._watching)

    # Acting.

    def _act(self, ask: Errand) -> Deferred[int]:
        """Now where it watches, as soon as it does where it connects, else not at all."""
        refusal = self._waits.problem or (not_watched() if self._life is None or self._ending else None)
        return self._pending_actions.run(ask, self._session if self._watching is not None else None, refusal)


def _nothing(_: object) -> None:
    """The caller knows how many mails there were."""
