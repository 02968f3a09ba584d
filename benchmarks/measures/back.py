"""How soon a mail is announced after the connection was lost."""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.figure import Figure
from benchmarks.measures.mails import TOAST_TIMEOUT, dismiss, toast
from benchmarks.programs import SOCKET
from benchmarks.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.programs import Program
    from benchmarks.testbed import Server, Testbed

_PAUSE = 3.0
"""Seconds of a working connection before it is lost."""


def killed(testbed: Testbed, programs: Sequence[Program], server: Server, rounds: int) -> list[Figure]:
    """The server's session ends, and a mail comes at the same moment."""
    figure = Figure(
        "killed session to Notify",
        "ms",
        "The connection is cut and a mail delivered: until its toast.",
        limit=100,
        floor=SOCKET.name,
    )
    for program in programs:
        with Trial(testbed, program, server) as trial:
            for number in range(rounds):
                trial.settle(_PAUSE)
                dismiss(testbed)
                subject = f"Killed {number} {program.name}"
                began = time.monotonic()
                server.proxy.cut()
                server.dovecot.post(subject)
                figure.add(program.name, _announced(testbed, program, subject, began))
                if math.isinf(figure.samples[program.name][-1]):
                    break
    return [figure]


def outage(
    testbed: Testbed, programs: Sequence[Program], server: Server, rounds: int, seconds: float
) -> list[Figure]:
    """Nobody listens for a while, in which a mail comes; all programs at once, since all of it is waiting.

    Programs try again at intervals, so that one outage alone would measure chance.
    """
    figure = Figure(
        f"outage of {seconds:g} s to Notify",
        "ms",
        "From the moment at which the server takes connections again until the toast of a mail that came meanwhile.",
        limit=200,
        floor=SOCKET.name,
    )
    with contextlib.ExitStack() as stack:
        for program in programs:
            stack.enter_context(Trial(testbed, program, server)).settle()
        for number in range(rounds):
            time.sleep(_PAUSE)
            dismiss(testbed)
            server.proxy.shut()
            try:
                time.sleep(seconds / 2)
                server.dovecot.post(f"During outage {number}")
                time.sleep(seconds / 2)
            finally:
                began = time.monotonic()
                server.proxy.open()
            for program in programs:
                own = replace(program, names_subject=False)  # one mail, and a toast of each
                figure.add(program.name, _announced(testbed, own, "", began))
    return [figure]


def _announced(testbed: Testbed, program: Program, subject: str, began: float) -> float:
    """Milliseconds until the toast; infinite where none came in time."""
    left = began + TOAST_TIMEOUT - time.monotonic()
    try:
        return (toast(testbed, program, subject, began, max(left, 0.1))["time"] - began) * 1000
    except TimeoutError:
        return math.inf
