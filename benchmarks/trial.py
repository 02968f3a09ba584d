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
    from collections.abc import Iterator

    from typing_extensions import Self

    from benchmarks.programs import Program
    from benchmarks.testbed import Server, Testbed
    from benchmarks.wire import Transcript

_PATIENCE = 30.0
_SETTLE = 2.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PROBE = Path(__file__).with_name("stall_probe.py")
_IMPORTED = "import time:"
_numbers = itertools.count(1)


class Trial:
    """A program that runs while entered, and has taken up IDLE when `with` begins its block."""

    def __init__(
        self,
        testbed: Testbed,
        program: Program,
        server: Server,
        *,
        stalls: Path | None = None,
        imports: bool = False,
    ) -> None:
        """`stalls`: where the late returns of its event loop are noted; `imports`: whether its imports are counted."""
        self._server = server
        server.read_all()
        self._first = len(server.proxy.transcripts)
        self._log = testbed.desktop.folder / "log" / f"trial-{next(_numbers)}"
        self._environ = environment(testbed, server)
        self._argv = program.command(testbed, server, self._environ)
        if stalls or imports:
            probe = [str(_PROBE), str(stalls)] if stalls else ["-X", "importtime"]
            assert self._argv[0] == sys.executable, f"{program.name} is no program in Python"
            self._argv[1:1] = probe
        self.program = program

    def __enter__(self) -> Self:
        self.started_at = time.monotonic()
        self._child = Child(self._argv, self._environ, self._log)
        try:
            wait_until(self._idles_or_died, f"IDLE of {self.program.name}", _PATIENCE)
            self.cpu_to_idle = self.cpu()
        except TimeoutError as error:
            self._child.stop()
            raise RuntimeError(f"{error}\n{self._log.read_text(errors='replace')}") from None
        except BaseException:
            self._child.stop()
            raise
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

    @property
    def to_titles(self) -> float:
        """Seconds from the start of the process until the newest titles have gone by."""
        return min(each.titles_at for each in self.transcripts if each.titles_at) - self.started_at

    def exists(self) -> list[float]:
        """Moments at which EXISTS showed that the mailbox has grown, since it idles."""
        return [at for each in self.transcripts for at in each.exists]

    def waited(self, since: float, until: float) -> float:
        """Seconds that the first command between two moments was under way; 0 where there was none."""
        for each in self.transcripts:
            for command in each.commands:
                if since <= command.at < until:
                    return each.answered.get(command.tag, until) - command.at
        return 0.0

    def settle(self, seconds: float = _SETTLE) -> None:
        """Wait until nothing has gone over the wire for so long."""
        wait_until(
            lambda: time.monotonic() - max(each.last_at for each in self.transcripts) > seconds,
            f"{self.program.name} to settle",
            _PATIENCE,
        )

    def traffic(self) -> tuple[int, int]:
        """Commands after the log-in, and bytes both ways, without TLS."""
        commands = sum(len(each.commands) for each in self.transcripts)
        return commands, sum(each.sent + each.received for each in self.transcripts)

    def imported(self) -> int:
        """How many modules it has imported so far."""
        return sum(
            line.startswith(_IMPORTED) for line in self._log.read_text(errors="replace").splitlines()[1:]
        )

    # All processes that it has started itself count; what the bus starts for it does not.

    def cpu(self) -> float:
        """Processor seconds that its present processes have used, in steps of 10 ms."""
        fields = [_proc(pid, "stat").rpartition(")")[2].split() for pid in self._processes()]
        return sum(int(each[11]) + int(each[12]) for each in fields if each) / _TICKS

    def work(self) -> dict[str, tuple[int, float]]:
        """Of each present thread its voluntary context switches, and the milliseconds that it has run, so far."""
        return {
            task: (
                _field(_proc(task, "status"), "voluntary_ctxt_switches"),
                int((_proc(task, "schedstat").split() or ["0"])[0]) / 1e6,
            )
            for task in self._tasks()
        }

    def memory(self) -> tuple[float, float]:
        """Its share of memory in MB (PSS), and how much of that is no file's."""
        rollups = [_proc(pid, "smaps_rollup") for pid in self._processes()]
        whole, anonymous = (
            sum(_field(each, name) for each in rollups) * 1024 / 1e6 for name in ("Pss", "Pss_Anon")
        )
        return whole, anonymous

    def _processes(self) -> list[str]:
        """Those of its session, which begins with the process that was started."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == self._child.pid:
                    found.append(folder.name)
        return found

    def _tasks(self) -> Iterator[str]:
        for pid in self._processes():
            for task in (Path("/proc") / pid / "task").glob("*"):
                yield f"{pid}/task/{task.name}"


def _proc(process: str, name: str) -> str:
    """A file of a process or thread; empty where it has ended."""
    with contextlib.suppress(OSError):
        return (Path("/proc") / process / name).read_text()
    return ""


def _field(text: str, name: str) -> int:
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name}:")), 0)
