"""How many connections a server is asked for, and when: log-ins spread out, limits learnt from refusals, turns taken.

Nothing is delayed for a server that one mailbox is watched on, nor for the first of many. What a server has taken
before, it takes again, and faster: after an outage all are back soon, a few at a time. When a server has refused
a connection, no more than it had accepted by then are asked for during the next hour: for the user, or for all its
users where it refused before it knew who asks. Mailboxes above that number take turns with those that are not an
INBOX; an INBOX makes room only where there is nobody else, and less often.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakSet

from twisted.internet.defer import Deferred

from tray.imap.errors import CommandRefused
from tray.imap.types import INBOX
from tray.mail.model.host_names import host_key
from tray.mail.presentation.problem_texts.connection import waits_for_connection
from tray.net.clock import Timer
from tray.net.watch.listener import Turn
from tray.net.watch.retry import CROWDED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem
    from tray.net.clock import Clock
    from tray.net.watch.listener import Told

log = logging.getLogger(__name__)

STEP = 0.05
JITTER = 0.1
"""Seconds between two log-ins to one server: the step, and up to so much more."""
SWIFT_STEP = 0.01
SWIFT_JITTER = 0.03
"""The same for a server that has taken as many log-ins as now want one, and has refused none since."""
AT_ONCE = 6
"""Log-ins under way above which it is not hurried."""
QUIET = 5.0
"""Seconds in which one that waits for a server is told but once that it answers."""
SCOUTING = 120.0
"""Seconds after which a scout that was not heard of is one no longer: an attempt and the wait before it are shorter."""
LEARNT = 3600.0
"""Seconds for which a limit is kept that a server has taught us."""
TURN = 60.0
"""Seconds that a mailbox is watched at least before it makes room for one that waits."""
INBOX_TURN = 300.0
"""The same for an INBOX, where the one that waits is none."""
_SOON = 0.001  # s; less is no wait, and may be a rounding error that no timer ends
_BEFORE_LOGIN = frozenset({"", "greeting"})
_EVERYBODY = ""  # no user is called that


class ConnectionLimits:
    """Of all servers; one for the whole program."""

    def __init__(self, clock: Clock, random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self._servers: dict[tuple[str, int], _Server] = {}

    def turn(self, account: Account, mailbox: MailboxName) -> Turn:
        """What the watcher of a mailbox has to take for each of its connections."""
        where = _where(account)
        server = self._servers.get(where)
        if server is None:
            server = self._servers[where] = _Server(self._clock, self._random)
        return _Turn(server, account, mailbox)

    def most(self, account: Account) -> int | None:
        """How many connections its server takes at once for this user; None where no refusal has taught that."""
        server = self._servers.get(_where(account))
        return None if server is None else server.most(account.user)


def _where(account: Account) -> tuple[str, int]:
    return host_key(account.host), account.port


@dataclass(slots=True)
class _Limit:
    most: int
    until: float
    closed_until: float
    """Nobody but who was refused itself, and has waited, knocks before."""


class _Turn(Turn):
    def __init__(self, server: _Server, account: Account, mailbox: MailboxName) -> None:
        self._server = server
        self.host = account.host
        self.user = account.user
        self.way = account.proxy
        self.mailbox = mailbox
        self.inbox = mailbox == INBOX
        self.serial = 0
        self.since: float | None = None  # logged in, until asked to make room
        self.accepted = False
        self.knocked = False  # refused the last time
        self.waits: Told = _nobody
        self.told: float | None = None
        self.give_way: Callable[[], None] = _nothing
        self.back: Callable[[], None] = _nothing
        self.heard = float("-inf")  # when it was told that the server is back
        self.let_in_before = 0
        self.admitted: Deferred[None] | None = None

    def take(
        self, waits: Told, give_way: Callable[[], None], back: Callable[[], None] | None = None
    ) -> Deferred[None]:
        self.waits, self.give_way, self.told = waits, give_way, None
        self.back = back or _nothing
        admitted: Deferred[None] = Deferred(lambda _: self._server.leave(self))
        self.admitted = admitted
        self._server.enter(self)
        return admitted

    def logged_in(self) -> None:
        self._server.logged_in(self)

    def refused(self, error: Exception) -> None:
        self._server.refused(self, error)

    def hurried(self) -> None:
        self._server.hurried()

    def scouts(self) -> bool:
        return self._server.scouts(self)

    def in_vain(self) -> dict[str, int]:
        return self._server.in_vain.setdefault(self.user, {})

    def leave(self) -> None:
        self._server.leave(self)


class _Server:
    """Those that hold a connection and those that wait for one, in the order in which they may go."""

    def __init__(self, clock: Clock, random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self._serial = 0
        self._holders: list[_Turn] = []
        self._queue: list[_Turn] = []
        self._limits: dict[str, _Limit] = {}
        self._last = float("-inf")
        self._gap = 0.0
        self._away: WeakSet[_Turn] = WeakSet()  # neither connected nor waiting to be
        self._let_in = 0  # log-ins that went well
        self._scouts: dict[
            str, tuple[_Turn, float]
        ] = {}  # by the way to the server, with when it was last heard of
        self._taken = 0  # log-ins that went well since one was refused
        self.in_vain: dict[str, dict[str, int]] = {}  # by user
        self._alarm = Timer(clock)

    def enter(self, turn: _Turn) -> None:
        self._serial += 1
        turn.serial = self._serial
        self._away.discard(turn)
        self._queue.append(turn)
        self._go_on()

    def logged_in(self, turn: _Turn) -> None:
        turn.since, turn.accepted, turn.knocked = self._clock.seconds(), True, False
        self._taken += 1
        self._let_in += 1
        self._scouts.pop(turn.way, None)
        for each in list(self._away):
            self._clock.callLater(0, self._tell_back, each)
        self._go_on()

    def hurried(self) -> None:
        self._taken = 0

    def refused(self, turn: _Turn, error: Exception) -> None:
        """Learn: as many as are accepted now, and where that is none, one, after a while."""
        now = self._clock.seconds()
        early = isinstance(error, CommandRefused) and error.command in _BEFORE_LOGIN and not turn.accepted
        who = _EVERYBODY if early else turn.user
        accepted = sum(each.accepted for each in self._with(who) if each is not turn)
        self._limits[who] = _Limit(max(accepted, 1), now + LEARNT, now if accepted else now + CROWDED)
        turn.knocked = True
        self._taken = 0
        log.info("A server takes %d connections at once", accepted)

    def scouts(self, turn: _Turn) -> bool:
        """One at a time for each way; the others need not knock as often as if they were alone."""
        now = self._clock.seconds()
        scout, heard = self._scouts.get(turn.way, (turn, now))
        if scout is not turn and 0 <= now - heard < SCOUTING:
            return False
        self._scouts[turn.way] = turn, now
        return True

    def leave(self, turn: _Turn) -> None:
        # It knocked when nobody answered yet, and hears of that only now that somebody does.
        if turn in self._holders and not turn.accepted and self._let_in > turn.let_in_before:
            self._clock.callLater(0, self._tell_back, turn)
        turn.since, turn.accepted, turn.admitted = None, False, None
        for where in (self._holders, self._queue):
            if turn in where:
                where.remove(turn)
                self._away.add(turn)
                self._go_on()

    def most(self, user: str) -> int | None:
        """The lower of the limits that hold now, if any."""
        now = self._clock.seconds()
        limits = (self._limits.get(who) for who in (_EVERYBODY, user))
        return min((limit.most for limit in limits if limit is not None and now < limit.until), default=None)

    def _tell_back(self, turn: _Turn) -> None:
        """The server answers: whoever was told that nobody does need not wait longer; not all the time, though."""
        now = self._clock.seconds()
        if turn in self._away and not 0 <= now - turn.heard < QUIET:
            turn.heard = now
            turn.back()

    # Who goes next.

    def _go_on(self) -> None:
        """Admit whoever may go now, tell the others, and look again when something may have changed."""
        self._alarm.clear()
        now = self._clock.seconds()
        self._limits = {who: limit for who, limit in self._limits.items() if 0 <= limit.until - now <= LEARNT}
        free = sorted((turn for turn in self._queue if self._full(turn, now) is None), key=self._rank)
        if free:
            gap = self._gap - (now - self._last) if now >= self._last else 0.0  # the clock was set back
            if gap < _SOON:
                self._admit(free[0], now)
                self._go_on()
                return
            self._alarm.set(gap, self._go_on)
        elif self._queue:
            self._alarm.set(max(self._make_room(now), 0.1), self._go_on)

    def _admit(self, turn: _Turn, now: float) -> None:
        self._queue.remove(turn)
        self._holders.append(turn)
        turn.let_in_before = self._let_in
        swift = self._taken >= len(self._holders) + len(self._queue) and self._under_way < AT_ONCE
        step, jitter = (SWIFT_STEP, SWIFT_JITTER) if swift else (STEP, JITTER)
        self._last, self._gap = now, step + jitter * self._random()
        admitted, turn.admitted = turn.admitted, None
        assert admitted is not None
        admitted.callback(None)

    @property
    def _under_way(self) -> int:
        return sum(not each.accepted for each in self._holders)

    def _rank(self, turn: _Turn) -> tuple[bool, int, int]:
        """INBOXes first, then whoever's user has fewer connections, then whoever waits longest."""
        return not turn.inbox, len(self._with(turn.user)), turn.serial

    def _with(self, who: str) -> list[_Turn]:
        return [each for each in self._holders if who in {_EVERYBODY, each.user}]

    def _full(self, turn: _Turn, now: float) -> str | None:
        """Whose limit keeps it from a connection; None where none does."""
        for who in (_EVERYBODY, turn.user):
            limit = self._limits.get(who)
            if limit is None:
                continue
            closed = now < limit.closed_until and not turn.knocked
            if closed or len(self._with(who)) >= limit.most:
                return who
        return None

    def _make_room(self, now: float) -> float:
        """All wait for room: ask for it where it is time, tell them until when; seconds until the next look."""
        looks = [LEARNT]
        places: dict[str, int] = {}
        for turn in sorted(self._queue, key=self._rank):
            who = self._full(turn, now)
            assert who is not None
            limit = self._limits[who]
            place = places[who] = places.get(who, -1) + 1
            due = self._due(who, turn, now)
            if place == 0:
                looks.append(limit.until - now)
                if due is None:
                    looks.append(limit.closed_until - now if limit.closed_until > now else TURN)
                elif due[0] <= now:
                    due[1].since = None
                    self._clock.callLater(0, due[1].give_way)
                else:
                    looks.append(due[0] - now)
            begins = due[0] if due is not None else max(limit.closed_until, now)
            _tell(turn, min(max(begins, now) + place * TURN, limit.until), limit.most)
        return min(looks)

    def _due(self, who: str, turn: _Turn, now: float) -> tuple[float, _Turn] | None:
        """When which connection makes room for `turn`; None while one is about to, or none is logged in."""
        holders = self._with(who)
        if any(each.accepted and each.since is None for each in holders):
            return None
        others = [each for each in holders if not each.inbox] or holders
        spells = [
            (
                min(each.since, now) + (INBOX_TURN if each.inbox and not turn.inbox else TURN),
                each.serial,
                each,
            )
            for each in others
            if each.since is not None
        ]
        when, _, first = min(spells, default=(0.0, 0, None))
        return None if first is None else (when, first)


def _tell(turn: _Turn, until: float, most: int) -> None:
    if turn.told is not None and abs(until - turn.told) <= 1:
        return
    turn.told = until
    turn.waits(until, waits_for_connection(turn.host, most, turn.mailbox))


def _nobody(_until: float, _problem: Problem) -> None:
    """Nobody wants to know."""


def _nothing() -> None:
    """There is nothing to end."""
