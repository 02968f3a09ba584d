"""What a watcher waits for to pass: the trouble, how long, and who may end the wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.mail.model.status import NeedsCredentials, ProblemKind, Waiting
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.status import Problem
    from tray.net.watch.listener import WatcherPorts

FIRST = 1.0
"""Seconds, at most, before the second attempt."""
CAP = 300.0
"""Seconds that no wait exceeds, but for `CROWDED`."""
LOCKED_OUT = 300.0
"""Least seconds to wait where the server has said that there were too many log-ins."""
CROWDED = 60.0
"""Least seconds to wait where the server has said that there are too many connections."""
SHARE = 0.1
"""A server that nobody reaches is tried again after this part of the time for which it has been gone, at most."""
SCOUT_CAP = 30.0
"""Seconds that no wait for such a server exceeds, for one that tells the others: a refused connection costs nobody
anything, and its return is what everybody waits for.
"""
GOOD_AFTER = 30.0
"""Seconds that a session must have watched to count as good: its end is then answered at once."""
FORGIVEN = 3
"""Sessions in a row whose end is answered at once though they did not last: a bad line, not a server that minds us."""
STUBBORN = 8.0
"""Seconds, at most, before the fourth attempt where three in a row have failed for what does not pass in seconds."""
SOON_CLOSED = 2.6
"""Seconds between attempts, at first, where a server that was watched well takes connections and closes them at once.

A machine in between that stands for a server which is down does so: whoever was away for 20 s is missed for 3 s, and
knows of no more than eight attempts.
"""
_AT_ONCE = 5.0  # s: a session that ends sooner than that was ended, and by no bad line
_DOUBLINGS = 12  # the cap is long reached by then; keeps the power small


class Backoff:
    """Doubles up to the cap where a server answers and will not have us; comes back soon where nobody answered.

    What does not pass in seconds (see `delay`) is waited for longer after the third time in a row. Jitter (half to
    whole) keeps a thousand clients from coming back in step. Times are seconds of any clock that goes on while the
    machine sleeps; it may jump.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random  # between 0 and 1
        self._failures = 0
        self._short = 0  # sessions in a row that were ended at once
        self._credit = float(FORGIVEN)
        self._connected = False
        self._answered = False
        self._well = False  # the last that was heard of the server was a session as it should be
        self._gone_since: float | None = None

    def connected(self) -> None:
        """In the present attempt somebody has taken the connection, perhaps to close it at once."""
        self._connected = True

    def answered(self) -> None:
        """The present attempt has reached the server."""
        self._answered = True
        self._gone_since = None

    def watched(self, seconds: float) -> None:
        """A session did its work for so long; if that is good, or is forgiven, the next wait is below half a second."""
        self._credit = min(FORGIVEN, self._credit + max(0.0, seconds) / GOOD_AFTER)
        self._short = self._short + 1 if 0 <= seconds < _AT_ONCE else 0
        if self._credit >= 1:
            self._credit -= 1
            self._failures = -1
        elif self._short > FORGIVEN:
            self._failures = max(self._failures, FORGIVEN - 1)

    def asked(self) -> None:
        """Somebody wants to know, or the network is new: how long the server has been gone tells nothing any more."""
        self._gone_since = None

    def delay(
        self,
        now: float,
        least: float = 0.0,
        *,
        unreachable: bool = False,
        lasting: bool = False,
        scouts: bool = False,
    ) -> float:
        """Count a failure; the seconds to wait now, never below `least`.

        `unreachable` where there was no way to the server: an attempt that nobody answers costs the server nothing.
        So whoever was away for 20 s is missed for no more than 3, and the attempts still become rare; less rare for
        whoever `scouts`. What does not pass in seconds is what is `lasting`, a session that is ended at once, and a
        connection that is taken and closed; the last is an outage where a session was well before.
        """
        connected, self._connected = self._connected, False
        answered, self._answered = self._answered, False
        closed = unreachable and connected
        if unreachable and not answered and (self._well or not connected):
            return self._until_it_is_back(now, closed=closed, scouts=scouts)
        self._failures += 1
        self._well = self._failures <= 0
        seconds = FIRST * 2.0 ** min(self._failures - 1, _DOUBLINGS)
        if self._failures >= FORGIVEN and (lasting or closed or self._short > FORGIVEN):
            seconds *= STUBBORN / (FIRST * 2.0 ** (FORGIVEN - 1))
        jittered = self._jittered(seconds)
        return jittered if jittered >= least else least * (1.0 + self._random() / 2)

    def _until_it_is_back(self, now: float, *, closed: bool, scouts: bool) -> float:
        if self._gone_since is None or now < self._gone_since:
            self._gone_since = now
        wait = SHARE * (now - self._gone_since)
        wait = min(wait, SCOUT_CAP) if scouts else wait
        if closed and wait < SOON_CLOSED:
            return SOON_CLOSED - self._random() / 10
        return self._jittered(max(FIRST, wait))

    def _jittered(self, seconds: float) -> float:
        return min(seconds, CAP) * (0.5 + self._random() / 2)


