"""A month of the program in half an hour: mails, reconnects, openings of window and settings; what it keeps of that.

``python -m tests.scale.soak [MAILS RECONNECTS OPENINGS]``, 100,000, 10,000 and 1,000 unless given.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.program import Program
from tests.rig.desktop import VirtualDesktop
from tests.rig.processes import wait_until
from tests.scale.measures import memory, wait_until_idle
from tests.scale.server import ManyUsersDovecot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.rig.desktop import VirtualDesktop as Desktop

_WARM = (2500, 30, 12)
"""Mails, reconnects and openings before the first measurement: what is loaded, cached or kept once is there then.

Of an account 2,000 messages are remembered.
"""
_PARTS = 10
_AT_ONCE = (1, 100, 20, 200, 1, 100, 20, 100, 1, 100)
"""Mails that come together, in turn."""
_LEFT = 50
"""Mails that are left when another mail client has cleaned up: Dovecot reads a whole folder for each new file in it."""
_FULL = 300
"""Mails at which it does."""
_SENDERS = 500
_PATIENCE = 3600.0


@dataclass(frozen=True)
class Step:
    """What the program has at one moment."""

    name: str
    memory: float
    """Its own, in MB (anonymous part of PSS)."""
    whole: float
    """PSS in MB."""
    files: int
    threads: int
    objects: int
    """That Python's garbage collector follows."""
    seconds: float
    """Since the step before."""

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.memory:.2f} MB, PSS {self.whole:.2f} MB, {self.files} open files,"
            f" {self.threads} threads, {self.objects} objects; {self.seconds:.0f} s"
        )


@dataclass
class Kept:
    """Its steps: at the begin and after each part."""

    steps: list[Step] = field(default_factory=list)
    log_text: str = ""

    @property
    def growth(self) -> float:
        """MB from the first to the last."""
        return self.steps[-1].memory - self.steps[0].memory

    @property
    def files(self) -> int:
        """Open files more than at first."""
        return self.steps[-1].files - self.steps[0].files

    @property
    def threads(self) -> int:
        """Threads more than at first."""
        return self.steps[-1].threads - self.steps[0].threads

    def __str__(self) -> str:
        return f"kept: {self.growth:.2f} MB, {self.files} files, {self.threads} threads"


class SoakProgram(Program):
    """The program with `tests.scale.soak_program` inside."""

    def start(self, *arguments: str) -> None:
        argv = [sys.executable, "-m", "tests.scale.soak_program", *self.options, "--log-level", "info"]
        self._orders = 0
        with self.output.open("ab") as output:
            self._child = subprocess.Popen(
                [*argv, *arguments], env=self.env, stdin=subprocess.PIPE, stdout=output, stderr=output
            )

    def order(self, line: str) -> int:
        """Have it do something, and wait until that is done; the number that it answers."""
        assert self._child is not None
        assert self._child.stdin is not None
        self._orders += 1
        self._child.stdin.write(f"{line}\n".encode())
        self._child.stdin.flush()
        done: list[str] = []

        def answered() -> bool:
            lines = self.output.read_text("utf-8").splitlines()
            done[:] = [each for each in lines if each.startswith("done ")]
            return len(done) == self._orders

        wait_until(answered, line, _PATIENCE)
        return int(done[-1].split()[1])


class Life:
    """The program, and what happens around it."""

    def __init__(self, program: SoakProgram, server: ManyUsersDovecot, desktop: Desktop) -> None:
        self._program = program
        self._server = server
        self._desktop = desktop
        self._other_client = server.imap("INBOX")
        self._bursts = itertools.cycle(_AT_ONCE)
        self._numbers = itertools.count(1)
        self._unseen = 0
        self._began = time.monotonic()

    def live(self, mails: int, reconnects: int, openings: int) -> None:
        """Have all that happen, and wait until it is over."""
        self._program.order(f"reconnect {reconnects}")
        for burst in self._parts_of(mails):
            for number in itertools.islice(self._numbers, burst):
                person = number % _SENDERS
                self._server.deliver(f"Mail {number}", f"Person {person} <person{person}@example.org>")
            self._unseen += burst
            self._program.wait_unseen(self._unseen)
            for identity in self._desktop.notifications.live():
                self._desktop.notifications.dismiss(identity)
            if self._unseen > _FULL:
                self._clean_up()
        self._program.order(f"windows {openings}")

    def _parts_of(self, mails: int) -> Iterator[int]:
        while mails > 0:
            burst = min(mails, next(self._bursts))
            mails -= burst
            yield burst

    def _clean_up(self) -> None:
        self._other_client.noop()
        self._other_client.store(f"1:{self._unseen - _LEFT}", "+FLAGS.SILENT", "(\\Deleted)")
        self._other_client.expunge()
        self._unseen = _LEFT
        self._program.wait_unseen(_LEFT)

    def step(self, name: str) -> Step:
        """What the program has now."""
        pid = self._program.pid
        objects = self._program.order("objects -")
        wait_until_idle(pid)
        whole, own = memory(pid)
        files, threads = (len(os.listdir(f"/proc/{pid}/{folder}")) for folder in ("fd", "task"))  # noqa: PTH208
        began, self._began = self._began, time.monotonic()
        return Step(name, own, whole, files, threads, objects, self._began - began)


def run(folder: Path, mails: int, reconnects: int, openings: int, parts: int = _PARTS) -> Kept:
    """One trial with its profile in `folder`; what it has after each part is printed at once."""
    kept = Kept()

    def note(name: str) -> None:
        kept.steps.append(life.step(name))
        print(kept.steps[-1], flush=True)

    with ManyUsersDovecot(0) as server, VirtualDesktop(notifier="record") as desktop:
        program = SoakProgram(folder, desktop.env)
        program.add_account(server)
        program.start_watching()
        try:
            life = Life(program, server, desktop)
            life.live(*_WARM)
            note("begin")
            for part in range(1, parts + 1):
                life.live(mails // parts, reconnects // parts, openings // parts)
                note(f"{part}/{parts}")
        finally:
            program.stop()
            kept.log_text = program.log_text()
    return kept


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
