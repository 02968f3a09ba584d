"""Reactions to sleep, network changes, clock changes and unlocked screens: log-out, reconnection, probes."""

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
    from tray.desktop.integration.clock import ClockWatch, ZoneWatch
    from tray.desktop.integration.power_events import PowerEvents
    from tray.net.clock import Clock

TOLERANCE = 10.0
"""Seconds by which two clocks may differ between two checks: NTP corrects small errors in steps, too."""


class ClockJump(enum.Enum):
    """The event since the last check."""

    NONE = enum.auto()
    SLEPT = enum.auto()
    """The machine slept: the clock that stops then is behind the other."""
    SET = enum.auto()
    """The wall clock was set."""


class ClockJumpDetector:
    """Compares clocks at each call, without a timer. Each argument returns seconds."""

    def __init__(
        self, wall: Callable[[], float], running: Callable[[], float], always: Callable[[], float]
    ) -> None:
        """`running` stops while the machine sleeps, `always` does not."""
        self._wall = wall
        self._running = running
        self._always = always
        self._slept, self._offset = self._read()

    def look(self) -> ClockJump:
        """The event since the last call."""
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
    """The clocks of this machine; without CLOCK_BOOTTIME (Linux has it) a sleep looks like a clock that was set."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    always = time.monotonic if boottime is None else lambda: time.clock_gettime(boottime)
    return ClockJumpDetector(time.time, time.monotonic, always)


log = logging.getLogger(__name__)

GOODBYE = 1.5
"""Seconds for log-outs before a sleep; logind gives all programs five."""
AWAKE_AFTER = 60.0
"""Seconds after the log-outs: if the program still runs, the sleep was cancelled, or the signal of its end was lost."""
TOGETHER = 3.0
"""Seconds in which several signals belong to one event: resumed, network down, network up, clock set."""
STALE = 120.0
"""Seconds without data after which a connection is probed when the screen is unlocked."""
_STEP = 0.05
_SPREAD = 2.5


def spread(count: int, random: Callable[[], float]) -> list[float]:
    """Seconds after which each of `count` accounts connects: the first at once, twenty within a second."""
    step = min(_STEP, _SPREAD / max(1, count))
    return [step * (number + random() - 0.5) if number else 0.0 for number in range(count)]


class ConnectionProbes:
    """Probes the servers of the accounts after events; no other host is contacted."""

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
        self._probes = _ProbeRound(clock, random)
        self._asleep = False
        self._since = 0.0  # Unix time of the last event: earlier data of a server proves nothing
        self._late = Timer(clock)
        self._awake = Timer(clock)
        self._calm = Timer(clock)  # while it is set, further signals belong to the same event
        self._again = False
        self._connect = False

    def about_to_sleep(self, done: Callable[[], None]) -> None:
        """Log out of every server, then call `done`; within `GOODBYE` whether they answer or not."""
        log.info("The machine is about to sleep")
        self._asleep = True
        self._stop_asking()
        waiting = [done]

        def logged_out(_: object = None) -> None:
            self._late.clear()
            while waiting:
                waiting.pop()()

        self._late.set(GOODBYE, logged_out)
        self._awake.set(AWAKE_AFTER, self.resumed)
        DeferredList([watch.sleep() for watch in self._watches()], consumeErrors=True).addBoth(logged_out)

    def resumed(self) -> None:
        """The machine has resumed: connect at once, and probe the present connections."""
        log.info("The machine is awake")
        self._asleep = False
        self._awake.clear()
        self._clocks.look()  # so that this sleep is not detected again
        self._happened(connect=True)

    def network_changed(self, up: bool) -> None:
        """The network has changed, or is down: probe connections, and retry pending ones at once."""
        if not self._asleep:
            log.info("The network %s", "is there" if up else "is gone")
            self._happened(connect=up)

    def unlocked(self) -> None:
        """The screen was unlocked: probe connections without recent data."""
        if not self._asleep and self._calm.remaining is None:
            self._prove(self._clock.seconds() - STALE)

    def check_clock(self) -> None:
        """Check whether the machine slept, or its clock was set, without a signal; called at other events."""
        jump = self._clocks.look()
        if jump is ClockJump.SLEPT:
            self.resumed()
        elif jump is ClockJump.SET and not self._asleep:
            log.info("The clock was set")
            self._happened(connect=True)

    def stop(self) -> None:
        """Stop all timers."""
        self._stop_asking()
        self._late.clear()
        self._awake.clear()

    def _happened(self, *, connect: bool) -> None:
        """An event after which connections may be dead.

        The first signal is acted upon at once. Those that soon follow belong to the same event: they are acted upon
        together a little later, and only servers from which nothing came in between are probed. Connecting is tried
        at each.
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
        self._retries.begin(self._watches(), lambda watch: watch.on_network_back())

    def _prove(self, since: float) -> None:
        self._probes.begin(self._watches(), lambda watch: watch.probe(since))

    def _stop_asking(self) -> None:
        self._retries.stop()
        self._probes.stop()
        self._calm.clear()
        self._again = self._connect = False


