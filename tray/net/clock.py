"""A timer; the parts of a reactor that are used, as types; and access to Twisted's reactor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class DelayedCall(Protocol):
    """The parts of Twisted's IDelayedCall that are used."""

    def active(self) -> bool:
        """Whether it was neither called nor cancelled."""

    def cancel(self) -> None:
        """Cancel the call."""

    def reset(self, seconds: float) -> None:
        """Call `seconds` from now."""

    def getTime(self) -> float:
        """The time of the call, in seconds of the reactor's clock."""


class Clock(Protocol):
    """The parts of Twisted's IReactorTime that are used; type checkers do not understand zope's interfaces."""

    def seconds(self) -> float:
        """The time in seconds; a real reactor uses the wall clock, which may jump."""

    def callLater(
        self,
        delay: float,
        callable: Callable[..., Any],  # noqa: A002
        *args: object,
        **kw: object,
    ) -> DelayedCall:
        """Call `callable` after `delay` seconds."""


def global_reactor() -> Clock:
    """Twisted's reactor; its first import, and so the first call of this function, installs one."""
    from twisted.internet import reactor

    return reactor


class Timer:
    """At most one delayed call."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timer: DelayedCall | None = None

    def set(self, seconds: float, call: Callable[..., object], *args: object) -> None:
        """Call `call` after `seconds`; replaces an earlier call."""
        self.clear()
        self._timer = self._clock.callLater(seconds, call, *args)

    def hurry(self, seconds: float) -> None:
        """Call after `seconds` at the latest; does nothing if no call is due."""
        remaining = self.remaining
        if self._timer is not None and remaining is not None and remaining > seconds:
            self._timer.reset(seconds)

    def clear(self) -> None:
        """Cancel the call."""
        timer, self._timer = self._timer, None
        if timer is not None and timer.active():
            timer.cancel()

    @property
    def remaining(self) -> float | None:
        """Seconds until the call; None if there is none."""
        timer = self._timer
        return timer.getTime() - self._clock.seconds() if timer is not None and timer.active() else None
