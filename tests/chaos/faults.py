"""What goes wrong, one function a fault; and the schedule: which one when, decided by a seed alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from tests.chaos.world import World

    Fault = Callable[[World, Random], None]


def schedule(random: Random, seconds: float) -> Iterator[Fault]:
    """Faults for so many seconds: each kind once, in any order, before chance alone decides."""
    until = time.monotonic() + seconds
    bag: list[Fault] = []
    while time.monotonic() < until:
        if not bag:
            bag = [*FAULTS, *_OFTEN]
            random.shuffle(bag)
        yield bag.pop()


def drop(world: World, random: Random) -> None:
    """The connection ends; a mail comes at that moment."""
    world.proxy.drop()
    world.deliver(random.choice([0, 1, 1, 5]))


def reset(world: World, random: Random) -> None:
    """The connection is torn down."""
    world.proxy.reset()
    world.deliver(random.choice([0, 1, 1, 5]))


def freeze(world: World, random: Random) -> None:
    """Nothing passes for a while, then everything at once."""
    world.proxy.freeze()
    world.deliver(random.choice([0, 1, 2]))
    _pause(random, 0.2, 3)
    world.proxy.thaw()


def delay(world: World, random: Random) -> None:
    """A slow line."""
    world.proxy.delay(random.uniform(0.02, 0.6))
    for _ in range(3):
        world.deliver(random.choice([1, 2]))
        _pause(random, 0.1, 0.8)
    world.proxy.delay(0)


def cut(world: World, random: Random) -> None:
    """The connection ends somewhere in the middle of an answer."""
    world.proxy.cut(random.randint(1, 6000))
    for _ in range(3):
        world.deliver(random.choice([1, 1, 4]))
        _pause(random, 0.1, 0.6)


def half_open(world: World, random: Random) -> None:
    """The server has forgotten the connection, and nobody tells the program, which is asked to look."""
    world.proxy.forget_server()
    world.deliver()
    _pause(random, 0.1, 1)
    world.check()


def forgotten_client(world: World, random: Random) -> None:
    """The connection ends, and the server still believes in it."""
    world.proxy.forget_client()
    world.deliver(random.choice([0, 1, 2]))


def refuse(world: World, random: Random) -> None:
    """Nobody listens for a while."""
    world.proxy.refuse()
    world.proxy.drop()
    world.deliver(random.choice([1, 3, 6]))
    _pause(random, 0.2, 4)
    world.proxy.accept()


def server_restarts(world: World, random: Random) -> None:
    """As an administrator does it."""
    world.dovecot.stop()
    world.deliver(random.choice([0, 1, 5]))
    _pause(random, 0, 2)
    world.dovecot.start()


def server_is_killed(world: World, random: Random) -> None:
    """Kill -9, with mail under way."""
    world.deliver(random.choice([0, 1, 5]))
    _pause(random, 0, 0.05)
    world.kill_server()
    _pause(random, 0, 2)
    world.dovecot.start()


def server_hangs(world: World, random: Random) -> None:
    """Its connections stay, and nobody answers for a while."""
    world.dovecot.freeze()
    world.deliver(random.choice([1, 2]))
    _pause(random, 0.2, 3)
    world.dovecot.thaw()


def program_is_killed(world: World, random: Random) -> None:
    """Kill -9 at any moment, most of all while it tells of mail."""
    world.deliver(random.choice([1, 1, 2, 5]))
    _pause(random, 0, 0.12)
    world.kill_program()
    world.deliver(random.choice([0, 0, 1, 6]))
    world.start_program()
    _pause(random, 0, 2.5)


def program_is_killed_at_a_toast(world: World, random: Random) -> None:
    """Kill -9 as soon as the notification server has seen a toast: its mark may be on the disk, or may not."""
    before = len(world.desktop.notifications.toasts())
    world.deliver(random.choice([1, 2, 5]))
    until = time.monotonic() + 1
    while len(world.desktop.notifications.toasts()) == before and time.monotonic() < until:
        time.sleep(0.0005)
    _pause(random, 0, 0.004)
    world.kill_program()
    world.start_program()
    _pause(random, 0, 2.5)


def program_restarts(world: World, random: Random) -> None:
    """It is asked to end, and started again."""
    world.deliver(random.choice([0, 1]))
    world.stop_program()
    world.deliver(random.choice([0, 2]))
    world.start_program()
    _pause(random, 0, 2.5)


def calm(world: World, random: Random) -> None:
    """Mail comes, and nothing goes wrong."""
    for _ in range(random.randint(1, 4)):
        world.deliver(random.choice([1, 1, 2, 8]))
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
    calm,
)
_OFTEN: tuple[Fault, ...] = (calm, calm, program_is_killed, program_is_killed_at_a_toast, cut)


def _pause(random: Random, least: float, most: float) -> None:
    time.sleep(random.uniform(least, most))  # a schedule is made of time; no result is waited for by it