class _ProbeRound:
    """Calls a function for each account, spread over time."""

    def __init__(self, clock: Clock, random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self._timers: list[Timer] = []

    def begin(self, watches: Sequence[AccountWatch], act: Callable[[AccountWatch], None]) -> None:
        """Start; calls of the last start that are still pending are dropped."""
        self.stop()
        for watch, delay in zip(watches, spread(len(watches), self._random), strict=True):
            timer = Timer(self._clock)
            # The first one, too: after a sleep the reactor runs all delayed calls at once.
            timer.set(delay, act, watch)
            self._timers.append(timer)

    def stop(self) -> None:
        """Make no more calls."""
        for timer in self._timers:
            timer.clear()
        self._timers.clear()


_LATER = 1.0
"""Seconds after the start at which the system bus is opened, which blocks until it replies."""


class PowerAndNetwork:
    """Passes events of power, network, clock and screen lock on to the mail service: a `PowerListener`."""

    def __init__(
        self,
        clock: Clock,
        mail_service: MailService,
        session: Bus,
        on_clock_moved: Callable[[], None] = lambda: None,
    ) -> None:
        """Probe the accounts of `mail_service`; the `session` bus is not closed here.

        `on_clock_moved` is called when the clock or the time zone was set, or the machine slept: timers may be late or
        early then.
        """
        self._on_clock_moved = on_clock_moved
        self._probes = ConnectionProbes(clock, lambda: mail_service.watches, machine_clocks(), random.random)
        self._later = Timer(clock)
        self._session = session
        self._watches: tuple[PowerEvents | ClockWatch | ZoneWatch, ...] = ()

    def start(self) -> None:
        """Listen to events, after a delay."""
        self._later.set(_LATER, self._listen)

    def stop(self) -> None:
        """Listen no more, and do not delay sleep."""
        self._later.clear()
        self._probes.stop()
        for watch in self._watches:
            watch.stop()

    def _listen(self) -> None:
        from tray.desktop.bus import system_bus
        from tray.desktop.integration.clock import ClockWatch, ZoneWatch
        from tray.desktop.integration.power_events import PowerEvents

        self._watches = (
            PowerEvents(self, system_bus(), self._session),
            ClockWatch(self._clock_set),
            ZoneWatch(self._on_clock_moved),
        )
        for watch in self._watches:
            watch.start()

    def check_clock(self) -> None:
        """Check whether the machine slept, or its clock was set, without a signal; called at other events."""
        self._probes.check_clock()

    def on_about_to_sleep(self, done: Callable[[], None]) -> None:
        """Log out, then call `done`."""
        self._probes.about_to_sleep(done)

    def on_resumed(self) -> None:
        """Connect at once, and probe."""
        self._probes.resumed()
        self._time_moved()

    def on_network_changed(self, up: bool) -> None:
        """Probe; connect where there is a network."""
        self._probes.network_changed(up)

    def on_unlocked(self) -> None:
        """Probe connections without recent data."""
        self._probes.unlocked()

    def _clock_set(self) -> None:
        self._probes.check_clock()
        self._time_moved()

    def _time_moved(self) -> None:
        from tray.desktop.integration.clock import reread_time_zone

        reread_time_zone()  # a machine that slept may have travelled
        self._on_clock_moved()
