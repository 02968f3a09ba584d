"""One-shot events, calls shared by several callers, and suppression of unhandled failures."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.main import CONNECTION_DONE, CONNECTION_LOST
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from tray.net.clock import Clock

T = TypeVar("T")


class OneShotEvent(Generic[T]):
    """An outcome (value or error) that any number of callers may wait for, before or after it is set."""

    def __init__(self) -> None:
        self.value: T | None = None
        """The value; None before the outcome and after a failure."""
        self.is_set = False
        """Whether there is an outcome."""
        self._outcome: T | Failure
        self._waiting: list[Deferred[T]] = []

    def set(self, value: T) -> None:
        """Set the value; ignored after the first outcome."""
        if not self.is_set:
            self.value = value
            self._settle(value)

    def fail(self, error: BaseException) -> None:
        """Set the error; ignored after the first outcome."""
        if not self.is_set:
            self._settle(Failure(error))

    def wait(self) -> Deferred[T]:
        """Fires with the outcome, at once if there is one."""
        deferred: Deferred[T] = Deferred()
        if self.is_set:
            deferred.callback(self._outcome)  # a Failure begins its errbacks
        else:
            self._waiting.append(deferred)
        return deferred

    def _settle(self, outcome: T | Failure) -> None:
        self.is_set, self._outcome = True, outcome
        waiting, self._waiting = self._waiting, []
        for deferred in waiting:
            deferred.callback(outcome)


class SharedCalls(Generic[T]):
    """Calls by key; a second caller for a key that is under way gets the outcome of the first call."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, list[Deferred[T]]] = {}

    def join(self, key: Hashable, begin: Callable[[], Deferred[T]]) -> Deferred[T]:
        """The outcome of the call under `key`, begun by `begin` if none is under way.

        The call goes on if the Deferred that is returned is cancelled.
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
    """If the body raises, failures of `later`, which then nobody awaits, are not reported as unhandled."""
    try:
        yield
    except BaseException:
        for deferred in later:
            if deferred is not None:
                deferred.addErrback(lambda _: None)
        raise


def reason_of_end(reason: Failure | Exception) -> Exception:
    """Why a connection ended, from what Twisted gives to `connectionLost`: an error without the frames that raised it.

    Twisted has one object for all connections that are lost. Each `raise` and `await` adds a traceback to it, and so
    it would keep every connection since the start, with all that was read on it. An error of TLS is in a frame that is
    in its traceback: a cycle with the connection's buffers in it.
    """
    if not isinstance(reason, Failure):
        return reason
    error = reason.value
    assert isinstance(error, Exception)
    if error in {CONNECTION_DONE, CONNECTION_LOST}:
        return type(error)(*error.args)
    reason.cleanFailure()
    return error


def in_next_turn(clock: Clock, deferred: Deferred[T]) -> Deferred[T]:
    """The outcome of `deferred` in a later turn of the reactor: whatever has made it fire is over then."""
    later: Deferred[T] = Deferred()
    deferred.addBoth(lambda outcome: clock.callLater(0, later.callback, outcome))
    return later
