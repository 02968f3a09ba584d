"""What sleep, networks, clocks and locked screens mean for the connections: a goodbye before, a proof after."""

from __future__ import annotations

import enum
import logging
import random
import time
from typing import TYPE_CHECKING

from twisted.internet.defer import DeferredList

from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.app.accounts.account_watch import AccountWatch
    from tray.app.accounts.mail_service import MailService
    from tray.desktop.bus import Bus
    from tray.desktop.integration.power_events import PowerEvents
    from tray.desktop.integration.time_zone import ZoneWatch
    from tray.net.clock import Clock

TOLERANCE = 10.0
"""Seconds that two clocks may drift apart between two looks: NTP corrects small errors in steps, too."""


class ClockJump(enum.Enum):
    """What happened since the last look."""

    NONE = enum.auto()
    SLEPT = enum.auto()
    """The machine slept, as one clock that goes on meanwhile and one that does not tell."""
    SET = enum.auto()
    """The wall clock was set: every timer of ours is too early or too late."""


class ClockJumpDetector:
    """Looked at whenever something happens anyway; has no timer. Each argument gives seconds."""

    def __init__(
        self, wall: Callable[[], float], running: Callable[[], float], always: Callable[[], float]
    ) -> None:
        """`running` stands still while the machine sleeps, `always` does not."""
        self._wall = wall
        self._running = running
        self._always = always
        self._slept, self._offset = self._read()

    def look(self) -> ClockJump:
        """What happened since this was last asked."""
        before_slept, before_offset = self._slept, self._offset
        self._slept, self._offset = self._read()
        if self._slept - before_slept > TOLERANCE:
            return ClockJump.SLEPT
        if abs(self._offset - before_offset) > TOLERANCE:
            return ClockJump.SET
        return ClockJump.NONE

    def _read(self) -> tuple[float, float]:
        always = self._always()
        return always - self._running(), self._wall() - always


def machine_clocks() -> ClockJumpDetector:
    """Those of this machine; without CLOCK_BOOTTIME (Linux has it) a sleep looks like a clock that was set."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    always = time.monotonic if boottime is None else lambda: time.clock_gettime(boottime)
    return ClockJumpDetector(time.time, time.monotonic, always)


log = logging.getLogger(__name__)

GOODBYE = 1.5
"""Seconds that the machine waits for our goodbyes; logind gives five to all programs together."""
AWAKE_AFTER = 60.0
"""Seconds after the goodbye: whoever still runs then has not slept, or was not told that it has."""
TOGETHER = 3.0
"""Seconds in which several signs of one event come: awake, network gone, network there, clock set."""
STALE = 120.0
"""Seconds without a word after which an unlocked screen, and a person before it, make it worth to ask the server."""
_STEP = 0.05
_SPREAD = 2.5


def spread(count: int, random: Callable[[], float]) -> list[float]:
    """Seconds after which each of `count` accounts connects: the first at once, twenty within a second."""
    step = min(_STEP, _SPREAD / max(1, count))
    return [step * (number + random() - 0.5) if number else 0.0 for number in range(count)]


class ConnectionProbes:
    """Hears of the machine, and asks each account's own server: nobody else is asked whether we are online."""

    def __init__(
        self,
        clock: Clock,
        watches: Callable[[], Sequence[AccountWatch]],
        clocks: ClockJumpDetector,
        random: Callable[[], float],
    ) -> None:
        self._clock = clock
        self._watches = watches
        self._clocks = clocks
        self._retries = _ProbeRound(clock, random)
        self._proofs = _ProbeRound(clock, random)
        self._asleep = False
        self._since = 0.0  # of the last sign: words from a server before it prove nothing
        self._late = Timer(clock)
        self._awake = Timer(clock)
        self._calm = Timer(clock)  # while it is set, further signs belong to the same event
        self._again = False
        self._connect = False

    # What the machine tells.

    def about_to_sleep(self, done: Callable[[], None]) -> None:
        """Say goodbye to every server, then call `done`; within `GOODBYE` whatever they do."""
        log.info("The machine is about to sleep")
        self._asleep = True
        self._stop_asking()
        waiting = [done]

        def said(_: object = None) -> None:
            self._late.clear()
            while waiting:
                waiting.pop()()

        self._late.set(GOODBYE, said)
        self._awake.set(AWAKE_AFTER, self.resumed)
        DeferredList([watch.sleep() for watch in self._watches()], consumeErrors=True).addBoth(said)

    def resumed(self) -> None:
        """The machine is awake: connect at once, and prove what is said to be connected."""
        log.info("The machine is awake")
        self._asleep = False
        self._awake.clear()
        self._clocks.look()  # what it tells of this sleep is known now
        self._sign(connect=True)

    def network_changed(self, up: bool) -> None:
        """There is another network (or none): what is connected has to prove itself, what waits tries again."""
        if not self._asleep:
            log.info("The network %s", "is there" if up else "is gone")
            self._sign(connect=up)

    def unlocked(self) -> None:
        """Somebody is there again: what was silent for long has to prove itself before that person believes it."""
        if not self._asleep and self._calm.remaining is None:
            self._prove(self._clock.seconds() - STALE)

    def look_at_the_clock(self) -> None:
        """Whatever happened: a moment to see whether the machine slept, or its clock was set, without a word."""
        jump = self._clocks.look()
        if jump is ClockJump.SLEPT:
            self.resumed()
        elif jump is ClockJump.SET and not self._asleep:
            log.info("The clock was set")
            self._sign(connect=True)

    def stop(self) -> None:
        """Forget all timers."""
        self._stop_asking()
        self._late.clear()
        self._awake.clear()

    # What follows.

    def _sign(self, *, connect: bool) -> None:
        """Something happened after which nobody may be there any more.

        The first sign is answered at once. Those that soon follow tell of the same event: they are answered together
        a little later, and only where nothing was heard in between. To connect, no chance is left out.
        """
        self._since = self._clock.seconds()
        if self._calm.remaining is None:
            self._begin_round(connect=connect)
            return
        self._again = True
        self._connect |= connect
        if connect:
            self._retry()

    def _begin_round(self, *, connect: bool) -> None:
        self._again = self._connect = False
        self._calm.set(TOGETHER, self._calm_is_over)
        if connect:
            self._retry()
        self._prove(self._since)

    def _calm_is_over(self) -> None:
        if self._again:
            self._begin_round(connect=self._connect)

    def _retry(self) -> None:
        self._retries.begin(self._watches(), lambda watch: watch.retry())

    def _prove(self, since: float) -> None:
        self._proofs.begin(self._watches(), lambda watch: watch.prove(since))

    def _stop_asking(self) -> None:
        self._retries.stop()
        self._proofs.stop()
        self._calm.clear()
        self._again = self._connect = False


