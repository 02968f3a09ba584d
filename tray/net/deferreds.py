"""Something that happens once, for which several may wait: before or after, or while it is under way."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from twisted.internet.defer import Deferred, fail, succeed

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from twisted.python.failure import Failure


T = TypeVar("T")


class OneShotEvent(Generic[T]):
    """Any number of callers may wait for it, before or after; the first outcome counts."""

    def __init__(self) -> None:
        self._value: T | None = None
        self._error: BaseException | None = None
        self.is_set = False
        """Whether it has happened, or failed."""
        self._waiting: list[Deferred[T]] = []

    @property
    def value(self) -> T | None:
        """What came of it; None as long as there is nothing, or where it failed."""
        return self._value

    def set(self, value: T) -> None:
        """It has happened; ignored after the first outcome."""
        if self._settle():
            self._value = value
            waiting, self._waiting = self._waiting, []
            for each in waiting:
                each.callback(value)

    def fail(self, error: BaseException) -> None:
        """It will not happen; ignored after the first outcome."""
        if self._settle():
            self._error = error
            waiting, self._waiting = self._waiting, []
            for each in waiting:
                each.errback(error)

    def wait(self) -> Deferred[T]:
        """Fires at the outcome, or at once where it is known."""
        if not self.is_set:
            deferred: Deferred[T] = Deferred()
            self._waiting.append(deferred)
            return deferred
        if self._error is not None:
            return fail(self._error)
        return succeed(self._value)  # type: ignore[arg-type]  # a T since it is set

    def _settle(self) -> bool:
        first, self.is_set = not self.is_set, True
        return first


class SharedCalls(Generic[T]):
    """Calls by a key, each made once at a time: whoever asks for one that is under way gets its outcome."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, list[Deferred[T]]] = {}

    def join(self, key: Hashable, begin: Callable[[], Deferred[T]]) -> Deferred[T]:
        """The outcome of the call under `key`, begun by `begin` where none is under way.

        The call goes on where whoever waits for it is cancelled.
        """
        answer: Deferred[T] = Deferred()
        if key in self._waiting:
            self._waiting[key].append(answer)
            return answer
        self._waiting[key] = [answer]

        def end(outcome: T | Failure) -> None:
            for waiting in self._waiting.pop(key):  # a Deferred that was cancelled ignores this
                waiting.callback(outcome)  # a Failure begins its errbacks

        begin().addBoth(end)
        return answer


@contextmanager
def suppress_unhandled(*later: Deferred[Any] | None) -> Iterator[None]:
    """Inside, the first answer is awaited; should it fail, the failures of `later` are not reported as unhandled."""
    try:
        yield
    except BaseException:
        for deferred in later:
            if deferred is not None:
                deferred.addErrback(lambda _: None)
        raise
