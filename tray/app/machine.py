"""Listens to the machine once the first connections are under way: nothing of it is needed to show the first titles."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tray.app.liveness import Liveness
from tray.net.alarm import Alarm
from tray.net.clocks import machine_clocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.mailroom import Mailroom
    from tray.desktop.bus import Bus
    from tray.desktop.time_zone import ZoneWatch
    from tray.desktop.wake import Wake
    from tray.net.alarm import Clock

_LATER = 1.0
"""Seconds after the start at which the system bus is opened, which blocks until it answers."""


class Machine:
    """Sleep, networks, clocks and locked screens, as far as the mailroom has to know."""

    def __init__(
        self,
        clock: Clock,
        mailroom: Mailroom,
        session: Bus,
        clock_moved: Callable[[], None] = lambda: None,
    ) -> None:
        """Prove the accounts of `mailroom`; the `session` bus is somebody else's to close.

        `clock_moved` hears when the clock or the time zone was set, or the machine slept: timers may be late or early.
        """
        self._clock_moved = clock_moved
        self._liveness = Liveness(clock, lambda: mailroom.watches, machine_clocks(), random.random)
        self._later = Alarm(clock)
        self._session = session
        self._wake: Wake | None = None
        self._zone: ZoneWatch | None = None

    def start(self) -> None:
        """Listen, a little later."""
        self._later.set(_LATER, self._listen)

    def stop(self) -> None:
        """Listen no more; the machine may sleep without us."""
        self._later.clear()
        self._liveness.stop()
        if self._wake is not None:
            self._wake.stop()
        if self._zone is not None:
            self._zone.stop()

    def something_happened(self) -> None:
        """Whatever it was: look whether the clocks agree."""
        self._liveness.look_at_the_clock()

    def _listen(self) -> None:
        from tray.desktop.bus import system_bus
        from tray.desktop.time_zone import ZoneWatch
        from tray.desktop.wake import Tidings, Wake

        liveness = self._liveness
        self._wake = Wake(
            Tidings(
                about_to_sleep=liveness.about_to_sleep,
                resumed=self._resumed,
                network_changed=liveness.network_changed,
                clock_changed=self._clock_changed,
                unlocked=liveness.unlocked,
            ),
            system_bus(),
            self._session,
        )
        self._wake.start()
        self._zone = ZoneWatch(self._clock_moved)
        self._zone.start()

    def _resumed(self) -> None:
        self._liveness.resumed()
        self._time_is_another()

    def _clock_changed(self) -> None:
        self._liveness.look_at_the_clock()
        self._time_is_another()

    def _time_is_another(self) -> None:
        from tray.desktop.time_zone import read_again

        read_again()  # whoever slept may have travelled
        self._clock_moved()
