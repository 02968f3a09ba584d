"""A handshake in steps, without a socket: what to send, and how many bytes of what arrives are the answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Step = tuple[bytes, Callable[[bytes], int | None]]
    """What to send, and a function from the bytes received to the length of the answer, None while it is not whole."""
    Steps = Generator[Step, bytes, None]


class Handshake:
    """Runs `steps`; what they raise ends it, and so does `overflow` above `limit` bytes for one answer."""

    def __init__(self, steps: Steps, limit: int, overflow: Exception) -> None:
        self._steps = steps
        self._limit = limit
        self._overflow = overflow
        self._received = b""
        self.answers = 0
        """How many answers have arrived whole."""
        self.is_done = False
        """Whether the last answer has arrived; what followed it is in `rest`."""
        self._answer_length: Callable[[bytes], int | None]

    @property
    def rest(self) -> bytes:
        """What was received and not used."""
        return self._received

    def start(self) -> bytes:
        """What to send first."""
        first, self._answer_length = next(self._steps)
        return first

    def receive(self, data: bytes) -> bytes:
        """What to send now that `data` was received; nothing while an answer is not whole, or at the end."""
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
