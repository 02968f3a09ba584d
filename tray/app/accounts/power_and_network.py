"""Reactions to sleep, network changes, clock changes and unlocked screens: log-out, reconnection, probes."""

from __future__ import annotations

import logging
import random
import sys
import time
from typing import TYPE_CHECKING

from twisted.internet.defer import DeferredList

from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.accounts.account_watch import AccountWatch
    from tray.app.accounts.mail_service import MailService
    from tray.desktop.bus import Bus
    from tray.desktop.system_events.clock import ClockWatch, ZoneWatch
    from tray.desktop.system_events.power_events import PowerEvents
    from tray.desktop.system_events.wake_watch import WakeWatch
    from tray.net.clock import Clock

log = logging.getLogger(__name__)

TOLERANCE = 10.0
"""Seconds by which two clocks may differ between two checks: NTP corrects small errors in steps, too."""
GOODBYE = 1.5
"""Seconds for log-outs before a sleep; logind gives all programs five."""
AWAKE_AFTER = 60.0
"""Seconds after the log-outs: if the program still runs, the sleep was cancelled, or the signal of its end was lost."""
TOGETHER = 3.0
"""Seconds in which several signals belong to one event: resumed, network down, network up, clock set."""
STALE = 120.0
"""Seconds without data after which a connection is probed when the screen is unlocked."""
_LISTEN_AFTER = 1.0
"""Seconds after the start at which the system bus is opened, which blocks until it replies."""
_STEP = 0.05
_SPREAD = 2.5


def spread(count: int, random: Callable[[], float]) -> list[float]:
    """Seconds after which each of `count` accounts connects: the first at once, twenty within a second."""
    step = min(_STEP, _SPREAD / max(1, count))
    return [step * (number + random() - 0.5) if number else 0.0 for number in range(count)]


class PowerAndNetwork:
    """A `PowerListener`: logs out, connects again and probes; no other host than the accounts' is contacted."""

    def __init__(
        self,
        clock: Clock,
        mail_service: MailService,
        session: Bus,
        on_clock_moved: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Probe the accounts of `mail_service`; the `session` bus is not closed here.

        `on_clock_moved` is called when the clock or the time zone was set, or the machine slept: timers may be late or
        early then. `monotonic` gives seconds of a clock that stands still while the machine sleeps and is never set.
        """
        self._clock = clock
        self._mail_service = mail_service
        self._session = session
        self._on_clock_moved = on_clock_moved
        self._monotonic = monotonic
        self._offset = self._clock_offset()
        self._watches: tuple[PowerEvents | WakeWatch | ClockWatch | ZoneWatch, ...] = ()
        self._asleep = False
        self._since = 0.0  # Unix time of the last event: earlier data of a server proves nothing
        self._listen_later = Timer(clock)
        self._late = Timer(clock)
        self._awake = Timer(clock)
        self._calm = Timer(clock)  # while it is set, further signals belong to the same event
        self._again = False
        self._connect = False
        self._on_network_back: Callable[[], None] = lambda: None
        self._retries: list[Timer] = []
        self._probes: list[Timer] = []

    def when_network_is_back(self, call: Callable[[], None]) -> None:
        """Call `call` each time that there is a network again."""
        self._on_network_back = call

    def start(self) -> None:
        """Listen to events, after a delay."""
        self._listen_later.set(_LISTEN_AFTER, self._listen)

    def stop(self) -> None:
        """Listen no more, do not delay sleep, and stop all timers."""
        self._stop_asking()
        for timer in (self._listen_later, self._late, self._awake):
            timer.clear()
        for watch in self._watches:
            watch.stop()

    def _listen(self) -> None:
        from tray.desktop.system_events.clock import ClockWatch, ZoneWatch

        zone = ZoneWatch(self._on_clock_moved)
        if sys.platform in {"win32", "darwin"}:
            from tray.desktop.system_events.wake_watch import WakeWatch

            self._watches = WakeWatch(self.on_resumed), zone
        else:
            from tray.desktop.bus import system_bus
            from tray.desktop.system_events.power_events import PowerEvents

            self._watches = (
                PowerEvents(self, system_bus(), self._session),
                ClockWatch(self._clock_set),
                zone,
            )
        for watch in self._watches:
            watch.start()

    # Events

    def on_about_to_sleep(self, done: Callable[[], None]) -> None:
        """Log out of every server, then call `done`; within `GOODBYE` whether they answer or not."""
        log.info("The machine is about to sleep")
        self._asleep = True
        self._stop_asking()
        waiting = [done]

        def logged_out(_: object = None) -> None:
            while waiting:
                waiting.pop()()

        self._late.set(GOODBYE, logged_out)
        self._awake.set(AWAKE_AFTER, self.on_resumed)
        sleeps = [watch.sleep() for watch in self._mail_service.watches]
        DeferredList(sleeps, consumeErrors=True).addBoth(logged_out)

    def on_resumed(self) -> None:
        """Connect at once, and probe the present connections: the machine has slept, or its clock was set."""
        log.info("The machine is awake, or its clock was set")
        self._asleep = False
        self._awake.clear()
        self._offset = self._clock_offset()  # so that this sleep is not detected again
        self._happened(connect=True)
        self._time_moved()

    def on_network_changed(self, up: bool) -> None:
        """The network has changed, or is down: probe connections, and retry pending ones at once."""
        if not self._asleep:
            log.info("The network %s", "is there" if up else "is gone")
            self._happened(connect=up)
            if up:
                self._on_network_back()

    def on_unlocked(self) -> None:
        """The screen was unlocked: probe connections without recent data."""
        if not self._asleep and self._calm.remaining is None:
            self._probe(self._clock.seconds() - STALE)

    def check_clock(self) -> bool:
        """Check whether the machine slept, or its clock was set, without a signal; called at other events."""
        jumped = abs(self._clock_offset() - self._offset) > TOLERANCE
        if jumped:
            self.on_resumed()
        return jumped

    def _clock_set(self) -> None:
        if not self.check_clock():
            self._time_moved()

    def _clock_offset(self) -> float:
        return self._clock.seconds() - self._monotonic()

    def _time_moved(self) -> None:
        from tray.desktop.system_events.clock import reread_time_zone

        reread_time_zone()  # a machine that slept may have travelled
        self._on_clock_moved()

    # Reactions

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
        self._probe(self._since)

    def _calm_is_over(self) -> None:
        if self._again:
            self._begin_round(connect=self._connect)

    def _retry(self) -> None:
        self._for_each_account(self._retries, lambda watch: watch.on_network_back())

    def _probe(self, since: float) -> None:
        self._for_each_account(self._probes, lambda watch: watch.probe(since))

    def _for_each_account(self, timers: list[Timer], act: Callable[[AccountWatch], None]) -> None:
        """Call `act` for each account, spread over time, instead of the calls for which `timers` are set."""
        _clear(timers)
        watches = self._mail_service.watches
        for watch, delay in zip(watches, spread(len(watches), random.random), strict=True):
            timer = Timer(self._clock)
            # The first one, too: after a sleep the reactor runs all delayed calls at once.
            timer.set(delay, act, watch)
            timers.append(timer)

    def _stop_asking(self) -> None:
        _clear(self._retries)
        _clear(self._probes)
        self._calm.clear()
        self._again = self._connect = False


def _clear(timers: list[Timer]) -> None:
    for timer in timers:
        timer.clear()
    timers.clear()
