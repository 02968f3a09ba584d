"""Limits the connections to each server and spreads logins; limits are learnt from refusals.

The first connection to a server is never delayed. After a server has refused a connection, its limit for the next hour
is the number that it had accepted: for the user, or for all users if it refused before the login. Further mailboxes
wait until another one ends its connection after a minute; an INBOX does so only if there is no other, after five.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from twisted.internet.defer import Deferred

from tray.imap.errors import CommandRefused
from tray.imap.types import INBOX
from tray.mail.model.host_names import host_key
from tray.net.clock import Timer
from tray.net.watch.connections.retry import CROWDED, Outage
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.net.clock import Clock
    from tray.net.watch.watcher import MailboxWatcher

log = logging.getLogger(__name__)

STEP = 0.02
JITTER = 0.06
"""Seconds between two logins to one server: `STEP` and up to `JITTER` more."""
LEARNT = 3600.0
"""Seconds for which a learnt limit is kept."""
TURN = 60.0
"""Minimum seconds that a mailbox is watched before it ends its connection for another one."""
INBOX_TURN = 300.0
"""The same for an INBOX."""
_SOON = 0.001  # seconds; shorter waits may be rounding errors
_BEFORE_LOGIN = frozenset({"", "greeting"})
_EVERYBODY = ""  # no user name


class ConnectionLimits:
    """The limits of all servers on which a mailbox is watched."""

    def __init__(self, clock: Clock, random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self.began = clock.seconds()
        """When the program was started: not the same second for all programs that watch a server."""
        self._servers: WeakValueDictionary[tuple[str, int], _Server] = WeakValueDictionary()

    def slot(self, account: Account, mailbox: MailboxName, watcher: MailboxWatcher) -> ConnectionSlot:
        """The slot of a mailbox, acquired for each of its connections."""
        server = self._servers.setdefault(_key(account), _Server(self._clock, self._random))
        return ConnectionSlot(server, account, mailbox, watcher)

    def limit(self, account: Account) -> int | None:
        """How many connections the server accepts for this user; None without a learnt limit."""
        server = self._servers.get(_key(account))
        return None if server is None else server.limit(account.user)


def _key(account: Account) -> tuple[str, int]:
    return host_key(account.host), account.port


class EarlyStarts:
    """Whether commands are sent behind the log-in, as the connections of a user to a server have shown."""

    def __init__(self) -> None:
        self.allowed = True
        """Whether commands are sent behind the log-in: not after a connection that has ended before their answer."""
        self.before: frozenset[str] | None = None
        """The capabilities before the log-in, for a server that says them only if asked; None if unknown."""
        self.after: frozenset[str] | None = None
        """The capabilities after the last log-in; None before the first."""
        self._proven = False

    def answered(self) -> None:
        """A command behind the log-in was answered."""
        self._proven = True

    def failed(self) -> None:
        """A connection has ended before the answer."""
        log.info("The next connection waits for the answer to the log-in before it opens a mailbox")
        self.allowed = False

    def forbid(self) -> None:
        """A server has read such commands wrongly: none are sent to it again."""
        self.failed()
        self._proven = False

    def watching(self) -> None:
        """A mailbox is watched: if such commands were answered before, the network was the reason for a failure."""
        self.allowed |= self._proven


class SeenOfUser:
    """What the connections of a user to a server have shown of it, while a mailbox of the user is watched."""

    def __init__(self) -> None:
        self.failed_mechanisms: dict[str, int] = {}
        """Refusals of each login mechanism; see `tray.net.imap.login.authenticate`."""
        self.early_starts = EarlyStarts()


@dataclass(slots=True)
class _Limit:
    connections: int
    until: float
    closed_until: float
    """No attempt before this time: other programs hold all connections that the server accepts."""


class ConnectionSlot:
    """The permission of one mailbox for a connection, from `acquire` to `release`."""

    def __init__(
        self, server: _Server, account: Account, mailbox: MailboxName, watcher: MailboxWatcher
    ) -> None:
        self._server = server
        self.host = account.host
        self.user = account.user
        self.mailbox = mailbox
        self.is_inbox = mailbox == INBOX
        self.watcher = watcher
        self.outage = server.outage(account.proxy)
        self.seen = server.users.setdefault(account.user, SeenOfUser())
        self.admitted: Deferred[None] = Deferred()
        self.logged_in_at: float | None = None
        self.room_wanted = False
        self.announced: float | None = None
        """The time last given to `MailboxWatcher.on_no_room`."""

    def acquire(self) -> Deferred[None]:
        """Fires when a connection may be made; it may be cancelled."""
        self.announced, self.room_wanted = None, False
        self.admitted = Deferred(lambda _: self.release())
        self._server.queue.append(self)
        self._server.advance()
        return self.admitted

    @property
    def limit(self) -> int | None:
        """How many connections the server accepts for this user; None without a learnt limit."""
        return self._server.limit(self.user)

    def logged_in(self) -> None:
        """The server has accepted the connection."""
        self.logged_in_at = self._server.clock.seconds()
        self._server.advance()

    def refused(self, error: Exception) -> None:
        """The server refused a connection because there are too many."""
        early = isinstance(error, CommandRefused) and error.command in _BEFORE_LOGIN
        self._server.learn(self, _EVERYBODY if early and self.logged_in_at is None else self.user)

    def reset(self) -> None:
        """Try at once, also during an outage and at the limit."""
        self.outage.reset()
        self._server.reset()

    def release(self) -> None:
        """The connection has ended or was never made; no effect if nothing was acquired."""
        self.logged_in_at = None
        for slots in (self._server.holders, self._server.queue):
            if self in slots:
                slots.remove(self)
                self._server.advance()


class _Server:
    """Slots with a connection, and slots that wait for one, in order."""

    def __init__(self, clock: Clock, random: Callable[[], float]) -> None:
        self.clock = clock
        self._random = random
        self.holders: list[ConnectionSlot] = []
        self.queue: list[ConnectionSlot] = []
        self._limits: dict[str, _Limit] = {}  # by user
        self._outages: dict[str, Outage] = {}  # by proxy
        self._last = float("-inf")
        self._gap = 0.0
        self._timer = Timer(clock)
        self.users: WeakValueDictionary[str, SeenOfUser] = WeakValueDictionary()

    def outage(self, proxy: str) -> Outage:
        """The outage of the route through `proxy`, or of the direct one."""
        return self._outages.setdefault(proxy, Outage(self.clock, self._random))

    def learn(self, refused: ConnectionSlot, key: str) -> None:
        """The limit is the connections that are accepted now; if there are none, one after `CROWDED` seconds."""
        now = self.clock.seconds()
        accepted = sum(slot.logged_in_at is not None for slot in self._holders_of(key) if slot is not refused)
        self._limits[key] = _Limit(max(accepted, 1), now + LEARNT, now if accepted else now + CROWDED)
        log.info("A server accepts %d connections at once", accepted)

    def reset(self) -> None:
        for limit in self._limits.values():
            limit.closed_until = 0.0
        self.advance()

    def limit(self, user: str) -> int | None:
        """The lower of the current limits, if any."""
        now = self.clock.seconds()
        limits = (self._limits.get(key) for key in (_EVERYBODY, user))
        return min((limit.connections for limit in limits if limit and now < limit.until), default=None)

    def advance(self) -> None:
        """Admit the next slot that may connect, report to the others until when they wait, and set the timer."""
        self._timer.clear()
        now = self.clock.seconds()
        self._limits = {key: limit for key, limit in self._limits.items() if 0 <= limit.until - now <= LEARNT}
        self.queue.sort(key=lambda slot: not slot.is_inbox)
        free = next((slot for slot in self.queue if self._full(slot, now) is None), None)
        if free is not None:
            wait = self._gap - (now - self._last) if now >= self._last else 0.0  # the clock was set back
            if wait >= _SOON:
                self._timer.set(wait, self.advance)
                return
            self._last, self._gap = now, STEP + JITTER * self._random()
            self.queue.remove(free)
            self.holders.append(free)
            free.admitted.callback(None)
            self.advance()
        elif self.queue:
            self._timer.set(max(self._make_room(now), 0.1), self.advance)

    def _holders_of(self, key: str) -> list[ConnectionSlot]:
        return [slot for slot in self.holders if key in {_EVERYBODY, slot.user}]

    def _full(self, slot: ConnectionSlot, now: float) -> str | None:
        """The key of the limit that is reached for `slot`, if any."""
        for key in (_EVERYBODY, slot.user):
            limit = self._limits.get(key)
            if limit and (now < limit.closed_until or len(self._holders_of(key)) >= limit.connections):
                return key
        return None

    def _make_room(self, now: float) -> float:
        """End connections whose turn is over, report until when slots wait; seconds until the next call."""
        waits = [LEARNT]
        positions: dict[str, int] = {}
        for slot in self.queue:
            key = self._full(slot, now)
            assert key is not None
            limit = self._limits[key]
            due = self._next_to_go(key, now)
            begins = limit.closed_until if due is None else due[0]
            position = positions[key] = positions.get(key, -1) + 1
            if position == 0:
                waits += [limit.until - now, begins - now if begins > now else TURN]
                if due is not None and due[0] <= now:
                    due[1].room_wanted = True
                    self.clock.callLater(0, due[1].watcher.on_room_wanted)
            until = min(max(begins, now) + position * TURN, limit.until)
            if slot.announced is None or abs(until - slot.announced) > 1:
                slot.announced = until
                from tray.mail.presentation.problem_texts.connection import waits_for_connection

                problem = waits_for_connection(slot.host, limit.connections, slot.mailbox)
                slot.watcher.on_no_room(until, problem)
        return min(waits)

    def _next_to_go(self, key: str, now: float) -> tuple[float, ConnectionSlot] | None:
        """Which connection ends next, and when; None while one is ending, or none is logged in."""
        holders = self._holders_of(key)
        if any(slot.room_wanted for slot in holders):
            return None
        others = [slot for slot in holders if not slot.is_inbox] or holders
        turns = [
            (min(slot.logged_in_at, now) + (INBOX_TURN if slot.is_inbox else TURN), slot)
            for slot in others
            if slot.logged_in_at is not None
        ]
        return min(turns, key=lambda turn: turn[0], default=None)