class _ProbeRound:
    """Goes through the accounts, not all in the same moment."""

    def __init__(self, clock: Clock, random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self._alarms: list[Timer] = []

    def begin(self, watches: Sequence[AccountWatch], act: Callable[[AccountWatch], None]) -> None:
        """Begin anew; what was still to come is left out."""
        self.stop()
        for watch, delay in zip(watches, spread(len(watches), self._random), strict=True):
            alarm = Timer(self._clock)
            # Also the first one by the clock: a reactor that slept is late with all its calls, and looks at them now.
            alarm.set(delay, act, watch)
            self._alarms.append(alarm)

    def stop(self) -> None:
        """Nothing is to come."""
        for alarm in self._alarms:
            alarm.clear()
        self._alarms.clear()


_LATER = 1.0
"""Seconds after the start at which the system bus is opened, which blocks until it answers."""


class PowerAndNetwork:
    """Sleep, networks, clocks and locked screens, as far as the mail service has to know."""

    def __init__(
        self,
        clock: Clock,
        mail_service: MailService,
        session: Bus,
        clock_moved: Callable[[], None] = lambda: None,
    ) -> None:
        """Prove the accounts of `mail_service`; the `session` bus is somebody else's to close.

        `clock_moved` hears when the clock or the time zone was set, or the machine slept: timers may be late or early.
        """
        self._clock_moved = clock_moved
        self._liveness = ConnectionProbes(
            clock, lambda: mail_service.watches, machine_clocks(), random.random
        )
        self._later = Timer(clock)
        self._session = session
        self._wake: PowerEvents | None = None
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
        from tray.desktop.integration.power_events import PowerEvents, PowerListener
        from tray.desktop.integration.time_zone import ZoneWatch

        liveness = self._liveness
        self._wake = PowerEvents(
            PowerListener(
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
        from tray.desktop.integration.time_zone import read_again

        read_again()  # whoever slept may have travelled
        self._clock_moved()
