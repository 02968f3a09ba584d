"""From the start of the process to IDLE: how long, over how many round trips, with how much traffic and code."""

from __future__ import annotations

import contextlib
import statistics
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.distance import Distance
from benchmarks.figure import Figure
from benchmarks.tray_watch import TrayWatch
from benchmarks.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.others import FirstStart
    from benchmarks.programs import Program
    from benchmarks.testbed import Server, Testbed

_ONE_WAY = 0.25
"""Seconds to the server, and as many back: long beside what chance adds to a start."""


def start_up(
    testbed: Testbed, programs: Sequence[Program], server: Server, rounds: int, seldom: Sequence[Program] = ()
) -> list[Figure]:
    """The programs take turns, `seldom` only once; before that each has started, which warms the caches."""
    mails = f"{server.size:,} mails"
    titles = Figure(
        f"start to titles, {mails}", "ms", "Until the newest titles have gone by.", times_stack=1.05
    )
    idle = Figure(f"start to IDLE, {mails}", "ms", "Until the server has taken up IDLE.", times_stack=1.05)
    icon = Figure(f"start to tray icon, {mails}", "ms", "Until the panel knows of the icon.", limit=250)
    cpu = Figure(
        f"processor time of the start, {mails}", "ms", "User and system time at IDLE, in steps of 10 ms."
    )
    with TrayWatch(testbed.desktop.bus.address) as tray:
        for turn in range(rounds + 1):
            # Who comes behind a program that has loaded the same libraries has a better start.
            order = programs if turn % 2 else programs[::-1]
            for program in [*order, *(seldom if turn == 1 else ())]:
                seen = len(tray.moments)
                with Trial(testbed, program, server) as trial:
                    trial.settle(0.5)
                if not turn:
                    continue
                idle.add(program.name, trial.to_idle * 1000)
                cpu.add(program.name, trial.cpu_to_idle * 1000)
                with contextlib.suppress(ValueError):  # some read nothing before they idle
                    titles.add(program.name, trial.to_titles * 1000)
                for moment in tray.moments[seen : seen + 1]:
                    icon.add(program.name, (moment - trial.started_at) * 1000)
    return [titles, idle, icon, cpu]


def traffic(
    testbed: Testbed, programs: Sequence[Program], server: Server, others: Sequence[FirstStart] = ()
) -> list[Figure]:
    """Of a program that knows nothing, and of one that has been here: the larger of both; of `others` the first."""
    how = "From the log-in until two seconds of silence; the larger of a first start and a later one."
    commands = Figure(f"commands after log-in, {server.size:,} mails", "", how, limit=8, statistic=max)
    volume = Figure(
        f"bytes after log-in, {server.size:,} mails",
        "B",
        "Both ways, without TLS.",
        limit=10_000,
        statistic=max,
    )
    for program in programs:
        for _ in ("first", "again"):
            with Trial(testbed, program, server) as trial:
                trial.settle()
                for figure, sample in zip((commands, volume), trial.traffic(), strict=True):
                    figure.add(program.name, sample)
    for start in others:
        commands.add(start.program.name, start.commands)
        volume.add(start.program.name, start.volume)
    return [commands, volume]


def round_trips(testbed: Testbed, programs: Sequence[Program], server: Server, rounds: int) -> list[Figure]:
    """How much later the titles come where the server is far away, in round trips; TLS counts, TCP does not."""
    how = f"What a way of {2 * _ONE_WAY * 1000:g} ms to the server and back adds, counted in such ways, from TLS on."
    cold = Figure("round trips to titles, first start", "", how, limit=4)
    warm = Figure(
        "round trips to titles, later start", "", "The same for a program that has been here.", limit=3
    )
    for program in programs:
        with Distance(server.proxy.port, _ONE_WAY) as distance:
            far = replace(server, port=distance.port)
            near = [_titles(testbed, program, server) for _ in range(rounds)]
            first = _titles(testbed, program, far)
            later = [_titles(testbed, program, far) for _ in range(rounds)]
        here = statistics.median(near)
        cold.add(program.name, round((first - here) / _ONE_WAY / 2))
        warm.add(program.name, round((statistics.median(later) - here) / _ONE_WAY / 2))
    return [cold, warm]


def _titles(testbed: Testbed, program: Program, server: Server) -> float:
    with Trial(testbed, program, server) as trial:
        trial.settle(0.5)
    return trial.to_titles


def modules(testbed: Testbed, programs: Sequence[Program], server: Server) -> list[Figure]:
    """What the Python programs import until they idle, by ``python -X importtime``."""
    figure = Figure("modules at IDLE", "", "All that Python has imported by then, its own library included.")
    for program in programs:
        with Trial(testbed, program, server, imports=True) as trial:
            figure.add(program.name, trial.imported())
    return [figure]
