"""Parts of the program that are imported and made when something is first asked of them: many runs never need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

_Part = TypeVar("_Part")


class OnFirstUse(Generic[_Part]):
    """Makes one part of the program when it is needed."""

    def __init__(self, make: Callable[[], _Part]) -> None:
        """`make` imports and makes the part."""
        self._make = make
        self.made: _Part | None = None
        """The part, where something was asked of it."""

    def get(self) -> _Part:
        """The part, which is made now where it was not."""
        if self.made is None:
            self.made = self._make()
        return self.made

    @property
    def stand_in(self) -> _Part:
        """What passes each call of a method on to the part; to be given to others in its place."""
        return cast("_Part", StandIn(self.get))


class StandIn:
    """Passes each call of a method on to what stands behind it at that moment."""

    def __init__(self, get: Callable[[], Any]) -> None:
        """`get` gives what that is."""
        self._get = get

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            return getattr(self._get(), name)(*arguments, **options)

        return call
