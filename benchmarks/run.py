"""Measures Mailbell beside bare floors, and other programs where they are installed, in one run.

``python benchmarks/run.py`` prints all figures; ``--page`` also writes docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run by its path, from anywhere

from benchmarks import others, page, report
from benchmarks.measures import back, mails, rest, stalls, start
from benchmarks.programs import FLOORS, OURS, ROOT, SOCKET, STACK
from benchmarks.testbed import Testbed

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.figure import Figure
    from benchmarks.programs import Program
    from benchmarks.testbed import Server

FEW, MANY = 10, 100_000


@dataclass(frozen=True)
class Repetitions:
    """How often and how long."""

    starts: int = 5
    turns: int = 2
    probes: int = 1
    trips: int = 2
    kills: int = 3
    outages: int = 5
    outage: float = 20.0
    rest: float = 60.0


QUICK = Repetitions(starts=3, turns=1, trips=1, kills=2, outages=1, outage=5.0, rest=20.0)


@dataclass
class Run:
    """One run: where it takes place, and which programs take part."""

    testbed: Testbed
    own: list[Program]
    """Ours, unless it is left out."""
    first_starts: list[others.FirstStart]
    """Of other programs."""
    often: Repetitions

    @property
    def others(self) -> list[Program]:
        """The programs that Mailbell is compared with."""
        return [start.program for start in self.first_starts]

    @property
    def inner(self) -> list[Program]:
        """Ours and the floors."""
        return [*self.own, *FLOORS]

    def server(self, size: int) -> Server:
        """The one whose INBOX holds so many mails."""
        return self.testbed.server(size)

    def starts(self) -> list[Figure]:
        """From the process to IDLE."""
        few, many = self.server(FEW), self.server(MANY)
        return [
            *start.start_up(self.testbed, self.inner, few, self.often.starts, self.others),
            *start.start_up(self.testbed, self.inner, many, self.often.starts),
            *start.modules(self.testbed, self.inner, few),
        ]

    def wire(self) -> list[Figure]:
        """Round trips, commands and bytes."""
        found = start.round_trips(self.testbed, self.inner, self.server(FEW), self.often.trips)
        found += start.traffic(self.testbed, self.inner, self.server(FEW), self.first_starts)
        return found + start.traffic(self.testbed, self.inner, self.server(MANY))

    def mails(self) -> list[Figure]:
        """From EXISTS to the toast."""
        few, many = self.server(FEW), self.server(MANY)
        return [
            *mails.latency(self.testbed, self.inner, few, self.often.turns, self.others),
            *mails.latency(self.testbed, self.inner, many, 1),
            mails.from_afar(self.testbed, self.inner, few),
        ]

    def back(self) -> list[Figure]:
        """After a killed session and an outage."""
        returning = [each for each in (*self.inner, *self.others) if each.comes_back]
        few = self.server(FEW)
        return [
            *back.killed(self.testbed, returning, few, self.often.kills),
            *back.outage(self.testbed, returning, few, self.often.outages, self.often.outage),
        ]

    def rest(self) -> list[Figure]:
        """Wakeups, processor time and memory."""
        resting = [each for each in (*self.inner, *self.others) if each is not SOCKET]
        few = self.server(FEW)
        return [
            *rest.idle(self.testbed, resting, few, self.often.rest),
            *rest.memory(self.testbed, resting, few),
        ]

    def stalls(self) -> list[Figure]:
        """How late the event loop comes back."""
        many = self.server(MANY)
        found = stalls.stalls(self.testbed, [*self.own, STACK], many, self.often.probes)
        for program in self.own:
            found += stalls.windows(self.testbed, program, many, self.often.probes)
        return found


SECTIONS: dict[str, tuple[str, Callable[[Run], list[Figure]]]] = {
    "mails": ("A new mail", Run.mails),
    "starts": ("The start", Run.starts),
    "wire": ("Over the wire", Run.wire),
    "back": ("Back after a loss", Run.back),
    "rest": ("At rest", Run.rest),
    "stalls": ("The event loop", Run.stalls),
}
"""By what `--only` names: the title on the page, and what measures it."""


def main() -> None:
    """Measure, print, and write what is wanted; the figures decide nothing about the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: about a third of the time")
    parser.add_argument(
        "--only", nargs="+", choices=SECTIONS, metavar="SECTION", help=f"of {', '.join(SECTIONS)}"
    )
    parser.add_argument("--floors", action="store_true", help="leave Mailbell out")
    parser.add_argument(
        "--without-others", action="store_true", help="leave out other programs that are installed"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample there")
    parser.add_argument(
        "--page", action="store_true", help="write docs/benchmarks.md and its charts (needs pygal)"
    )
    options = parser.parse_args()
    if options.page and (options.only or options.floors):
        parser.error("the page holds all figures")
    found = [] if options.without_others else others.installed()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that the servers are ended then, too
    sys.setswitchinterval(0.0005)  # the proxy's threads must not wait for this one
    facts = report.machine()
    sections: dict[str, list[Figure]] = {}
    with Testbed() as testbed:
        own = [] if options.floors else [OURS]
        often = QUICK if options.quick else Repetitions()
        run = Run(testbed, own, others.ready(testbed, found), often)
        for name in options.only or SECTIONS:
            _say(name)
            title, measure = SECTIONS[name]
            sections[title] = measure(run)
    figures = [figure for section in sections.values() for figure in section]
    print(report.table(figures))
    if options.json:
        options.json.write_text(json.dumps(report.document(figures), indent=2) + "\n", encoding="utf-8")
    if options.page:
        date = dt.datetime.now(dt.timezone.utc).date().isoformat()
        command = " ".join(["python benchmarks/run.py", *(["--quick"] if options.quick else []), "--page"])
        facts |= {"date": date, "command": command}
        print(page.write(ROOT / "docs", sections, facts, others.sentence(run.others, found)))


def _say(what: str) -> None:
    print(f"... {dt.datetime.now().astimezone():%H:%M:%S} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