_PATIENCE = {
    ProblemKind.TOO_MANY: CROWDED,
    ProblemKind.TOO_OFTEN: LOCKED_OUT,
    ProblemKind.TRAFFIC: LOCKED_OUT,
    ProblemKind.NOT_ALLOWED: LOCKED_OUT,
}
"""Seconds for which a server is left alone at least that has asked for patience, or that would only say no again."""
_NO_WAY = (ProblemKind.UNREACHABLE, ProblemKind.NAME_NOT_FOUND)


class RetryWait:
    """One wait at a time; its status is told when it begins."""

    def __init__(self, ports: WatcherPorts) -> None:
        self._ports = ports
        self.backoff = Backoff(ports.random)
        self.problem: Problem | None = None
        """What is waited for to pass, also while in the queue of a crowded server."""
        self._since: float | None = None
        self._nap: Deferred[None] | None = None

    @property
    def napping(self) -> bool:
        """Whether a wait is under way that `wake` would end."""
        return self._nap is not None

    @property
    def for_user(self) -> bool:
        """Whether only the user can end it."""
        return self.problem is not None and self.problem.kind.asks_user

    @property
    def for_server(self) -> bool:
        """Whether the server has asked for patience."""
        return self.problem is not None and self.problem.kind in _PATIENCE

    async def out(self, problem: Problem) -> None:
        """Wait because of `problem`: for the user, or for as long as its kind and the failures before it ask."""
        now = self._ports.now()
        since = self._begin(problem, now)
        nap = self._nap = Deferred()  # whoever hears the status may end it at once
        alarm = Timer(self._ports.reactor)
        if problem.kind.asks_user:
            self._ports.status(NeedsCredentials(since, problem))
        else:
            least = _PATIENCE.get(problem.kind, 0.0)
            nobody = problem.kind in _NO_WAY
            lasting = problem.kind.lasting or problem.kind is ProblemKind.SERVER
            scouts = nobody and self._ports.turn.scouts()
            delay = self.backoff.delay(now, least, unreachable=nobody, lasting=lasting, scouts=scouts)
            alarm.set(delay, self.wake)
            self._ports.status(Waiting(since, now + delay, problem))
        try:
            await nap
        finally:
            self._nap = None
            alarm.clear()

    def queued(self, until: float, problem: Problem) -> None:
        """There is no room for a connection before `until`, on the reactor's clock."""
        now = self._ports.now()
        since = self._begin(problem, now)
        self._ports.status(Waiting(since, now + until - self._ports.reactor.seconds(), problem))

    def wake(self) -> None:
        """Wait no longer."""
        nap, self._nap = self._nap, None
        if nap is not None:
            nap.callback(None)

    def server_is_back(self) -> None:
        """Somebody else was let in: wait no longer because of a server that nobody reached."""
        if self.problem is not None and self.problem.kind in _NO_WAY:
            self.wake()

    def over(self) -> None:
        """All is well: the next trouble is a new one."""
        self._since = None

    def _begin(self, problem: Problem, now: float) -> float:
        """Take note of it; since when there has been trouble without a break."""
        self.problem = problem
        if self._since is None:
            self._since = now
        return self._since
