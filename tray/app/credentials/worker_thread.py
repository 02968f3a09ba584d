"""Threads for calls that may block for long: to the keyring with its prompt, to files, to password commands."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_Job = tuple["Deferred[Any]", "Callable[[], Any]"]


class WorkerThread:
    """Makes calls one after the other in one thread, which starts with the first call.

    The thread is a daemon: a keyring prompt that nobody answers must not delay the exit (Twisted's own pool waits for
    its threads).
    """

    def __init__(self, call_from_thread: Callable[..., None], name: str) -> None:
        self._call_from_thread = call_from_thread
        self._name = name
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._unanswered: dict[Deferred[Any], None] = {}
        self._started = False
        self._closed = False

    def run(self, job: Callable[[], T]) -> Deferred[T]:
        """Call `job` in the thread; the Deferred fires in the reactor's thread, with its result or what it raised."""
        if not self._started:
            self._started = True
            threading.Thread(
                target=_work, args=(self._jobs, self._hand_back), name=self._name, daemon=True
            ).start()
        result: Deferred[T] = Deferred()
        self._unanswered[result] = None
        self._jobs.put((result, job))
        return result

    def give_up(self, error: Exception) -> None:
        """Fail the present call, which may never return, and those that wait; the next one has a new thread."""
        unanswered, self._unanswered = self._unanswered, {}
        self._dismiss_thread()
        self._jobs = queue.SimpleQueue()
        self._started = False
        for result in unanswered:
            result.errback(error)

    def close(self) -> None:
        """Give back nothing more: the result of the present call is dropped."""
        self._closed = True
        self._unanswered.clear()
        self._dismiss_thread()

    def _dismiss_thread(self) -> None:
        """Begin no call that waits; the thread ends when the present one returns, if ever."""
        with suppress(queue.Empty):
            while True:
                self._jobs.get_nowait()
        self._jobs.put(None)

    def _hand_back(self, result: Deferred[Any], outcome: Any) -> None:
        if self._closed:
            return
        self._call_from_thread(self._deliver, result, outcome)

    def _deliver(self, result: Deferred[Any], outcome: Any) -> None:
        if result not in self._unanswered:
            return
        del self._unanswered[result]
        if isinstance(outcome, Failure):
            result.errback(outcome)
        else:
            result.callback(outcome)


class ThreadForEach:
    """Makes each call in a thread of its own, at the same time: one that hangs delays no other."""

    def __init__(self, call_from_thread: Callable[..., None], name: str) -> None:
        self._call_from_thread = call_from_thread
        self._name = name
        self._threads: set[WorkerThread] = set()

    def run(self, job: Callable[[], T]) -> Deferred[T]:
        """As `WorkerThread.run`."""
        thread = WorkerThread(self._call_from_thread, self._name)
        self._threads.add(thread)

        def end(result: T | Failure) -> T | Failure:
            self._threads.discard(thread)
            thread.close()
            return result

        result = thread.run(job)
        result.addBoth(end)
        return result

    def close(self) -> None:
        """As `WorkerThread.close`."""
        for thread in self._threads:
            thread.close()
        self._threads.clear()


def _work(jobs: queue.SimpleQueue[_Job | None], hand_back: Callable[[Deferred[Any], Any], None]) -> None:
    while (job := jobs.get()) is not None:
        result, call = job
        outcome: Any
        try:
            outcome = call()
        except BaseException as error:  # noqa: BLE001 -- not swallowed: handed to whoever waits for it
            outcome = Failure(error)
        hand_back(result, outcome)
