"""Other programs that people use: measured from outside only, where they are installed."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.others import evolution, geary, gnubiff, mailnag, thunderbird
from benchmarks.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.programs import Program
    from benchmarks.testbed import Testbed

KNOWN: dict[str, Program] = {
    "gnubiff": gnubiff.PROGRAM,
    "mailnag": mailnag.PROGRAM,
    "geary": geary.PROGRAM,
    "evolution": evolution.PROGRAM,
    "thunderbird": thunderbird.PROGRAM,
}
"""Each with the command that it is found by."""


@dataclass(frozen=True)
class FirstStart:
    """What a program that knows nothing did after its log-in, until two seconds of silence."""

    program: Program
    commands: int
    volume: int
    """Bytes both ways, without TLS."""


def installed() -> list[Program]:
    """Those that are on this machine."""
    return [program for command, program in KNOWN.items() if shutil.which(command)]


def ready(testbed: Testbed, programs: Sequence[Program]) -> list[FirstStart]:
    """The first starts of those of them that watch a mailbox here; the others are named on standard error."""
    return [start for program in programs if (start := _first_start(testbed, program)) is not None]


def _first_start(testbed: Testbed, program: Program) -> FirstStart | None:
    try:
        with Trial(testbed, program, testbed.server(10)) as trial:
            trial.settle()
            return FirstStart(program, *trial.traffic())
    except (RuntimeError, TimeoutError, OSError) as error:
        print(f"... {program.name} is left out: {error}", file=sys.stderr)
        return None


def sentence(measured: Sequence[Program], there: Sequence[Program]) -> str:
    """Which of them were measured, what is to be known of them, and why the others were not."""
    watched = [program.name for program in measured]
    failed = [program.name for program in there if program not in measured]
    absent = [program.name for program in KNOWN.values() if program not in there]
    parts = [f"Other programs: {', '.join(watched)}." if watched else "No other program was measured."]
    parts += [program.note for program in measured if program.note]
    if failed:
        parts.append(
            f"Installed, but not watching the mailbox when it was set up without hands: {', '.join(failed)}."
        )
    if absent:
        parts.append(f"Not installed: {', '.join(absent)}.")
    return " ".join(parts)
