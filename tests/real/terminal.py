"""A command on a terminal of its own, typed to by the test as by a user."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self


class Terminal:
    """Runs `command`; use it as a context manager."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self._master, slave = pty.openpty()
        # In a session of its own: /dev/tty would be the terminal of whoever runs the tests.
        self._child = subprocess.Popen(
            command, env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self.said = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        os.close(self._master)

    def wait(self, text: str, seconds: float = 60.0) -> str:
        """Read until `text` was said; all that was said so far."""
        self._read(lambda: text in self.said, seconds, text)
        return self.said

    def type(self, line: str) -> None:
        """A line and Enter."""
        os.write(self._master, line.encode() + b"\n")

    def end(self, seconds: float = 60.0) -> int:
        """Read until it ends; its exit code."""
        self._read(lambda: False, seconds, "the end")
        return self._child.wait(seconds)

    def _read(self, done, seconds: float, what: str) -> None:
        until = time.monotonic() + seconds
        while not done():
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._master], [], [], left)[0]:
                raise TimeoutError(f"{what!r} was not said; but {self.said!r}")
            try:
                data = os.read(self._master, 4096)
            except OSError:  # what Linux says when nobody has the other end any more
                data = b""
            if not data:
                if what == "the end":
                    return
                raise TimeoutError(f"{what!r} was not said before the end; but {self.said!r}")
            self.said += data.decode().replace("\r\n", "\n")
