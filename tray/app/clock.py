"""What this room needs of a reactor's time; zope interfaces mean nothing to a type checker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Timer(Protocol):
    """A call that was put off, and can be called off."""

    def cancel(self) -> None:
        """Do not make the call."""

    def active(self) -> bool:
        """Whether it is still to be made."""


class Clock(Protocol):
    """A reactor, or a `twisted.internet.task.Clock` in tests."""

    def seconds(self) -> float:
        """Now, as Unix seconds."""

    def callLater(  # noqa: N802 -- Twisted's name
        self,
        delay: float,
        callable: Callable[..., Any],  # noqa: A002 -- Twisted's name
        *args: object,
    ) -> Timer:
        """Call later, unless cancelled."""
