"""How long watchers wait after a problem, each or together for an unreachable server, and what ends the wait."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.mail.model.status import NeedsCredentials, ProblemKind, Waiting
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.errors import CommandRefused
    from tray.mail.model.status import Problem, Status
    from tray.net.clock import Clock

log = logging.getLogger(__name__)

FIRST = 1.0
"""Longest wait before the second attempt, in seconds; the first one after a good session is made at once."""
CAP = 300.0
"""Longest wait in seconds, unless the server requires more."""
LOCKED_OUT = 300.0
"""Minimum wait in seconds after too many logins."""
CROWDED = 60.0
"""Minimum wait in seconds after too many connections."""
GOOD_AFTER = 30.0
"""Seconds after which a session counts as good: a new connection is then made at once."""
FORGIVEN = 3
"""Short sessions in a row after which a new connection is made at once: a bad network, not a refusal."""
STUBBORN = 8.0
"""Longest wait before the fourth attempt, in seconds, after three failures of a lasting kind."""
OUTAGE_SHARE = 0.1
"""Longest wait for an unreachable server after the second attempt, as a part of the time since it became so."""
OUTAGE_CAP = 30.0
"""Longest of these waits in seconds; short, because a failed connection costs the server nothing."""
REFUSED = 0.1
"""Longest wait in seconds after an attempt that was refused, which takes `tray.net.proxy.route.NEXT_ADDRESS` itself."""
REFUSED_FOR = 30.0
"""Seconds of an outage in which refused attempts are made so often: the machine is there, and its server about to be.

A refused attempt is one packet and its answer. After this time there are as many as in any outage.
"""
CLOSED = 2.6
"""Seconds between the first attempts if connections are accepted and closed at once.

A proxy or load balancer does so while its server is down. After 20 s there were at most eight attempts, and the
server's return is noticed within 3 s.
"""
_SHORT_SESSION = 5.0  # seconds; a session that ends earlier was ended by the server
_REFUSALS_LIMIT = 2  # in a row, before the session gives up
_DOUBLINGS = 12  # more than enough to reach the cap

_MINIMUM_WAITS = {
    ProblemKind.TOO_MANY: CROWDED,
    ProblemKind.TOO_OFTEN: LOCKED_OUT,
    ProblemKind.TRAFFIC: LOCKED_OUT,
    ProblemKind.NOT_ALLOWED: LOCKED_OUT,
}
"""Minimum wait in seconds for servers that require one, or would refuse again."""
_NOT_REACHED = (ProblemKind.UNREACHABLE, ProblemKind.NAME_NOT_FOUND)


class Backoff:
    """Waits that double up to a cap, for a server that answers but ends the session.

    For lasting problems they are longer after the third failure in a row. Jitter (50 to 100 %) keeps many clients from
    connecting at the same time.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random  # between 0 and 1
        self._failures = 0
        self._short = 0  # short sessions in a row
        self._credit = float(FORGIVEN)
        self._was_good = False  # whether the last session was good
        self.connected = False
        """Whether the connection of the current attempt was accepted, perhaps to be closed at once."""
        self.answered = False
        """Whether the server has sent data in the current attempt."""

        self.refused = False
        """Whether the machine of the server has refused the current attempt: nobody listens."""

    def begin(self) -> None:
        """Start the next attempt."""
        self.connected = self.answered = self.refused = False

    def watched(self, seconds: float) -> None:
        """A session has watched for `seconds`; if it was good or forgiven, there is no wait before the next."""
        self._credit = min(FORGIVEN, self._credit + max(0.0, seconds) / GOOD_AFTER)
        self._short = self._short + 1 if 0 <= seconds < _SHORT_SESSION else 0
        if self._credit >= 1:
            self._credit -= 1
            self._failures = -1
        elif self._short > FORGIVEN:
            self._failures = max(self._failures, FORGIVEN - 1)

    @property
    def is_outage(self) -> bool:
        """Whether the last attempt did not reach the server.

        A connection that is accepted and closed at once is an outage only after a good session; else it is a refusal.
        """
        return not self.answered and (self._was_good or not self.connected)

    def delay(self, minimum: float = 0.0, *, lasting: bool = False) -> float:
        """Count a failure; the seconds to wait, at least `minimum`.

        `lasting`: the problem will not pass within seconds, as is assumed after short sessions.
        """
        self._failures += 1
        self._was_good = self._failures <= 0
        seconds = 0.0 if self._was_good else FIRST * 2.0 ** min(self._failures - 1, _DOUBLINGS)
        if self._failures >= FORGIVEN and (lasting or self._short > FORGIVEN):
            seconds *= STUBBORN / (FIRST * 2.0 ** (FORGIVEN - 1))
        jittered = min(seconds, CAP) * (0.5 + self._random() / 2)
        return jittered if jittered >= minimum else minimum * (1.0 + self._random() / 2)


