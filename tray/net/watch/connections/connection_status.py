"""What is shown of one connection while it watches: since when, when the server last answered, and its last alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.events import StatusResponse, Tagged
from tray.mail.model.status import Watching

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.events import Event
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem
    from tray.net.watch.listener import WatchListener

_ALERTS = frozenset({"ALERT", "OVERQUOTA"})  # response codes of which `alert_of` has something to say
CONFIRM_EVERY = 30.0
"""Seconds between two statuses that only confirm that the server still answers."""


class ConnectionStatus:
    """Reports `Watching` from the first time that all changes were read until `end`."""

    def __init__(self, listener: WatchListener, now: Callable[[], float]) -> None:
        """`now` gives Unix seconds."""
        self._listener = listener
        self._now = now
        self._watching: Watching | None = None
        self._alert: Problem | None = None
        self._ended = False
        self.last_confirmed: float | None = None
        """Unix seconds of the last data; None before the first."""

    @property
    def watching_since(self) -> float | None:
        """Unix seconds; None where not all changes were read yet."""
        return None if self._watching is None else self._watching.since

    def on_event(self, event: Event, account: Account, *, encrypted: bool) -> None:
        """Report what the server says in `event` for the user, if anything."""
        if (
            isinstance(event, StatusResponse | Tagged)
            and event.code is not None
            and event.code.name in _ALERTS
        ):
            from tray.mail.presentation.problem_texts.refusals import alert_of

            alert = alert_of(event, account, encrypted=encrypted)
            if alert is not None:
                self.on_alert(alert)

    def on_alert(self, alert: Problem) -> None:
        """The server sent a message for the user."""
        is_first, self._alert = self._alert is None, alert
        self._listener.on_alert(alert)
        if is_first:
            self._report_again()

    def on_data(self) -> None:
        """Data arrived; the listener is called at most every `CONFIRM_EVERY` seconds."""
        now = self.last_confirmed = self._now()
        if self._watching is not None and not 0 <= now - self._watching.last_confirmed < CONFIRM_EVERY:
            self._report_again()

    def on_confirmed(self, push: bool, *, shared: bool = False) -> None:
        """All changes were read; `push`: whether the server announces new ones; `shared`: over another's connection."""
        if not self._ended:
            now = self._now()
            since = now if self._watching is None else self._watching.since
            told, asked = int(shared and push), int(shared and not push)
            self._watching = Watching(since, now, push, self._alert, told, asked)
            self._listener.on_status(self._watching)

    def end(self) -> None:
        """Report nothing more, such as for the answer to LOGOUT."""
        self._ended = True

    def _report_again(self) -> None:
        if self._watching is not None:
            self.on_confirmed(self._watching.push)
