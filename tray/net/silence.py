"""The last word of a server, and what its silence before the end of a connection teaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.error import ConnectionClosed

from tray.net.errors import DeadlineExceeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.net.renewal import Renewal


class Silence:
    """Of one watched mailbox, over all its connections; times are Unix seconds.

    A connection that was dead when it was needed, though nothing was changed, was cut for its silence: provided that
    the next one is made at the first try. Where it is not, it is the server or the whole network that was down.
    """

    def __init__(self, renewal: Callable[[], Renewal], learnt: Callable[[Renewal], None]) -> None:
        self.last: float | None = None
        """The last word on the present connection; None where there was none yet."""
        self._renewal = renewal
        self._learnt = learnt
        self._excused = False
        self._suspicion: float | None = None

    def heard(self, now: float) -> None:
        """The server said something."""
        if self.last is not None:
            self._learn(self._renewal().survived(now - self.last))
        self.last = now
        self._excused = False

    def excuse(self) -> None:
        """The machine slept, or the network is another one: should the connection be dead, that is why."""
        self._excused = True

    def ended(self, error: BaseException, now: float) -> None:
        """The connection is gone, or was not made."""
        last, self.last = self.last, None
        excused, self._excused = self._excused, False
        self._suspicion = None
        if last is None or excused or not isinstance(error, (DeadlineExceeded, ConnectionClosed)):
            return
        asked = error.seconds if isinstance(error, DeadlineExceeded) else 0.0
        self._suspicion = now - last - asked

    def restored(self) -> None:
        """A connection watches: the one before it was cut, if it was suspected to be."""
        suspicion, self._suspicion = self._suspicion, None
        if suspicion is not None:
            self._learn(self._renewal().cut(suspicion))

    def _learn(self, renewal: Renewal) -> None:
        if renewal != self._renewal():
            self._learnt(renewal)
