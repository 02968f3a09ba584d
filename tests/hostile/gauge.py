"""What the program costs and how quickly it answers, measured from outside while something is done to it."""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

_PAUSE = 0.01


def ask(path: Path, command: str) -> dict:
    """One request at the control socket."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(path))
        connection.sendall(json.dumps({"command": command}).encode() + b"\n")
        with connection.makefile("rb") as lines:
            return json.loads(lines.readline())


def own(pid: int) -> float:
    """MB that it has written itself, so that nobody can share them."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return int(text.split("Anonymous:")[1].split()[0]) / 1000


def forget_peak(pid: int) -> None:
    """`surge` counts from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")


def surge(pid: int) -> float:
    """MB that it has let go of again since its highest."""
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    highest, now = (int(text.split(f"{name}:")[1].split()[0]) for name in ("VmHWM", "VmRSS"))
    return (highest - now) / 1000


def cpu_seconds(pid: int) -> float:
    """Seconds of processor time since its start."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _waited(schedstat: Path) -> float:
    """Seconds that a process or thread was ready and had no processor, since its start; 0 where nobody counts that."""
    if not schedstat.exists():
        return 0.0
    return int(schedstat.read_text("ascii").split()[1]) / 1e9


class Pings:
    """Asks for the status again and again in a thread; `worst` is the longest that an answer took, in seconds.

    Less the time for which the program, or we, waited for a processor that others had: that is not its doing.
    """

    def __init__(self, path: Path, pid: int) -> None:
        self._path = path
        self._theirs = Path(f"/proc/{pid}/schedstat")
        self._over = threading.Event()
        self.worst = 0.0
        self._longest = 0.0
        self.count = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(15)

    def _run(self) -> None:
        waits = (self._theirs, Path(f"/proc/self/task/{threading.get_native_id()}/schedstat"))
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(15)
            connection.connect(str(self._path))
            lines = connection.makefile("rb")
            while not self._over.wait(_PAUSE):
                before, waited = time.monotonic(), sum(map(_waited, waits))
                self.worst = 99.0  # until it answers
                connection.sendall(b'{"command": "status"}\n')
                assert lines.readline()
                took = time.monotonic() - before - (sum(map(_waited, waits)) - waited)
                self._longest = max(self._longest, took)
                self.worst = self._longest
                self.count += 1
