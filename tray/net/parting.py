"""Saying goodbye to a server, without waiting for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap import commands
from tray.net.alarm import Alarm
from tray.net.errors import Stopped

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from tray.net.alarm import Clock
    from tray.net.protocol import MailProtocol

LOGOUT_DEADLINE = 1.5
"""Seconds that a goodbye may take."""


def part(clock: Clock, protocol: MailProtocol) -> Deferred[None]:
    """LOGOUT; fires within `LOGOUT_DEADLINE`, never fails, and the connection is gone."""
    # Not the deadline of the command alone: it may have to wait for others before it is sent.
    late = Alarm(clock)
    late.set(LOGOUT_DEADLINE, protocol.abort, Stopped())

    def gone(_: object) -> None:
        late.clear()
        protocol.abort(Stopped())

    return protocol.request(commands.logout(), LOGOUT_DEADLINE).addBoth(gone)
