"""Runs checks side by side, each in a thread with a time limit.

One that hangs delays neither the others nor the exit.
"""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Late(Exception):  # noqa: N818 -- a state of affairs
    """There was no answer in time; args[0] is the limit in seconds."""


class Look(Generic[T]):
    """A call under way. Its thread is a daemon: Python does not wait for it at its end."""

    def __init__(self, call: Callable[[], T], limit: float) -> None:
        """Begin `call`, which may take `limit` seconds from now on."""
        self._limit = limit
        self._deadline = time.monotonic() + limit
        self._done = Event()
        self._values: list[T] = []
        self._error: Exception | None = None
        Thread(target=self._run, args=(call,), name="doctor", daemon=True).start()

    def _run(self, call: Callable[[], T]) -> None:
        try:
            self._values.append(call())
        except Exception as error:  # noqa: BLE001 -- raised again by `result`
            self._error = error
        self._done.set()

    def result(self) -> T:
        """What `call` returned, however often it is asked for; raises what it raised, or `Late`."""
        if not self._done.wait(max(0.001, self._deadline - time.monotonic())):
            raise Late(self._limit)
        if self._error is not None:
            raise self._error
        return self._values[0]
