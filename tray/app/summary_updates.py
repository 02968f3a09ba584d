"""Draws the summary of all accounts after changes."""

from __future__ import annotations

from time import localtime
from typing import TYPE_CHECKING, Protocol

from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tray.app.accounts.mail_service import MailService
    from tray.app.accounts.pause import Pause
    from tray.app.accounts.power_and_network import PowerAndNetwork
    from tray.app.notifications.gate import NotificationGate
    from tray.mail.presentation.summary import Summary
    from tray.net.clock import Clock

_DELAY = 0.05
"""Seconds in which changes are collected before the tray is drawn, which sends it over D-Bus to the panel."""
CONFIRMED_AFTER = 900.0
"""Seconds after which the tray is drawn because servers have answered, and nothing else is new.

Each drawing wakes the panel and the bus, too; Dovecot says every two minutes that it is still there. Not longer: people
look there for whether Mailbell is stuck.
"""


class SummaryView(Protocol):
    """What shows the summary: icon, window, dialogs, first page, scripts."""

    def render(self, summary: Summary) -> None:
        """Show it."""


class TimesView(SummaryView, Protocol):
    """What shows when servers last answered, too, while no window does."""

    def render_times(self, summary: Summary) -> None:
        """Show `summary`, which differs from the last one in these times only."""


class SummaryUpdates:
    """Collects changes for a moment; made before the parts that announce them, and connected to them afterwards."""

    def __init__(self, clock: Clock, times: Collection[TimesView], *views: SummaryView) -> None:
        """Draw all `views`; where only times have changed, those of `times`."""
        self._clock = clock
        self._timer = Timer(clock)
        self._times = Timer(clock)
        self._times_views = times
        self._views = (*times, *views)
        self._drawn_at = 0.0
        self._day = 0

    def connect(
        self,
        mail_service: MailService,
        gate: NotificationGate,
        pause: Pause,
        power_and_network: PowerAndNetwork,
        are_times_shown: Callable[[], bool],
    ) -> None:
        """Draw the summary of `mail_service`; the next three are called when the clock may have changed.

        `are_times_shown` says whether a window shows how long ago each server answered.
        """
        self._mail_service = mail_service
        self._gate = gate
        self._pause = pause
        self._power_and_network = power_and_network
        self._are_times_shown = are_times_shown

    def add_view(self, view: SummaryView) -> None:
        """Draw `view`, too."""
        self._views = (*self._views, view)

    def soon(self) -> None:
        """Draw within `_DELAY`: something that the tray shows has changed."""
        if self._timer.remaining is None:
            self._timer.set(_DELAY, self._draw_after_change)

    def confirmed(self) -> None:
        """A server has answered, and nothing is new but the time of that: windows show it soon, the tray later."""
        if self._power_and_network.check_clock():
            return
        if self._are_times_shown():
            self.soon()
        elif not 0 <= self._clock.seconds() - self._drawn_at < CONFIRMED_AFTER:
            # Behind what else the server has said, but not by another wakeup.
            self._times.set(0.0, self._draw_times)

    def clock_moved(self) -> None:
        """Called when the clock or the time zone was set, or after a sleep: timers may be late."""
        self._pause.look()
        self._gate.release_due()
        self.soon()

    def draw(self) -> None:
        """Show the present summary."""
        self._note_time()
        summary = self._mail_service.summary()
        for view in self._views:
            view.render(summary)

    def stop(self) -> None:
        """Draw nothing more; what was to be written is written."""
        self._timer.clear()
        self._times.clear()
        self._mail_service.save()

    def _draw_times(self) -> None:
        if self._timer.remaining is not None:
            return
        before = self._day
        self._note_time()
        if self._day != before:  # what was today is yesterday
            self.draw()
            return
        summary = self._mail_service.summary()
        for view in self._times_views:
            view.render_times(summary)

    def _note_time(self) -> None:
        self._drawn_at = self._clock.seconds()
        self._day = localtime(self._drawn_at).tm_yday

    def _draw_after_change(self) -> None:
        self._power_and_network.check_clock()
        self._gate.release_due()
        self.draw()
        self._mail_service.save()
