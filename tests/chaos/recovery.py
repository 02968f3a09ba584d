"""How soon the program is back: the two figures that programs of this kind are compared by."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.chaos.fixture import ChaosFixture

AFTER_KILL = 0.1
"""Seconds from the end of a session to the announcement of the next mail."""
AFTER_OUTAGE = 3.0
"""Seconds from the return of a server until all that was missed is announced; the proxy takes connections meanwhile."""
KILLS = ("drop", "reset", "forget_client")
"""Ways of the proxy to end a session."""


def after_a_kill(chaos: ChaosFixture, how: str) -> float:
    """End the session and deliver a mail at that moment; seconds until it is announced."""
    chaos.program.wait_state("watching")
    killed = time.monotonic()
    getattr(chaos.proxy, how)()
    chaos.deliver()
    return chaos.wait_announced(60) - killed


def after_an_outage(chaos: ChaosFixture, seconds: float, mails: int, *, killed: bool) -> float:
    """Take the server away for so long, with mail arriving; seconds from its return until all is announced."""
    chaos.program.wait_state("watching")
    if killed:
        chaos.dovecot.kill()
    else:
        chaos.dovecot.stop()
    until = time.monotonic() + seconds
    for left in range(mails, 0, -1):
        chaos.deliver()
        time.sleep(max(0.0, until - time.monotonic()) / left)  # an outage is made of time
    chaos.dovecot.start()
    back = time.monotonic()
    return chaos.wait_announced(120) - back


def measure(chaos: ChaosFixture, kills: int, outages: int, seconds: float = 20.0) -> Iterator[str]:
    """Both, many times; lines to print."""
    yield _line("session killed to next mail announced", list(_kills(chaos, kills)), AFTER_KILL)
    figures = list(_outages(chaos, outages, seconds))
    yield _line(f"server back after {seconds:g} s to everything announced", figures, AFTER_OUTAGE)


def _kills(chaos: ChaosFixture, count: int) -> Iterator[float]:
    for number in range(count):
        _restart_at_times(chaos, number)
        yield after_a_kill(chaos, KILLS[number % len(KILLS)])


def _outages(chaos: ChaosFixture, count: int, seconds: float) -> Iterator[float]:
    for number in range(count):
        _restart_at_times(chaos, number)
        yield after_an_outage(chaos, seconds, 2 + 5 * (number % 3), killed=bool(number % 2))


def _restart_at_times(chaos: ChaosFixture, number: int) -> None:
    """Who ends every session at once soon meets a program that takes its time.

    See `tray.net.watch.connections.retry.FORGIVEN`.
    """
    if number % len(KILLS) == 0:
        chaos.stop_program()
        chaos.start_program()


def _line(what: str, figures: Sequence[float], target: float) -> str:
    if not figures:
        return f"{what}: not measured"
    median, worst = statistics.median(figures), max(figures)
    return f"{what}: median {median:.2f} s, max {worst:.2f} s of {len(figures)} (target: {target:g} s)"
