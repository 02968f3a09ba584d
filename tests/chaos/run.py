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

from tests.chaos.bars import measure
from tests.chaos.faults import schedule
from tests.chaos.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.chaos.evidence import Judgement


@dataclass(frozen=True)
class Outcome:
    """One run, judged."""

    seed: int
    faults: Counter[str]
    settled: float
    """Seconds from the end of all faults until everything was told."""
    lives: int
    judgement: Judgement

    def __str__(self) -> str:
        judgement = self.judgement
        done = ", ".join(f"{count} {name}" for name, count in sorted(self.faults.items()))
        lines = [
            f"seed {self.seed}: {judgement.delivered} mails, {self.lives} lives of the program, {done}",
            f"settled in {self.settled:.1f} s; told twice within the window: {judgement.repeats}",
            *(f"WRONG: {fault}" for fault in judgement.faults),
        ]
        return "\n".join(lines)


def run(folder: Path, seed: int, seconds: float, *, panel: bool = False, aloud: bool = False) -> Outcome:
    """Faults by `seed` for so many seconds, then peace, then the judgement. What a run leaves lies in `folder`."""
    chance = random.Random(seed)
    faults: Counter[str] = Counter()
    began = time.monotonic()
    with World(folder, panel=panel) as world:
        for fault in schedule(chance, seconds):
            if aloud:
                print(f"{time.monotonic() - began:7.2f} {fault.__name__}", flush=True)
            faults[fault.__name__] += 1
            fault(world, chance)
        settled = world.settle()
        judgement = world.judge()
        return Outcome(seed, faults, settled, len(world.lives), judgement)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run seeds one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.run", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--runs", type=int, default=1, help="so many seeds, each one higher than the last")
    parser.add_argument("--minutes", type=float, default=5.0, help="of faults, for each seed")
    parser.add_argument(
        "--bars", type=int, default=0, metavar="N", help="measure the two bars N times instead"
    )
    parser.add_argument("--panel", action="store_true", help="with a panel and the tray icon in it")
    parser.add_argument("--aloud", action="store_true", help="name every fault when it happens")
    options = parser.parse_args(arguments)
    if options.bars:
        return _bars(options.bars)
    wrong = False
    for seed in range(options.seed, options.seed + options.runs):
        folder = Path(tempfile.mkdtemp(prefix=f"chaos-{seed}-"))
        print(f"seed {seed}, in {folder}", flush=True)
        outcome = run(folder, seed, options.minutes * 60, panel=options.panel, aloud=options.aloud)
        print(outcome, flush=True)
        wrong = wrong or bool(outcome.judgement.faults)
        if not outcome.judgement.faults:
            shutil.rmtree(folder, ignore_errors=True)
    return int(wrong)


def _bars(times: int) -> int:
    with tempfile.TemporaryDirectory(prefix="chaos-bars-") as folder, World(Path(folder)) as world:
        for line in measure(world, 3 * times, times):
            print(line, flush=True)
        faults = world.judge().faults
    for fault in faults:
        print(f"WRONG: {fault}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
