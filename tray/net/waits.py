"""What a watcher waits for to pass: the trouble, how long, and who may end the wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.mail.status import NeedsCredentials, TroubleKind, Waiting
from tray.net.alarm import Alarm
from tray.net.backoff import CROWDED, LOCKED_OUT, Backoff

if TYPE_CHECKING:
    from tray.mail.status import Trouble
    from tray.net.watcher_ports import WatcherPorts

_PATIENCE = {
    TroubleKind.TOO_MANY: CROWDED,
    TroubleKind.TOO_OFTEN: LOCKED_OUT,
    TroubleKind.TRAFFIC: LOCKED_OUT,
    TroubleKind.NOT_ALLOWED: LOCKED_OUT,
}
"""Seconds for which a server is left alone at least that has asked for patience, or that would only say no again."""
_NO_WAY = (TroubleKind.UNREACHABLE, TroubleKind.NAME_NOT_FOUND)


class Waits:
    """One wait at a time; its status is told when it begins."""

    def __init__(self, ports: WatcherPorts) -> None:
        self._ports = ports
        self.backoff = Backoff(ports.random)
        self.trouble: Trouble | None = None
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
        return self.trouble is not None and self.trouble.kind.asks_user

    @property
    def for_server(self) -> bool:
        """Whether the server has asked for patience."""
        return self.trouble is not None and self.trouble.kind in _PATIENCE

    async def out(self, trouble: Trouble) -> None:
        """Wait because of `trouble`: for the user, or for as long as its kind and the failures before it ask."""
        now = self._ports.now()
        since = self._begin(trouble, now)
        nap = self._nap = Deferred()  # whoever hears the status may end it at once
        alarm = Alarm(self._ports.reactor)
        if trouble.kind.asks_user:
            self._ports.status(NeedsCredentials(since, trouble))
        else:
            least = _PATIENCE.get(trouble.kind, 0.0)
            nobody = trouble.kind in _NO_WAY
            lasting = trouble.kind.lasting or trouble.kind is TroubleKind.SERVER
            scouts = nobody and self._ports.turn.scouts()
            delay = self.backoff.delay(now, least, unreachable=nobody, lasting=lasting, scouts=scouts)
            alarm.set(delay, self.wake)
            self._ports.status(Waiting(since, now + delay, trouble))
        try:
            await nap
        finally:
            self._nap = None
            alarm.clear()

    def queued(self, until: float, trouble: Trouble) -> None:
        """There is no room for a connection before `until`, on the reactor's clock."""
        now = self._ports.now()
        since = self._begin(trouble, now)
        self._ports.status(Waiting(since, now + until - self._ports.reactor.seconds(), trouble))

    def wake(self) -> None:
        """Wait no longer."""
        nap, self._nap = self._nap, None
        if nap is not None:
            nap.callback(None)

    def server_is_back(self) -> None:
        """Somebody else was let in: wait no longer because of a server that nobody reached."""
        if self.trouble is not None and self.trouble.kind in _NO_WAY:
            self.wake()

    def over(self) -> None:
        """All is well: the next trouble is a new one."""
        self._since = None

    def _begin(self, trouble: Trouble, now: float) -> float:
        """Take note of it; since when there has been trouble without a break."""
        self.trouble = trouble
        if self._since is None:
            self._since = now
        return self._since
