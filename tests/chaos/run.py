"""The long run by a command: ``python -m tests.chaos.run --seed 1 --minutes 5``; 0 where nothing was wrong."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.faults import schedule
from tests.chaos.fixture import ChaosFixture
from tests.chaos.recovery import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.chaos.comparison import Findings


@dataclass(frozen=True)
class Outcome:
    """What one schedule of faults did and found."""

    seed: int
    faults: Counter[str]
    settled: float
    """Seconds from the end of all faults until everything was announced."""
    runs: int
    findings: Findings

    def __str__(self) -> str:
        findings = self.findings
        done = ", ".join(f"{count} {name}" for name, count in sorted(self.faults.items()))
        lines = [
            f"seed {self.seed}: {findings.delivered} mails, {self.runs} runs of the program, {done}",
            f"settled in {self.settled:.1f} s; announced twice within the window: {findings.repeats}",
            *(f"WRONG: {fault}" for fault in findings.faults),
        ]
        return "\n".join(lines)


def run(
    folder: Path, seed: int, seconds: float, *, panel: bool = False, mailboxes: int = 1, verbose: bool = False
) -> Outcome:
    """Faults by `seed` for so many seconds, then none, then the comparison. What a run leaves is in `folder`."""
    chance = random.Random(seed)
    faults: Counter[str] = Counter()
    began = time.monotonic()
    with ChaosFixture(folder, panel=panel, mailboxes=mailboxes) as chaos:
        for fault in schedule(chance, seconds):
            if verbose:
                print(f"{time.monotonic() - began:7.2f} {fault.__name__}", flush=True)
            faults[fault.__name__] += 1
            fault(chaos, chance)
        settled = chaos.settle()
        findings = chaos.findings()
        return Outcome(seed, faults, settled, len(chaos.runs), findings)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run seeds one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.run", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--runs", type=int, default=1, help="so many seeds, each one higher than the last")
    parser.add_argument("--minutes", type=float, default=5.0, help="of faults, for each seed")
    parser.add_argument(
        "--recovery", type=int, default=0, metavar="N", help="measure the two recovery times N times instead"
    )
    parser.add_argument("--panel", action="store_true", help="with a panel and the tray icon in it")
    parser.add_argument(
        "--mailboxes", type=int, default=1, metavar="N", help="mail comes in so many mailboxes"
    )
    parser.add_argument("--verbose", action="store_true", help="name every fault when it happens")
    options = parser.parse_args(arguments)
    if options.recovery:
        return _measure_recovery(options.recovery)
    wrong = False
    for seed in range(options.seed, options.seed + options.runs):
        folder = Path(tempfile.mkdtemp(prefix=f"chaos-{seed}-"))
        print(f"seed {seed}, in {folder}", flush=True)
        outcome = run(
            folder,
            seed,
            options.minutes * 60,
            panel=options.panel,
            mailboxes=options.mailboxes,
            verbose=options.verbose,
        )
        print(outcome, flush=True)
        wrong = wrong or bool(outcome.findings.faults)
        if not outcome.findings.faults:
            shutil.rmtree(folder, ignore_errors=True)
    return int(wrong)


def _measure_recovery(times: int) -> int:
    with tempfile.TemporaryDirectory(prefix="chaos-recovery-") as folder, ChaosFixture(Path(folder)) as chaos:
        for line in measure(chaos, 3 * times, times):
            print(line, flush=True)
        faults = chaos.findings().faults
    for fault in faults:
        print(f"WRONG: {fault}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
