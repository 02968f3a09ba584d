"""What goes wrong, one function a fault; and the schedule: which one when, decided by a seed alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from tests.chaos.fixture import ChaosFixture

    Fault = Callable[[ChaosFixture, Random], None]


def schedule(random: Random, seconds: float) -> Iterator[Fault]:
    """Faults for so many seconds: each kind once, in any order, before chance alone decides."""
    until = time.monotonic() + seconds
    bag: list[Fault] = []
    while time.monotonic() < until:
        if not bag:
            bag = [*FAULTS, *_OFTEN]
            random.shuffle(bag)
        yield bag.pop()


def drop(chaos: ChaosFixture, random: Random) -> None:
    """The connection ends; a mail comes at that moment."""
    chaos.proxy.drop()
    chaos.deliver(random.choice([0, 1, 1, 5]))


def reset(chaos: ChaosFixture, random: Random) -> None:
    """The connection is torn down."""
    chaos.proxy.reset()
    chaos.deliver(random.choice([0, 1, 1, 5]))


def freeze(chaos: ChaosFixture, random: Random) -> None:
    """Nothing passes for a while, then everything at once."""
    chaos.proxy.freeze()
    chaos.deliver(random.choice([0, 1, 2]))
    _pause(random, 0.2, 3)
    chaos.proxy.thaw()


def delay(chaos: ChaosFixture, random: Random) -> None:
    """A slow line."""
    chaos.proxy.delay(random.uniform(0.02, 0.6))
    for _ in range(3):
        chaos.deliver(random.choice([1, 2]))
        _pause(random, 0.1, 0.8)
    chaos.proxy.delay(0)


def cut(chaos: ChaosFixture, random: Random) -> None:
    """The connection ends somewhere in the middle of an answer."""
    chaos.proxy.cut(random.randint(1, 6000))
    for _ in range(3):
        chaos.deliver(random.choice([1, 1, 4]))
        _pause(random, 0.1, 0.6)


def half_open(chaos: ChaosFixture, random: Random) -> None:
    """The server has forgotten the connection, and the program is not notified and is asked to check."""
    chaos.proxy.forget_server()
    chaos.deliver()
    _pause(random, 0.1, 1)
    chaos.check()


def forgotten_client(chaos: ChaosFixture, random: Random) -> None:
    """The connection ends, and the server still believes in it."""
    chaos.proxy.forget_client()
    chaos.deliver(random.choice([0, 1, 2]))


def refuse(chaos: ChaosFixture, random: Random) -> None:
    """Nobody listens for a while."""
    chaos.proxy.refuse()
    chaos.proxy.drop()
    chaos.deliver(random.choice([1, 3, 6]))
    _pause(random, 0.2, 4)
    chaos.proxy.accept()


def server_restarts(chaos: ChaosFixture, random: Random) -> None:
    """As an administrator does it."""
    chaos.dovecot.stop()
    chaos.deliver(random.choice([0, 1, 5]))
    _pause(random, 0, 2)
    chaos.dovecot.start()


def server_is_killed(chaos: ChaosFixture, random: Random) -> None:
    """Kill -9, with mail under way."""
    chaos.deliver(random.choice([0, 1, 5]))
    _pause(random, 0, 0.05)
    chaos.dovecot.kill()
    _pause(random, 0, 2)
    chaos.dovecot.start()


def server_hangs(chaos: ChaosFixture, random: Random) -> None:
    """Its connections stay, and nobody answers for a while."""
    chaos.dovecot.freeze()
    chaos.deliver(random.choice([1, 2]))
    _pause(random, 0.2, 3)
    chaos.dovecot.thaw()


def program_is_killed(chaos: ChaosFixture, random: Random) -> None:
    """Kill -9 at any moment, most often while it announces mail."""
    chaos.deliver(random.choice([1, 1, 2, 5]))
    _pause(random, 0, 0.12)
    chaos.kill_program()
    chaos.deliver(random.choice([0, 0, 1, 6]))
    chaos.start_program()
    _pause(random, 0, 2.5)


def program_is_killed_at_a_toast(chaos: ChaosFixture, random: Random) -> None:
    """Kill -9 as soon as the notification server has seen a toast: its UID may be on the disk, or may not."""
    before = len(chaos.desktop.notifications.toasts())
    chaos.deliver(random.choice([1, 2, 5]))
    until = time.monotonic() + 1
    while len(chaos.desktop.notifications.toasts()) == before and time.monotonic() < until:
        time.sleep(0.0005)
    _pause(random, 0, 0.004)
    chaos.kill_program()
    chaos.start_program()
    _pause(random, 0, 2.5)


def program_restarts(chaos: ChaosFixture, random: Random) -> None:
    """It is asked to end, and started again."""
    chaos.deliver(random.choice([0, 1]))
    chaos.stop_program()
    chaos.deliver(random.choice([0, 2]))
    chaos.start_program()
    _pause(random, 0, 2.5)


def no_fault(chaos: ChaosFixture, random: Random) -> None:
    """Mail comes, and nothing goes wrong."""
    for _ in range(random.randint(1, 4)):
        chaos.deliver(random.choice([1, 1, 2, 8]))
        _pause(random, 0.05, 0.8)


FAULTS: tuple[Fault, ...] = (
    drop,
    reset,
    freeze,
    delay,
    cut,
    half_open,
    forgotten_client,
    refuse,
    server_restarts,
    server_is_killed,
    server_hangs,
    program_is_killed,
    program_is_killed_at_a_toast,
    program_restarts,
    no_fault,
)
_OFTEN: tuple[Fault, ...] = (no_fault, no_fault, program_is_killed, program_is_killed_at_a_toast, cut)


def _pause(random: Random, least: float, most: float) -> None:
    time.sleep(random.uniform(least, most))  # a schedule is made of time; no result is waited for by it
