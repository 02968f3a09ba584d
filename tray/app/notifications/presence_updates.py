"""Asks the desktop for the user's presence when it matters: when a message arrives, and while messages wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.session.presence import PresenceWatch
    from tray.mail.policy.decision import Presence
    from tray.net.clock import Clock

POLL_INTERVAL = 30.0
"""Seconds between two questions while messages wait for something whose end the desktop does not signal."""
_RECENT = 1.0
"""Seconds for which an answer is used for further messages."""
_TOGETHER = 0.5
"""Seconds after a signal in which further ones belong to it."""


class PresenceUpdates:
    """The present state of the user, as far as somebody asked; `watch` is made for the first question."""

    def __init__(self, clock: Clock, make_watch: Callable[[], PresenceWatch]) -> None:
        self._make_watch = make_watch
        self._watch: PresenceWatch | None = None
        self._clock = clock
        self._timer = Timer(clock)
        self._last: tuple[float, Presence] | None = None
        """The last answer and its time (seconds of `clock`)."""
        self._on_known: Callable[[Presence], None] | None = None
        self._asking = False
        self._again = False
        self._signalled = True
        self._stopped = False

    def connect(self, on_known: Callable[[Presence], None]) -> None:
        """Call `on_known` with each answer."""
        self._on_known = on_known

    def ask(self) -> None:
        """Ask now; a question that is under way counts."""
        if self._asking or self._stopped:
            return
        self._timer.clear()
        self._asking = True
        if self._watch is None:
            self._watch = self._make_watch()
        self._watch.ask(self._known)

    def ask_unless_recent(self) -> None:
        """Use the last answer again, at once, where it is recent; else ask."""
        if self._last is None or self._asking or self._stopped:
            self.ask()
            return
        at, presence = self._last
        if self._on_known is not None and 0 <= self._clock.seconds() - at <= _RECENT:
            self._on_known(presence)
        else:
            self.ask()

    def wait(self, waiting: bool) -> None:
        """While `waiting`, ask again at each signal, and at times where there is none.

        To be called after each answer.
        """
        if self._watch is None or self._stopped:
            return
        if not waiting:
            self._watch.unfollow()
            self._timer.clear()
            return
        self._watch.follow(self._changed)
        if not self._signalled and self._timer.remaining is None:
            self._timer.set(POLL_INTERVAL, self.ask)

    def stop(self) -> None:
        """Ask nothing more."""
        self.wait(False)
        self._stopped = True

    def _changed(self) -> None:
        self._last = None
        if self._asking:
            self._again = True
        elif self._timer.remaining is None or self._timer.remaining > _TOGETHER:
            self._timer.set(_TOGETHER, self.ask)

    def _known(self, presence: Presence, signalled: bool) -> None:
        self._asking, self._signalled = False, signalled
        self._last = self._clock.seconds(), presence
        again, self._again = self._again, False
        if self._on_known is not None and not self._stopped:
            self._on_known(presence)
        if again:
            self._changed()
