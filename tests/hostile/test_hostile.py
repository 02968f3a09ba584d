"""The whole program against a hostile server: alive, within its memory, answering, and the next mail announced."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from tests.hostile import gauge
from tests.hostile.answers import INSTEAD
from tests.hostile.attacks import WHILE_IDLING
from tests.rig.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hostile.conftest import Prey

pytestmark = pytest.mark.alone

GROWTH_MOST = 30.0
"""MB above what it had at rest, at any moment."""
STALL_MOST = 0.1 if os.environ.get("MAILBELL_STRICT") else 0.2
"""Seconds that the program may take for an answer; the bar is the first. Waits for a processor that others have are
not counted, but that they make caches and clocks slower cannot be known."""


def survive(prey: Prey, name: str, attack: Callable[[], object]) -> None:
    """Do `attack`, have the server behave again, and see that the program lives and tells of the next mail, once."""
    prey.calm()
    pid, server = prey.program.pid, prey.server
    gauge.forget_peak(pid)
    busy = gauge.cpu_seconds(pid)
    with gauge.Pings(prey.socket, pid) as pings:
        attack()
        server.behave()
        prey.calm()
        server.deliver(f"After {name}.")
        prey.wait_told(f"After {name}.")
    after = gauge.own(pid) - prey.at_rest
    highest = after + gauge.surge(pid)
    prey.figures.append(
        f"{name:40} grew {highest:5.1f} MB, {after:5.1f} stay; "
        f"longest answer {pings.worst * 1000:5.0f} ms of {pings.count}; {gauge.cpu_seconds(pid) - busy:.2f} s of CPU"
    )
    assert prey.program.running
    assert highest < GROWTH_MOST
    assert pings.worst < STALL_MOST
    assert prey.told(f"After {name}.") == 1
    prey.dismiss()


def instead(prey: Prey, step: str, answer: Callable[..., object]) -> None:
    """Have `answer` take the place of the server's next answer at `step`, and see to it that there is one."""
    done = threading.Event()

    def once(client: object, tag: str) -> None:
        try:
            answer(client, tag)
        finally:
            done.set()

    prey.server.answers[step] = [once]
    if step in {"UID FETCH", "DONE"}:
        prey.server.deliver("News")
    else:
        prey.server.drop()
    wait_until(lambda: bool(prey.nudge()) and done.is_set(), f"an answer at {step}", 20)


@pytest.mark.parametrize("attack", WHILE_IDLING, ids=lambda attack: attack.__name__)
def test_news_of_a_madman(prey, attack):
    """What comes unasked while it idles."""
    done = threading.Event()

    def run(client: object) -> None:
        try:
            attack(client)
        finally:
            done.set()

    def whole() -> None:
        prey.server.wait_idling().do(run)
        assert done.wait(20)

    survive(prey, attack.__name__, whole)


@pytest.mark.parametrize(
    ("step", "answer"), INSTEAD, ids=[f"{step}-{answer.__name__}" for step, answer in INSTEAD]
)
def test_answers_of_a_madman(prey, request, step, answer):
    """What comes where an answer was due."""
    survive(prey, request.node.callspec.id, lambda: instead(prey, step, answer))
