"""One timer that is set, set anew and cleared; what we need of a reactor, as types; and Twisted's own reactor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class DelayedCall(Protocol):
    """Twisted's IDelayedCall, as far as we use it."""

    def active(self) -> bool:
        """Whether it was neither called nor cancelled."""

    def cancel(self) -> None:
        """Do not call."""

    def reset(self, seconds: float) -> None:
        """Call so many seconds from now."""

    def getTime(self) -> float:
        """The time of the call, on the clock of the reactor."""


class Clock(Protocol):
    """Twisted's IReactorTime, as far as we use it; zope's interfaces are no types for a checker."""

    def seconds(self) -> float:
        """Now; the real reactor's is the wall clock, which may jump."""

    def callLater(
        self,
        delay: float,
        callable: Callable[..., Any],  # noqa: A002
        *args: object,
        **kw: object,
    ) -> DelayedCall:
        """Call later."""


def global_reactor() -> Clock:
    """Twisted's reactor, for a caller that was given no clock.

    Imported here and not above: the first import installs one, and whoever wants another kind has to be earlier.
    """
    from twisted.internet import reactor

    return reactor


class Timer:
    """At most one delayed call."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timer: DelayedCall | None = None

    def set(self, seconds: float, call: Callable[..., object], *args: object) -> None:
        """Call after `seconds`, instead of what was to be called before."""
        self.clear()
        self._timer = self._clock.callLater(seconds, call, *args)

    def hurry(self, seconds: float) -> None:
        """Call after `seconds` at the latest."""
        remaining = self.remaining
        if self._timer is not None and remaining is not None and remaining > seconds:
            self._timer.reset(seconds)

    def clear(self) -> None:
        """Call nothing."""
        timer, self._timer = self._timer, None
        if timer is not None and timer.active():
            timer.cancel()

    @property
    def remaining(self) -> float | None:
        """Seconds until the call, as of now; None where there is none."""
        timer = self._timer
        return timer.getTime() - self._clock.seconds() if timer is not None and timer.active() else None
