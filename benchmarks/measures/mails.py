"""From the server's EXISTS on the wire to the Notify call at the notification server."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.distance import Distance
from benchmarks.figure import Figure, p95
from benchmarks.trial import Trial
from tests.rig.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.programs import Program
    from benchmarks.testbed import Server, Testbed
    from tests.rig.notifications import Event

_MAILS, _SELDOM = 10, 5
_ONE_WAY = 0.01
_PAUSE = 0.3
TOAST_TIMEOUT = 15.0


def latency(
    testbed: Testbed, programs: Sequence[Program], server: Server, turns: int, seldom: Sequence[Program] = ()
) -> list[Figure]:
    """The programs take turns, `seldom` in the first; each mail comes once the toast of the one before is dismissed."""
    mails = f"{server.size:,} mails"
    how = "From the line going by until the recorder has read the call; median."
    median = Figure(f"EXISTS to Notify, {mails}", "ms", how, times_stack=1)
    late = Figure(
        f"EXISTS to Notify, the slowest, {mails}",
        "ms",
        "The same: 95 of 100 are not slower.",
        times_stack=2,
        statistic=p95,
    )
    waited = Figure(
        f"of it, waiting for the server, {mails}",
        "ms",
        "How long the first command after EXISTS was under way.",
    )
    for turn in range(turns):
        for program in [*programs, *(() if turn else seldom)]:
            with Trial(testbed, program, server) as trial:
                trial.settle()
                for number in range(_SELDOM if program in seldom else _MAILS):
                    exists, notify = _mail(
                        testbed, server, trial, f"{server.size} {turn} {number} {program.name}"
                    )
                    for figure in (median, late):
                        figure.add(program.name, (notify - exists) * 1000)
                    waited.add(program.name, trial.waited(exists, notify) * 1000)
    return [median, late, waited]


def from_afar(testbed: Testbed, programs: Sequence[Program], server: Server) -> Figure:
    """The median of `latency` where the server is as far away as one on the internet."""
    with Distance(server.proxy.port, _ONE_WAY) as distance:
        figure, *_ = latency(testbed, programs, replace(server, port=distance.port), 1)
    figure.name += f", {2 * _ONE_WAY * 1000:g} ms away"
    figure.how = "The same where a question to the server and its answer take so long, as on the internet."
    return figure


def _mail(testbed: Testbed, server: Server, trial: Trial, subject: str) -> tuple[float, float]:
    """When EXISTS went by, and when the toast came: never, where it did not come in time."""
    dismiss(testbed)
    trial.settle(_PAUSE)
    known = len(trial.exists())
    began = time.monotonic()
    server.dovecot.post(subject)
    try:
        wait_until(lambda: len(trial.exists()) > known, "EXISTS", TOAST_TIMEOUT)
        time.sleep(_PAUSE)  # looking for the toast at once would take processor time from what is measured
        notify = toast(testbed, trial.program, subject, began)["time"]
    except TimeoutError:
        return began, math.inf
    return max(at for at in trial.exists() if at <= notify), notify


def dismiss(testbed: Testbed) -> None:
    """What is on the screen goes: it might gather the next mails in one toast."""
    notifications = testbed.desktop.notifications
    for identity in notifications.live():
        notifications.dismiss(identity)


def toast(
    testbed: Testbed, program: Program, subject: str, since: float, seconds: float = TOAST_TIMEOUT
) -> Event:
    """The toast of a program about a mail that came since then; TimeoutError where it does not come in `seconds`."""
    notifications = testbed.desktop.notifications
    if program.names_subject:
        return notifications.wait_toast(subject, seconds)

    def found() -> list[Event]:
        return [
            each for each in notifications.toasts() if each["time"] >= since and each["app"] == program.app
        ]

    wait_until(lambda: bool(found()), f"a toast of {program.name}", seconds)
    return found()[0]
