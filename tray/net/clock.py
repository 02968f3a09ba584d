"""A timer; the parts of a reactor that are used, as types; and access to Twisted's reactor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


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
    ) -> Any:
        """Call `callable` after `delay` seconds; returns an IDelayedCall."""


def global_reactor() -> Clock:
    """Twisted's reactor; its first import, and so the first call of this function, installs one."""
    from twisted.internet import reactor

    return reactor


class Timer:
    """At most one delayed call."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timer: Any = None  # IDelayedCall

    def set(self, seconds: float, call: Callable[..., object], *args: object) -> None:
        """Call `call` after `seconds`; replaces an earlier call."""
        self.clear()
        self._timer = self._clock.callLater(seconds, call, *args)

    def hurry(self, seconds: float) -> None:
        """Call after `seconds` at the latest; does nothing if no call is due."""
        if (self.remaining or 0.0) > seconds:
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
