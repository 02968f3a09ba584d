"""Tells scripts and bars of each change of the status, and of new messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.mail.presentation.status_json import message_record, status_record
from tray.mail.presentation.summary import without_confirmations
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tray.mail.presentation.status_json import Record
    from tray.mail.presentation.summary import MessageLine, Summary
    from tray.net.clock import Clock

_INTERVAL = 0.5
"""Seconds between two changes that are told."""
_MESSAGES_AT_ONCE = 20
"""Of one report that are told of one by one; a bus is no place for thousands."""


class StatusFeed:
    """A view of `SummaryUpdates` for those who subscribe; without one, nothing is done."""

    def __init__(self, clock: Clock) -> None:
        self._timer = Timer(clock)
        self._summary: Summary | None = None
        self._seen: Summary | None = None
        """The last one that was looked at, without confirmations."""
        self._told: Record | None = None
        self._subscribers: list[Callable[[Record], None]] = []
        self._on_new: list[Callable[[Record], None]] = []

    def subscribe(self, on_change: Callable[[Record], None]) -> Callable[[], None]:
        """Call `on_change` with the status now, and with each that differs in more than the time of a confirmation.

        Returns what ends that.
        """
        if self._summary is not None:
            self._tell()  # so that all know the same, and a change back to what was told before is one
            on_change(status_record(self._summary))
        self._subscribers.append(on_change)

        def cancel() -> None:
            if on_change in self._subscribers:
                self._subscribers.remove(on_change)
            if not self._subscribers:
                self._timer.clear()

        return cancel

    def subscribe_to_new(self, on_new: Callable[[Record], None]) -> None:
        """Call `on_new` with each new message, and the name of its ``account``, also of accounts that are muted."""
        self._on_new.append(on_new)

    def render(self, summary: Summary) -> None:
        """Tell of `summary` now, or soon where another one was just told."""
        self._summary = summary
        if self._subscribers and self._timer.remaining is None:
            self._tell()

    def render_times(self, summary: Summary) -> None:
        """Keep `summary` for who subscribes next; a confirmation is no change for the others."""
        self._summary = summary

    def arrived(self, account: str, messages: Iterable[MessageLine]) -> None:
        """Tell of new messages of the account of that name."""
        if self._on_new:
            for message in list(messages)[-_MESSAGES_AT_ONCE:]:
                record = {"account": account, **message_record(message)}
                for on_new in self._on_new:
                    on_new(record)

    def stop(self) -> None:
        """Tell of nothing more."""
        self._timer.clear()
        self._subscribers.clear()
        self._on_new.clear()

    def _tell(self) -> None:
        assert self._summary is not None
        before, self._seen = self._seen, without_confirmations(self._summary)
        if before == self._seen:
            return
        record = status_record(self._summary)
        if _comparable(record) == self._told:
            return
        self._told = _comparable(record)
        if self._subscribers:
            self._timer.set(_INTERVAL, self._tell)
        for on_change in list(self._subscribers):
            on_change(record)


def _comparable(record: Record) -> dict[str, Any]:
    """Without what changes while nothing happens."""
    return {**record, "accounts": [{**each, "last_confirmed": None} for each in record["accounts"]]}
