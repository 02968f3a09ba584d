"""The user's pause: for a while, until tomorrow morning, or until resumed."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from tray.desktop.storage.state_store import StateError
from tray.mail.model.status import Paused
from tray.net.clock import Timer

if TYPE_CHECKING:
    from tray.app.accounts.mail_service import MailService
    from tray.app.notifications.gate import NotificationGate
    from tray.desktop.storage.state_store import StateStore
    from tray.net.clock import Clock

log = logging.getLogger(__name__)

_MORNING = 7
"""Hour of the day, local time, at which "until tomorrow" ends."""


def tomorrow_morning(now: float) -> float:
    """Unix time of the next morning in local time, also where daylight saving time changes that night."""
    today = time.localtime(now)
    return time.mktime((today.tm_year, today.tm_mon, today.tm_mday + 1, _MORNING, 0, 0, 0, 0, -1))


class Pause:
    """The pause of all accounts, and the timer that ends it."""

    def __init__(
        self, clock: Clock, mail_service: MailService, gate: NotificationGate, store: StateStore
    ) -> None:
        """Pause the accounts of `mail_service`, and the toasts of `gate`; `store` keeps the pause over restarts."""
        self._store = store
        self._clock = clock
        self._mail_service = mail_service
        self._gate = gate
        self._timer = Timer(clock)
        self.current: Paused | None = None

    def pause(self, seconds: float | None) -> None:
        """Pause for so many seconds, or until resumed (None)."""
        now = self._clock.seconds()
        self._set(Paused(since=now, until=None if seconds is None else now + seconds))

    def pause_until_tomorrow(self) -> None:
        """Pause until tomorrow morning."""
        from tray.desktop.system_events.clock import reread_time_zone

        reread_time_zone()
        now = self._clock.seconds()
        self._set(Paused(since=now, until=tomorrow_morning(now)))

    def go_on(self) -> None:
        """Go on with the pause of the last run, if it is not over."""
        try:
            pause = self._store.pause()
        except StateError as error:
            log.warning("%s", error)
            return
        if pause is None:
            return
        if pause.until is None or pause.until > self._clock.seconds():
            self._begin(pause)
        else:
            self._save(None)

    def resume(self) -> None:
        """End the pause, if there is one."""
        if self.current is not None:
            self._set(None)

    def look(self) -> None:
        """Check whether the pause is over; called after clock changes and sleep, when the timer may be late."""
        if self.current is not None and self.current.until is not None:
            left = self.current.until - self._clock.seconds()
            if left <= 0:
                self._set(None)
            else:
                self._timer.set(left, self._set, None)

    def stop(self) -> None:
        """Stop the timer."""
        self._timer.clear()

    def _set(self, pause: Paused | None) -> None:
        self._save(pause)
        self._begin(pause)

    def _save(self, pause: Paused | None) -> None:
        try:
            self._store.save_pause(pause)
        except StateError as error:  # it holds all the same; only a restart would end it
            log.warning("%s", error)

    def _begin(self, pause: Paused | None) -> None:
        self.stop()
        self.current = pause
        if pause is not None and pause.until is not None:
            self._timer.set(max(0.0, pause.until - self._clock.seconds()), self._set, None)
        self._gate.pause(paused=pause is not None)
        self._mail_service.pause(pause)
