"""Servers that keep us busy: the program does no more than a few things a second, whatever it is told."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import Program
from tests.hostile import gauge
from tests.hostile.answers import goodbye, hang_up
from tests.hostile.server import HostileServer
from tests.rig.processes import wait_until

if TYPE_CHECKING:
    from tests.hostile.conftest import Prey
    from tests.hostile.server import Connection

SECONDS = 1.5


def settle(prey: Prey, most: int) -> tuple[int, float]:
    """How many commands come, and how much of a processor goes, in `SECONDS` once the first storm is over."""
    prey.server.drop()
    before = time.monotonic()
    wait_until(
        lambda: prey.nudge() == "watching" and "FETCH" in prey.server.said_since(before), "a new session"
    )
    while True:
        begin, busy = time.monotonic(), gauge.cpu_seconds(prey.program.pid)
        wait_until(lambda: time.monotonic() > begin + SECONDS, "the time to count", SECONDS + 1)  # noqa: B023
        count = len(prey.server.said_since(begin))
        load = (gauge.cpu_seconds(prey.program.pid) - busy) / SECONDS
        if count <= most or begin > before + 20:
            storm = len(prey.server.said_since(before)) - count
            prey.figures.append(
                f"{storm} commands at first, then {count / SECONDS:.1f} a second at {load:.0%} of a processor"
            )
            return count, load


def aftermath(prey: Prey, text: str) -> None:
    """It lives, and the next mail is told once."""
    prey.server.behave()
    prey.server.drop()
    prey.calm()
    prey.server.deliver(text)
    prey.wait_told(text)
    assert prey.told(text) == 1
    prey.dismiss()


def test_a_mailbox_that_is_renumbered_whenever_it_is_opened(prey):
    """It is opened anew now and then, and nothing of it is told."""
    prey.calm()
    server = prey.server
    before = len(prey.desktop.notifications.toasts())

    def examine(client: Connection, tag: str) -> None:
        server.uid_validity += 1
        client.on_examine(tag, "")
        server.uid_validity += 1
        client.say(f"* OK [UIDVALIDITY {server.uid_validity}] and again")

    server.always["EXAMINE"] = examine
    count, load = settle(prey, 20)
    assert count <= 20
    assert load < 0.5
    assert len(prey.desktop.notifications.toasts()) == before
    aftermath(prey, "After the renumbering.")


@pytest.mark.parametrize("grows", [True, False], ids=["grows", "swings"])
def test_mail_that_is_announced_and_never_there(prey, grows):
    """EXISTS after every answer, for ever."""
    prey.calm()
    told = [10]

    def answer(client: Connection, tag: str) -> None:
        told[0] = told[0] + 1 if grows else 21 - told[0]
        client.say(f"{tag} OK", f"* {told[0]} EXISTS")

    prey.server.always.update({"FETCH": answer, "UID FETCH": answer, "UID SEARCH": answer})
    count, load = settle(prey, 20)
    assert count <= 20
    assert load < 0.5
    aftermath(prey, f"After the ghosts {grows}.")


def test_idle_that_ends_at_once(prey):
    """Then it asks now and then instead."""
    prey.calm()
    prey.server.always["IDLE"] = lambda client, tag: client.say("+ idling", f"{tag} OK enough")
    count, load = settle(prey, 3)
    assert count <= 3
    assert load < 0.2
    aftermath(prey, "After the haste.")


def test_servers_that_end_every_connection_at_once(hunting_ground, tmp_path):
    """They are asked less and less often, whether they say a word or not."""
    with contextlib.ExitStack() as stack:
        polite, silent = (stack.enter_context(HostileServer()) for _ in range(2))
        program = Program(tmp_path, hunting_ground.env)
        stack.callback(program.stop)
        for name, server in (("Polite", polite), ("Silent", silent)):
            program.add_account(server, name, "--no-check")
        polite.always["greeting"], silent.always["accept"] = goodbye, hang_up
        program.start()
        wait_until(lambda: bool(polite.accepted and silent.accepted), "the first connections")
        wait_until(lambda: time.monotonic() > silent.accepted[0] + 6, "the time to count", 7)
        assert 3 <= len(polite.accepted) <= 4  # after 0, 0.5, 1.5 and 5.5 s at the soonest
        assert 3 <= len(silent.accepted) <= 4


def test_nothing_was_told_twice_and_no_fault_was_logged(prey):
    """After everything that the other tests of this folder did to this program."""
    said = prey.program.said()
    assert "Traceback" not in said
    assert "Fault of ours" not in said
    assert prey.server.password not in said