class Outage:
    """An unreachable server on one route: one watcher tries again at times, the others wait for its success."""

    def __init__(self, clock: Clock, random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self._since: float | None = None
        self._waiting: list[RetryWait] = []
        self._trying: RetryWait | None = None
        self._timer = Timer(clock)

    def wait(self, listener: RetryWait, *, closed: bool = False, refused: bool = False) -> None:
        """An attempt of `listener` failed; its `wake` is called to try again, or when another has reached the server.

        `closed`: the connection was accepted and closed at once; `refused`: nobody listens.
        """
        now = self._clock.seconds()
        if self._since is None or now < self._since:  # a new outage, or the clock was set back
            self._since = now
        if self._trying is listener:
            self._trying = None
        self._waiting.append(listener)
        if self._trying is not None or self._timer.remaining is not None:
            listener.on_next_try(self._timer.remaining or 0.0)
            return
        seconds = self._delay(now - self._since, closed=closed, refused=refused)
        self._timer.set(seconds, self._try_again)
        for waiting in list(self._waiting):
            waiting.on_next_try(seconds)

    def discard(self, listener: RetryWait) -> None:
        """`listener` waits no longer."""
        if listener in self._waiting:
            self._waiting.remove(listener)

    def leave(self, listener: RetryWait) -> None:
        """If `listener` made the current attempt, another one tries; the server is not the reason."""
        if self._trying is listener:
            self._trying = None
            self._timer.set(FIRST, self._try_again)

    def reset(self) -> None:
        """Try soon, because of the user or a new network; waits are short again."""
        self._since = None
        self._timer.hurry(FIRST)

    def over(self) -> None:
        """The server was reached: wake all that wait."""
        self._since = self._trying = None
        self._timer.clear()
        waiting, self._waiting = self._waiting, []
        for listener in waiting:
            listener.wake()

    def _try_again(self) -> None:
        if self._waiting:
            self._trying = self._waiting.pop(0)
            self._trying.wake()

    def _delay(self, away: float, *, closed: bool, refused: bool) -> float:
        seconds = min(OUTAGE_CAP, OUTAGE_SHARE * away)
        if refused and away < REFUSED_FOR:
            return REFUSED * (0.5 + self._random() / 2)
        if closed and seconds < CLOSED:
            return CLOSED - self._random() / 10
        return max(FIRST, seconds) * (0.5 + self._random() / 2)


class Refusals:
    """Refused commands of one session."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def over(self) -> None:
        """Commands are accepted."""
        self._in_a_row = 0

    def add(self, error: CommandRefused) -> None:
        """The known state of the mailbox is probably stale; raises `error` where reading it again does not help."""
        from tray.mail.presentation.problem_texts.refusals import is_limit_reached

        self._in_a_row += 1
        if (
            self._in_a_row > _REFUSALS_LIMIT
            or error.status == "BYE"
            or error.command in {"EXAMINE", "SELECT"}
            or is_limit_reached(error)
        ):
            raise error
        log.info("%s was refused with %s; the mailbox is read again", error.command, error.status)


class RetryWait:
    """Waits before the next attempt, and reports the status when a wait begins."""

    def __init__(
        self,
        clock: Clock,
        random: Callable[[], float],
        now: Callable[[], float],
        outage: Outage,
        on_status: Callable[[Status], None],
    ) -> None:
        """`now` gives Unix seconds."""
        self._clock = clock
        self._now = now
        self._outage = outage
        self._on_status = on_status
        self.backoff = Backoff(random)
        self.problem: Problem | None = None
        """The reason of the wait, also while the limit of connections is reached."""
        self._since: float | None = None
        self._waiter: Deferred[None] | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether `wake` would end a wait."""
        return self._waiter is not None

    @property
    def needs_credentials(self) -> bool:
        """Whether only other credentials can solve the problem."""
        return self.problem is not None and self.problem.kind.needs_credentials

    @property
    def for_server(self) -> bool:
        """Whether the server requires a wait."""
        return self.problem is not None and self.problem.kind in _MINIMUM_WAITS

    async def wait(self, problem: Problem) -> None:
        """Wait because of `problem`, until the server is back, the backoff has passed, or `wake` is called.

        If only the user can solve it, nothing but `wake` ends the wait (`MailboxWatcher.check_now` calls it).
        """
        since = self._begin(problem)
        waiter = self._waiter = Deferred()  # before `on_status`, which may call `wake`
        timer = Timer(self._clock)
        not_reached = problem.kind in _NOT_REACHED
        if not_reached and self.backoff.is_outage:
            self._outage.wait(self, closed=self.backoff.connected, refused=self.backoff.refused)
        else:
            self._outage.leave(self)
            if problem.kind.needs_credentials:
                self._on_status(NeedsCredentials(since, problem))
            else:
                lasting = problem.kind.lasting or problem.kind is ProblemKind.SERVER
                lasting |= not_reached and self.backoff.connected  # accepted and closed
                delay = self.backoff.delay(_MINIMUM_WAITS.get(problem.kind, 0.0), lasting=lasting)
                timer.set(delay, self.wake)
                self._on_status(Waiting(since, self._now() + delay, problem))
        try:
            await waiter
        finally:
            self._waiter = None
            timer.clear()
            self._outage.discard(self)

    def on_next_try(self, seconds: float) -> None:
        """Report that the next attempt is in `seconds`."""
        if self.problem is not None:
            self._on_status(Waiting(self._begin(self.problem), self._now() + seconds, self.problem))

    def on_no_room(self, until: float, problem: Problem) -> None:
        """Report that no connection is possible before `until`, on the reactor's clock."""
        since = self._begin(problem)
        self._on_status(Waiting(since, self._now() + until - self._clock.seconds(), problem))

    def wake(self) -> None:
        """End the wait."""
        waiter, self._waiter = self._waiter, None
        if waiter is not None:
            waiter.callback(None)

    def over(self) -> None:
        """The problem is solved."""
        self._since = None

    def _begin(self, problem: Problem) -> float:
        """Set the problem; since when there has been one without a break, in Unix seconds."""
        self.problem = problem
        if self._since is None:
            self._since = self._now()
        return self._since
