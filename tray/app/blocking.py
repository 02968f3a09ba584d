"""One thread for calls that may block for long: the keyring with its prompt, and password commands."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_Job = tuple["Deferred[Any]", "Callable[[], Any]"]


class BlockingThread:
    """Runs calls one after the other, away from the GUI; made when the first call comes.

    The thread is a daemon: a keyring prompt that nobody answers must not hold up the exit
    (Twisted's own pool waits for its threads).
    """

    def __init__(self, call_from_thread: Callable[..., None], name: str) -> None:
        self._call_from_thread = call_from_thread
        self._name = name
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._started = False
        self._closed = False

    def run(self, job: Callable[[], T]) -> Deferred[T]:
        """Call `job` in the thread; its result, or what it raised, arrives in the reactor's thread."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
        result: Deferred[T] = Deferred()
        self._jobs.put((result, job))
        return result

    def close(self) -> None:
        """Give back nothing more: what is under way ends unheard."""
        self._closed = True

    def _work(self) -> None:
        while True:
            result, job = self._jobs.get()
            outcome: Any
            try:
                outcome = job()
            except BaseException as error:  # noqa: BLE001 -- not swallowed: handed to whoever waits for it
                outcome = Failure(error)
            if self._closed:
                return
            self._call_from_thread(self._deliver, result, outcome)

    def _deliver(self, result: Deferred[Any], outcome: Any) -> None:
        if self._closed:
            return
        if isinstance(outcome, Failure):
            result.errback(outcome)
        else:
            result.callback(outcome)
