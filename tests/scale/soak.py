"""A month of the program in some minutes: mails, reconnects, openings of window and settings; what it keeps of that.

``python -m tests.scale.soak [MAILS RECONNECTS OPENINGS]``, 100,000, 10,000 and 1,000 unless given.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.program import Program
from tests.rig.desktop import VirtualDesktop
from tests.rig.processes import wait_until
from tests.scale.measures import memory, wait_until_idle
from tests.scale.server import ManyUsersDovecot

if TYPE_CHECKING:
    from tests.rig.desktop import VirtualDesktop as Desktop

_WARM = (60, 30, 12)
"""Mails, reconnects and openings before the first measurement: what is loaded, cached or kept once is there then."""
_AT_ONCE = 20
"""Mails that come together."""
_PATIENCE = 3600.0


@dataclass
class Kept:
    """Own memory in MB (anonymous part of PSS), and open files, at the begin and after each part."""

    steps: list[tuple[str, float, int]] = field(default_factory=list)
    log_text: str = ""

    @property
    def growth(self) -> float:
        """MB from the first to the last."""
        return self.steps[-1][1] - self.steps[0][1]

    @property
    def files(self) -> int:
        """Open files more than at first."""
        return self.steps[-1][2] - self.steps[0][2]

    def __str__(self) -> str:
        lines = [f"{name}: {size:.2f} MB, {files} open files" for name, size, files in self.steps]
        return "\n".join([*lines, f"kept: {self.growth:.2f} MB, {self.files} files"])


class SoakProgram(Program):
    """The program with `tests.scale.soak_program` inside."""

    def start(self, *arguments: str) -> None:
        argv = [sys.executable, "-m", "tests.scale.soak_program", *self.options, "--log-level", "info"]
        self._orders = 0
        with self.output.open("ab") as output:
            self._child = subprocess.Popen(
                [*argv, *arguments], env=self.env, stdin=subprocess.PIPE, stdout=output, stderr=output
            )

    def order(self, line: str) -> None:
        """Have it do something, and wait until that is done."""
        assert self._child is not None
        assert self._child.stdin is not None
        self._orders += 1
        self._child.stdin.write(f"{line}\n".encode())
        self._child.stdin.flush()
        wait_until(
            lambda: self.output.read_text("utf-8").splitlines().count("done") == self._orders, line, _PATIENCE
        )


def run(folder: Path, mails: int, reconnects: int, openings: int) -> Kept:
    """One trial with its profile in `folder`."""
    kept = Kept()
    with ManyUsersDovecot(0) as server, VirtualDesktop(notifier="record") as desktop:
        program = SoakProgram(folder, desktop.env)
        program.add_account(server)
        program.start_watching()
        try:
            _live(program, server, desktop, *_WARM)
            _note(kept, "begin", program)
            for name, work in (
                (f"{mails} mails", (mails, 0, 0)),
                (f"{reconnects} reconnects", (0, reconnects, 0)),
                (f"{openings} openings", (0, 0, openings)),
            ):
                _live(program, server, desktop, *work)
                _note(kept, name, program)
        finally:
            program.stop()
            kept.log_text = program.log_text()
    return kept


def _note(kept: Kept, name: str, program: Program) -> None:
    wait_until_idle(program.pid)
    kept.steps.append((name, memory(program.pid)[1], len(os.listdir(f"/proc/{program.pid}/fd"))))  # noqa: PTH208


def _live(
    program: SoakProgram,
    server: ManyUsersDovecot,
    desktop: Desktop,
    mails: int,
    reconnects: int,
    openings: int,
) -> None:
    program.order(f"reconnect {reconnects}")
    program.order(f"windows {openings}")
    unseen = program.status()[0]["unseen"]
    for come in range(_AT_ONCE, mails + 1, _AT_ONCE):
        server.burst(server.user, _AT_ONCE)
        program.wait_unseen(unseen + come)
        for identity in desktop.notifications.live():
            desktop.notifications.dismiss(identity)


def main(arguments: list[str]) -> int:
    """Run one trial and print what was kept."""
    mails, reconnects, openings = [*map(int, arguments), *(100_000, 10_000, 1_000)[len(arguments) :]]
    with tempfile.TemporaryDirectory(prefix="soak.") as folder:
        kept = run(Path(folder), mails, reconnects, openings)
        print(kept)
        if "ERROR" in kept.log_text or "Traceback" in kept.log_text:
            print(kept.log_text[-10_000:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
