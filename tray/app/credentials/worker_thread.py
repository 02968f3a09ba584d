"""Threads for calls that may block for long: to the keyring with its prompt, to files, to password commands."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class WorkerThread:
    """Makes calls in threads: one after the other, or, `at_once`, so that one that hangs delays no other.

    The threads are daemons: a keyring prompt that nobody answers must not delay the exit (Twisted's own pool waits for
    its threads).
    """

    def __init__(self, call_from_thread: Callable[..., None], name: str, *, at_once: bool = False) -> None:
        self._call_from_thread = call_from_thread
        self._name = name
        self._at_once = at_once
        self._waiting: deque[tuple[Deferred[Any], Callable[[], Any]]] = deque()
        self._under_way: set[Deferred[Any]] = set()
        self._closed = False

    def run(self, job: Callable[[], T]) -> Deferred[T]:
        """Call `job` in a thread; the Deferred fires in the reactor's thread, with its result or what it raised."""
        result: Deferred[T] = Deferred()
        self._waiting.append((result, job))
        self._begin()
        return result

    def give_up(self, error: Exception) -> None:
        """Fail the present call, which may never return, and those that wait; the next one begins at once."""
        unanswered = [*self._under_way, *(result for result, _ in self._waiting)]
        self._forget_all()
        for result in unanswered:
            result.errback(error)

    def close(self) -> None:
        """Return no more results: that of the present call is dropped."""
        self._closed = True
        self._forget_all()

    def _forget_all(self) -> None:
        self._waiting.clear()
        self._under_way.clear()

    def _begin(self) -> None:
        while self._waiting and (self._at_once or not self._under_way):
            result, job = self._waiting.popleft()
            self._under_way.add(result)
            threading.Thread(target=self._call, args=(result, job), name=self._name, daemon=True).start()

    def _call(self, result: Deferred[Any], job: Callable[[], Any]) -> None:
        """Called in the thread."""
        outcome: Any
        try:
            outcome = job()
        except BaseException as error:  # noqa: BLE001 -- not swallowed: handed to whoever waits for it
            outcome = Failure(error)
        if not self._closed:
            self._call_from_thread(self._deliver, result, outcome)

    def _deliver(self, result: Deferred[Any], outcome: Any) -> None:
        if result in self._under_way:  # else it was given up
            self._under_way.remove(result)
            self._begin()
            result.callback(outcome)  # a Failure fails it
