"""What is measured of a running program: its memory, its processor time, and how soon it answers."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rig.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self


def memory(pid: int) -> tuple[float, float]:
    """Proportional set size of the process in MB, and how much of it is its own.

    The first is what the process costs the machine; it shrinks when another program happens to use the same
    libraries, so comparisons are made by the second.
    """
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    found = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines[1:]}
    return found["Pss:"], found["Pss_Anon:"]


def processor_seconds(pid: int) -> float:
    """Processor time that the process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Pinging:
    """While entered, asks again and again; `slowest` is the longest that an answer took, in seconds."""

    def __init__(self, ask: Callable[[], object], pause: float = 0.02) -> None:
        self.answers = 0
        self.slowest = 0.0
        self.failure: Exception | None = None
        self._ask = ask
        self._pause = pause
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            while not self._over.wait(self._pause):
                began = time.monotonic()
                self._ask()
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.answers += 1
        except Exception as error:  # noqa: BLE001 -- raised by whoever reads the figures
            self.failure = error


def wait_until_idle(pid: int, seconds: float = 15.0) -> None:
    """Wait until the process uses next to no processor time for half a second."""
    seen = [(time.monotonic(), processor_seconds(pid))]

    def idle() -> bool:
        now, used = time.monotonic(), processor_seconds(pid)
        if used - seen[0][1] > 0.02:
            seen[0] = now, used
        return now - seen[0][0] > 0.5

    wait_until(idle, "the program to be idle", seconds)
