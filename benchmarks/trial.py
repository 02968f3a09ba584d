"""One life of a measured program: from its start, through what is asked of it, to its end."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.programs import environment
from tests.rig.processes import Child, wait_until

if TYPE_CHECKING:
    from typing_extensions import Self

    from benchmarks.programs import Program
    from benchmarks.testbed import Server, Testbed
    from benchmarks.wire import Transcript

_PATIENCE = 30.0
_SETTLE = 2.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PROBE = Path(__file__).with_name("stall_probe.py")
_numbers = itertools.count(1)


class Trial:
    """A program that runs while entered, and has taken up IDLE when `with` begins its block."""

    def __init__(
        self, testbed: Testbed, program: Program, server: Server, *, stalls: Path | None = None
    ) -> None:
        self._server = server
        self._first = len(server.proxy.transcripts)
        self._log = testbed.desktop.folder / "log" / f"trial-{next(_numbers)}"
        self._testbed = testbed
        arguments = program.arguments(testbed, server)
        probe = [str(_PROBE), str(stalls)] if stalls else []
        self._argv = [sys.executable, *probe, *arguments]
        self.program = program

    def __enter__(self) -> Self:
        environ = environment(self._testbed, self._server)
        self.started_at = time.monotonic()
        self._child = Child(self._argv, environ, self._log)
        try:
            wait_until(self._idles_or_died, f"IDLE of {self.program.name}", _PATIENCE)
            self.cpu_to_idle = self.cpu()
        except TimeoutError as late:
            self._child.stop()
            raise RuntimeError(f"{late}\n{self._log.read_text(errors='replace')}") from None
        return self

    def __exit__(self, *_: object) -> None:
        self._child.stop()

    def _idles_or_died(self) -> bool:
        if not self._child.running():
            raise RuntimeError(f"{self.program.name} ended:\n{self._log.read_text(errors='replace')}")
        return any(each.idle_at for each in self.transcripts)

    @property
    def transcripts(self) -> list[Transcript]:
        """Its connections so far."""
        return self._server.proxy.transcripts[self._first :]

    @property
    def to_idle(self) -> float:
        """Seconds from the start of the process until the server has taken up its IDLE."""
        return min(each.idle_at for each in self.transcripts if each.idle_at) - self.started_at

    def exists(self) -> list[float]:
        """Moments at which EXISTS showed that the mailbox has grown, since it idles."""
        return [at for each in self.transcripts for at in each.exists]

    def waited(self, since: float) -> float:
        """Seconds that the first command after that moment was under way; 0 where there was none."""
        for each in self.transcripts:
            for command in each.commands:
                if command.at >= since:
                    return each.answered[command.tag] - command.at
        return 0.0

    def settle(self, seconds: float = _SETTLE) -> None:
        """Wait until nothing has gone over the wire for so long."""
        wait_until(
            lambda: time.monotonic() - max(each.last_at for each in self.transcripts) > seconds,
            f"{self.program.name} to settle",
            _PATIENCE,
        )

    def cpu(self) -> float:
        """Processor seconds it has used."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> tuple[float, float]:
        """Its share of memory in MB (PSS), and how much of that is no file's."""
        rollup = self._proc("smaps_rollup")
        whole, anonymous = (_field(rollup, name) * 1024 / 1e6 for name in ("Pss", "Pss_Anon"))
        return whole, anonymous

    def wakeups(self) -> int:
        """Voluntary context switches of all its threads so far; those of threads that ended are lost."""
        total = 0
        for task in (Path("/proc") / str(self._child.pid) / "task").iterdir():
            with contextlib.suppress(FileNotFoundError):
                total += _field((task / "status").read_text(), "voluntary_ctxt_switches")
        return total

    def _proc(self, name: str) -> str:
        return (Path("/proc") / str(self._child.pid) / name).read_text()


def _field(text: str, name: str) -> int:
    (line,) = (each for each in text.splitlines() if each.startswith(f"{name}:"))
    return int(line.split()[1])
