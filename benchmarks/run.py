"""Measures Mailbell beside bare floors in the same run: ``python benchmarks/run.py [--quick] [--json FILE]``."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run by its path, from anywhere

from benchmarks import measures
from benchmarks.programs import ALL, OURS, SOCKET
from benchmarks.report import document, table
from benchmarks.testbed import Testbed

SIZES = (10, 10_000, 100_000)


@dataclass(frozen=True)
class Repetitions:
    """How often and how long."""

    starts: int = 11
    turns: int = 4
    probes: int = 3
    rest: float = 60.0


QUICK = Repetitions(starts=5, turns=2, probes=1, rest=30.0)


def main() -> None:
    """Measure, print, and write the file if one is wanted; the figures decide nothing about the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: about a quarter of the time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample there")
    parser.add_argument("--floors", action="store_true", help="measure the floors alone")
    options = parser.parse_args()
    repetitions = QUICK if options.quick else Repetitions()
    programs = [program for program in ALL if program is not OURS or not options.floors]
    figures = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that the servers are ended then, too
    sys.setswitchinterval(0.0005)  # the proxy's threads must not wait for this one
    with Testbed(SIZES) as testbed:
        for server in testbed.servers.values():
            _say(f"{server.size:,} mails: traffic, starts, latency")
            figures += measures.traffic(testbed, programs, server)
            figures += measures.start_up(testbed, programs, server, repetitions.starts)
            figures += measures.latency(testbed, programs, server, repetitions.turns)
        largest = testbed.servers[SIZES[-1]]
        _say("stalls")
        figures += measures.stalls(testbed, programs, largest, repetitions.probes)
        if OURS in programs:
            figures += measures.windows(testbed, OURS, largest, repetitions.probes)
        _say("rest")
        figures += measures.rest(
            testbed, [each for each in programs if each is not SOCKET], largest, repetitions.rest
        )
    print(table(figures))
    if options.json:
        options.json.write_text(json.dumps(document(figures), indent=2) + "\n", encoding="utf-8")


def _say(what: str) -> None:
    print(f"... {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
