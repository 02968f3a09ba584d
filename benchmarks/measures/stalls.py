"""How late the event loop of a Qt program comes back at worst."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING

from benchmarks.figure import Figure
from benchmarks.programs import environment
from benchmarks.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.programs import Program
    from benchmarks.testbed import Server, Testbed

_BURST = 50
_CPU = "processor time in that stall"
_CPU_HOW = "What the main thread did of it; a stall without it was a wait, or the machine's doing."


def stalls(testbed: Testbed, programs: Sequence[Program], server: Server, rounds: int) -> list[Figure]:
    """The event loop's latest return while a program starts, announces single mails and a burst, and rests."""
    how = "The latest return of a 5 ms timer at the start, two mails, fifty at once, and rest."
    worst = Figure(f"worst event-loop stall, {server.size:,} mails", "ms", how, limit=50, statistic=max)
    used = Figure(_CPU, "ms", _CPU_HOW, statistic=max)
    for turn in range(rounds):
        for program in programs:
            if not program.has_loop:
                continue
            out = testbed.desktop.folder / f"stalls-{turn}.jsonl"
            with Trial(testbed, program, server, stalls=out) as trial:
                trial.settle()
                for count in (1, 1, _BURST):
                    for number in range(count):
                        server.dovecot.post(f"Burst {number}")
                    time.sleep(1)
                    trial.settle()
            _worst(out, trial, worst, used)
    return [worst, used]


def windows(testbed: Testbed, program: Program, server: Server, rounds: int) -> list[Figure]:
    """The same while our program opens its window (a second start asks for it) and its settings for the first time."""
    how = "The same timer, while window and settings open for the first time."
    worst = Figure("worst stall, window and settings opened", "ms", how, limit=50, statistic=max)
    used = Figure(_CPU, "ms", _CPU_HOW, statistic=max)
    for turn in range(rounds + 1):
        out = testbed.desktop.folder / f"windows-{turn}.jsonl"
        with Trial(testbed, program, server, stalls=out) as trial:
            trial.settle()
            environ = environment(testbed, server)
            second = program.command(testbed, server, environ)
            subprocess.run(second, env=environ, check=True, stdout=subprocess.DEVNULL)
            time.sleep(1)
            testbed.desktop.tray().click("Settings…")
            time.sleep(1)
        if turn:  # the first time byte code is made, too
            _worst(out, trial, worst, used)
    return [worst, used]


def _worst(out: Path, trial: Trial, worst: Figure, used: Figure) -> None:
    noted = [json.loads(line) for line in out.read_text().splitlines()]
    stall = max(noted, key=lambda each: each["late"])
    worst.add(trial.program.name, stall["late"] * 1000)
    used.add(trial.program.name, stall["cpu"] * 1000)
