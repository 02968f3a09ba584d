"""What a program costs while nothing happens."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from benchmarks.figure import Figure
from benchmarks.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.programs import Program
    from benchmarks.testbed import Server, Testbed

_START_IS_OVER = 10.0
"""Seconds without traffic after which nothing is left of a start: imports, garbage, an icon that the panel drops."""


def memory(testbed: Testbed, programs: Sequence[Program], server: Server) -> list[Figure]:
    """Each alone: programs that share libraries would make each other's share smaller."""
    whole = Figure(
        "memory (PSS)",
        "MB",
        "Ten seconds after the start; what others use, too, counts in part.",
        above_stack=3,
    )
    anonymous = Figure("of it, anonymous", "MB", "What no file holds, and nobody shares.")
    for program in programs:
        with Trial(testbed, program, server) as trial:
            trial.settle(_START_IS_OVER)
            for figure, size in zip((whole, anonymous), trial.memory(), strict=True):
                figure.add(program.name, size)
    return [whole, anonymous]


def idle(testbed: Testbed, programs: Sequence[Program], server: Server, seconds: float) -> list[Figure]:
    """All at once: none of them does anything that another one would notice."""
    wakeups = Figure(
        f"wakeups in {seconds:g} s at rest",
        "",
        "Voluntary context switches of all threads that live on.",
        times_stack=1,
    )
    cpu = Figure(
        f"processor time of {seconds:g} s at rest",
        "ms",
        "As the scheduler counts it.",
        limit=30 * seconds / 3600,
    )
    with contextlib.ExitStack() as stack:
        trials = [stack.enter_context(Trial(testbed, program, server)) for program in programs]
        for trial in trials:
            trial.settle(_START_IS_OVER)
        before = [trial.work() for trial in trials]
        time.sleep(seconds)
        for trial, earlier in zip(trials, before, strict=True):
            done = [(earlier.get(task, (0, 0.0)), now) for task, now in trial.work().items()]
            wakeups.add(trial.program.name, sum(now[0] - then[0] for then, now in done))
            cpu.add(trial.program.name, sum(now[1] - then[1] for then, now in done))
    return [wakeups, cpu]
