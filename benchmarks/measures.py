"""What is measured, one function a question; each fills figures from the trials that it needs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.figure import Figure
from benchmarks.programs import environment
from benchmarks.trial import Trial
from tests.rig.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.programs import Program
    from benchmarks.testbed import Server, Testbed

_BURST = 50
_MAILS = 5
_PAUSE = 0.3
_TOAST_TIMEOUT = 20.0
_START_IS_OVER = 10.0
"""Seconds without traffic after which nothing is left of a start: imports, garbage, the panel that drops an icon."""


def start_up(testbed: Testbed, programs: Sequence[Program], server: Server, rounds: int) -> list[Figure]:
    """From the start of the process to IDLE, the programs taking turns; before that once each to warm the caches."""
    idle = Figure(f"start to IDLE, {server.size:,} mails", "ms", times_stack=2)
    cpu = Figure(f"processor time of that, {server.size:,} mails", "ms")
    for turn in range(rounds + 1):
        for program in programs:
            with Trial(testbed, program, server) as trial:
                pass
            if turn:
                idle.add(program.name, trial.to_idle * 1000)
                cpu.add(program.name, trial.cpu_to_idle * 1000)
    return [idle, cpu]


def traffic(testbed: Testbed, programs: Sequence[Program], server: Server) -> list[Figure]:
    """Commands and bytes after login until silence: of a program that knows nothing, and of one that has been here."""
    commands = Figure(f"commands after login, {server.size:,} mails", "", limit=8, worst=True)
    volume = Figure(f"bytes after login, {server.size:,} mails", "B", limit=10_000, worst=True)
    for program in programs:
        for _ in ("first", "again"):
            with Trial(testbed, program, server) as trial:
                trial.settle()
                commands.add(program.name, sum(len(each.commands) for each in trial.transcripts))
                volume.add(program.name, sum(each.sent + each.received for each in trial.transcripts))
    return [commands, volume]


def latency(testbed: Testbed, programs: Sequence[Program], server: Server, turns: int) -> list[Figure]:
    """From the server's EXISTS on the wire to the Notify call at the notification server, the programs taking turns."""
    whole = Figure(f"EXISTS to Notify, {server.size:,} mails", "ms", limit=5)
    waited = Figure("waiting for the server in that time", "ms")
    for turn in range(turns):
        for program in programs:
            with Trial(testbed, program, server) as trial:
                trial.settle()
                for number in range(_MAILS):
                    subject = f"{server.size} {turn} {number} {program.name}"
                    exists, notify = _toast(testbed, server, trial, subject)
                    whole.add(program.name, (notify - exists) * 1000)
                    waited.add(program.name, trial.waited(exists) * 1000)
    return [whole, waited]


def _toast(testbed: Testbed, server: Server, trial: Trial, subject: str) -> tuple[float, float]:
    notifications = testbed.desktop.notifications
    for identity in notifications.live():  # what is on the screen may gather the next mails in one toast
        notifications.dismiss(identity)
    trial.settle(_PAUSE)
    known = len(trial.exists())
    server.dovecot.deliver(subject, "Anna Example <anna@example.org>")
    wait_until(lambda: len(trial.exists()) > known, "EXISTS", _TOAST_TIMEOUT)
    time.sleep(_PAUSE)  # looking for the toast at once would take processor time from what is measured
    notify = notifications.wait_toast(subject, _TOAST_TIMEOUT)["time"]
    return max(at for at in trial.exists() if at <= notify), notify


def stalls(testbed: Testbed, programs: Sequence[Program], server: Server, rounds: int) -> list[Figure]:
    """The event loop's latest return while a program starts, announces single mails and a burst, and rests."""
    worst = Figure(f"worst event-loop stall, {server.size:,} mails", "ms", limit=50, worst=True)
    used = Figure("processor time in that stall", "ms", worst=True)
    for turn in range(rounds):
        for program in programs:
            if not program.has_loop:
                continue
            out = testbed.desktop.folder / f"stalls-{turn}.jsonl"
            with Trial(testbed, program, server, stalls=out) as trial:
                trial.settle()
                for count in (1, 1, _BURST):
                    for number in range(count):
                        server.dovecot.deliver(f"Burst {number}", "Anna Example <anna@example.org>")
                    time.sleep(1)
                    trial.settle()
            _worst(out, trial, worst, used)
    return [worst, used]


def windows(testbed: Testbed, program: Program, server: Server, rounds: int) -> list[Figure]:
    """The same while our program opens its window (a second start asks for it) and its settings for the first time."""
    worst = Figure("worst stall, window and settings opened", "ms", limit=50, worst=True)
    used = Figure("processor time in that stall", "ms", worst=True)
    for turn in range(rounds + 1):
        out = testbed.desktop.folder / f"windows-{turn}.jsonl"
        with Trial(testbed, program, server, stalls=out) as trial:
            trial.settle()
            second = [sys.executable, *program.arguments(testbed, server)]
            subprocess.run(second, env=environment(testbed, server), check=True, stdout=subprocess.DEVNULL)
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


def rest(testbed: Testbed, programs: Sequence[Program], server: Server, seconds: float) -> list[Figure]:
    """Wakeups while nothing happens, and memory after that."""
    wakeups = Figure(f"wakeups in {seconds:g} s at rest", "")
    memory = Figure(f"memory (PSS), {server.size:,} mails", "MB", above_stack=10)
    anonymous = Figure("of it, anonymous", "MB")
    for program in programs:
        with Trial(testbed, program, server) as trial:
            trial.settle(_START_IS_OVER)
            before = trial.wakeups()
            time.sleep(seconds)
            wakeups.add(program.name, trial.wakeups() - before)
            for figure, size in zip((memory, anonymous), trial.memory(), strict=True):
                figure.add(program.name, size)
    return [wakeups, memory, anonymous]
