"""Listens to the machine once the first connections are under way: nothing of it is needed to show the first titles."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tray.app.liveness import Liveness
from tray.net.alarm import Alarm
from tray.net.clocks import machine_clocks

if TYPE_CHECKING:
    from tray.app.mailroom import Mailroom
    from tray.desktop.wake import Wake
    from tray.net.alarm import Clock

_LATER = 1.0
"""Seconds after the start at which the system bus is opened, which blocks until it answers."""


class Machine:
    """Sleep, networks, clocks and locked screens, as far as the mailroom has to know."""

    def __init__(self, clock: Clock, mailroom: Mailroom) -> None:
        self._liveness = Liveness(clock, lambda: mailroom.watches, machine_clocks(), random.random)
        self._later = Alarm(clock)
        self._wake: Wake | None = None

    def start(self) -> None:
        """Listen, a little later."""
        self._later.set(_LATER, self._listen)

    def stop(self) -> None:
        """Listen no more; the machine may sleep without us."""
        self._later.clear()
        self._liveness.stop()
        if self._wake is not None:
            self._wake.stop()

    def something_happened(self) -> None:
        """Whatever it was: look whether the clocks agree."""
        self._liveness.look_at_the_clock()

    def _listen(self) -> None:
        from tray.desktop.wake import Tidings, Wake

        liveness = self._liveness
        self._wake = Wake(
            Tidings(
                about_to_sleep=liveness.about_to_sleep,
                resumed=liveness.resumed,
                network_changed=liveness.network_changed,
                clock_changed=liveness.look_at_the_clock,
                unlocked=liveness.unlocked,
            )
        )
        self._wake.start()
