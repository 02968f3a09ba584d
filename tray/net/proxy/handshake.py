"""A talk in turns, without a socket: what to send, and how much of what comes is the answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Turn = tuple[bytes, Callable[[bytes], int | None]]
    """What to send, and what tells how many of the bytes that came are the whole answer; None: more has to come."""
    Turns = Generator[Turn, bytes, None]


class Handshake:
    """Goes through `turns`; whatever they raise, and `overflow` above `most` bytes for one answer, ends it."""

    def __init__(self, turns: Turns, most: int, overflow: Exception) -> None:
        self._turns = turns
        self._most = most
        self._overflow = overflow
        self._come = b""
        self.answers = 0
        """How many came whole."""
        self.over = False
        """Whether all was said; what came behind the last answer is in `rest`."""
        self._complete: Callable[[bytes], int | None]

    @property
    def rest(self) -> bytes:
        """What has come and was not used."""
        return self._come

    def begin(self) -> bytes:
        """The first words."""
        first, self._complete = next(self._turns)
        return first

    def receive(self, data: bytes) -> bytes:
        """What to send now that `data` has come too; nothing while an answer is not whole, or all was said."""
        self._come += data
        said = b""
        while not self.over:
            length = self._complete(self._come)
            if length is None:
                if len(self._come) > self._most:
                    raise self._overflow
                break
            answer, self._come = self._come[:length], self._come[length:]
            self.answers += 1
            try:
                words, self._complete = self._turns.send(answer)
                said += words
            except StopIteration:
                self.over = True
        return said
