"""How long a watcher waits after a problem, and what ends the wait sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.mail.model.status import NeedsCredentials, ProblemKind, Waiting
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.status import Problem, Status
    from tray.net.clock import Clock
    from tray.net.watch.outage import Outage

FIRST = 1.0
"""Seconds, at most, before the second attempt."""
CAP = 300.0
"""Seconds that no wait exceeds, unless the server asks for more."""
LOCKED_OUT = 300.0
"""Least seconds to wait where the server has said that there were too many log-ins."""
CROWDED = 60.0
"""Least seconds to wait where the server has said that there are too many connections."""
GOOD_AFTER = 30.0
"""Seconds that a session must have watched to count as good: its end is then answered at once."""
FORGIVEN = 3
"""Sessions in a row whose end is answered at once though they did not last: a bad line, not a refusal."""
STUBBORN = 8.0
"""Seconds, at most, before the fourth attempt where three in a row have failed for what does not pass in seconds."""
_AT_ONCE = 5.0  # s: a session that ends sooner than that was ended, and by no bad line
_DOUBLINGS = 12  # the cap is long reached by then; keeps the power small

_PATIENCE = {
    ProblemKind.TOO_MANY: CROWDED,
    ProblemKind.TOO_OFTEN: LOCKED_OUT,
    ProblemKind.TRAFFIC: LOCKED_OUT,
    ProblemKind.NOT_ALLOWED: LOCKED_OUT,
}
"""Seconds for which a server is left alone at least that has asked for patience, or that would only say no again."""
_NO_WAY = (ProblemKind.UNREACHABLE, ProblemKind.NAME_NOT_FOUND)


class Backoff:
    """Waits that double up to the cap, for a server that answers and does not let us watch.

    What does not pass in seconds is waited for longer after the third time in a row. Jitter (half to whole) keeps a
    thousand clients from coming back in step.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random  # between 0 and 1
        self._failures = 0
        self._short = 0  # sessions in a row that were ended at once
        self._credit = float(FORGIVEN)
        self._well = False  # the last that is known of the server was a session as it should be
        self.connected = False
        """Whether in the present attempt the connection was accepted, perhaps to be closed at once."""
        self.answered = False
        """Whether the present attempt has reached the server."""

    def begin(self) -> None:
        """The next attempt begins."""
        self.connected = self.answered = False

    def watched(self, seconds: float) -> None:
        """A session did its work for so long; if that is good, or is forgiven, the next wait is below half a second."""
        self._credit = min(FORGIVEN, self._credit + max(0.0, seconds) / GOOD_AFTER)
        self._short = self._short + 1 if 0 <= seconds < _AT_ONCE else 0
        if self._credit >= 1:
            self._credit -= 1
            self._failures = -1
        elif self._short > FORGIVEN:
            self._failures = max(self._failures, FORGIVEN - 1)

    @property
    def is_outage(self) -> bool:
        """Whether an attempt that failed on the way to the server did not reach it.

        A connection that is taken and closed at once is an outage only where a session was well before: else that is
        how this server refuses us.
        """
        return not self.answered and (self._well or not self.connected)

    def delay(self, least: float = 0.0, *, lasting: bool = False) -> float:
        """Count a failure; the seconds to wait now, never below `least`.

        What does not pass in seconds is what is `lasting`, and a session that is ended at once.
        """
        self._failures += 1
        self._well = self._failures <= 0
        seconds = FIRST * 2.0 ** min(self._failures - 1, _DOUBLINGS)
        if self._failures >= FORGIVEN and (lasting or self._short > FORGIVEN):
            seconds *= STUBBORN / (FIRST * 2.0 ** (FORGIVEN - 1))
        jittered = min(seconds, CAP) * (0.5 + self._random() / 2)
        return jittered if jittered >= least else least * (1.0 + self._random() / 2)


class RetryWait:
    """One wait at a time; its status is announced when it begins."""

    def __init__(
        self,
        clock: Clock,
        random: Callable[[], float],
        now: Callable[[], float],
        outage: Outage,
        on_status: Callable[[Status], None],
    ) -> None:
        """`now` gives Unix seconds; `outage` is that of the server."""
        self._clock = clock
        self._now = now
        self._outage = outage
        self._on_status = on_status
        self.backoff = Backoff(random)
        self.problem: Problem | None = None
        """What is waited for to pass, also while there is no room for another connection to the server."""
        self._since: float | None = None
        self._waiter: Deferred[None] | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether a wait is under way that `wake` would end."""
        return self._waiter is not None

    @property
    def for_user(self) -> bool:
        """Whether only the user can end it."""
        return self.problem is not None and self.problem.kind.asks_user

    @property
    def for_server(self) -> bool:
        """Whether the server has asked for patience."""
        return self.problem is not None and self.problem.kind in _PATIENCE

    async def wait(self, problem: Problem) -> None:
        """Wait because of `problem`: for the user, for the server's return, or as long as the failures before ask."""
        since = self._begin(problem)
        waiter = self._waiter = Deferred()  # the listener may end it as soon as it has the status
        timer = Timer(self._clock)
        no_way = problem.kind in _NO_WAY
        if no_way and self.backoff.is_outage:
            self._outage.wait(self, closed=self.backoff.connected)
        else:
            self._outage.leave(self)
            if problem.kind.asks_user:
                self._on_status(NeedsCredentials(since, problem))
            else:
                lasting = problem.kind.lasting or problem.kind is ProblemKind.SERVER
                lasting |= no_way and self.backoff.connected  # taken and closed
                delay = self.backoff.delay(_PATIENCE.get(problem.kind, 0.0), lasting=lasting)
                timer.set(delay, self.wake)
                self._on_status(Waiting(since, self._now() + delay, problem))
        try:
            await waiter
        finally:
            self._waiter = None
            timer.clear()
            self._outage.discard(self)

    def on_next_try(self, seconds: float) -> None:
        """The server that cannot be reached is tried again in so many seconds."""
        if self.problem is not None:
            self._on_status(Waiting(self._begin(self.problem), self._now() + seconds, self.problem))

    def on_no_room(self, until: float, problem: Problem) -> None:
        """There is no room for a connection before `until`, on the reactor's clock."""
        since = self._begin(problem)
        self._on_status(Waiting(since, self._now() + until - self._clock.seconds(), problem))

    def wake(self) -> None:
        """Wait no longer."""
        waiter, self._waiter = self._waiter, None
        if waiter is not None:
            waiter.callback(None)

    def over(self) -> None:
        """All is well: the next problem is a new one."""
        self._since = None

    def _begin(self, problem: Problem) -> float:
        """Take note of it; since when there has been a problem without a break, in Unix seconds."""
        self.problem = problem
        if self._since is None:
            self._since = self._now()
        return self._since
