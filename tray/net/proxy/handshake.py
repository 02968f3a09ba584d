"""A handshake in steps without I/O: each step is a request and the length of its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Step = tuple[bytes, Callable[[bytes], int | None]]
    """A request, and a function from the received bytes to the length of the answer, None while incomplete."""
    Steps = Generator[Step, bytes, None]


class Handshake:
    """Runs `steps`; `receive` raises what they raise, and `overflow` for an answer of more than `limit` bytes."""

    def __init__(self, steps: Steps, limit: int, overflow: Exception) -> None:
        self._steps = steps
        self._limit = limit
        self._overflow = overflow
        self._received = b""
        self.answers = 0
        """Number of complete answers."""
        self.is_done = False
        """Whether the last answer is complete; further bytes are in `rest`."""
        self._answer_length: Callable[[bytes], int | None]

    @property
    def rest(self) -> bytes:
        """Bytes received after the last answer."""
        return self._received

    def start(self) -> bytes:
        """The first request."""
        first, self._answer_length = next(self._steps)
        return first

    def receive(self, data: bytes) -> bytes:
        """The next requests after `data`; empty while an answer is incomplete, and at the end."""
        self._received += data
        to_send = b""
        while not self.is_done:
            length = self._answer_length(self._received)
            if length is None:
                if len(self._received) > self._limit:
                    raise self._overflow
                break
            answer, self._received = self._received[:length], self._received[length:]
            self.answers += 1
            try:
                request, self._answer_length = self._steps.send(answer)
                to_send += request
            except StopIteration:
                self.is_done = True
        return to_send
