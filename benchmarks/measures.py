"""What is measured, one function a question; each fills figures from the trials that it needs."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from benchmarks.figure import Figure
from benchmarks.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.programs import Program
    from benchmarks.stage import Server, Stage

_BURST = 50
_MAILS = 5
_PAUSE = 0.3
_TOAST_PATIENCE = 20.0


def start_up(stage: Stage, programs: Sequence[Program], server: Server, rounds: int) -> list[Figure]:
    """From the start of the process to IDLE, the programs taking turns; before that once each to warm the caches."""
    idle = Figure(f"start to IDLE, {server.size:,} mails", "ms", times_stack=2)
    cpu = Figure(f"processor time of that, {server.size:,} mails", "ms")
    for turn in range(rounds + 1):
        for program in programs:
            with Trial(stage, program, server) as trial:
                pass
            if turn:
                idle.add(program.name, trial.to_idle * 1000)
                cpu.add(program.name, trial.cpu_to_idle * 1000)
    return [idle, cpu]


def traffic(stage: Stage, programs: Sequence[Program], server: Server) -> list[Figure]:
    """Commands and bytes after login until silence: of a program that knows nothing, and of one that has been here."""
    commands = Figure(f"commands after login, {server.size:,} mails", "", limit=8, worst=True)
    volume = Figure(f"bytes after login, {server.size:,} mails", "B", limit=10_000, worst=True)
    for program in programs:
        for _ in ("first", "again"):
            with Trial(stage, program, server) as trial:
                trial.settle()
                commands.add(program.name, sum(len(each.commands) for each in trial.transcripts))
                volume.add(program.name, sum(each.sent + each.received for each in trial.transcripts))
    return [commands, volume]


def latency(stage: Stage, programs: Sequence[Program], server: Server, turns: int) -> list[Figure]:
    """From the server's EXISTS on the wire to the Notify call at the notification server, the programs taking turns."""
    figure = Figure(f"EXISTS to Notify, {server.size:,} mails", "ms", limit=5)
    for turn in range(turns):
        for program in programs:
            with Trial(stage, program, server) as trial:
                trial.settle()
                for number in range(_MAILS):
                    subject = f"{server.size} {turn} {number} {program.name}"
                    figure.add(program.name, _toast(stage, server, trial, subject) * 1000)
    return [figure]


def _toast(stage: Stage, server: Server, trial: Trial, subject: str) -> float:
    notifications = stage.desktop.notifications
    for identity in notifications.live():  # what is on the screen may gather the next mails in one toast
        notifications.dismiss(identity)
    trial.settle(_PAUSE)
    server.dovecot.deliver(subject, "Anna Example <anna@example.org>")
    toast = notifications.wait_toast(subject, _TOAST_PATIENCE)
    return toast["time"] - max(at for each in trial.transcripts for at in each.exists if at <= toast["time"])


def stalls(stage: Stage, programs: Sequence[Program], server: Server, rounds: int) -> list[Figure]:
    """The event loop's latest return while a program starts, is told of single mails and of a burst, and rests."""
    worst = Figure(f"worst event-loop stall, {server.size:,} mails", "ms", limit=50, worst=True)
    used = Figure("processor time in that stall", "ms", worst=True)
    for turn in range(rounds):
        for program in programs:
            if not program.has_loop:
                continue
            out = stage.desktop.folder / f"stalls-{turn}.jsonl"
            with Trial(stage, program, server, stalls=out) as trial:
                trial.settle()
                for count in (1, 1, _BURST):
                    for number in range(count):
                        server.dovecot.deliver(f"Burst {number}", "Anna Example <anna@example.org>")
                    time.sleep(1)
                    trial.settle()
            noted = [json.loads(line) for line in out.read_text().splitlines()]
            stall = max(noted, key=lambda each: each["late"])
            worst.add(program.name, stall["late"] * 1000)
            used.add(program.name, stall["cpu"] * 1000)
    return [worst, used]


def rest(stage: Stage, programs: Sequence[Program], server: Server, seconds: float) -> list[Figure]:
    """Wakeups while nothing happens, and memory after that."""
    wakeups = Figure(f"wakeups in {seconds:g} s at rest", "")
    memory = Figure(f"memory (PSS), {server.size:,} mails", "MB", above_stack=10)
    for program in programs:
        with Trial(stage, program, server) as trial:
            trial.settle()
            before = trial.wakeups()
            time.sleep(seconds)
            wakeups.add(program.name, trial.wakeups() - before)
            memory.add(program.name, trial.pss())
    return [wakeups, memory]
