"""What the program costs and how quickly it answers, measured from outside while something is done to it."""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.scale.measures import processor_seconds

if TYPE_CHECKING:
    from typing_extensions import Self

_PAUSE = 0.01
_TIMEOUT = 15.0
_ROOT = Path(__file__).resolve().parents[2]


def own_memory(pid: int) -> float:
    """MB that it has written itself, so that nobody can share them."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return int(text.split("Anonymous:")[1].split()[0]) / 1000


def reset_peak(pid: int) -> None:
    """`memory_since_peak` counts from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")


def memory_since_peak(pid: int) -> float:
    """MB of its peak that it has freed again."""
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    highest, now = (int(text.split(f"{name}:")[1].split()[0]) for name in ("VmHWM", "VmRSS"))
    return (highest - now) / 1000


def _waited(process: str) -> float:
    """Seconds for which the main thread was ready and had no processor, since its start; 0 where nobody counts that."""
    schedstat = Path(f"/proc/{process}/schedstat")
    return int(schedstat.read_text("ascii").split()[1]) / 1e9 if schedstat.exists() else 0.0


class Pings:
    """Asks for the status again and again, in a process of its own: the hostile server's threads hold up ours.

    `worked` is the most processor time that the program used before it answered, in seconds; `worst` the longest that
    an answer took, less the time for which the program or we waited for a processor that others had.
    """

    def __init__(self, path: Path, pid: int) -> None:
        self.worked = 0.0
        self.worst = 0.0
        self.count = 0
        self._argv = [sys.executable, "-m", "tests.hostile.measures", str(path), str(pid)]

    def __enter__(self) -> Self:
        self._child = subprocess.Popen(self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT)
        assert self._child.stdout is not None
        assert self._child.stdout.readline() == b"ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        try:
            answer, _errors = self._child.communicate(timeout=_TIMEOUT + 5)
        finally:
            self._child.kill()
        self.worked, self.worst, self.count = json.loads(answer)


def _ping(path: str, pid: str) -> None:
    """Ping until standard input ends; print both times and the count."""
    worked, worst, count = 0.0, 0.0, 0
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_TIMEOUT)
        connection.connect(path)
        lines = connection.makefile("rb")
        print("ready", flush=True)
        while not select.select([sys.stdin], [], [], _PAUSE)[0]:
            used, waited, before = (
                processor_seconds(int(pid)),
                _waited(pid) + _waited("self"),
                time.monotonic(),
            )
            connection.sendall(b'{"command": "status"}\n')
            assert lines.readline()
            took = time.monotonic() - before - (_waited(pid) + _waited("self") - waited)
            worst = max(worst, took)
            worked = max(worked, processor_seconds(int(pid)) - used)
            count += 1
    print(json.dumps([worked, worst, count]))


if __name__ == "__main__":
    _ping(*sys.argv[1:])
