"""Watches one mailbox: connects, runs a session, and after its end waits and connects again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from twisted.internet import error as failures
from twisted.internet.defer import CancelledError, Deferred, fail, succeed

from tray.mail.model.status import Connecting, Paused, Problem, ProblemKind
from tray.net.deferreds import OneShotEvent
from tray.net.errors import ActionFailed, DeadlineExceeded, Stopped
from tray.net.imap.command_queue import PROBE_DEADLINE
from tray.net.imap.factory import connect, forbid_cleartext
from tray.net.imap.login import await_greeting, hide_secret
from tray.net.problems import action_failed, not_watched, problem_of
from tray.net.watch import after_greeting
from tray.net.watch.connections.account_connections import AccountConnections
from tray.net.watch.connections.connection_status import ConnectionStatus
from tray.net.watch.connections.retry import RetryWait
from tray.net.watch.session_memory import SessionMemory

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.imap.events import Event
    from tray.imap.types import MailboxName, Uid
    from tray.mail.actions.pending import PendingAction
    from tray.mail.model.account import Account
    from tray.mail.model.uid_set import UidSet
    from tray.net.clock import Clock
    from tray.net.imap.protocol import MailProtocol
    from tray.net.watch.connections.connection_limits import ConnectionLimits
    from tray.net.watch.early_start import EarlyStart
    from tray.net.watch.listener import WatchListener
    from tray.net.watch.mailbox_search import MailboxSearch
    from tray.net.watch.session import Session

log = logging.getLogger(__name__)

_STUCK_AFTER = 3.0  # seconds to connect; later, the attempt may have been made in an earlier network
_STUCK_AFTER_PROXY = 20.0  # the same through a proxy, because Tor is slow


class MailboxWatcher:
    """Watches one mailbox of an account; every method may be called at any time."""

    def __init__(
        self,
        account: Account,
        mailbox: MailboxName,
        listener: WatchListener,
        titles: int,
        *,
        reactor: Clock,
        limits: ConnectionLimits,
        random: Callable[[], float],
        now: Callable[[], float],
        connections: AccountConnections | None = None,
    ) -> None:
        """Report the newest `titles` messages; `random` gives 0 to 1, `now` Unix seconds; `connections` are shared."""
        self.account = account
        self.mailbox = mailbox
        self.listener = listener
        self._titles = titles
        self._reactor = reactor
        self.slot = limits.slot(account, mailbox, self)
        self._now = now
        self._retry = RetryWait(reactor, random, now, self.slot.outage, listener.on_status)
        self._pipelining = True
        self._run: Deferred[None] | None = None
        self._ended: OneShotEvent[None] = OneShotEvent()  # the current run
        self._ending = False
        self._again = False  # start again after the end of the current run
        self._protocol: MailProtocol | None = None
        self._session: Session | None = None
        self._early: EarlyStart | None = None  # of the current connection
        self._status = ConnectionStatus(listener, now)  # of the current connection
        self._at_once = False  # connect again without a wait
        self._paused = self._asleep = False
        self._connecting_since: float | None = None  # Unix seconds, while a connection is being made
        self.memory = SessionMemory(ticks_since=limits.began)
        self._connections = connections or AccountConnections()
        self._connections.add(self)

    # Called by the application.

    def start(self) -> None:
        """Start to watch; no effect while watching."""
        self._paused = self._asleep = False
        if self._run is None:
            self._begin()
        else:
            self._again = self._ending

    def stop(self) -> Deferred[None]:
        """Stop, with LOGOUT if there is a connection; fires within about two seconds."""
        self._paused = self._asleep = False
        self._connections.remove(self)
        return self._end()

    def restart(self) -> None:
        """Connect again at once, with a secret that is read again."""
        self._end()
        self.start()

    def check_now(self) -> None:
        """Read the mailbox now and check the connection; without a connection, connect at once."""
        lead = self._connections.lead(self)
        if lead is not None and not self._asleep:
            self._retry.wake()
            lead.check_now()
            return
        self.slot.reset()
        if self._protocol is not None:
            self._protocol.hurry(PROBE_DEADLINE)
        if self._asleep:
            self.start()
        elif self._session is not None and self._status.watching_since is not None:
            self._session.probe()
        elif self._is_stuck_connecting:
            self.restart()
        else:
            self._retry.wake()

    def sleep(self) -> Deferred[None]:
        """Log out, until `on_network_back` or `check_now`; no effect while paused, or while the user has to act."""
        if self._paused or self._run is None or self._retry.needs_credentials:
            return succeed(None)
        over = self._end()
        self._asleep = True
        self.listener.on_status(Connecting(self._now()))
        return over

    def on_network_back(self) -> None:
        """The machine is awake or has a network: connect at once, unless the user or the server's wait is first."""
        if self._asleep:
            self.start()
        elif self._retry.is_waiting and not (self._retry.needs_credentials or self._retry.for_server):
            self.check_now()
        elif self._is_stuck_connecting:
            self.restart()  # the attempt was made in the earlier network

    def probe(self, since: float) -> None:
        """Check the connection, unless the server sent something after `since` (Unix seconds)."""
        last = self.last_confirmed
        if last is not None and not since < last <= self._now():
            self.check_now()

    def pause(self, until: float | None) -> None:
        """Disconnect until `resume` is called; `until`: when that will be (Unix seconds), if known."""
        self._paused, self._asleep = True, False
        self._end()
        self.listener.on_status(Paused(self._now(), until))

    def resume(self) -> None:
        """Watch again after `pause`; no effect otherwise."""
        if self._paused:
            self.start()

    def show(self, titles: int) -> None:
        """Report the newest `titles` messages from now on, without a new connection."""
        self._titles = titles
        if self._session is not None:
            self._session.show(titles)

    def perform(self, action: PendingAction, before_copy: Callable[[Uid], None]) -> Deferred[UidSet]:
        """Do an action of the user now, or after connecting; see `UserActions.perform`.

        Fires with the messages that it named; fails with ActionFailed, at once where there will be no connection soon.
        """
        if self.refusal is not None:
            return fail(ActionFailed(self.refusal))

        def failed(failure: Failure) -> UidSet:
            assert failure.value is not None
            raise action_failed(failure.value, self.account, self.mailbox) from None

        done = self.memory.actions.add(lambda session: session.perform(action, before_copy))
        if self._session is not None:
            self._session.act()
        return done.addErrback(failed)

    def search(self, search: MailboxSearch) -> None:
        """Search the mailbox; it ends with ActionFailed, at once where there will be no connection soon."""
        self.memory.searches.append(search)
        if self.refusal is not None:
            self.memory.refuse(ActionFailed(self.refusal))
        self.show(self._titles)

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server offers on the current connection; empty where there is none."""
        return frozenset() if self._protocol is None else self._protocol.capabilities or frozenset()

    @property
    def last_confirmed(self) -> float | None:
        """Unix seconds of the last data on the current connection, else None."""
        lead = self._connections.lead(self)
        return self._status.last_confirmed if lead is None else lead.last_confirmed

    def connect_apart(self) -> None:
        """Leave the connection of another mailbox, for one of its own."""
        if self._session is not None and self._protocol is None:
            self._session.end()

    @property
    def refusal(self) -> Problem | None:
        """Why nothing can be done for the user soon; None where there is or will be a connection."""
        lead = self._connections.lead(self)
        problem = self._retry.problem or (not_watched() if self._run is None or self._ending else None)
        return lead.refusal if problem is None and lead is not None else problem

    @property
    def _is_stuck_connecting(self) -> bool:
        limit = _STUCK_AFTER_PROXY if self.account.proxy else _STUCK_AFTER
        return self._connecting_since is not None and not 0 <= self._now() - self._connecting_since < limit

    # One run: from `start` to `stop`.

    def _begin(self) -> None:
        self._ending = self._again = False
        self._status = ConnectionStatus(self.listener, self._now)
        self._ended = OneShotEvent()
        self._run = Deferred.fromCoroutine(self._watch_until_stopped())
        self._run.addBoth(self._finished)

    def _end(self) -> Deferred[None]:
        self._again = False
        if self._run is None:
            return succeed(None)
        ended = self._ended.wait()
        if not self._ending:
            self._ending = True
            self._status.end()
            if self._session is not None:
                self._session.end()
            else:
                self._run.cancel()
        return ended

    def _finished(self, outcome: Failure | None) -> None:
        if outcome is not None and not (self._ending or outcome.check(CancelledError)):
            log.critical("A watcher has failed", exc_info=outcome.value)
        self._run = None
        self._ended.set(None)
        if self._again:
            self._begin()

    async def _watch_until_stopped(self) -> None:
        try:
            while not self._ending:
                problem = await self._attempt()
                at_once, self._at_once = self._at_once, False
                if problem is None or self._ending or at_once:
                    continue
                self._connections.failed(self, problem)
                if problem.kind is ProblemKind.TOO_MANY and self._connections.lead(self) is not None:
                    continue  # another mailbox has a connection
                self.memory.refuse(ActionFailed(problem))
                await self._retry.wait(problem)
        finally:
            self.slot.outage.leave(self._retry)
            self.memory.refuse(ActionFailed(not_watched()))

    async def _attempt(self) -> Problem | None:
        """One connection from start to end; returns why it ended, None if it was that of another mailbox."""
        self._retry.problem = None
        self._retry.backoff.begin()
        self.listener.on_status(Connecting(self._now()))
        other = await self._connections.place(self)
        try:
            protocol = await self._logged_in() if other is None else other.protocol
            self._session = after_greeting.session_class()(
                self._reactor,
                protocol,
                self.mailbox,
                self._titles,
                self.listener,
                self._on_confirmed,
                self.memory,
                after_greeting.renewal(self.account),
                opening=None if self._early is None else self._early.opening,
                others=None if other is None else other.others,
            )
            await self._session.run()
        except Exception as error:  # noqa: BLE001 -- no error may end the watch
            left = other is not None and (isinstance(error, Stopped) or other.protocol.ended)
            if left or (isinstance(error, CancelledError) and not self._ending):
                return None
            if self._early is not None:
                self._at_once = self._early.ended(error)
            return self._problem_of(error)
        finally:
            self._clear_connection()
        raise AssertionError  # pragma: no cover -- a session ends by raising

    async def _logged_in(self) -> MailProtocol:
        forbid_cleartext(self.account)  # before a password is requested
        secret = await self.listener.secret(self.account)
        await self.slot.acquire()
        if self._retry.problem is not None:  # there was no room at first
            self._retry.problem = None
            self.listener.on_status(Connecting(self._now()))
        self._connecting_since = self._now()
        protocol = self._protocol = await connect(
            self._reactor,
            self.account,
            self._on_event,
            self._on_data,
            pipelining=self._pipelining,
            proxy_secret=self.listener.proxy_secret,
        )
        hide_secret(protocol, self.account, secret)
        self._retry.backoff.connected = True
        self._connecting_since = None
        after_greeting.import_meanwhile(self._reactor, protocol, self.account)
        is_logged_in = await await_greeting(protocol, self.account)
        self.slot.outage.over()
        if not is_logged_in:
            starts = self.slot.seen.early_starts
            self._early = after_greeting.early_start_class()(
                self._reactor, protocol, self.mailbox, self._titles, self.listener, self.memory, starts
            )
            await self._early.log_in(self.account, secret, self.slot.seen.failed_mechanisms)
        self.slot.logged_in()
        self._connections.logged_in(self, protocol.capabilities or frozenset())
        return protocol

    def _problem_of(self, error: Exception) -> Problem:
        problem = problem_of(error, self.account, self.mailbox)
        if problem.kind is ProblemKind.TOO_MANY:
            self.slot.refused(error)
        if problem.kind is ProblemKind.INTERNAL:
            log.error("Internal error while watching account %s", self.account.id, exc_info=error)
        elif not self._ending:
            log.info("Account %s: %s (%s)", self.account.id, problem.kind.value, type(error).__name__)
        self._retry.backoff.refused = isinstance(error, failures.ConnectionRefusedError)
        if isinstance(error, DeadlineExceeded) and error.pipelined:
            self._pipelining = False
        return problem

    def _clear_connection(self) -> None:
        protocol, self._protocol = self._protocol, None
        self._early = None
        since = self._status.watching_since
        self._status = ConnectionStatus(self.listener, self._now)
        self._session = self._connecting_since = None
        self.slot.release()
        if protocol is not None:
            self._pipelining &= protocol.queue.pipelining
            protocol.abort(Stopped())
        if since is not None:
            self._retry.backoff.watched(self._now() - since)

    # Called by the connection, its slot and the session.

    def on_no_room(self, until: float, problem: Problem) -> None:
        """The limit of connections is reached; where that of another mailbox can be used, it is."""
        if self._connections.lead(self) is not None:
            self._reactor.callLater(0, self.slot.admitted.cancel)
            return
        self.memory.refuse(ActionFailed(problem))
        self._retry.on_no_room(until, problem)

    def on_room_wanted(self) -> None:
        """End the connection for another mailbox, and wait."""
        if self._session is not None and not self._ending:
            self._at_once = True
            self._session.end()

    def _on_event(self, event: Event) -> None:
        """Pass a response to the session, and an alert to the listener."""
        if self._protocol is None:
            return
        self._status.on_event(event, self.account, encrypted=self._protocol.encrypted)
        if self._early is not None:
            self._early.on_event(event, alone=self._session is None)
        if self._session is not None:
            self._session.on_event(event)

    def _on_data(self) -> None:
        self._retry.backoff.answered = True
        self._status.on_data()

    def _on_confirmed(self, push: bool) -> None:
        """The session has read all changes."""
        self._early = None
        if not self._ending:
            if self._session is not None:
                self._connections.confirmed(self, self._session)
            self._retry.over()
            self.slot.seen.early_starts.watching()
            self._status.on_confirmed(push, shared=self._protocol is None)
